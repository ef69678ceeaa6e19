"""`pinxit styles` and `pinxit describe`: words for pictures, and pictures in words."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pinxit.actions.describe import describe as describe_picture
from pinxit.actions.styles import list_styles
from pinxit.cli import shapes
from pinxit.cli.exits import Exit, Failure, tell
from pinxit.cli.tables import print_json, print_line, print_table
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import GuildId, ImageId, is_id

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.cli.client import Client
    from pinxit.cli.desk import Desk

_DESCRIBE_S = 120.0  # A model that looks at pictures takes its time.
_BY = {"metadata": "The file says so itself.", "model": "A model looked at it."}


def styles(desk: Desk, guild: str | None, *, as_json: bool) -> Exit:
    """Print the styles that can be named, a guild's own ones first."""

    async def there(client: Client) -> list[dict[str, Any]]:
        found = (await client.ask("GET", "/api/v1/styles", query={"guild": guild}))["styles"]
        return [{name: value for name, value in style.items() if name != "preview_url"} for style in found]

    async def here(studio: Studio) -> list[dict[str, Any]]:
        caller = replace(OPERATOR, guild=GuildId(guild or OPERATOR.guild))
        return [shapes.style(style) for style in await list_styles(caller, studio)]

    found = desk.ask(there, here)
    if as_json:
        print_json({"styles": found})
    else:
        print_table(("style", "about"), ((style["name"], style["about"]) for style in found))
        tell('Use one so: pinxit imagine "a red fox --style gouache"')
    return Exit.DONE


def describe(desk: Desk, picture: str, *, as_json: bool) -> Exit:
    """Print a prompt for a picture: a file, or one of our images by its id. Raises Failure, Refused."""
    path = Path(picture)
    named = _read(path) if path.exists() or not is_id(picture) else ImageId(picture)

    async def there(client: Client) -> dict[str, Any]:
        image = base64.b64encode(named).decode() if isinstance(named, bytes) else named
        return await client.ask("POST", "/api/v1/describe", {"image": image}, patience_s=_DESCRIBE_S)

    async def here(studio: Studio) -> dict[str, Any]:
        found = await describe_picture(named, OPERATOR, studio, studio.describer, studio.moderator)
        return {"prompt": found.prompt, "negative_prompt": found.negative, "by": found.by.value}

    found = desk.ask(there, here)
    if as_json:
        print_json({name: found[name] for name in ("prompt", "negative_prompt", "by")})
        return Exit.DONE
    print_line(str(found["prompt"]))
    if found["negative_prompt"]:
        tell(f"Not to be seen: {found['negative_prompt']}")
    tell(_BY.get(str(found["by"]), ""))
    return Exit.DONE


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failure(f"{path} cannot be read ({error.strerror}). Name a picture's file, or an image's id.") from error
