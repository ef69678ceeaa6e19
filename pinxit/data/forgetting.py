"""Forget a person: what they asked for and what they are called goes, and the books keep a random name.

Nothing says afterwards whose name it was: the person's own row goes as well. A ban, a limit, and what was used of the
limits stay under the person's id, as numbers alone, because a deletion must lift none of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.data import audit, ledger
from pinxit.data.audit_names import rename_in_audit
from pinxit.data.deletions import delete_job_in
from pinxit.data.members import is_member
from pinxit.data.report_cards import redraw_of_person_in
from pinxit.data.times import from_ms, to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import GuildId, JobId, new_id
from pinxit.domain.quota import Scope, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pinxit.domain.ids import PersonId
    from pinxit.domain.ports import Database, Tx

LONG_AGO = "1970-01-01"
_KEPT_DAYS_MS = 40 * 86_400_000  # No window but the endless one is longer than a month.


@dataclass(frozen=True, slots=True)
class Living:
    """A person's jobs that have not ended."""

    waiting: tuple[JobId, ...]
    running: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Jobs that were deleted, and paths of files that no row names any more."""

    jobs: tuple[tuple[GuildId, JobId], ...]
    images: tuple[str, ...]
    sources: tuple[str, ...]


class Forgetting:
    """Each is one transaction. First the jobs, a batch at a time, then the person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def living(self, person: PersonId) -> Living:
        """Return the person's jobs that have not ended."""
        sql = "SELECT id, state FROM job WHERE person_id = :person AND ended_ms IS NULL ORDER BY id"
        rows = await self._database.read(lambda tx: tx.all(sql, person=person))
        waiting = tuple(JobId(row["id"]) for row in rows if row["state"] != "running")
        return Living(waiting, len(rows) - len(waiting))

    async def jobs(self, person: PersonId, now: datetime, most: int) -> Forgotten:
        """Delete up to `most` ended jobs with all that they asked for; none left: an empty batch."""

        def work(tx: Tx) -> Forgotten:
            rows = tx.all(
                """
                SELECT id, guild_id FROM job
                WHERE person_id = :person AND deleted_ms IS NULL AND ended_ms IS NOT NULL ORDER BY id LIMIT :most
                """,
                person=person,
                most=most,
            )
            deleted = [delete_job_in(tx, JobId(row["id"]), to_ms(now)) for row in rows]
            return Forgotten(
                tuple((GuildId(row["guild_id"]), JobId(row["id"])) for row in rows),
                tuple(path for each in deleted for path in each.images),
                tuple(path for each in deleted for path in each.sources),
            )

        return await self._database.write(work)

    async def person(self, person: PersonId, pseudonym: str, now: datetime) -> bool:
        """Forget the person; False if there are ended jobs yet to be deleted.

        Raises Refused (JOBS_RUNNING): jobs that have not ended.
        """
        return await self._database.write(lambda tx: _forget(tx, person, pseudonym, to_ms(now)))


def _forget(tx: Tx, person: PersonId, gone: str, now_ms: int) -> bool:
    left = tx.all("SELECT ended_ms FROM job WHERE person_id = :person AND deleted_ms IS NULL", person=person)
    living = sum(row["ended_ms"] is None for row in left)
    if living:
        raise Refused(Code.JOBS_RUNNING, count=living)
    if left:
        return False
    if not _is_anywhere(tx, person):  # Who asks again and again fills no book.
        _accounts(tx, person)
        return True
    used = _used(tx, person)
    redraw_of_person_in(tx, person)
    _shown(tx, person)
    for sql in _RENAMED:
        tx.run(sql, person=person, gone=gone)
    _members(tx, person, gone)
    rename_in_audit(tx, person, gone)
    tx.run(
        "INSERT INTO person (id, pseudonym, created_ms, deleted_ms) VALUES (:gone, :gone, :now, :now)",
        gone=gone,
        now=now_ms,
    )
    _carry_over(tx, person, used, now_ms)
    _accounts(tx, person)
    audit.note(tx, audit.Entry(gone, "mydata.deleted", "", f"person:{gone}"), now_ms)
    return True


def _is_anywhere(tx: Tx, person: PersonId) -> bool:
    """Tell whether anything but what stays under the person's id names them."""
    named = (*((table, column, person) for table, column in _NAMED), ("audit", "subject", f"person:{person}"))
    return any(
        tx.one(f"SELECT 1 AS one FROM {table} WHERE {column} = :id LIMIT 1", id=name) is not None  # noqa: S608 - literals
        for table, column, name in named
    )


def _accounts(tx: Tx, person: PersonId) -> None:
    """Delete the person's accounts; one that was linked leads, nameless, to what stays under the person's id."""
    stays = any(
        tx.one(sql, **({"person": person, "member": f"/{person}"} if ":member" in sql else {"person": person}))
        is not None
        for sql in _STAYING
    )
    if stays:
        tx.run(
            "DELETE FROM account WHERE person_id = :person AND platform || ':' || external_id = :person", person=person
        )
        tx.run("UPDATE account SET name = '' WHERE person_id = :person", person=person)
    else:
        tx.run("DELETE FROM account WHERE person_id = :person", person=person)


_STAYING = (
    "SELECT 1 AS one FROM ban WHERE scope = 'person' AND scope_id = :person LIMIT 1",
    *(
        f"""
        SELECT 1 AS one FROM {table} WHERE (scope = 'person' AND scope_id = :person)
            OR (scope = 'member' AND {is_member("scope_id")}) LIMIT 1
        """  # noqa: S608 - literals
        for table in ("quota", "usage")
    ),
)


