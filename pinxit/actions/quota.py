"""What a person may still ask for, and what they have used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.data.allowances import open_grants
from pinxit.data.ledger import used_on
from pinxit.data.quotas import Asking, limits_of, rooms_of, with_grants
from pinxit.data.rationing import zone_of
from pinxit.data.times import moment, to_ms
from pinxit.domain.quota import Scope, Unit

if TYPE_CHECKING:
    from datetime import datetime

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ports import Tx
    from pinxit.domain.quota import Period


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """A limit that binds the caller. Amounts: thousandths of a credit or millionths of a dollar.

    `name`: of the person, role or guild; "" is everybody. `left`: of the limit itself; grants are lines of their own.
    `resets_at`: in the guild's time zone; None: never.
    """

    scope: Scope
    name: str
    unit: Unit
    period: Period
    limit: int
    used: int
    left: int
    resets_at: datetime | None
    time_zone: str


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant that is not used up. `scope`: person is good in every guild, guild is for all of its members."""

    amount: int
    left: int
    expires_at: datetime | None
    unit: Unit
    scope: Scope


@dataclass(frozen=True, slots=True)
class Balance:
    """What binds the caller here. `tightest_credits_left`: thousandths, grants included; None: no limit.

    `used_today_milli`: thousandths of a credit, by the caller in this guild, also what grants paid for.
    """

    lines: tuple[BalanceLine, ...]
    grants: tuple[GrantLine, ...]
    tightest_credits_left: int | None
    used_today_milli: int


async def balance(caller: Caller, studio: Studio) -> Balance:
    """Return the caller's limits and grants in their guild, the tightest limit first."""
    now_ms = to_ms(studio.clock.now())

    def work(tx: Tx) -> Balance:
        asking = Asking(caller.person, caller.guild, zone_of(tx, caller.guild), now_ms, caller.roles)
        rooms = rooms_of(tx, limits_of(tx, asking), asking)
        rows = open_grants(tx, asking.ids, now_ms)
        rooms = [with_grants(room, [row for row in rows if row["unit"] == room.limit.unit]) for room in rooms]
        lines = [
            BalanceLine(
                scope=room.limit.scope,
                name=room.limit.scope_id.removeprefix(f"{caller.guild}/"),
                unit=room.limit.unit,
                period=room.limit.period,
                limit=room.limit.amount,
                used=room.used,
                left=room.free,
                resets_at=room.resets_at,
                time_zone=asking.zone.key,
            )
            for room in sorted(rooms, key=lambda room: (room.limit.unit, room.left))
        ]
        grants = [
            GrantLine(
                row["amount"], row["remaining"], moment(row["expires_ms"]), Unit(row["unit"]), Scope(row["scope"])
            )
            for row in rows
        ]
        left = [room.left for room in rooms if room.limit.unit is Unit.CREDIT]
        used = used_on(tx, Scope.MEMBER, asking.ids[Scope.MEMBER], Unit.CREDIT, asking.day)
        return Balance(tuple(lines), tuple(grants), min(left, default=None), used)

    return await studio.store.database.read(work)
