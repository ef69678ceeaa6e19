"""Changing weights and caps, and pausing, moves nobody in line: the bound of decision 3 holds all the while."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinxit.data.store import Numbers
from pinxit.data.submitting import Waiting
from pinxit.domain.fairness import Rules
from pinxit.domain.ids import GuildId
from pinxit.domain.job import Outcome
from tests.queueing.world import Queue, a_step, new_job

if TYPE_CHECKING:
    from pinxit.domain.job import Lease

RULES = Rules(credit_s=1.0, slack_s=3.0, running_cap=2)
MANY = Waiting(per_person=10_000, per_guild=10_000, total=100_000)
COST_S = 2.0
WEIGHTS = (0.5, 1.0, 4.0)
GUILDS = ("a", "b", "c")
STEPS = st.tuples(
    st.sampled_from(("submit", "claim", "serve", "serve", "end", "weight", "cap", "pause", "resume")),
    st.integers(0, 2),
    st.integers(0, 2),
)


def share(queue: Queue, guild: str, **changed: float | None) -> None:
    queue.store.pools.share_in(queue.tx, GuildId(guild), **changed)


def a_queue() -> Queue:
    queue = Queue(Numbers(rules=RULES, waiting=MANY))
    for guild in GUILDS:
        queue.guild(guild)
        queue.submit(*(new_job(a_step(cost_s=COST_S), guild=guild) for _ in range(2)))
    return queue


def vtime(queue: Queue, guild: str) -> float:
    return float(queue.row("SELECT vtime FROM lane WHERE guild_id = :guild", guild=guild)["vtime"])


def finish(queue: Queue, lease: Lease) -> None:
    """End an attempt that took exactly what was estimated."""
    queue.tx.run(
        "UPDATE attempt SET accrued_ms = :now, accrued_s = cost_s WHERE job_id = :job", now=2**50, job=lease.job
    )
    queue.paint_and_succeed(lease)


@settings(max_examples=50, deadline=None)
@given(st.lists(STEPS, min_size=10, max_size=40))
def test_no_change_of_an_admin_lets_a_guild_hoard_credit_or_get_ahead(steps: list[tuple[str, int, int]]) -> None:
    queue = a_queue()
    running: list[Lease] = []
    for act, which, number in steps:
        guild = GUILDS[which]
        match act:
            case "submit":
                queue.submit(new_job(a_step(cost_s=COST_S), guild=guild))
            case "claim":
                running += queue.claim(most=number + 1)
            case "serve":
                for _ in range(3):
                    queue.submit(*(new_job(a_step(cost_s=COST_S), guild=each) for each in GUILDS))
                    for lease in queue.claim():
                        finish(queue, lease)
            case "end" if running:
                finish(queue, running.pop(which % len(running)))
            case "weight":
                share(queue, guild, weight=WEIGHTS[number])
            case "cap":
                share(queue, guild, running_cap=(None, 1, 3)[number])
            case "pause" | "resume":
                share(queue, guild, paused=int(act == "pause"))
        front = queue.row("SELECT vtime FROM pool")["vtime"]
        for lane in queue.rows("SELECT vtime FROM lane WHERE queued > 0 AND running < cap"):
            assert front - RULES.credit_s - 1e-9 <= lane["vtime"]
            assert lane["vtime"] <= front + RULES.slack_s + COST_S / min(WEIGHTS) + 1e-9


def test_a_guild_that_was_paused_for_long_comes_back_like_an_idle_one() -> None:
    queue = a_queue()
    share(queue, "a", paused=1)
    for _ in range(40):
        queue.submit(*(new_job(a_step(cost_s=COST_S), guild=guild) for guild in ("b", "c")))
        finish(queue, queue.claim()[0])
    front = queue.row("SELECT vtime FROM pool")["vtime"]

    waiting = vtime(queue, "a")
    share(queue, "a", paused=0)

    assert (waiting, front > 30) == (0, True)
    assert vtime(queue, "a") == pytest.approx(front - RULES.credit_s)


def test_a_guild_that_is_let_off_its_cap_comes_back_like_an_idle_one() -> None:
    queue = a_queue()
    share(queue, "a", running_cap=1)
    held = next(lease for lease in (*queue.claim(), *queue.claim(), *queue.claim()) if _guild(queue, lease) == "a")
    for _ in range(40):
        queue.submit(*(new_job(a_step(cost_s=COST_S), guild=guild) for guild in ("b", "c")))
        for lease in queue.claim():
            finish(queue, lease)
        queue.tx.run("UPDATE job SET lease_ms = :far WHERE id = :id", far=2**50, id=held.job)
    front = queue.row("SELECT vtime FROM pool")["vtime"]

    share(queue, "a", running_cap=2)

    assert vtime(queue, "a") == pytest.approx(front - RULES.credit_s)


@pytest.mark.parametrize(("before", "after"), [(1.0, 100.0), (100.0, 0.1), (0.5, 0.5)])
def test_a_job_that_is_given_back_returns_exactly_what_it_was_charged(before: float, after: float) -> None:
    queue = a_queue()
    for guild in GUILDS[1:]:
        share(queue, guild, paused=1)
    share(queue, "a", weight=before)
    (lease,) = queue.claim()
    paid = vtime(queue, "a")

    share(queue, "a", weight=after)
    moved = vtime(queue, "a")
    queue.end(lease, Outcome.RELEASED)

    assert paid == moved == COST_S / before
    assert vtime(queue, "a") == pytest.approx(0)


def test_a_weight_counts_for_what_is_claimed_from_then_on() -> None:
    queue = a_queue()
    for guild in GUILDS[1:]:
        share(queue, guild, paused=1)
    finish(queue, queue.claim()[0])
    share(queue, "a", weight=4.0)

    finish(queue, queue.claim()[0])

    assert vtime(queue, "a") == pytest.approx(COST_S + COST_S / 4)


def _guild(queue: Queue, lease: Lease) -> str:
    return str(queue.row("SELECT guild_id FROM job WHERE id = :id", id=lease.job)["guild_id"])