def _shown(tx: Tx, person: PersonId) -> None:
    """Delete what only the person was shown, and what opens their door."""
    keys = {row["id"] for row in tx.all("SELECT id FROM access_key WHERE person_id = :person", person=person)}
    if keys:
        for row in tx.all("SELECT id, payload FROM ticket WHERE kind = 'session'"):
            if json.loads(row["payload"]).get("key") in keys:
                tx.run("DELETE FROM ticket WHERE id = :id", id=row["id"])
    for sql in _DELETED:
        tx.run(sql, person=person)


_NAMED = (
    ("person", "id"),
    ("job", "person_id"),
    ("access_key", "person_id"),
    ("ticket", "person_id"),
    ("favourite", "person_id"),
    ("read_mark", "person_id"),
    ("report", "reporter_id"),
    ("report", "handled_by"),
    ("audit", "actor"),
    ("allowance", "scope_id"),
    ("allowance", "set_by"),
    ("ban", "set_by"),
    ("quota", "set_by"),
)
# Messages are found by their jobs, and there is nothing left to find.
_DELETED = (
    "DELETE FROM message WHERE job_id IN (SELECT id FROM job WHERE person_id = :person)",
    """
    UPDATE delivery SET target = '{}', error = '' WHERE state IN ('done', 'dead')
        AND job_id IN (SELECT id FROM job WHERE person_id = :person)
    """,
    "DELETE FROM favourite WHERE person_id = :person",
    "DELETE FROM read_mark WHERE person_id = :person",
    "DELETE FROM access_key WHERE person_id = :person",
    "DELETE FROM ticket WHERE person_id = :person",
    "DELETE FROM person WHERE id = :person",
)
_RENAMED = (
    "UPDATE attempt SET person_id = :gone, message = '' WHERE person_id = :person",
    "UPDATE image SET person_id = :gone, sha256 = '', pixels_sha256 = '' WHERE person_id = :person",
    "UPDATE job SET person_id = :gone, idem = NULL, idem_digest = '' WHERE person_id = :person",
    "UPDATE flow SET person_id = :gone WHERE person_id = :person",
    "UPDATE report SET reporter_id = :gone, reason = '' WHERE reporter_id = :person",
    "UPDATE report SET handled_by = :gone WHERE handled_by = :person",
    "UPDATE ban SET set_by = :gone WHERE set_by = :person",
    "UPDATE quota SET set_by = :gone WHERE set_by = :person",
    "UPDATE allowance SET set_by = :gone WHERE set_by = :person",
    "UPDATE allowance SET scope_id = :gone, note = '' WHERE scope = 'person' AND scope_id = :person",
    "UPDATE usage SET scope_id = :gone WHERE scope = 'person' AND scope_id = :person",
    "UPDATE ledger SET scope_id = :gone, note = '' WHERE scope = 'person' AND scope_id = :person",
    "UPDATE ledger SET person_id = :gone WHERE person_id = :person",
)


def _members(tx: Tx, person: PersonId, gone: str) -> None:
    """Rename the person as a member of guilds: ids of the form `guild/person`."""
    for table in ("usage", "allowance", "ledger"):
        clear = "" if table == "usage" else ", note = ''"
        for row in tx.all(
            f"SELECT DISTINCT scope_id FROM {table} WHERE scope = 'member' AND {is_member('scope_id')}",  # noqa: S608 - literals
            member=f"/{person}",
        ):
            guild = row["scope_id"].removesuffix(f"/{person}")
            tx.run(
                f"UPDATE {table} SET scope_id = :new{clear} WHERE scope = 'member' AND scope_id = :old",  # noqa: S608 - literals
                new=f"{guild}/{gone}",
                old=row["scope_id"],
            )


def _used(tx: Tx, person: PersonId) -> list[Mapping[str, Any]]:
    """Return what counts against the person's limits: (scope, scope_id, unit, day, used)."""
    return list(
        tx.all(
            f"""
            SELECT scope, scope_id, unit, day, used - drawn AS used FROM usage
            WHERE used <> drawn AND ((scope = 'person' AND scope_id = :person)
                OR (scope = 'member' AND {is_member("scope_id")}))
            """,  # noqa: S608 - literals
            person=person,
            member=f"/{person}",
        )
    )


def _carry_over(tx: Tx, person: PersonId, used: list[Mapping[str, Any]], now_ms: int) -> None:
    """Book what was used to the person's id again, for their limits alone. Days of before a month become one."""
    sums: dict[tuple[str, str, str, str], int] = {}
    first = f"{from_ms(now_ms - _KEPT_DAYS_MS):%Y-%m-%d}"
    for row in used:
        key = (row["scope"], row["scope_id"], row["unit"], row["day"] if row["day"] >= first else LONG_AGO)
        sums[key] = sums.get(key, 0) + int(row["used"])
    carried = new_id(from_ms(now_ms))
    for number, ((scope, scope_id, unit, day), amount) in enumerate(sorted(sums.items())):
        booking = ledger.Booking(
            job=carried,
            attempt=number,
            kind=ledger.Kind.ADJUST,
            unit=Unit(unit),
            amount=amount,
            person=person,
            guild=scope_id.removesuffix(f"/{person}") if scope == Scope.MEMBER else "",
            day=day,
            at_ms=now_ms,
            scope=Scope(scope),
            scope_id=scope_id,
        )
        ledger.book(tx, booking)
