"""`pinxit audit` and `pinxit ledger`: take the books away as files, and check them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pinxit.actions.admin.audit import AuditQuery, audit_rows, to_csv, to_json_lines
from pinxit.actions.admin.ledger import COLUMNS, export, sizes, verify
from pinxit.actions.admin.sheets import csv_lines, json_lines
from pinxit.cli.client import LONG_S, path_with
from pinxit.cli.desk import ADMIN
from pinxit.cli.exits import Exit, Failure, tell
from pinxit.cli.saving import check_free, encoded, write_out
from pinxit.cli.tables import print_json, print_line
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import GuildId

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.actions.studio import Studio
    from pinxit.cli.client import Client
    from pinxit.cli.desk import Desk

FORMATS = ("csv", "jsonl")
_DIFFERENCES = 1000  # What a server answers at most.


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where a book goes. `form`: csv or jsonl; "" is as the file's name ends, else csv. `path`: None: standard output.

    `since`, `until`: from this moment on, and before that one, as 2026-11-21 or 2026-11-21T18:00; UTC where nothing is
    said.
    """

    form: str
    path: Path | None
    since: str | None = None
    until: str | None = None
    force: bool = False

    def checked_form(self) -> str:
        """Return the format. Raises Failure."""
        ending = "" if self.path is None else self.path.suffix.lstrip(".")
        form = self.form or (ending if ending in FORMATS else "csv")
        if form not in FORMATS:
            raise Failure(f"There is no format {form}. Choose {' or '.join(FORMATS)}.")
        return form


def export_audit(desk: Desk, sheet: Sheet, guild: str | None, actor: str | None, act: str | None) -> Exit:
    """Write the audit, the newest row first. Raises Failure, Refused."""
    form, since, until = sheet.checked_form(), read_moment(sheet.since), read_moment(sheet.until)
    check_free(sheet.path, force=sheet.force)
    said = {"guild": guild, "actor": actor, "act": act, "since": _iso(since), "until": _iso(until)}
    query = AuditQuery(None if guild is None else GuildId(guild), actor, act, since, until)

    async def there(client: Client) -> None:
        path = path_with(f"{ADMIN}/audit", {"format": form, **said})
        await write_out(client.stream(path), sheet.path)

    async def here(studio: Studio) -> None:
        rows = audit_rows(query, OPERATOR, studio)
        await write_out(encoded(to_csv(rows) if form == "csv" else to_json_lines(rows)), sheet.path)

    desk.ask(there, here)
    return _written(sheet)


def export_ledger(desk: Desk, sheet: Sheet) -> Exit:
    """Write the ledger by id. Raises Failure, Refused."""
    form, since = sheet.checked_form(), read_moment(sheet.since)
    check_free(sheet.path, force=sheet.force)

    async def there(client: Client) -> None:
        path = path_with(f"{ADMIN}/ledger", {"format": form, "since": _iso(since)})
        await write_out(client.stream(path), sheet.path)

    async def here(studio: Studio) -> None:
        rows = export(OPERATOR, studio, since)
        await write_out(encoded(csv_lines(COLUMNS, rows) if form == "csv" else json_lines(rows)), sheet.path)

    desk.ask(there, here)
    return _written(sheet)


def _written(sheet: Sheet) -> Exit:
    if sheet.path is not None:
        tell(f"{sheet.path} is written.")
    return Exit.DONE


def verify_ledger(desk: Desk, *, as_json: bool) -> Exit:
    """Recompute every balance from the ledger's rows; say what differs."""

    async def there(client: Client) -> dict[str, Any]:
        return await client.ask("POST", f"{ADMIN}/ledger/verify", patience_s=LONG_S)

    async def here(studio: Studio) -> dict[str, Any]:
        wrong, (rows, counters, grants) = await verify(OPERATOR, studio), await sizes(OPERATOR, studio)
        said = {"is_right": not wrong, "differences": list(wrong[:_DIFFERENCES]), "difference_count": len(wrong)}
        return {**said, "rows": rows, "counters": counters, "grants": grants}

    found = desk.ask(there, here)
    if as_json:
        print_json(found)
    elif found["is_right"]:
        print_line(
            f"every balance is right: {_count(found['rows'], 'row')}, {_count(found['counters'], 'counter')},"
            f" {_count(found['grants'], 'allowance')}"
        )
    else:
        for difference in found["differences"]:
            print_line(str(difference))
        more = int(found["difference_count"]) - len(found["differences"])
        tell(
            *([f"… and {more} more."] if more else []),
            "Please report it, with these lines; the ledger's own rows are never changed.",
        )
    return Exit.DONE if found["is_right"] else Exit.FAILED


def read_moment(text: str | None) -> datetime | None:
    """Return a typed moment; one without an offset is UTC. Raises Failure."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Failure(f"{text} is no moment. Write a day or a moment, as 2026-11-21 or 2026-11-21T18:00.") from None


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
