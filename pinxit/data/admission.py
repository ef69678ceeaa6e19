"""Whether somebody may ask just now, whatever it costs: bans and cooldowns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.data.bans import active_ban
from pinxit.data.times import from_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import new_id

if TYPE_CHECKING:
    from pinxit.domain.ports import Tx


@dataclass(frozen=True, slots=True)
class Cooldown:
    """The least seconds between two requests of one person in a guild, and of anybody there; 0: none."""

    person_s: float = 0
    guild_s: float = 0


def check_ban(tx: Tx, person: str, guild: str, now_ms: int) -> None:
    """Refuse who is banned here or everywhere, and everybody of a guild that is."""
    ban = active_ban(tx, person, guild, now_ms)
    if ban is not None:
        code = Code.GUILD_BANNED if ban["scope"] == "guild" else Code.BANNED
        until = None if ban["until_ms"] is None else from_ms(ban["until_ms"]).isoformat()
        raise Refused(code, until=until, reason=ban["reason"].rstrip(" ."))  # It ends a sentence of ours.


def check_cooldown(tx: Tx, person: str, guild: str, group: str, cooldown: Cooldown, now_ms: int) -> None:
    """Refuse a request that comes too soon after the last one. Jobs of one group are one request."""
    waits_s = {
        "person": _wait_s(tx, guild, person, group, cooldown.person_s, now_ms),
        "guild": _wait_s(tx, guild, None, group, cooldown.guild_s, now_ms),
    }
    scope = max(waits_s, key=lambda each: waits_s[each])
    if waits_s[scope] > 0:
        raise Refused(Code.COOLDOWN, retry_after_s=waits_s[scope], scope=scope)


def _wait_s(tx: Tx, guild: str, person: str | None, group: str, cooldown_s: float, now_ms: int) -> float:
    """Return how long is still to be waited. Ids sort by time, so only the requests of the last seconds are read."""
    if cooldown_s <= 0:
        return 0.0
    since_ms = now_ms - int(cooldown_s * 1000)
    sql = "SELECT MAX(created_ms) AS last_ms FROM job WHERE id >= :first AND created_ms > :since AND group_id <> :group"
    values = {"first": new_id(from_ms(since_ms), entropy=0), "since": since_ms, "group": group, "guild": guild}
    if person is None:
        row = tx.one(f"{sql} AND guild_id = :guild", **values)
    else:
        row = tx.one(f"{sql} AND person_id = :person AND guild_id = :guild", person=person, **values)
    if row is None or row["last_ms"] is None:
        return 0.0
    return min(cooldown_s, cooldown_s - float(now_ms - row["last_ms"]) / 1000)
