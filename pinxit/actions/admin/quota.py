"""Set limits, grant extra credits, reset what was used, and see who uses most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from pinxit.actions.admin.amounts import MOST, one_of
from pinxit.actions.admin.rights import check_admin, check_manages
from pinxit.actions.admin.texts import one_line
from pinxit.actions.admin.whom import check_known, check_rights, whom_of
from pinxit.data import rationing
from pinxit.data.allowances import NewGrant
from pinxit.data.allowances import grant as add_grant
from pinxit.data.audit import Entry, note
from pinxit.data.ledger import Booking, Kind
from pinxit.data.times import from_ms, to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import GuildId, PersonId, new_id
from pinxit.domain.quota import Limit, Period, Scope, Unit, window

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ports import Tx

SETTABLE = (Scope.PERSON, Scope.MEMBER, Scope.ROLE, Scope.GUILD, Scope.EVERYONE)
GRANTABLE = (Scope.PERSON, Scope.MEMBER, Scope.GUILD)
RESETTABLE = (Scope.PERSON, Scope.MEMBER, Scope.GUILD, Scope.EVERYONE)
NOTE_CHARS = 200
MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class QuotaWish:
    """A limit to be set. `amount`: thousandths of a credit or millionths of a dollar; None takes the limit away.

    `name`: of the person, the guild, or the person or role of the caller's guild; an operator names other guilds' as
    `guild/name`. "" for everyone. The role `everyone` is each member that has no higher one.
    """

    scope: str
    name: str
    unit: str
    period: str
    amount: int | None


@dataclass(frozen=True, slots=True)
class GrantWish:
    """Extra credits or dollars for a person (good everywhere), member or guild. `expires_days`: None is never."""

    scope: str
    name: str
    unit: str
    amount: int
    expires_days: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit as it was set. `guild`: "" for a person's or everyone's. `set_by`: a person's id."""

    scope: Scope
    guild: str
    name: str
    unit: Unit
    period: Period
    amount: int
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class TopLine:
    """One of those who used most. `name`: what the person is called. `used`: in the unit that was asked for."""

    person: PersonId
    name: str
    used: int
    jobs: int


async def set_quota(wish: QuotaWish, caller: Caller, studio: Studio) -> int | None:
    """Set or remove a limit, and return what it was before (None: none). Raises Refused."""
    whom = whom_of(wish.scope, wish.name, SETTABLE, caller)
    unit, period = one_of(Unit, "unit", wish.unit), one_of(Period, "period", wish.period)
    check_rights(whom, unit, (Scope.MEMBER, Scope.ROLE), caller)
    if wish.amount is not None:
        _check_amount(wish.amount, least=0)
    now_ms = to_ms(studio.clock.now())

    def work(tx: Tx) -> int | None:
        check_known(tx, whom, caller)
        limit = Limit(whom.scope, whom.scope_id, unit, period, wish.amount or 0)
        before = rationing.set_limit(tx, limit, wish.amount, caller.person, now_ms)
        details = {"unit": unit.value, "period": period.value, "amount": wish.amount, "before": before}
        note(tx, Entry(caller.person, "quota.set", whom.guild, whom.subject, details), now_ms)
        return before

    return await studio.store.database.write(work)


async def grant(wish: GrantWish, caller: Caller, studio: Studio) -> str:
    """Give extra credits or dollars, and return the grant's id. Raises Refused."""
    whom = whom_of(wish.scope, wish.name, GRANTABLE, caller)
    unit = one_of(Unit, "unit", wish.unit)
    check_rights(whom, unit, (Scope.MEMBER,), caller)
    _check_amount(wish.amount, least=1)
    note_text = one_line("note", wish.note, NOTE_CHARS)
    days = wish.expires_days
    if days is not None and not 0 < days <= MOST_DAYS:
        raise Refused(Code.FIELD_RANGE, field="expires_days", value=shown(days), allowed=[f"1 to {MOST_DAYS}"])
    now = studio.clock.now()
    expires_ms = None if days is None else to_ms(now + timedelta(days=days))
    new = NewGrant(new_id(now), whom.scope, whom.scope_id, unit, wish.amount, expires_ms, note_text, caller.person)

    def work(tx: Tx) -> str:
        check_known(tx, whom, caller)
        add_grant(tx, new, to_ms(now))
        details = {"grant": new.id, "unit": unit.value, "amount": wish.amount, "expires_days": days}
        note(tx, Entry(caller.person, "quota.grant", whom.guild, whom.subject, details), to_ms(now))
        return new.id

    return await studio.store.database.write(work)


