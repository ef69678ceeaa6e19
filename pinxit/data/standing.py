"""What a submit has to know, read in one statement: whom it is about, what binds them, and who is before them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinxit.data import lanes
from pinxit.data.asking import asked
from pinxit.domain.quota import member_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.data.submitting import NewJob
    from pinxit.domain.ports import Tx

# Each statement costs its way through the driver, beside a busy event loop more than what it searches for. `may_be_`:
# so it is, or was, or is elsewhere; who is told so looks again, row by row. Of roles, any of the guild's counts.
_KNOWN = """
    known.id AS known, known.idem_digest AS known_digest,
    g.id AS guild, g.weight, g.running_cap, g.time_zone, g.paused,
    (SELECT id FROM person WHERE id = {person}) AS person,
    p.vtime AS front, l.vtime, l.queued, l.person_vtime, f.tag,
    CAST((SELECT COALESCE(SUM(queued), 0) FROM flow WHERE person_id = {person}) AS BIGINT) AS persons_jobs,
    CAST((SELECT COALESCE(SUM(queued), 0) FROM lane WHERE guild_id = {guild}) AS BIGINT) AS guilds_jobs,
    CAST((SELECT COALESCE(SUM(queued), 0) FROM pool) AS BIGINT) AS jobs,
    EXISTS (SELECT 1 FROM ban WHERE scope = 'person' AND scope_id = {person})
        OR EXISTS (SELECT 1 FROM ban WHERE scope = 'guild' AND scope_id = {guild}) AS may_be_banned,
    EXISTS (SELECT 1 FROM quota WHERE scope = 'everyone' AND scope_id = '')
        OR EXISTS (SELECT 1 FROM quota WHERE scope = 'guild' AND scope_id = {guild})
        OR EXISTS (SELECT 1 FROM quota WHERE scope = 'person' AND scope_id = {person})
        OR EXISTS (SELECT 1 FROM quota WHERE scope = 'member' AND scope_id = {member})
        OR EXISTS (SELECT 1 FROM quota WHERE scope = 'role' AND scope_id >= {first_role} AND scope_id < {no_role})
        AS may_be_limited
"""
_BESIDE = """
    LEFT JOIN lane l ON l.pool = p.pool AND l.guild_id = {guild}
    LEFT JOIN flow f ON f.pool = p.pool AND f.guild_id = {guild} AND f.person_id = {person}
    LEFT JOIN guild g ON g.id = {guild}
    LEFT JOIN job known ON known.idem = {idem}
"""
_NAMES = ("pool", "idem", "person", "guild", "member", "first_role", "no_role")
_VALUES = {name: f":{name}" for name in _NAMES}
_ONE = f"SELECT {_KNOWN} FROM pool p {_BESIDE} WHERE p.pool = :pool".format(**_VALUES)  # noqa: S608 - literals of this file


_ASKED = {name: f"asked.{name}" for name in _NAMES}
_MANY = f"SELECT asked.number, {_KNOWN} FROM asked JOIN pool p ON p.pool = asked.pool {_BESIDE}".format(**_ASKED)  # noqa: S608 - literals of this file


def standing(tx: Tx, new: NewJob) -> Mapping[str, Any]:
    """Return the row of what is known about a new job, its person and its guild; NULL for what is not there yet.

    `known`, `known_digest`: the job that came before with its key.
    """
    row = tx.one(_ONE, **dict(zip(_NAMES, _values(new), strict=True)))
    if row is None:
        raise lanes.never_opened(new.first["pool"])
    return row


def standings(tx: Tx, news: Sequence[NewJob]) -> Mapping[int, Mapping[str, Any]]:
    """Return such a row for each of these jobs, by its number among them, as it is before all of them."""
    return {row["number"]: row for row in asked(tx, _NAMES, [_values(new) for new in news], _MANY)}


def _values(new: NewJob) -> tuple[str | None, ...]:
    member, first_role = member_id(new.guild, new.person), member_id(new.guild, "")
    # "0" comes right behind the "/" of `member_id`.
    return new.first["pool"], new.idem, new.person, new.guild, member, first_role, f"{new.guild}0"
