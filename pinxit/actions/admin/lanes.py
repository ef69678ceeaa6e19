"""A guild's share of the queue, pausing guilds and pools, and clearing what waits."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from pinxit.actions.admin.rights import check_admin, check_manages
from pinxit.data import ending
from pinxit.data.audit import Entry, note
from pinxit.data.guilds import founded_guild
from pinxit.data.jobs import Changed
from pinxit.data.pools import may_stop
from pinxit.data.times import to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, nearest, shown
from pinxit.domain.ids import PoolName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.data.pools import Paused
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import GuildId, JobId, PersonId
    from pinxit.domain.ports import Tx

WEIGHTS = (0.1, 100.0)
CAP_MOST = 1000
_AT_ONCE = 100  # Jobs that are cancelled in one transaction: everybody else's writes wait so long.


@dataclass(frozen=True, slots=True)
class Share:
    """What a guild gets of every pool. `running_cap`: jobs that run at once in a pool; None: the operator's number."""

    guild: GuildId
    weight: float
    running_cap: int | None
    is_paused: bool


async def set_weight(guild: GuildId, weight: float, caller: Caller, studio: Studio) -> Share:
    """Give a guild `weight` times the seconds of a guild of weight 1, from the next claim on.

    Raises Refused: NOT_ADMIN, GUILD_UNKNOWN, FIELD_RANGE (0.1 to 100).
    """
    check_admin(caller)
    least, most = WEIGHTS
    if not (math.isfinite(weight) and least <= weight <= most):
        raise Refused(Code.FIELD_RANGE, field="weight", value=shown(weight), allowed=[f"{least:g} to {most:g}"])
    return await _share(guild, caller, studio, "weight", float(weight))


async def set_running_cap(guild: GuildId, cap: int | None, caller: Caller, studio: Studio) -> Share:
    """Let at most `cap` jobs of a guild run at once in each pool; None: as many as the operator's settings say.

    Raises Refused: NOT_ADMIN, GUILD_UNKNOWN, FIELD_RANGE (1 to 1000).
    """
    check_admin(caller)
    if cap is not None and not 1 <= cap <= CAP_MOST:
        raise Refused(Code.FIELD_RANGE, field="running_cap", value=shown(cap), allowed=[f"1 to {CAP_MOST}"])
    return await _share(guild, caller, studio, "running_cap", cap)


async def pause(guild: GuildId | None, pool: PoolName | None, caller: Caller, studio: Studio) -> bool:
    """Let the jobs of a guild, or of a pool, wait; what runs goes on. False: it was paused already.

    Without guild and pool: every pool there is. A paused guild may still ask, and its jobs wait. Raises Refused:
    NOT_ADMIN, GUILD_UNKNOWN, GENERATOR_UNKNOWN (no such pool), FIELD_CHOICE (guild and pool at once).
    """
    return await _set_paused(guild, pool, caller, studio, paused=True)


async def resume(guild: GuildId | None, pool: PoolName | None, caller: Caller, studio: Studio) -> bool:
    """Undo `pause`, with the same arguments and refusals. A guild comes back as if it had been idle."""
    return await _set_paused(guild, pool, caller, studio, paused=False)


async def load_paused(caller: Caller, studio: Studio) -> Paused:
    """Return what is paused; who does not administer everything sees the pools and the own guild."""
    found = await studio.store.pools.paused()
    if caller.is_admin:
        return found
    return replace(found, guilds=found.guilds & {caller.guild})


