"""Whom a limit binds, in which window, and who has to wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pinxit.data import books
from pinxit.data.bans import Ban, put_ban
from pinxit.data.submitting import Submitted
from pinxit.data.times import to_ms
from pinxit.domain.errors import Code
from pinxit.domain.ids import new_id
from tests.data.till import HOUR_MS, NOW_MS, a_queue, ask, fail, grant, limit, refusal
from tests.queueing.world import new_job


@pytest.mark.parametrize(
    ("scope", "scope_id", "spender", "bound", "free"),
    [
        ("person", "person-1", {}, {"guild": "guild-2"}, {"person": "person-2"}),
        ("member", "guild-1/person-1", {}, {}, {"guild": "guild-2"}),
        ("role", "guild-1/everyone", {}, {}, {"person": "person-2"}),
        ("role", "guild-1/vip", {"roles": ("vip",)}, {"roles": ("vip",)}, {}),
        ("guild", "guild-1", {}, {"person": "person-2"}, {"guild": "guild-2"}),
        ("everyone", "", {}, {"person": "person-2", "guild": "guild-2"}, None),
    ],
)
def test_a_limit_binds_its_own_and_nobody_else(
    scope: str, scope_id: str, spender: dict[str, Any], bound: dict[str, Any], free: dict[str, Any] | None
) -> None:
    queue = a_queue()
    limit(queue, scope, scope_id, 100)
    ask(queue, **spender)

    refused = refusal(queue, **bound)

    assert (refused.code, refused.facts["scope"], refused.facts["used"]) == (Code.QUOTA_SPENT, scope, 100)
    if free is not None:
        ask(queue, **free)
    assert books.verify(queue.tx) == []


def test_the_highest_role_holds_and_a_members_own_limit_takes_its_place() -> None:
    queue = a_queue()
    for role, amount in (("everyone", 100), ("vip", 300), ("old", 200)):
        limit(queue, "role", f"guild-1/{role}", amount)
    limit(queue, "member", "guild-1/person-3", 50)
    roles = {"roles": ("old", "vip")}

    ask(queue, 300, **roles)
    assert refusal(queue, 1, **roles).facts["limit"] == 300
    assert refusal(queue, 101, person="person-2").facts["limit"] == 100
    assert refusal(queue, 51, person="person-3", **roles).facts["limit"] == 50


def test_a_members_own_limit_of_a_day_leaves_the_roles_limit_of_a_month() -> None:
    queue = a_queue()
    limit(queue, "member", "guild-1/person-1", 500)
    limit(queue, "role", "guild-1/everyone", 200, "month")

    assert refusal(queue, 300).facts["period"] == "month"


@pytest.mark.parametrize(
    ("period", "resets_at"),
    [
        ("day", "2026-11-22T00:00:00+01:00"),
        ("week", "2026-11-23T00:00:00+01:00"),
        ("month", "2026-12-01T00:00:00+01:00"),
        ("total", None),
    ],
)
def test_a_window_ends_at_midnight_of_the_guild_and_then_starts_anew(period: str, resets_at: str | None) -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 100, period)
    ask(queue)

    facts = refusal(queue).facts

    assert (facts["resets_at"], facts["time_zone"]) == (resets_at, "Europe/Berlin")
    if resets_at is None:
        queue.now_ms += 1000 * 24 * HOUR_MS
        refusal(queue)
        return
    queue.now_ms = to_ms(datetime.fromisoformat(resets_at)) - 1
    refusal(queue)
    queue.now_ms += 1
    ask(queue)


def test_of_two_spent_limits_the_one_is_named_that_frees_last() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 100)
    limit(queue, "guild", "guild-1", 100, "month")
    ask(queue)

    assert refusal(queue).facts["scope"] == "guild"


def test_of_several_limits_the_one_with_the_least_left_is_named() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 300)
    limit(queue, "guild", "guild-1", 200, "month")
    limit(queue, "everyone", "", 100, unit="dollar")
    ask(queue, 100, dollars_micro=90)

    assert refusal(queue, 300).facts["scope"] == "guild"
    assert refusal(queue, 300, dollars_micro=90).facts["unit"] == "dollar"


def test_a_refusal_tells_what_is_left() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 1200)
    grant(queue, "person", "person-1", 50)
    ask(queue, 1000)

    facts = refusal(queue, 400).facts

    assert {name: facts[name] for name in ("limit", "used", "needed", "left", "granted")} == {
        "limit": 1200,
        "used": 1000,
        "needed": 400,
        "left": 200,
        "granted": 50,
    }


def test_a_guild_that_moves_to_another_time_zone_keeps_what_was_reserved() -> None:
    queue = a_queue("Pacific/Auckland")  # It is the 22nd there.
    limit(queue, "guild", "guild-1", 100)
    limit(queue, "person", "person-1", 100, "month")
    ask(queue)

    queue.tx.run("UPDATE guild SET time_zone = 'America/New_York' WHERE id = 'guild-1'")

    assert refusal(queue, person="person-2").facts["used"] == 100
    assert refusal(queue).facts["used"] == 100
    fail(queue)
    ask(queue)
    assert books.verify(queue.tx) == []


def test_a_person_waits_for_the_cooldown_of_the_guild_and_others_do_not() -> None:
    queue = a_queue()
    ask(queue, person_cooldown_s=60)
    queue.now_ms += 45_000

    refused = refusal(queue, person_cooldown_s=60)

    assert (refused.code, refused.facts) == (Code.COOLDOWN, {"retry_after_s": 15.0, "scope": "person"})
    ask(queue, person="person-2", person_cooldown_s=60)
    ask(queue, guild="guild-2", person_cooldown_s=60)
    queue.now_ms += 15_000
    ask(queue, person_cooldown_s=60)


def test_a_guild_waits_whoever_asks() -> None:
    queue = a_queue()
    ask(queue, guild_cooldown_s=10)

    refused = refusal(queue, person="person-2", guild_cooldown_s=10, person_cooldown_s=5)

    assert refused.facts == {"retry_after_s": 10.0, "scope": "guild"}
    ask(queue, guild="guild-2", guild_cooldown_s=10)


def test_the_jobs_of_one_group_are_one_request() -> None:
    queue = a_queue()
    group = [
        new_job(id=new_id(queue.now), group="g", now_ms=queue.now_ms, person_cooldown_s=60, guild_cooldown_s=60)
        for _ in range(3)
    ]

    queue.submit(*group)

    refusal(queue, person_cooldown_s=60)


def test_a_request_that_comes_twice_is_refused_by_nothing_the_second_time() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 100)
    first = ask(queue, idem="test:1", person_cooldown_s=60)
    put_ban(queue.tx, Ban("person", "person-1", "", "Spam.", "admin", queue.now, None))
    assert refusal(queue, person_cooldown_s=60).facts == {"until": None, "reason": "Spam"}
    again = new_job(id=new_id(queue.now), idem="test:1", now_ms=queue.now_ms, person_cooldown_s=60)
    before = list(queue.database.dump())

    assert queue.submit(again) == [Submitted(first, is_new=False)]

    assert list(queue.database.dump()) == before


@pytest.mark.parametrize(
    ("scope", "scope_id", "guild", "code"),
    [
        ("person", "person-1", "", Code.BANNED),
        ("person", "person-1", "guild-1", Code.BANNED),
        ("guild", "guild-1", "", Code.GUILD_BANNED),
        ("person", "person-1", "guild-2", None),
        ("person", "person-2", "", None),
    ],
)
def test_who_is_banned_cannot_ask_until_the_ban_ends(scope: str, scope_id: str, guild: str, code: Code | None) -> None:
    queue = a_queue()
    queue.tx.run(
        "INSERT INTO ban (scope, scope_id, guild_id, reason, set_by, created_ms, until_ms)"
        " VALUES (:scope, :scope_id, :guild, 'spam', 'admin', 0, :until)",
        scope=scope,
        scope_id=scope_id,
        guild=guild,
        until=NOW_MS + HOUR_MS,
    )

    if code is not None:
        refused = refusal(queue)
        assert refused.code is code
        assert refused.facts == {"until": "2026-11-21T23:30:00+00:00", "reason": "spam"}
        queue.now_ms += HOUR_MS
    ask(queue)


def test_whoever_asks_first_in_a_guild_that_is_there_is_known_from_then_on() -> None:
    queue = a_queue()
    for person, guild in (("person-1", "guild-1"), ("person-2", "guild-1"), ("person-2", "guild-2")):
        ask(queue, person=person, guild=guild)

    assert [row["id"] for row in queue.rows("SELECT id FROM person ORDER BY id")] == ["person-1", "person-2"]
    assert [row["id"] for row in queue.rows("SELECT id FROM guild ORDER BY id")] == ["guild-1", "guild-2"]


def test_what_no_window_has_room_for_is_told_no_moment_to_wait_for() -> None:
    queue = a_queue()
    limit(queue, "person", "person-1", 100)
    grant(queue, "person", "person-1", 50)
    ask(queue, 150)  # The grant is used up, and so is the day.

    assert refusal(queue, 100).facts["resets_at"] == "2026-11-22T00:00:00+01:00"
    assert refusal(queue, 101).facts["resets_at"] is None
