"""How much goes on in a guild."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pinxit.actions.admin.quota import TopLine, top
from pinxit.actions.admin.rights import check_manages
from pinxit.data.ledger import used_on
from pinxit.data.rationing import zone_of
from pinxit.data.tallies import Tally, tally_in
from pinxit.data.times import to_ms
from pinxit.domain.quota import Period, Scope, Unit, window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import GuildId
    from pinxit.domain.ports import Tx

WITHIN = timedelta(days=1)
_TOP = 5


@dataclass(frozen=True, slots=True)
class Stats:
    """`tally`: what waits and runs now and what ended within a day. `credits_milli`: used today, in the guild's zone.

    `most`: who used most of them today.
    """

    tally: Tally
    credits_milli: int
    most: Sequence[TopLine]


async def guild_stats(guild: GuildId, caller: Caller, studio: Studio) -> Stats:
    """Return how much goes on in a guild. Raises Refused (NOT_ADMIN)."""
    check_manages(caller, guild)
    now = studio.clock.now()

    def work(tx: Tx) -> tuple[Tally, int]:
        today = window(Period.DAY, now, zone_of(tx, guild))[0]
        return tally_in(tx, guild, to_ms(now - WITHIN)), used_on(tx, Scope.GUILD, guild, Unit.CREDIT, today)

    tally, credits_milli = await studio.store.database.read(work)
    most = await top(guild, Period.DAY, Unit.CREDIT, caller, studio, _TOP)
    return Stats(tally, credits_milli, most)
