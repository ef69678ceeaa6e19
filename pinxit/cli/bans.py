"""`pinxit ban`: who may not ask any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinxit.actions.admin.bans import BanWish, ban, bans, unban
from pinxit.cli import shapes
from pinxit.cli.client import Declined
from pinxit.cli.desk import ADMIN
from pinxit.cli.exits import Exit, Failure, tell
from pinxit.cli.tables import minute, print_json, print_table
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Code
from pinxit.domain.ids import GuildId

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.cli.client import Client
    from pinxit.cli.desk import Desk

_BANS = f"{ADMIN}/bans"


def show(desk: Desk, guild: str | None, *, as_json: bool) -> Exit:
    """Print the bans that hold now."""

    async def there(client: Client) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await client.ask("GET", _BANS, query={"guild": guild}))["bans"]
        return found

    async def here(studio: Studio) -> list[dict[str, Any]]:
        of_guild = None if guild is None else GuildId(guild)
        return [shapes.ban(one) for one in await bans(of_guild, OPERATOR, studio)]

    found = desk.ask(there, here)
    if as_json:
        print_json({"bans": found})
    elif found:
        rows = (
            (one["scope"], one["scope_id"], _where(one), minute(one["until_at"]) or "without end", one["reason"])
            for one in found
        )
        print_table(("what", "id", "where", "until", "reason"), rows)
    else:
        tell("Nobody is banned.")
    return Exit.DONE


def add(desk: Desk, wish: BanWish) -> Exit:
    """Ban a person or a guild. Raises Refused."""
    body = {
        "scope": wish.scope,
        "scope_id": wish.scope_id,
        "guild": wish.guild,
        "reason": wish.reason,
        "hours": wish.hours,
    }

    async def there(client: Client) -> dict[str, Any]:
        return await client.ask("POST", _BANS, body)

    async def here(studio: Studio) -> dict[str, Any]:
        return shapes.ban(await ban(wish, OPERATOR, studio))

    made = desk.ask(there, here)
    until = f"until {minute(made['until_at'])} UTC" if made["until_at"] else "without end"
    tell(f"The {wish.scope} {wish.scope_id} is banned {_place(wish)}{until}. What they have waiting stays.")
    return Exit.DONE


def remove(desk: Desk, wish: BanWish) -> Exit:
    """End a ban. Raises Failure where there is none, Refused."""
    query = {"scope": wish.scope, "scope_id": wish.scope_id, "guild": wish.guild or None}

    async def there(client: Client) -> bool:
        try:
            await client.ask("DELETE", _BANS, query=query)
        except Declined as declined:
            if declined.code != Code.NOT_FOUND.value:
                raise
            return False
        return True

    async def here(studio: Studio) -> bool:
        return await unban(wish, OPERATOR, studio)

    if not desk.ask(there, here):
        raise Failure(
            f"The {wish.scope} {wish.scope_id} is not banned there. `pinxit ban list` shows who is, and where."
        )
    tell(f"The {wish.scope} {wish.scope_id} is not banned {_place(wish)}any more.")
    return Exit.DONE


def _place(wish: BanWish) -> str:
    if wish.scope == "guild":
        return ""
    return f"in {wish.guild} " if wish.guild else "everywhere "


def _where(one: dict[str, Any]) -> str:
    return one["guild"] or ("everywhere" if one["scope"] == "person" else "")
