"""How limits, windows and grants come together, for all that could come: the pure part."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from pinxit.domain.quota import (
    LIFTS,
    Draw,
    Grant,
    Limit,
    Period,
    Room,
    Scope,
    Unit,
    binding,
    draws,
    missing,
    resets_at,
    tightest,
)
from tests.queueing.effort import effort

if TYPE_CHECKING:
    from collections.abc import Sequence

COUNTED = (Scope.PERSON, Scope.MEMBER, Scope.GUILD, Scope.EVERYONE)
amounts = st.integers(0, 20)
rooms_of_credits = st.lists(
    st.builds(
        lambda scope, period, most, used: Room(Limit(scope, "x", Unit.CREDIT, period, most), used, None),
        st.sampled_from(COUNTED),
        st.sampled_from(Period),
        amounts,
        st.integers(-3, 25),
    ),
    max_size=6,
)
some_grants = st.lists(
    st.tuples(st.sampled_from(tuple(LIFTS)), st.integers(1, 12), st.none() | st.integers(1, 5)), max_size=6
).map(lambda rows: [Grant(f"g{number}", *row) for number, row in enumerate(rows)])


def granted(rooms: Sequence[Room], grants: Sequence[Grant]) -> list[Room]:
    return [
        Room(
            room.limit,
            room.used,
            room.resets_at,
            sum(grant.remaining for grant in grants if room.limit.counted in LIFTS[grant.scope]),
        )
        for room in rooms
    ]


@given(rooms_of_credits, some_grants, amounts)
@effort(400)
def test_what_no_limit_refuses_is_paid_whole_and_no_grant_is_overdrawn(
    rooms: list[Room], grants: list[Grant], needed: int
) -> None:
    refused = tightest(granted(rooms, grants), {Unit.CREDIT: needed})
    drawn = draws(missing(rooms, needed), grants)

    taken: dict[str, int] = defaultdict(int)
    lifted: dict[Scope, int] = defaultdict(int)
    for draw in drawn:
        assert draw.amount > 0
        taken[draw.grant.id] += draw.amount
        for scope in LIFTS[draw.grant.scope]:
            lifted[scope] += draw.amount
    assert all(taken[grant.id] <= grant.remaining for grant in grants)
    if refused is not None:
        assert needed > refused.left
        return
    for room in rooms:
        before = max(room.used, 0)  # Where more was forgiven than used, the window is no larger than its limit.
        assert room.used + needed - lifted[room.limit.counted] <= max(room.limit.amount, before)
    for scope in (Scope.PERSON, Scope.GUILD):  # No more is drawn than is missing, for the member's sake at most.
        lacking = [needed - room.free for room in rooms if room.limit.counted in LIFTS[scope]]
        assert lifted[scope] <= max(0, *lacking, 0)


@given(some_grants, amounts)
@effort(200)
def test_the_soonest_expiring_grants_are_used_up_first(grants: list[Grant], needed: int) -> None:
    mine = [grant for grant in grants if grant.scope is Scope.GUILD]

    drawn = draws({Scope.GUILD: needed}, grants)

    order = sorted(mine, key=lambda grant: (grant.expires_ms or 2**63, grant.id))
    assert [draw.grant for draw in drawn] == order[: len(drawn)]
    assert all(draw.amount == draw.grant.remaining for draw in drawn[:-1])
    assert sum(draw.amount for draw in drawn) == min(needed, sum(grant.remaining for grant in mine))


def test_a_persons_grant_is_drawn_once_for_both_limits() -> None:
    mine, here = Grant("a", Scope.PERSON, 5, None), Grant("b", Scope.MEMBER, 5, 1)

    assert draws({Scope.PERSON: 2, Scope.MEMBER: 4}, [here, mine]) == [Draw(mine, 2), Draw(here, 2)]


@given(st.permutations([("role", 300), ("role", 100), ("member", 50), ("role", 200)]))
@effort(20)
def test_a_members_own_limit_takes_the_roles_place_in_any_order(limits: list[tuple[str, int]]) -> None:
    found = binding(Limit(Scope(scope), "g/x", Unit.CREDIT, Period.DAY, amount) for scope, amount in limits)
    roles = binding(
        Limit(Scope(scope), "g/x", Unit.CREDIT, Period.DAY, amount) for scope, amount in limits if scope == "role"
    )

    assert [limit.amount for limit in found] == [50]
    assert [limit.amount for limit in roles] == [300]


def test_a_day_that_has_no_midnight_begins_when_its_clocks_say_so() -> None:
    santiago = ZoneInfo("America/Santiago")  # On 3 September 2023 from 00:00 to 01:00.

    ends_at = resets_at(Period.DAY, datetime(2023, 9, 2, 12, tzinfo=UTC), santiago)

    assert ends_at is not None
    assert ends_at.isoformat() == "2023-09-03T01:00:00-03:00"
