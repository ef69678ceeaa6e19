"""Two ways in which an earlier queue was unfair, with the numbers that ours must reach."""

from __future__ import annotations

from collections import Counter

from pinxit.data.store import Numbers
from pinxit.data.submitting import Waiting
from pinxit.domain.fairness import Rules
from pinxit.domain.job import Outcome
from tests.queueing.world import Queue, a_step, new_job

MANY = Waiting(per_person=10_000, per_guild=10_000, total=100_000)


def test_a_batch_is_not_filled_from_a_guild_that_had_its_share() -> None:
    """Without the slack in the fill, 600 jobs of one guild saw 4,200 of the other go by."""
    rules = Rules(running_cap=100)
    queue = Queue(Numbers(rules=rules, waiting=MANY))
    for number in range(600):
        queue.submit(new_job(a_step(key=f"key-{number % 8}"), guild="small", person="one"))
    for number in range(1500):
        queue.submit(new_job(a_step(key=f"key-{number % 8}"), guild="big", person=f"person-{number % 50}"))
    served: Counter[str] = Counter()
    guilds = {row["id"]: row["guild_id"] for row in queue.rows("SELECT id, guild_id FROM job")}
    lag_s = 0.0

    while served["small"] < 600:
        batch = queue.claim(most=8)
        served.update(guilds[lease.job] for lease in batch)
        queue.now_ms += len(batch) * 1000
        for lease in batch:
            queue.paint_and_succeed(lease)
        waiting = {
            row["guild_id"]: row["vtime"] for row in queue.rows("SELECT guild_id, vtime FROM lane WHERE queued > 0")
        }
        lag_s = max(lag_s, max(waiting.values()) - min(waiting.values()))

    assert served["big"] <= 600 + rules.slack_s
    assert lag_s <= rules.slack_s


def test_a_guild_pays_for_jobs_that_hang() -> None:
    """With failures refunded, 20 jobs that hang delayed another guild's 200 good ones by 3,661 seconds."""
    rules = Rules()
    queue = Queue(Numbers(rules=rules, waiting=MANY, lease_s=60.0))
    for _ in range(20):
        queue.submit(new_job(a_step(cost_s=1.0), guild="hanging"))
    for _ in range(200):
        queue.submit(new_job(a_step(cost_s=1.0), guild="good"))
    guilds = {row["id"]: row["guild_id"] for row in queue.rows("SELECT id, guild_id FROM job")}
    start_ms = queue.now_ms
    good = 0
    hung_ms = 0

    while good < 200:
        queue.tick()
        leases = queue.claim()
        if not leases:
            queue.now_ms += 1000
            continue
        if guilds[leases[0].job] == "hanging":
            queue.now_ms += 61_000
            hung_ms += 61_000
            continue
        queue.now_ms += 1000
        queue.paint_and_succeed(leases[0])
        good += 1

    # While the good one is served for 200 s, the hanging one may have as much and the slack: four leases of 60 s.
    assert hung_ms == 4 * 61_000
    assert queue.now_ms - start_ms == 200_000 + hung_ms
    charged = queue.row("SELECT charged_s FROM lane WHERE guild_id = 'hanging'")["charged_s"]
    assert charged == 4 * 60
    assert {
        row["outcome"] for row in queue.rows("SELECT outcome FROM attempt WHERE guild_id = 'hanging' AND ended_ms > 0")
    } == {Outcome.DIED}