async def clear(
    guild: GuildId | None,
    person: PersonId | None,
    caller: Caller,
    studio: Studio,
    *,
    also_running: bool = False,
) -> int:
    """Cancel every job that waits, of a guild and a person (None: of all), and return how many were cancelled.

    Each ends as if it had been cancelled alone: paid back, and told where it was asked for. `also_running`: running
    ones are asked to stop as well, and count. Jobs that arrive meanwhile stay. Raises Refused: NOT_ADMIN, TEXT_INVALID.
    """
    if guild is None:
        check_admin(caller)
    else:
        check_manages(caller, guild)
    for field, named in (("guild", guild), ("person", person)):
        if not is_text(named or ""):
            raise Refused(Code.TEXT_INVALID, field=field, value="", allowed=[])
    jobs = await studio.store.pools.stoppable(guild, person, also_running=also_running)
    entry = Entry(
        caller.person,
        "queue.cleared",
        guild or "",
        "" if person is None else f"person:{person}",
        {"found": len(jobs), "also_running": also_running},
    )
    rest = iter(jobs)
    cleared = 0
    book: Entry | None = entry  # Beside the first of them, so that no cancelled job is without its row.
    while (some := list(islice(rest, _AT_ONCE))) or book is not None:
        changed = await _stop(some, book, studio, also_running=also_running)
        book = None
        cleared += len(changed)
        for one in changed:
            await studio.queue.announce(one)
    return cleared


async def _stop(jobs: Sequence[JobId], entry: Entry | None, studio: Studio, *, also_running: bool) -> list[Changed]:
    now_ms = to_ms(studio.clock.now())

    def work(tx: Tx) -> list[Changed]:
        if entry is not None:
            note(tx, entry, now_ms)
        ended = [(job, ending.cancel(tx, job, now_ms)) for job in jobs if may_stop(tx, job, also_running=also_running)]
        return [Changed(job, result.state, PoolName(result.pool), result.dropped) for job, result in ended]

    return await studio.store.database.write(work)


async def _share(guild: GuildId, caller: Caller, studio: Studio, column: str, value: float | None) -> Share:
    now_ms = to_ms(studio.clock.now())
    platform = caller.platform if caller.guild == guild else None

    def work(tx: Tx) -> Share:
        before = founded_guild(tx, guild, platform, now_ms)
        studio.store.pools.share_in(tx, guild, **{column: value})
        details = {"before": getattr(before, column), "after": value}
        note(tx, Entry(caller.person, f"guild.{column}", guild, f"guild:{guild}", details), now_ms)
        after = founded_guild(tx, guild, None, now_ms)
        return Share(guild, after.weight, after.running_cap, after.is_paused)

    share = await studio.store.database.write(work)
    await _wake_all(studio)
    return share


async def _set_paused(
    guild: GuildId | None, pool: PoolName | None, caller: Caller, studio: Studio, *, paused: bool
) -> bool:
    if guild is None:
        check_admin(caller)
    else:
        check_manages(caller, guild)
    if guild is not None and pool is not None:
        allowed = ["a guild or a pool, not both"]
        raise Refused(Code.FIELD_CHOICE, field="pool", value=shown(pool), allowed=allowed)
    names = await studio.store.pools.names()
    if pool is not None and pool not in names:
        near = nearest(pool, names)
        raise Refused(
            Code.GENERATOR_UNKNOWN, field="pool", value=shown(pool), nearest=near, allowed=[str(name) for name in names]
        )
    now_ms = to_ms(studio.clock.now())
    act = "paused" if paused else "resumed"

    def work(tx: Tx) -> bool:
        if guild is None:
            moved = studio.store.pools.pause_in(tx, pool, paused=paused)
            for one in moved:
                note(tx, Entry(caller.person, f"pool.{act}", "", f"pool:{one}"), now_ms)
            return bool(moved)
        platform = caller.platform if caller.guild == guild else None
        if founded_guild(tx, guild, platform, now_ms).is_paused is paused:
            return False
        studio.store.pools.share_in(tx, guild, paused=int(paused))
        note(tx, Entry(caller.person, f"guild.{act}", guild, f"guild:{guild}"), now_ms)
        return True

    is_changed = await studio.store.database.write(work)
    await _wake_all(studio)
    return is_changed


async def _wake_all(studio: Studio) -> None:
    """Let the workers look again: a lane may be claimable that was not."""
    for pool in await studio.store.pools.names():
        studio.events.wake(pool)
