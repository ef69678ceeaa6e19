"""What a store must do, whatever lies under it. A module per database brings the fixture `database` and these tests."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pinxit.data import ledger
from pinxit.data.keys import KeyScope
from pinxit.data.store import Numbers, Store, store_over
from pinxit.data.submitting import NewSource, Waiting
from pinxit.data.times import to_ms
from pinxit.data.workers import Worker
from pinxit.domain.delivery import DeliveryState
from pinxit.domain.errors import Code, LeaseLost, Refused
from pinxit.domain.ids import BootId, DeliveryId, JobId, PoolName, SourceId, WorkerId
from pinxit.domain.job import PREPARE, Beat, Ended, JobState, Lease, Order, Outcome
from pinxit.domain.request import Request
from tests.queueing.world import START_MS, a_new_image, a_step, new_job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.domain.ports import Database, Tx

NOW_AT = datetime(2025, 11, 21, 4, 40, tzinfo=UTC)
BOOT, WORKER, POOL = BootId("boot-1"), WorkerId("worker-1"), PoolName("gpu")
NUMBERS = Numbers(waiting=Waiting(per_person=4, per_guild=6, total=8), lease_s=30.0)
assert to_ms(NOW_AT) == START_MS


class StoreContract:
    """Subclass it in a module with a fixture `database`: empty and migrated."""

    @pytest.fixture
    async def store(self, database: Database) -> Store:
        store = store_over(database, NUMBERS)
        await store.open_pools([POOL, PREPARE, "other"])
        await store.open_pools([POOL])
        return store

    async def test_a_job_goes_from_submit_to_a_delivered_image(self, store: Store) -> None:
        new = new_job(count=2, credits_milli=200)
        (submitted,) = await store.jobs.submit([new])
        assert submitted.is_new

        (lease,) = await claim(store)
        assert (lease.job, lease.attempt, lease.missing) == (new.id, 1, (0, 1))
        for index in lease.missing:
            await store.images.add(lease, a_new_image(lease, index))
        result = await store.jobs.end(lease, Ended(Outcome.SUCCEEDED), at(4))

        job = await store.jobs.job(JobId(new.id))
        assert job is not None
        assert result.state is job.state is JobState.SUCCEEDED
        assert [(image.index, image.is_ready, image.recipe) for image in job.images] == [
            (0, True, {"steps": 20}),
            (1, True, {"steps": 20}),
        ]
        assert [(each.outcome, each.seconds) for each in job.attempts] == [(Outcome.SUCCEEDED, 4.0)]
        (delivery,) = await store.deliveries.due(at(4))
        assert delivery.job == new.id
        await store.deliveries.editing(delivery.id, BOOT)
        await store.deliveries.placed(delivery, "message-1", at(5))
        await store.deliveries.done(delivery.id, at(5))
        assert await store.deliveries.states() == {DeliveryState.DONE: 1}
        assert await store.jobs.states() == {JobState.SUCCEEDED: 1}
        await no_differences(store)

    async def test_a_repeated_key_makes_one_job(self, store: Store) -> None:
        first = new_job(idem="key-1", digest="digest")
        again = new_job(idem="key-1", digest="digest")
        other = new_job(idem="key-1", digest="another")

        (made,) = await store.jobs.submit([first])
        (repeated,) = await store.jobs.submit([again])
        with pytest.raises(Refused) as refused:
            await store.jobs.submit([other])

        assert (repeated.id, repeated.is_new) == (made.id, False)
        assert refused.value.code is Code.IDEMPOTENCY_MISMATCH
        assert await store.jobs.states() == {JobState.QUEUED: 1}

    @pytest.mark.parametrize(
        ("before", "code"),
        [
            ([{}] * 4, Code.FULL_PERSON),
            ([{"person": f"person-{number // 2 + 2}"} for number in range(6)], Code.FULL_GUILD),
            ([{"person": f"p-{number // 2}", "guild": f"g-{number // 2}"} for number in range(8)], Code.FULL_ALL),
        ],
    )
    async def test_a_full_line_refuses_and_says_which(
        self, store: Store, before: Sequence[dict[str, str]], code: Code
    ) -> None:
        for changes in before:
            await store.jobs.submit([new_job(**changes)])

        with pytest.raises(Refused) as refused:
            await store.jobs.submit([new_job()])

        assert refused.value.code is code
        assert await store.jobs.states() == {JobState.QUEUED: len(before)}

    async def test_a_group_is_stored_whole_or_not_at_all(self, store: Store) -> None:
        with pytest.raises(Refused):
            await store.jobs.submit([new_job(group="g") for _ in range(5)])
        assert await store.jobs.states() == {}

        await store.jobs.submit([new_job(group="g") for _ in range(3)])
        assert len(await store.jobs.jobs_of_group("g")) == 3
        await no_differences(store)

    async def test_a_quota_is_reserved_settled_and_given_back(self, store: Store) -> None:
        await set_quota(store, amount=250)
        first, second = new_job(credits_milli=200, count=2), new_job(credits_milli=100)
        await store.jobs.submit([first])

        with pytest.raises(Refused) as refused:
            await store.jobs.submit([second])
        assert refused.value.code is Code.QUOTA_SPENT
        assert (refused.value.facts["used"], refused.value.facts["limit"]) == (200, 250)

        (lease,) = await claim(store)
        await store.images.add(lease, a_new_image(lease, 0))
        await store.jobs.end(lease, Ended(Outcome.BROKEN), at(1))
        await store.jobs.submit([second])
        await no_differences(store)

    async def test_a_claim_mixes_guilds_that_fit_and_leaves_the_rest(self, store: Store) -> None:
        for guild in ("guild-1", "guild-2"):
            await store.jobs.submit([new_job(a_step(key="a"), guild=guild, person=guild)])
            await store.jobs.submit([new_job(a_step(key="b"), guild=guild, person=guild)])

        first = await claim(store, most=8)
        second = await claim(store, most=8)

        assert [len(first), len(second), len(await claim(store, most=8))] == [2, 2, 0]
        assert {lane.guild: (lane.queued, lane.running) for lane in await store.lines.lanes()} == {
            "guild-1": (0, 2),
            "guild-2": (0, 2),
        }
        assert (await store.lines.pools())[POOL] == (0, 4)

    async def test_claims_at_the_same_moment_get_different_jobs(self, store: Store) -> None:
        for number in range(8):
            await store.jobs.submit([new_job(guild=f"guild-{number}", person=f"person-{number}")])

        claims = await asyncio.gather(*(claim(store, worker=f"worker-{number}") for number in range(10)))

        jobs = [lease.job for leases in claims for lease in leases]
        assert len(jobs) == len(set(jobs)) == 8

    async def test_the_least_charged_guild_goes_first_and_a_loaded_model_may_go_before(self, store: Store) -> None:
        busy = [new_job(a_step(cost_s=10.0, model="one"), guild="busy") for _ in range(2)]
        await store.jobs.submit(busy)
        await claim(store)
        await store.jobs.submit([new_job(a_step(model="two"), guild="quiet", person="quiet")])

        (lease,) = await claim(store, loaded=["one"])
        assert lease.job == busy[1].id
        (lease,) = await claim(store, loaded=["one"])
        assert lease.job not in {job.id for job in busy}

    async def test_only_the_present_lease_may_store_end_or_beat(self, store: Store) -> None:
        await store.jobs.submit([new_job()])
        (old,) = await claim(store)
        await store.jobs.end(old, Ended(Outcome.RELEASED), at(1))
        (lease,) = await claim(store, now=at(1))

        with pytest.raises(LeaseLost):
            await store.images.add(old, a_new_image(old))
        with pytest.raises(LeaseLost):
            await store.jobs.end(old, Ended(Outcome.SUCCEEDED), at(2))
        beats = [Beat(old.job, old.fence)]
        assert await store.jobs.beat(WORKER, beats, at(2)) == {old.job: Order.LOST}

        kept = await store.images.add(lease, a_new_image(lease))
        assert await store.images.add(lease, a_new_image(lease, image="again")) == kept
        assert (await store.jobs.end(lease, Ended(Outcome.SUCCEEDED), at(2))).state is JobState.SUCCEEDED
        assert await store.images.image(kept) is not None

    async def test_a_silent_worker_loses_the_job_and_its_id_to_poll_is_kept(self, store: Store) -> None:
        new = new_job(a_step(dollars_micro=40), dollars_micro=40)
        await store.jobs.submit([new])
        (lease,) = await claim(store)
        beat = Beat(lease.job, lease.fence, sent=True, upstream_id="upstream-1")
        assert await store.jobs.beat(WORKER, [beat], at(10)) == {lease.job: Order.KEEP}

        assert await store.jobs.tick(at(40)) == []
        (lapsed,) = await store.jobs.tick(at(41))
        assert lapsed.state is JobState.WAITING
        (woken,) = await store.jobs.tick(at(60))
        assert woken.state is JobState.QUEUED
        (again,) = await claim(store, now=at(60))

        assert (again.attempt, again.upstream_id) == (2, "upstream-1")
        job = await store.jobs.job(JobId(new.id))
        assert job is not None
        assert (job.tries, job.attempts[0].seconds) == (1, 40.0)
        await no_differences(store)

    async def test_the_next_program_takes_over_what_the_dead_one_held(self, store: Store) -> None:
        await store.jobs.submit([new_job(), new_job()])
        (inside,) = await claim(store)
        (remote,) = await claim(store, boot="", worker="remote")
        await store.workers.seen(Worker(WORKER, BOOT, POOL, is_remote=False, seen_at=at(0)))
        await store.workers.seen(Worker(WorkerId("remote"), BootId(""), POOL, is_remote=True, seen_at=at(0)), ["m"])

        changed = await store.jobs.take_over(BootId("boot-2"), at(1))

        assert [(each.job, each.state) for each in changed] == [(inside.job, JobState.QUEUED)]
        assert (await store.jobs.end(remote, Ended(Outcome.REFUSED), at(2))).state is JobState.FAILED
        assert [worker.id for worker in await store.workers.all()] == ["remote"]
        await store.jobs.take_over(BootId("boot-3"), at(2 * 24 * 3600))
        assert await store.workers.all() == []

    async def test_a_route_goes_on_in_the_next_pool_with_a_new_request(self, store: Store) -> None:
        new = new_job(a_step(PREPARE), a_step(POOL, 7.0, "key-2", changes={"steps": 30}))
        await store.jobs.submit([new])
        (lease,) = await claim(store, pool=PREPARE)

        await store.jobs.end(lease, Ended(Outcome.ADVANCED, request=Request("a sharp fox", 64, 64, 7)), at(2))

        (lease,) = await claim(store)
        assert (lease.job, lease.request.prompt, lease.request.steps) == (new.id, "a sharp fox", 30)

    async def test_waiting_and_running_jobs_are_cancelled(self, store: Store) -> None:
        jobs = [new_job(credits_milli=100) for _ in range(3)]
        await store.jobs.submit(jobs)
        (lease,) = await claim(store)
        waiting = next(job for job in jobs if job.id != lease.job)

        assert (await store.jobs.cancel(JobId(waiting.id), at(1))).state is JobState.CANCELLED
        assert (await store.jobs.cancel(lease.job, at(1))).state is JobState.RUNNING
        assert await store.jobs.beat(WORKER, [Beat(lease.job, lease.fence)], at(2)) == {lease.job: Order.CANCEL}
        await store.images.add(lease, a_new_image(lease))
        ended = await store.jobs.end(lease, Ended(Outcome.CANCELLED), at(3))

        assert (ended.state, len(ended.dropped)) == (JobState.CANCELLED, 1)
        with pytest.raises(Refused) as refused:
            await store.jobs.cancel(lease.job, at(4))
        assert refused.value.code is Code.JOB_ENDED
        with pytest.raises(Refused) as refused:
            await store.jobs.cancel(JobId("no-such-job"), at(4))
        assert refused.value.code is Code.JOB_UNKNOWN
        assert len(await store.deliveries.due(at(4))) == 2
        await no_differences(store)

    async def test_a_retry_stops_after_three_tries(self, store: Store) -> None:
        new = new_job()
        await store.jobs.submit([new])
        now_s = 0
        for _ in range(3):
            (lease,) = await claim(store, now=at(now_s))
            await store.jobs.end(lease, Ended(Outcome.TEMPORARY, message="busy"), at(now_s + 1))
            now_s += 400
            await store.jobs.tick(at(now_s))

        job = await store.jobs.job(JobId(new.id))
        assert job is not None
        assert (job.state, job.error_code, job.tries) == (JobState.FAILED, Code.TRIES_SPENT, 3)
        assert [attempt.message for attempt in job.attempts] == ["busy"] * 3

    async def test_a_place_in_line_counts_the_guilds_own_jobs_before_it(self, store: Store) -> None:
        jobs = [new_job(a_step(cost_s=2.5)) for _ in range(3)]
        await store.jobs.submit(jobs)

        place = await store.lines.in_lane(JobId(jobs[2].id))

        assert place is not None
        assert (place.ahead, place.ahead_s, place.cost_s) == (2, 5.0, 2.5)
        assert await store.lines.in_lane(JobId("no-such-job")) is None

    async def test_deliveries_are_put_off_repeated_lost_and_given_up(self, store: Store) -> None:
        new = new_job()
        await store.jobs.submit([new])
        (opened,) = await store.deliveries.open()
        assert await store.deliveries.due(at(0)) == []
        assert await store.deliveries.next_due_at_ms() is None
        await store.deliveries.placed(opened, "message-1", at(0))
        await store.jobs.cancel(JobId(new.id), at(0))

        await store.deliveries.later(opened.id, at(10), "slow down")
        assert await store.deliveries.due(at(9)) == []
        assert await store.deliveries.next_due_at_ms() == to_ms(at(10))
        await store.deliveries.repeat(opened.id, at(20))
        await store.deliveries.lost(opened.id, at(20))
        (due,) = await store.deliveries.due(at(20))
        assert (due.message_id, due.tries, due.creation) == (None, 0, 1)
        await store.deliveries.dead(opened.id, at(21), "the channel is gone")

        (dead,) = await store.deliveries.of_job(JobId(new.id))
        assert (dead.state, dead.target) == (DeliveryState.DEAD, {})
        assert await store.deliveries.delivery(DeliveryId("no-such-delivery")) is None

    async def test_the_first_copy_of_a_source_stays(self, store: Store) -> None:
        source = NewSource("source-1", "image", url="https://example.org/fox.png")
        new = new_job(a_step(PREPARE), a_step(POOL), sources=(source,))
        await store.jobs.submit([new])
        stored = NewSource("source-1", "image", path="sources/fox.png", width_px=64, height_px=64, size_bytes=9)

        assert await store.images.fetched(JobId(new.id), stored)
        assert not await store.images.fetched(JobId(new.id), replace(stored, path="sources/again.png"))

        (lease,) = await claim(store, pool=PREPARE)
        found = await store.images.source(lease, SourceId("source-1"))
        assert found is not None
        assert (found.path, found.width_px, found.url) == ("sources/fox.png", 64, source.url)
        assert [each.id for each in await store.images.sources(JobId(new.id))] == ["source-1"]
        assert await store.images.paths() == {"sources/fox.png"}
        with pytest.raises(LeaseLost):
            await store.images.source(replace(lease, fence=lease.fence + 1), SourceId("source-1"))

    async def test_keys_open_until_they_are_revoked_or_run_out(self, store: Store) -> None:
        key, secret = await store.keys.create("bot", {KeyScope.SUBMIT, KeyScope.ACT_AS}, at(0), at(100))

        assert await store.keys.find(secret, at(99)) == key
        assert await store.keys.find(secret, at(100)) is None
        assert await store.keys.find("pinxit_guessed", at(1)) is None
        assert await store.keys.revoke(key.id, at(2))
        assert not await store.keys.revoke(key.id, at(3))
        assert await store.keys.find(secret, at(4)) is None
        assert [each.revoked_at for each in await store.keys.all()] == [at(2)]

    async def test_an_error_undoes_the_whole_work(self, store: Store) -> None:
        def work(tx: Tx) -> None:
            tx.run("INSERT INTO meta (key, value) VALUES ('a', 'b')")
            raise Refused(Code.INTERNAL)

        with pytest.raises(Refused):
            await store.database.write(work)

        assert await store.database.read(lambda tx: tx.one("SELECT value FROM meta WHERE key = 'a'")) is None


def at(seconds: float) -> datetime:
    """Return the moment so many seconds after the test began."""
    return NOW_AT + timedelta(seconds=seconds)


async def claim(
    store: Store,
    *,
    pool: str = POOL,
    worker: str = WORKER,
    boot: str = BOOT,
    most: int = 1,
    loaded: Sequence[str] = (),
    now: datetime = NOW_AT,
) -> Sequence[Lease]:
    """Claim a batch."""
    claimed = await store.jobs.claim(WorkerId(worker), BootId(boot), PoolName(pool), most=most, loaded=loaded, now=now)
    return claimed.leases


async def set_quota(store: Store, amount: int) -> None:
    """Allow person-1 so many thousandths of a credit a day."""
    await store.database.write(
        lambda tx: tx.run(
            "INSERT INTO quota (scope, scope_id, unit, period, amount, set_ms) "
            "VALUES ('person', 'person-1', 'credit', 'day', :amount, 0)",
            amount=amount,
        )
    )


async def no_differences(store: Store) -> None:
    """Assert that every counter is the sum of its ledger rows."""
    assert await store.database.read(ledger.differences) == []
