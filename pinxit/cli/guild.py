"""`pinxit guild`: what a guild's admins decide, its styles, and its share of the queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pinxit.actions.admin.guild_fields import KINDS, Kind, from_text
from pinxit.actions.admin.guild_settings import load_guild, save_guild
from pinxit.actions.admin.lanes import clear, pause, resume, set_running_cap, set_weight
from pinxit.actions.admin.styles import add_style, remove_style
from pinxit.cli import shapes
from pinxit.cli.desk import ADMIN
from pinxit.cli.exits import Exit, Failure, tell
from pinxit.cli.tables import number, print_json, print_table
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import GuildId, PersonId, PoolName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.cli.client import Client
    from pinxit.cli.desk import Desk
    from pinxit.domain.guild_rules import NamedStyle
    from pinxit.domain.request import Json


@dataclass(frozen=True, slots=True)
class Which:
    """What is paused, goes on or is cleared: all None is everything."""

    guild: str | None = None
    pool: str | None = None
    person: str | None = None


def show(desk: Desk, guild: str, *, as_json: bool) -> Exit:
    """Print a guild's settings."""

    async def there(client: Client) -> dict[str, Any]:
        return await client.ask("GET", _path(guild))

    async def here(studio: Studio) -> dict[str, Any]:
        return shapes.guild(guild, await load_guild(GuildId(guild), OPERATOR, studio))

    _print(desk.ask(there, here), as_json=as_json)
    return Exit.DONE


def change(desk: Desk, guild: str, typed: Sequence[str], *, as_json: bool) -> Exit:
    """Change settings, each typed as `name=value`, and print what holds then. Raises Refused, Failure."""
    changes = read_changes(typed)

    async def there(client: Client) -> dict[str, Any]:
        return await client.ask("PATCH", _path(guild), _as_sent(changes))

    async def here(studio: Studio) -> dict[str, Any]:
        return shapes.guild(guild, await save_guild(GuildId(guild), changes, OPERATOR, studio))

    _print(desk.ask(there, here), as_json=as_json)
    return Exit.DONE


def read_changes(typed: Sequence[str]) -> dict[str, Json]:
    """Return `name=value` by name; a list is typed with commas, or item by item. Raises Refused, Failure."""
    texts: dict[str, list[str]] = {}
    for text in typed:
        name, sign, value = text.partition("=")
        if not sign:
            raise Failure(f"{text} sets nothing. Write name=value, such as count=2; count=none takes it back.")
        texts.setdefault(name.strip(), []).append(value)
    for name, values in texts.items():
        if len(values) > 1 and KINDS.get(name) is not Kind.TEXTS:
            raise Failure(f"{name} is set twice. Write it once.")
    return {name: from_text(name, "\n".join(values)) for name, values in texts.items()}


def weigh(desk: Desk, guild: str, weight: float) -> Exit:
    """Set a guild's weight. Raises Refused."""

    async def there(client: Client) -> dict[str, Any]:
        return await client.ask("PUT", f"{_path(guild)}/weight", {"weight": weight})

    async def here(studio: Studio) -> dict[str, Any]:
        return shapes.share(await set_weight(GuildId(guild), weight, OPERATOR, studio))

    kept = desk.ask(there, here)
    tell(f"{guild} gets {number(kept['weight'])} times the seconds of a guild of weight 1.")
    return Exit.DONE


def cap(desk: Desk, guild: str, text: str) -> Exit:
    """Set how many jobs of a guild run at once; "none" leaves it to the settings. Raises Refused, Failure."""
    most = _cap(text)

    async def there(client: Client) -> dict[str, Any]:
        return await client.ask("PUT", f"{_path(guild)}/running_cap", {"running_cap": most})

    async def here(studio: Studio) -> dict[str, Any]:
        return shapes.share(await set_running_cap(GuildId(guild), most, OPERATOR, studio))

    kept = desk.ask(there, here)["running_cap"]
    how_many = "as many jobs as queue.guild_running says run" if kept is None else f"{kept} of its jobs run at most"
    tell(f"{guild}: {how_many} at once in each pool.")
    return Exit.DONE


def hold(desk: Desk, which: Which) -> Exit:
    """Let jobs wait. Raises Refused."""
    is_new = _pause(desk, which, is_paused=True)
    tell(f"{_named(which)} {'waits' if is_new else 'waited already'}; what runs goes on.")
    return Exit.DONE


