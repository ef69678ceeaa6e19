"""No guild gets ahead of another by more than docs/decisions/0003-fairness.md promises, whatever it tries."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from pinxit.data.store import Numbers
from pinxit.data.submitting import Waiting
from pinxit.domain.fairness import Rules
from pinxit.domain.job import Outcome
from tests.queueing.adversary import POOLS, Game, World, worlds
from tests.queueing.effort import effort
from tests.queueing.mutants import CappedEarns, FailuresAreFree, FillsWithoutLimit, IdlingEarns, WeightsAreIgnored
from tests.queueing.world import Queue, new_job

NOISE = 1e-6  # Sums of floats.
SEARCH = settings(
    max_examples=300,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@effort(50)
@given(worlds(exact=True))
def test_with_exact_estimates_guilds_stay_within_the_bound(world: World) -> None:
    verdicts = Game(world).play()

    for verdict in verdicts:
        assert verdict.error < NOISE
        assert verdict.apart <= world.rules.credit_s + world.rules.slack_s + verdict.largest + NOISE


@effort(50)
@given(worlds(exact=False))
def test_with_wrong_estimates_guilds_stay_within_the_bound(world: World) -> None:
    for verdict in Game(world).play():
        assert verdict.apart <= verdict.bound + NOISE


@effort(20)
@given(worlds(exact=False))
def test_every_guild_is_charged_what_its_workers_were_occupied(world: World) -> None:
    game = Game(world)
    game.play()

    for pool in POOLS:
        accounts = game.accounts[pool]
        for row in game.queue.rows("SELECT * FROM lane WHERE pool = :pool", pool=pool):
            assert row["charged_s"] == pytest.approx(accounts.real_s(row["guild_id"]))
            assert row["vtime"] == pytest.approx(accounts.start(row["guild_id"]), abs=NOISE)
        occupied_s = game.queue.row("SELECT occupied_s FROM pool WHERE pool = :pool", pool=pool)["occupied_s"]
        assert occupied_s == pytest.approx(accounts.worker_s, abs=NOISE)
        batches = game.queue.rows(
            "SELECT SUM(accrued_s) AS s FROM attempt WHERE pool = :pool GROUP BY batch ORDER BY MIN(rowid)", pool=pool
        )
        assert [batch["s"] for batch in batches] == pytest.approx(accounts.occupied_s())


@pytest.mark.parametrize("mutant", [FillsWithoutLimit, IdlingEarns, CappedEarns, FailuresAreFree, WeightsAreIgnored])
def test_the_adversary_finds_every_known_way_to_be_unfair(mutant: type[Queue]) -> None:
    def breaks_the_bound(world: World) -> bool:
        return any(verdict.apart > verdict.bound + NOISE for verdict in Game(world, mutant).play())

    find(worlds(exact=True), breaks_the_bound, settings=SEARCH)


def test_a_light_person_in_a_flooding_guild_does_not_wait_for_the_flood() -> None:
    waits_s = {flood: _wait_of_a_light_person(flood) for flood in (10, 100, 1000)}

    # One job at a time, a second each: the one that runs, and the flooder's next, which has the same tag.
    assert max(waits_s.values()) <= 2
    assert waits_s[1000] == waits_s[10]


def _wait_of_a_light_person(flood: int) -> float:
    queue = Queue(Numbers(waiting=Waiting(per_person=10_000, per_guild=10_000)))
    for _ in range(flood):
        queue.submit(new_job(person="flooder"))
    for _ in range(5):
        _serve(queue)
    light = new_job(person="light")
    queue.submit(light)
    start_ms = queue.now_ms
    while _serve(queue) != light.id:
        pass
    return (queue.now_ms - start_ms) / 1000


def test_a_guild_of_many_persons_waits_no_longer_than_the_rules_allow() -> None:
    """A quiet guild's job starts after what runs, and what a flooded queue may still be ahead by: the slack."""
    rules = Rules()
    queue = Queue(Numbers(rules=rules, waiting=Waiting(per_person=10_000, per_guild=10_000)))
    for number in range(1000):
        queue.submit(new_job(guild="flooding", person=f"person-{number % 100}"))
    for _ in range(100):
        _serve(queue)
    quiet = new_job(guild="quiet")
    queue.submit(quiet)

    assert _serve(queue) == quiet.id


def _serve(queue: Queue) -> str:
    (lease,) = queue.claim()
    queue.now_ms += 1000
    queue.end(lease, Outcome.REFUSED)
    return lease.job
