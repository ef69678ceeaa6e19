"""Ids, seeds, prices, calendar windows and places in line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinxit.domain.ids import ID_CHARS, BootId, GuildId, boot_of, is_id, new_id, worker_id
from pinxit.domain.place import LaneLoad, Waiter, estimate
from pinxit.domain.pricing import credits_milli, settled_milli
from pinxit.domain.quota import Period, resets_at, window
from pinxit.domain.seeds import DRAWN_LIMIT, SEED_LIMIT, draw_seed, image_seed

NOW_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = st.integers(10**12, 5 * 10**12).map(lambda milliseconds: datetime.fromtimestamp(milliseconds / 1000, UTC))


@given(st.lists(MOMENTS, min_size=2))
def test_ids_of_later_milliseconds_are_greater(moments: list[datetime]) -> None:
    whole = sorted({moment.replace(microsecond=moment.microsecond // 1000 * 1000) for moment in moments})

    ids = [new_id(moment) for moment in whole]

    assert ids == sorted(ids)
    assert all(is_id(text) and len(text) == ID_CHARS for text in ids)


@pytest.mark.parametrize(
    "text", ["", "x", "z" * ID_CHARS, "-" * ID_CHARS, new_id(NOW_AT, 7)[:-1], f"{new_id(NOW_AT, 7)}a", "é" * 22]
)
def test_what_is_no_id_is_told(text: str) -> None:
    assert not is_id(text)


def test_a_thousand_ids_of_one_moment_differ() -> None:
    assert len({new_id(NOW_AT) for _ in range(1000)}) == 1000


def test_a_worker_carries_its_boot_and_a_remote_one_none() -> None:
    assert boot_of(worker_id(BootId("boot-1"), "gpu", 3)) == "boot-1"
    assert boot_of(worker_id(BootId(""), "gpu", 0, "far-away.")) == ""


def test_seeds_are_drawn_below_two_to_the_31_and_wrap_at_two_to_the_32() -> None:
    assert all(0 <= draw_seed() < DRAWN_LIMIT for _ in range(1000))
    assert len({draw_seed() for _ in range(100)}) > 90
    assert [image_seed(SEED_LIMIT - 1, index) for index in range(3)] == [SEED_LIMIT - 1, 0, 1]


@pytest.mark.parametrize(
    ("size", "count", "steps", "milli"),
    [
        ((1024, 1024), 1, 20, 1000),
        ((1024, 1024), 4, 20, 4000),
        ((1024, 1024), 1, 40, 2000),
        ((768, 768), 1, 20, 600),  # 0.5625, rounded up to tenths of a credit
        ((64, 64), 1, 20, 100),
        ((2048, 2048), 1, 20, 4000),
    ],
)
def test_a_credit_is_a_megapixel_at_default_steps(size: tuple[int, int], count: int, steps: int, milli: int) -> None:
    assert credits_milli(*size, count, steps, 20) == milli


def test_only_images_that_exist_are_charged() -> None:
    assert [settled_milli(1000, made, 4) for made in range(5)] == [0, 250, 500, 750, 1000]
    assert settled_milli(100, 1, 3) == 33


@pytest.mark.parametrize(
    ("period", "now", "days"),
    [
        # Half past midnight in Berlin is still the day before in UTC.
        (Period.DAY, datetime(2026, 11, 20, 23, 30, tzinfo=UTC), ("2026-11-21", "2026-11-21")),
        (Period.WEEK, datetime(2026, 11, 22, 22, 59, tzinfo=UTC), ("2026-11-16", "2026-11-22")),
        (Period.WEEK, datetime(2026, 11, 22, 23, 0, tzinfo=UTC), ("2026-11-23", "2026-11-29")),
        (Period.MONTH, datetime(2028, 2, 10, tzinfo=UTC), ("2028-02-01", "2028-02-29")),
        (Period.MONTH, datetime(2026, 12, 31, 12, tzinfo=UTC), ("2026-12-01", "2026-12-31")),
        (Period.TOTAL, NOW_AT, ("1970-01-01", "9999-12-31")),
    ],
)
def test_windows_are_those_of_the_guilds_calendar(period: Period, now: datetime, days: tuple[str, str]) -> None:
    assert window(period, now, BERLIN) == days


def test_a_day_ends_at_the_guilds_midnight_on_the_day_the_clocks_change_too() -> None:
    before_the_change = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    ends_at = resets_at(Period.DAY, before_the_change, BERLIN)

    assert ends_at is not None
    assert ends_at.astimezone(UTC) == datetime(2026, 10, 25, 23, 0, tzinfo=UTC)
    assert resets_at(Period.TOTAL, NOW_AT, BERLIN) is None


@given(MOMENTS)
def test_now_is_always_in_its_own_window_and_the_reset_after_it(now: datetime) -> None:
    today = now.astimezone(BERLIN).date().isoformat()

    for period in (Period.DAY, Period.WEEK, Period.MONTH):
        first, last = window(period, now, BERLIN)
        assert first <= today <= last
        ends_at = resets_at(period, now, BERLIN)
        assert ends_at is not None
        assert now < ends_at <= now + timedelta(days=32)


def load(guild: str, vtime: float, queued: int = 0, running: int = 0, weight: float = 1.0) -> LaneLoad:
    return LaneLoad(GuildId(guild), vtime, weight, queued, running, backlog_s=2.0 * queued)


def test_an_only_job_is_first_and_takes_its_own_time() -> None:
    place = estimate(Waiter(GuildId("a"), 0, 0.0, 2.0), [load("a", 0.0, queued=1)], workers=1)

    assert (place.ahead, place.eta_s) == (0, 2.0)


def test_a_flooding_guild_counts_only_up_to_the_own_turn() -> None:
    lanes = [load("quiet", 10.0, queued=1), load("flood", 6.0, queued=500)]

    place = estimate(Waiter(GuildId("quiet"), 0, 0.0, 2.0), lanes, workers=1)

    # The flood is 4 seconds behind, which is two of its jobs.
    assert (place.ahead, place.eta_s) == (2, 6.0)


def test_more_workers_and_a_lighter_guild_shorten_the_wait() -> None:
    lanes = [load("a", 10.0, queued=5), load("b", 0.0, queued=50)]
    waiter = Waiter(GuildId("a"), 4, 8.0, 2.0)

    one, four = estimate(waiter, lanes, workers=1), estimate(waiter, lanes, workers=4)

    assert one.ahead == four.ahead == 13
    assert one.eta_s == pytest.approx(28.0)
    assert four.eta_s == pytest.approx(8.5)
