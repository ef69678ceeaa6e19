"""`pinxit report`: pictures that people reported, and what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pinxit.actions.admin.reports import handle, open_reports
from pinxit.cli import shapes
from pinxit.cli.desk import ADMIN
from pinxit.cli.exits import Exit, tell
from pinxit.cli.tables import minute, print_json, print_table
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import GuildId

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.cli.client import Client
    from pinxit.cli.desk import Desk

_REPORTS = f"{ADMIN}/reports"
_DONE = {
    "dismiss": "stays as it is",
    "hide": "is hidden",
    "delete": "is deleted",
    "ban": "is hidden, and who asked for it is banned",
}


def show(desk: Desk, guild: str | None, *, as_json: bool) -> Exit:
    """Print the open reports, one for each picture."""

    async def there(client: Client) -> list[dict[str, Any]]:
        found = (await client.ask("GET", _REPORTS, query={"guild": guild}))["reports"]
        return [shapes.answered_report(one) for one in found]

    async def here(studio: Studio) -> list[dict[str, Any]]:
        of_guild = None if guild is None else GuildId(guild)
        return [shapes.report(one) for one in await open_reports(of_guild, OPERATOR, studio)]

    found = desk.ask(there, here)
    if as_json:
        print_json({"reports": found})
    elif found:
        rows = (
            (
                one["id"],
                minute(one["created_at"]),
                one["guild"],
                one["person"],
                one["image"],
                one["count"],
                "; ".join(filter(None, one["reasons"])),
            )
            for one in found
        )
        print_table(("report", "since", "guild", "asked for by", "picture", "by", "because"), rows)
    else:
        tell("No report is open.")
    return Exit.DONE


def decide(desk: Desk, report: str, verdict: str, hours: float | None) -> Exit:
    """Decide about a reported picture. Raises Refused."""

    async def there(client: Client) -> dict[str, Any]:
        body = {"verdict": verdict, "hours": hours}
        return shapes.answered_report(await client.ask("POST", f"{_REPORTS}/{quote(report, safe='')}", body))

    async def here(studio: Studio) -> dict[str, Any]:
        return shapes.report(await handle(report, verdict, OPERATOR, studio, hours))

    decided = desk.ask(there, here)
    tell(f"The picture {decided['image']} {_DONE.get(verdict, verdict)}.")
    return Exit.DONE
