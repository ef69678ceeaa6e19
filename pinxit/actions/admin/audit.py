"""Read the book of what admins did and what was refused, take it away as a file, and note refused prompts in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.actions.admin.rights import check_admin, check_manages
from pinxit.actions.admin.sheets import csv_lines, json_lines
from pinxit.data.audit import BLOCKED, Asked, Entry, Noted, count_since, newest, note
from pinxit.data.times import to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, shown

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import GuildId
    from pinxit.domain.ports import Tx
    from pinxit.domain.request import Json

PAGE_MOST = 200
COLUMNS = ("at", "actor", "act", "guild", "subject", "details")  # Of a CSV; JSON lines have the id as well.
BLOCKS_A_MINUTE = 6  # Of one person; who goes on trying fills no disk.
_AT_ONCE = 500  # Rows that an export reads at a time.
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which rows are wanted, None: any. `guild`: "" are the acts that concern the whole installation.

    `since`, `until`: from this moment on, and before that one. `before`: the `Page.before` of the page read last.
    `most`: rows of a page, 1 to 200; an export has no end.
    """

    guild: GuildId | None = None
    actor: str | None = None
    act: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: str | None = None
    most: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, the newest first. `before`: where the next page begins; None: this was the last."""

    rows: Sequence[Noted]
    before: str | None


async def audit_page(query: AuditQuery, caller: Caller, studio: Studio) -> Page:
    """Return a page of the audit. Raises Refused: NOT_ADMIN, FIELD_RANGE, TEXT_INVALID."""
    _check_reads(query, caller)
    if not 1 <= query.most <= PAGE_MOST:
        raise Refused(Code.FIELD_RANGE, field="most", value=shown(query.most), allowed=[f"1 to {PAGE_MOST}"])
    rows = await studio.store.database.read(lambda tx: newest(tx, _asked(query, query.before), query.most + 1))
    kept = rows[: query.most]
    return Page(kept, kept[-1].id if len(rows) > len(kept) else None)


def audit_rows(query: AuditQuery, caller: Caller, studio: Studio) -> AsyncIterator[Noted]:
    """Give every row of the audit that is asked for, the newest first, in whatever time the reader takes.

    Raises Refused (NOT_ADMIN) at once, before the first row is asked for.
    """
    _check_reads(query, caller)
    return _walk(query, studio)


def to_csv(rows: AsyncIterator[Noted]) -> AsyncIterator[str]:
    """Write rows as CSV, line by line under a header. No cell can be taken for a formula by a spreadsheet."""
    return csv_lines(COLUMNS, _cells(rows))


def to_json_lines(rows: AsyncIterator[Noted]) -> AsyncIterator[str]:
    """Write rows as JSON objects, one a line."""
    return json_lines(_objects(rows))


async def note_block(caller: Caller, rule: str, where: str, studio: Studio, text: str | None = None) -> None:
    """Note that a text of the caller's was refused: which rule did it, and where the text stood.

    `text`: only its length and its sha256 are kept. Of one person at most 6 rows a minute are, and the rest is not.
    """
    now_ms = to_ms(studio.clock.now())
    details: dict[str, Json] = {"rule": shown(rule), "where": shown(where)}
    if text is not None:
        details |= {"chars": len(text), "sha256": hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()}
    entry = Entry(caller.person, BLOCKED, caller.guild, f"person:{caller.person}", details)

    def is_full(tx: Tx) -> bool:
        return count_since(tx, caller.person, BLOCKED, now_ms - _MINUTE_MS, BLOCKS_A_MINUTE) >= BLOCKS_A_MINUTE

    def work(tx: Tx) -> None:
        if not is_full(tx):
            note(tx, entry, now_ms)

    # Readers are many and the writer is one: who is over the number does not take its time.
    if not await studio.store.database.read(is_full):
        await studio.store.database.write(work)


def _check_reads(query: AuditQuery, caller: Caller) -> None:
    for field in ("guild", "actor", "act", "before"):
        if not is_text(getattr(query, field) or ""):
            raise Refused(Code.TEXT_INVALID, field=field, value="", allowed=[])
    if query.guild:
        check_manages(caller, query.guild)
    else:
        check_admin(caller)


def _asked(query: AuditQuery, before: str | None) -> Asked:
    return Asked(query.guild, query.actor, query.act, query.since, query.until, before)


async def _walk(query: AuditQuery, studio: Studio) -> AsyncIterator[Noted]:
    before = query.before
    while True:
        rows = await _some(_asked(query, before), studio)
        for row in rows:
            yield row
        if len(rows) < _AT_ONCE:
            return
        before = rows[-1].id


async def _some(asked: Asked, studio: Studio) -> Sequence[Noted]:
    return await studio.store.database.read(lambda tx: newest(tx, asked, _AT_ONCE))


async def _objects(rows: AsyncIterator[Noted]) -> AsyncIterator[dict[str, Json]]:
    async for row in rows:
        entry = row.entry
        yield {
            "id": row.id,
            "at": row.noted_at.isoformat(timespec="milliseconds"),
            "actor": entry.actor,
            "act": entry.act,
            "guild": entry.guild,
            "subject": entry.subject,
            "details": dict(entry.details),
        }


async def _cells(rows: AsyncIterator[Noted]) -> AsyncIterator[dict[str, Json]]:
    async for row in _objects(rows):
        yield {**row, "details": json.dumps(row["details"], ensure_ascii=False)}
