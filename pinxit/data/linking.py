"""Make one person of two: codes that one of them shows to the other, and what becomes of the other's rows.

Whoever redeems a code becomes the person who was given it. Nothing is escaped by that: what both used counts together,
of two limits or bans on the same the stricter one stays, and every row of the books moves with its job.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.data import audit
from pinxit.data.audit_names import rename_in_audit
from pinxit.data.members import is_member
from pinxit.data.report_cards import redraw_of_person_in
from pinxit.data.tickets import Ticket, find_in, keep_in
from pinxit.data.times import from_ms, to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import PersonId, new_id

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from pinxit.domain.ports import Database, Tx

_OFFER, _WRONG = "link", "link_wrong"


@dataclass(frozen=True, slots=True)
class Guessing:
    """How often somebody may be wrong within the time that a code serves."""

    most: int
    within: timedelta


class Linking:
    """Codes, and joining. Each is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offer(self, digest: str, person: PersonId, now: datetime, expires_at: datetime) -> None:
        """Keep the digest of a code for this person, in place of every earlier one."""

        def work(tx: Tx) -> None:
            tx.run("DELETE FROM ticket WHERE kind = :kind AND person_id = :person", kind=_OFFER, person=person)
            keep_in(tx, Ticket(digest, _OFFER, person, {}), to_ms(now), to_ms(expires_at))

        await self._database.write(work)

    async def redeem(self, digest: str, person: PersonId, now: datetime, guessing: Guessing) -> PersonId:
        """Join this person to the one who was given the code, and return that one.

        Raises Refused: LINK_WRONG (no such code, or not any more), LOGIN_TRIES (wrong too often), LINK_SELF,
        LINK_NOTHING (there is no account or key that could be moved), JOBS_RUNNING.
        """
        found = await self._database.write(lambda tx: _redeem(tx, digest, person, now, guessing))
        if isinstance(found, Refused):  # A wrong guess is noted, so its transaction must not be undone.
            raise found
        return found


def _redeem(tx: Tx, digest: str, person: PersonId, now: datetime, guessing: Guessing) -> PersonId | Refused:
    now_ms = to_ms(now)
    wrong = tx.all(
        "SELECT expires_ms FROM ticket WHERE person_id = :person AND kind = :kind AND expires_ms > :now "
        "ORDER BY expires_ms",
        person=person,
        kind=_WRONG,
        now=now_ms,
    )
    if len(wrong) >= guessing.most:
        return Refused(Code.LOGIN_TRIES, retry_after_s=(wrong[-guessing.most]["expires_ms"] - now_ms) / 1000)
    offer = find_in(tx, digest, _OFFER, now_ms)
    if offer is None:
        noted = Ticket(new_id(from_ms(now_ms)), _WRONG, person, {})
        keep_in(tx, noted, now_ms, to_ms(now + guessing.within))
        return Refused(Code.LINK_WRONG)
    _join(tx, person, offer.person, now_ms)
    tx.run("DELETE FROM ticket WHERE id = :id", id=digest)
    return offer.person


def _join(tx: Tx, was: PersonId, person: PersonId, now_ms: int) -> None:
    """Make everything of `was` the other's. Raises Refused."""
    if was == person:
        raise Refused(Code.LINK_SELF)
    own = tx.one(
        """
        SELECT (SELECT COUNT(*) FROM account WHERE person_id = :was)
            + (SELECT COUNT(*) FROM access_key WHERE person_id = :was) AS n
        """,
        was=was,
    )
    if own is None or not own["n"]:
        raise Refused(Code.LINK_NOTHING)
    living = tx.one(
        "SELECT COUNT(*) AS n FROM job WHERE person_id IN (:was, :person) AND ended_ms IS NULL", was=was, person=person
    )
    if living is not None and living["n"]:
        raise Refused(Code.JOBS_RUNNING, count=int(living["n"]))
    redraw_of_person_in(tx, was)
    for sql in (*_TAKEN_OVER, *_RENAMED):
        tx.run(sql, was=was, person=person)
    for sql in _LEFT:
        tx.run(sql, was=was)
    _move_counted(tx, "person", was, person)
    for guild in _guilds(tx, was):
        _move_counted(tx, "member", f"{guild}/{was}", f"{guild}/{person}")
    rename_in_audit(tx, was, person, forgets=False)
    audit.note(tx, audit.Entry(person, "account.linked", "", f"person:{person}", {"was": was}), now_ms)


