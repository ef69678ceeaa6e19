"""The book of what admins did and what was refused: rows are added, inside the transaction of what they tell of."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pinxit.data.times import from_ms
from pinxit.domain.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pinxit.domain.ports import Tx
    from pinxit.domain.request import Json

BLOCKED = "prompt.blocked"  # A text that was refused, by our own rules at once or by a server later.


@dataclass(frozen=True, slots=True)
class Entry:
    """One act. `actor`: who did it, a person's id. `subject`: whom or what it was done to, as `person:…` or `image:…`.

    `guild`: "" is the whole installation. `details`: numbers and names, never a prompt and never a secret.
    """

    actor: str
    act: str
    guild: str = ""
    subject: str = ""
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Noted:
    """An entry as it stands in the book. Ids sort by time."""

    id: str
    noted_at: datetime
    entry: Entry


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows are wanted, None: any. `guild`: "" are the acts that concern the whole installation.

    `since_at`, `until_at`: from this moment on, and before that one. `before`: older than the row of this id.
    """

    guild: str | None = None
    actor: str | None = None
    act: str | None = None
    since_at: datetime | None = None
    until_at: datetime | None = None
    before: str | None = None


def note(tx: Tx, entry: Entry, now_ms: int) -> None:
    """Add one row."""
    tx.run(
        """
        INSERT INTO audit (id, actor, act, guild_id, subject, details, at_ms)
        VALUES (:id, :actor, :act, :guild, :subject, :details, :now)
        """,
        id=new_id(from_ms(now_ms)),
        actor=entry.actor,
        act=entry.act,
        guild=entry.guild,
        subject=entry.subject,
        details=json.dumps(entry.details, ensure_ascii=False),
        now=now_ms,
    )


def newest(tx: Tx, asked: Asked, most: int) -> Sequence[Noted]:
    """Return the rows that are asked for, the newest first."""
    conditions = [condition for name, condition in _CONDITIONS.items() if getattr(asked, name) is not None]
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    bounds = [None if moment is None else new_id(moment, 0) for moment in (asked.since_at, asked.until_at)]
    wanted = {
        "guild": asked.guild,
        "actor": asked.actor,
        "act": asked.act,
        "since": bounds[0],
        "until": bounds[1],
        "before": asked.before,
    }
    rows = tx.all(
        f"SELECT id, actor, act, guild_id, subject, details, at_ms FROM audit {where} ORDER BY id DESC LIMIT :most",  # noqa: S608 - literals below
        **{name: value for name, value in wanted.items() if value is not None},
        most=most,
    )
    return [_noted(row) for row in rows]


# By the field of Asked. An id begins with its moment, so that a period is a range of ids.
_CONDITIONS = {
    "guild": "guild_id = :guild",
    "actor": "actor = :actor",
    "act": "act = :act",
    "since_at": "id >= :since",
    "until_at": "id < :until",
    "before": "id < :before",
}


def _noted(row: Mapping[str, Any]) -> Noted:
    entry = Entry(row["actor"], row["act"], row["guild_id"], row["subject"], json.loads(row["details"]))
    return Noted(row["id"], from_ms(row["at_ms"]), entry)


def count_since(tx: Tx, actor: str, act: str, since_ms: int, most: int) -> int:
    """Count somebody's rows of one act since a moment, up to `most`."""
    row = tx.one(
        """
        SELECT COUNT(*) AS n FROM (
            SELECT 1 AS one FROM audit WHERE actor = :actor AND act = :act AND id >= :since LIMIT :most) AS rows
        """,
        actor=actor,
        act=act,
        since=new_id(from_ms(since_ms), 0),
        most=most,
    )
    return row["n"] if row else 0