async def reset_quota(scope: str, name: str, unit: str | None, caller: Caller, studio: Studio) -> None:
    """Forgive what was used, in every window; what open jobs reserved stays reserved, grants stay as they are.

    `unit`: None is both; of a guild's admin, credits alone. Raises Refused.
    """
    whom = whom_of(scope, name, RESETTABLE, caller)
    both = tuple(Unit) if caller.is_admin else (Unit.CREDIT,)
    units = both if unit is None else (one_of(Unit, "unit", unit),)
    for each in units:
        check_rights(whom, each, (Scope.MEMBER,), caller)
    now = studio.clock.now()
    booking = Booking(
        new_id(now), 0, Kind.ADJUST, Unit.CREDIT, 0, whom.person, whom.guild, "", to_ms(now), note="reset"
    )

    def work(tx: Tx) -> None:
        check_known(tx, whom, caller)
        forgiven = {each.value: rationing.forgive(tx, whom.scope, whom.scope_id, each, booking) for each in units}
        note(tx, Entry(caller.person, "quota.reset", whom.guild, whom.subject, {**forgiven}), to_ms(now))

    await studio.store.database.write(work)


async def show_quotas(guild: GuildId | None, caller: Caller, studio: Studio) -> Sequence[LimitLine]:
    """Return the limits of one guild with its roles and members, or (None) every limit. Raises Refused."""
    _check_sees(guild, caller)
    rows = await studio.store.database.read(lambda tx: rationing.limit_rows(tx, guild))
    lines = []
    for row in rows:
        scope = Scope(row["scope"])
        of_guild, name = ("", row["scope_id"])
        if scope in (Scope.MEMBER, Scope.ROLE):
            of_guild, _, name = name.partition("/")
        elif scope is Scope.GUILD:
            of_guild = name
        unit, period = Unit(row["unit"]), Period(row["period"])
        set_at = from_ms(row["set_ms"])
        lines.append(LimitLine(scope, of_guild, name, unit, period, row["amount"], row["set_by"], set_at))
    return lines


async def top(
    guild: GuildId | None, period: str, unit: str, caller: Caller, studio: Studio, most: int = 20
) -> Sequence[TopLine]:
    """Return who used most in this day, week, month or in all, in a guild or (None) everywhere. Raises Refused."""
    _check_sees(guild, caller)
    in_unit, in_period = one_of(Unit, "unit", unit), one_of(Period, "period", period)
    now = studio.clock.now()

    def work(tx: Tx) -> Sequence[tuple[str, int, int]]:
        zone = UTC if guild is None else rationing.zone_of(tx, guild)
        return rationing.ranking(tx, guild, in_unit, window(in_period, now, zone)[0], max(1, min(most, 100)))

    ranked = await studio.store.database.read(work)
    names = await studio.store.people.names([PersonId(person) for person, _, _ in ranked])
    return [TopLine(PersonId(person), names[PersonId(person)], used, jobs) for person, used, jobs in ranked]


def _check_sees(guild: GuildId | None, caller: Caller) -> None:
    if guild is None:
        check_admin(caller)
    else:
        check_manages(caller, guild)


def _check_amount(amount: int, *, least: int) -> None:
    if not least <= amount <= MOST:
        raise Refused(Code.FIELD_RANGE, field="amount", value=shown(amount), allowed=[f"{least} to {MOST}"])