# Where both may have a row about the same thing: it is taken over where the other has none, or the stricter one.
_TAKEN_OVER = (
    """
    INSERT INTO person (id, name, locale, settings, created_ms)
    SELECT CAST(:person AS TEXT), name, locale, settings, created_ms FROM person WHERE id = :was
    ON CONFLICT (id) DO UPDATE SET
        name = CASE WHEN person.name = '' THEN excluded.name ELSE person.name END,
        locale = CASE WHEN person.locale = '' THEN excluded.locale ELSE person.locale END,
        settings = CASE WHEN person.settings = '{}' THEN excluded.settings ELSE person.settings END
    """,
    """
    INSERT INTO favourite (person_id, image_id, created_ms)
    SELECT CAST(:person AS TEXT), image_id, created_ms FROM favourite WHERE person_id = :was ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO read_mark (person_id, guild_id, job_id)
    SELECT CAST(:person AS TEXT), guild_id, job_id FROM read_mark WHERE person_id = :was
    ON CONFLICT (person_id, guild_id) DO UPDATE SET job_id = excluded.job_id WHERE read_mark.job_id < excluded.job_id
    """,
    """
    INSERT INTO flow (pool, guild_id, person_id, tag, queued)
    SELECT pool, guild_id, CAST(:person AS TEXT), tag, queued FROM flow WHERE person_id = :was
    ON CONFLICT (pool, guild_id, person_id) DO UPDATE SET tag = excluded.tag WHERE flow.tag < excluded.tag
    """,
    # Of two bans in the same place the longer one holds.
    """
    INSERT INTO ban (scope, scope_id, guild_id, reason, set_by, created_ms, until_ms)
    SELECT scope, CAST(:person AS TEXT), guild_id, reason, set_by, created_ms, until_ms FROM ban
    WHERE scope = 'person' AND scope_id = :was
    ON CONFLICT (scope, scope_id, guild_id) DO UPDATE
    SET reason = excluded.reason, set_by = excluded.set_by, created_ms = excluded.created_ms,
        until_ms = excluded.until_ms
    WHERE ban.until_ms IS NOT NULL AND (excluded.until_ms IS NULL OR excluded.until_ms > ban.until_ms)
    """,
    # Of two reports of one picture the open one stays, of two alike the older: it is the one that chats show.
    """
    DELETE FROM report WHERE id IN (
        SELECT CASE
            WHEN a.handled_ms IS NULL AND b.handled_ms IS NOT NULL THEN b.id
            WHEN a.handled_ms IS NOT NULL AND b.handled_ms IS NULL THEN a.id
            WHEN a.id < b.id THEN b.id ELSE a.id END
        FROM report a JOIN report b ON b.image_id = a.image_id
        WHERE a.reporter_id = :was AND b.reporter_id = :person)
    """,
)
_LEFT = (
    "DELETE FROM person WHERE id = :was",
    "DELETE FROM favourite WHERE person_id = :was",
    "DELETE FROM read_mark WHERE person_id = :was",
    "DELETE FROM flow WHERE person_id = :was",
    "DELETE FROM ban WHERE scope = 'person' AND scope_id = :was",
)
_RENAMED = (
    "UPDATE account SET person_id = :person WHERE person_id = :was",
    "UPDATE access_key SET person_id = :person WHERE person_id = :was",
    "UPDATE ticket SET person_id = :person WHERE person_id = :was AND kind <> 'link'",
    "UPDATE job SET person_id = :person WHERE person_id = :was",
    "UPDATE attempt SET person_id = :person WHERE person_id = :was",
    "UPDATE image SET person_id = :person WHERE person_id = :was",
    "UPDATE report SET reporter_id = :person WHERE reporter_id = :was",
    "UPDATE report SET handled_by = :person WHERE handled_by = :was",
    "UPDATE ban SET set_by = :person WHERE set_by = :was",
    "UPDATE quota SET set_by = :person WHERE set_by = :was",
    "UPDATE allowance SET set_by = :person WHERE set_by = :was",
    "UPDATE ledger SET person_id = :person WHERE person_id = :was",
)


def _guilds(tx: Tx, was: PersonId) -> list[str]:
    """Return the guilds that have counters, limits, grants or bookings of this person as their member."""
    found: dict[str, None] = {}
    for table in ("usage", "quota", "allowance", "ledger"):
        rows = tx.all(
            f"SELECT DISTINCT scope_id FROM {table} WHERE scope = 'member' AND {is_member('scope_id')}",  # noqa: S608 - literals
            member=f"/{was}",
        )
        found |= dict.fromkeys(row["scope_id"].removesuffix(f"/{was}") for row in rows)
    return list(found)


def _move_counted(tx: Tx, scope: str, before: str, after: str) -> None:
    """Move counters, limits, grants and bookings from one id to another: counters add up, of two limits the lower."""
    for sql in _COUNTED:
        tx.run(sql, scope=scope, before=before, after=after)
    for sql in ("DELETE FROM usage", "DELETE FROM quota"):
        tx.run(f"{sql} WHERE scope = :scope AND scope_id = :before", scope=scope, before=before)


_COUNTED = (
    """
    INSERT INTO usage (scope, scope_id, unit, day, used, drawn)
    SELECT scope, CAST(:after AS TEXT), unit, day, used, drawn FROM usage WHERE scope = :scope AND scope_id = :before
    ON CONFLICT (scope, scope_id, unit, day) DO UPDATE
    SET used = usage.used + excluded.used, drawn = usage.drawn + excluded.drawn
    """,
    """
    INSERT INTO quota (scope, scope_id, unit, period, amount, set_by, set_ms)
    SELECT scope, CAST(:after AS TEXT), unit, period, amount, set_by, set_ms FROM quota
    WHERE scope = :scope AND scope_id = :before
    ON CONFLICT (scope, scope_id, unit, period) DO UPDATE SET amount = excluded.amount
    WHERE quota.amount > excluded.amount
    """,
    "UPDATE allowance SET scope_id = :after WHERE scope = :scope AND scope_id = :before",
    "UPDATE ledger SET scope_id = :after WHERE scope = :scope AND scope_id = :before",
)