def go_on(desk: Desk, which: Which) -> Exit:
    """Undo a pause. Raises Refused."""
    is_new = _pause(desk, which, is_paused=False)
    tell(f"{_named(which)} {'goes on' if is_new else 'was not paused'}.")
    return Exit.DONE


def _pause(desk: Desk, which: Which, *, is_paused: bool) -> bool:
    async def there(client: Client) -> bool:
        body = {"guild": which.guild, "pool": which.pool}
        answer = await client.ask("POST", f"{ADMIN}/{'pause' if is_paused else 'resume'}", body)
        return bool(answer["changed"])

    async def here(studio: Studio) -> bool:
        guild = None if which.guild is None else GuildId(which.guild)
        pool = None if which.pool is None else PoolName(which.pool)
        return await (pause if is_paused else resume)(guild, pool, OPERATOR, studio)

    return desk.ask(there, here)


def empty(desk: Desk, which: Which, *, also_running: bool) -> Exit:
    """Cancel what waits. Raises Refused."""

    async def there(client: Client) -> int:
        body = {"guild": which.guild, "person": which.person, "also_running": also_running}
        return int((await client.ask("POST", f"{ADMIN}/clear", body))["cleared"])

    async def here(studio: Studio) -> int:
        guild = None if which.guild is None else GuildId(which.guild)
        person = None if which.person is None else PersonId(which.person)
        return await clear(guild, person, OPERATOR, studio, also_running=also_running)

    cleared = desk.ask(there, here)
    tell(f"{cleared} {'job was' if cleared == 1 else 'jobs were'} cancelled.")
    return Exit.DONE


def keep_style(desk: Desk, guild: str, style: NamedStyle) -> Exit:
    """Add a style to a guild, in place of its own of that name. Raises Refused."""
    body = {name: value for name, value in shapes.style(style).items() if name != "name"}

    async def there(client: Client) -> None:
        await client.ask("PUT", f"{_path(guild)}/styles/{quote(style.name, safe='')}", body)

    async def here(studio: Studio) -> None:
        await add_style(GuildId(guild), style, OPERATOR, studio)

    desk.ask(there, here)
    tell(f"{guild} has the style {style.name} now: --style {_flag(style.name)}")
    return Exit.DONE


def drop_style(desk: Desk, guild: str, name: str) -> Exit:
    """Take a style away from a guild. Raises Refused."""

    async def there(client: Client) -> None:
        await client.ask("DELETE", f"{_path(guild)}/styles/{quote(name, safe='')}")

    async def here(studio: Studio) -> None:
        await remove_style(GuildId(guild), name, OPERATOR, studio)

    desk.ask(there, here)
    tell(f"{guild} has no style {name} of its own any more.")
    return Exit.DONE


def read_aspect(text: str | None) -> tuple[int, int] | None:
    """Return a typed ratio such as 3:2. Raises Failure."""
    if text is None:
        return None
    match from_text("aspect", text):
        case [int(width), int(height)]:
            return width, height
    raise Failure(f"{text} is no shape. Write width:height, such as 3:2.")


def _print(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    cap_text = "as the settings say" if found["running_cap"] is None else str(found["running_cap"])
    rows = [
        ("weight", number(found["weight"])),
        ("running cap", cap_text),
        ("paused", "yes" if found["paused"] else "no"),
        *((name, _text(value)) for name, value in found["settings"].items() if value is not None),
        *(("style", f"{style['name']}: {style['suffix'] or style['negative_prompt']}") for style in found["styles"]),
    ]
    print_table((found["id"], ""), rows)


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case float():
            return number(value)
    return str(value)


def _as_sent(changes: dict[str, Json]) -> dict[str, Json]:
    """Return the changes as the API takes them: a ratio as it is typed."""
    match changes.get("aspect"):
        case [int(width), int(height)]:
            return {**changes, "aspect": f"{width}:{height}"}
    return changes


def _cap(text: str) -> int | None:
    if text.strip().casefold() == "none":
        return None
    try:
        return int(text)
    except ValueError:
        raise Failure(f"{text} is no number of jobs. Write a whole number, or none.") from None


def _named(which: Which) -> str:
    if which.guild is not None:
        return which.guild
    return "Every pool" if which.pool is None else f"Pool {which.pool}"


def _flag(name: str) -> str:
    return name if name.isidentifier() else f'"{name}"'


def _path(guild: str) -> str:
    return f"{ADMIN}/guilds/{quote(guild, safe='')}"
