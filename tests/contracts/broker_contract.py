"""What every Broker does, in the server's process and over HTTP. A subclass gives the fixture `broker`."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.data.pictures import read_picture
from pinxit.data.submitting import NewSource
from pinxit.domain.errors import Broken, Code, LeaseLost, Refused, Unavailable
from pinxit.domain.generator import Made, Origin
from pinxit.domain.ids import JobId, PoolName, SourceId, WorkerId
from pinxit.domain.job import Beat, Ended, JobState, Order, Outcome
from pinxit.domain.request import Lora, Outpaint, Role, Source
from pinxit.provenance.mark import source_type_of
from pinxit.provenance.source_type import SourceType
from tests.builders import a_png, a_request
from tests.contracts.shop import POOL, open_shop
from tests.queueing.world import a_step, new_job

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from pinxit.domain.errors import Fact
    from pinxit.domain.job import Lease
    from pinxit.domain.ports import Broker
    from tests.contracts.shop import Shop

ANN, BOB = WorkerId(":ann"), WorkerId(":bob")
LONG_S = 20.0  # A poll that only something new ends; no test waits for it.


def a_made(lease: Lease, index: int = 0, **changes: Any) -> Made:  # noqa: ANN401 - fields of Made
    """Return an image of a job, of the colour of its seed."""
    seed = lease.request.seed + index
    values: dict[str, Any] = {
        "job": lease.job,
        "index": index,
        "data": a_png(seed),
        "media_type": "image/png",
        "width_px": 64,
        "height_px": 64,
        "seed": seed,
        "prompt": "a red fox",
        "model": "sketch",
        "model_hash": "abc",
        "recipe": {"sampler": "euler", "nested": {"list": [1, 2.5, None]}},
    }
    return Made(**(values | changes))


def pixels_of(data: bytes) -> str:
    """Return the digest of a file's pixels."""
    return read_picture(data, max_pixels=10**6).pixels_sha256


async def claim_one(broker: Broker, worker: WorkerId = ANN) -> Lease:
    """Claim the one job that waits."""
    (lease,) = await broker.claim(worker, POOL, most=1)
    return lease


class BrokerContract:
    """The tests."""

    @pytest.fixture
    async def shop(self, tmp_path: Path) -> AsyncIterator[Shop]:
        async with open_shop(tmp_path) as shop:
            yield shop

    async def test_jobs_are_claimed_in_the_order_of_their_submission(self, shop: Shop, broker: Broker) -> None:
        jobs = [await shop.submit() for _ in range(3)]

        claimed = [await claim_one(broker, worker) for worker in (ANN, BOB, WorkerId(":cleo"))]

        assert [lease.job for lease in claimed] == jobs

    async def test_a_lease_holds_the_whole_request(self, shop: Shop, broker: Broker) -> None:
        request = a_request(
            prompt='schöner "Fuchs" – 🦊\nim Schnee',
            count=3,
            seed=2**32 - 1,
            loras=(Lora("ink", 0.5), Lora("fog", -1.0)),
            outpaint=Outpaint(1, 2, 3, 4),
            sources=(Source(SourceId("s1"), Role.MASK),),
            options={"a": [1, {"b": None, "c": 1.5}], "d": True},
        )
        job = await shop.submit(request, deadline_s=12.5)

        lease = await claim_one(broker)

        assert lease.request == request
        assert (lease.job, lease.pool, lease.worker, lease.attempt) == (job, POOL, ANN, 1)
        assert (lease.missing, lease.deadline_s, lease.upstream_id) == ((0, 1, 2), 12.5, None)

    async def test_a_claim_takes_no_more_than_asked_for(self, shop: Shop, broker: Broker) -> None:
        for _ in range(3):
            await shop.submit()

        first = await broker.claim(ANN, POOL, most=2)
        second = await broker.claim(BOB, POOL, most=2)

        assert (len(first), len(second)) == (2, 1)

    async def test_nothing_waits_and_nothing_is_claimed(self, broker: Broker) -> None:
        assert list(await broker.claim(ANN, POOL, most=1)) == []

    async def test_a_waiting_claim_wakes_when_a_job_comes(self, shop: Shop, broker: Broker) -> None:
        claiming = asyncio.create_task(broker.claim(ANN, POOL, most=1, wait_s=LONG_S))
        await until_known(shop, ANN)

        job = await shop.submit()

        async with asyncio.timeout(LONG_S / 2):
            assert [lease.job for lease in await claiming] == [job]

    async def test_two_workers_never_get_the_same_job(self, shop: Shop, broker: Broker) -> None:
        jobs = [await shop.submit(guild=f"guild-{place % 4}") for place in range(16)]
        claimed: list[JobId] = []

        async def work(worker: WorkerId) -> None:
            while leases := await broker.claim(worker, POOL, most=1):
                claimed.extend(lease.job for lease in leases)
                for lease in leases:
                    await broker.put_image(lease, a_made(lease))
                    await broker.finish(lease, Ended(Outcome.SUCCEEDED))

        async with asyncio.TaskGroup() as group:
            for name in range(4):
                group.create_task(work(WorkerId(f":{name}")))

        assert sorted(claimed) == sorted(jobs)

    async def test_a_beat_keeps_cancels_and_tells_of_a_loss(self, shop: Shop, broker: Broker) -> None:
        kept, cancelled = await shop.submit(), await shop.submit()
        leases = await broker.claim(ANN, POOL, most=2)
        await shop.queue.cancel(cancelled)

        orders = await broker.beat(ANN, [Beat(lease.job, lease.fence) for lease in leases])
        strange = await broker.beat(BOB, [Beat(kept, leases[0].fence)])
        late = await broker.beat(ANN, [Beat(kept, leases[0].fence - 1)])

        assert orders == {kept: Order.KEEP, cancelled: Order.CANCEL}
        assert strange == late == {kept: Order.LOST}

    async def test_a_beat_keeps_a_lease_that_would_have_run_out(self, shop: Shop, broker: Broker) -> None:
        job = await shop.submit()
        lease = await claim_one(broker)

        await broker.beat(ANN, [Beat(job, lease.fence)])
        await shop.pass_by(29)
        still = (await shop.job(job)).state
        await shop.pass_by(60)

        assert still is JobState.RUNNING
        assert (await shop.job(job)).state is JobState.WAITING

    async def test_progress_and_preview_reach_whoever_follows(self, shop: Shop, broker: Broker) -> None:
        job = await shop.submit()
        lease = await claim_one(broker)

        await broker.beat(ANN, [Beat(job, lease.fence, 0.25, b"\xff\xd8 preview")])
        await broker.beat(ANN, [Beat(job, lease.fence, 0.5)])

        progress = shop.events.progress(job)
        assert (progress.fraction, progress.preview) == (0.5, b"\xff\xd8 preview")

    async def test_a_call_that_was_sent_can_be_polled_by_the_next_attempt(self, shop: Shop, broker: Broker) -> None:
        job = await shop.submit()
        lease = await claim_one(broker)

        await broker.beat(ANN, [Beat(job, lease.fence, sent=True, upstream_id="call-7")])
        await shop.pass_by(60)
        await shop.pass_by(600)

        assert (await claim_one(broker, BOB)).upstream_id == "call-7"

    async def test_an_image_is_stored_with_all_that_makes_it_again(self, shop: Shop, broker: Broker) -> None:
        await shop.submit(a_request(seed=9))
        lease = await claim_one(broker)
        made = a_made(lease)

        image_id = await broker.put_image(lease, made)
        await broker.finish(lease, Ended(Outcome.SUCCEEDED))

        job = await shop.job(lease.job)
        (image,) = job.images
        assert (job.state, image.id, image.is_ready) == (JobState.SUCCEEDED, image_id, True)
        data = await shop.blobs.get(image.path)
        assert hashlib.sha256(data).hexdigest() == image.sha256
        assert pixels_of(data) == pixels_of(made.data) == image.pixels_sha256
        assert (image.seed, image.prompt, image.model, image.model_hash, image.recipe) == (
            9,
            made.prompt,
            made.model,
            made.model_hash,
            made.recipe,
        )

    async def test_the_first_image_of_an_index_stays(self, shop: Shop, broker: Broker) -> None:
        await shop.submit()
        lease = await claim_one(broker)

        first = await broker.put_image(lease, a_made(lease))
        again = await broker.put_image(lease, a_made(lease, data=a_png(99)))

        (image,) = (await shop.job(lease.job)).images
        assert first == again == image.id
        assert pixels_of(await shop.blobs.get(image.path)) == pixels_of(a_png(lease.request.seed))

    async def test_bytes_that_are_no_picture_are_broken(self, shop: Shop, broker: Broker) -> None:
        await shop.submit()
        lease = await claim_one(broker)

        with pytest.raises(Broken, match="picture"):
            await broker.put_image(lease, a_made(lease, data=b"oops"))

    async def test_a_large_image_arrives_whole(self, shop: Shop, broker: Broker) -> None:
        # Behind the end of the file, where readers do not look: what counts is that all bytes arrive.
        tail = bytes(range(256)) * 4096 * 24
        await shop.submit()
        lease = await claim_one(broker)

        await broker.put_image(lease, a_made(lease, data=a_png(7) + tail))

        (image,) = (await shop.job(lease.job)).images
        assert (await shop.blobs.get(image.path)).endswith(tail)

    async def test_a_stored_file_says_what_painted_it(self, shop: Shop, broker: Broker) -> None:
        told = {}
        for origin in Origin:
            await shop.submit()
            lease = await claim_one(broker)
            await broker.put_image(lease, a_made(lease, origin=origin))
            (image,) = (await shop.job(lease.job)).images
            told[origin] = source_type_of(await shop.blobs.get(image.path), image.media_type)
            await broker.finish(lease, Ended(Outcome.SUCCEEDED))

        assert told == {Origin.TRAINED: SourceType.TRAINED, Origin.ALGORITHMIC: SourceType.ALGORITHMIC}

    async def test_a_worker_that_lost_its_lease_stores_and_ends_nothing(self, shop: Shop, broker: Broker) -> None:
        await shop.submit()
        late = await claim_one(broker)
        await shop.pass_by(60)
        await shop.pass_by(600)
        lease = await claim_one(broker, BOB)

        with pytest.raises(LeaseLost):
            await broker.put_image(late, a_made(late))
        with pytest.raises(LeaseLost):
            await broker.finish(late, Ended(Outcome.SUCCEEDED))
        await broker.put_image(lease, a_made(lease))
        await broker.finish(lease, Ended(Outcome.SUCCEEDED))
        with pytest.raises(LeaseLost):
            await broker.finish(lease, Ended(Outcome.SUCCEEDED))

        assert (await shop.job(lease.job)).state is JobState.SUCCEEDED

    async def test_the_end_carries_code_facts_and_pause(self, shop: Shop, broker: Broker) -> None:
        refused, later = await shop.submit(), await shop.submit()
        first, second = await claim_one(broker, ANN), await claim_one(broker, BOB)

        facts: Mapping[str, Fact] = {"reason": "violence", "score": 0.5, "words": ["a", "b"], "at": None}
        await broker.finish(first, Ended(Outcome.REFUSED, code=Code.MODERATED, facts=facts, message="no"))
        await broker.finish(second, Ended(Outcome.TEMPORARY, message="busy", retry_after_s=90.0, unanswered=True))

        job = await shop.job(refused)
        # Who refused is said, too: another generator may take the same prompt.
        told = {"generator": POOL, **facts}
        assert (job.state, job.error_code, job.error_facts) == (JobState.FAILED, Code.MODERATED, told)
        waiting = await shop.job(later)
        assert (waiting.state, waiting.attempts[0].message) == (JobState.WAITING, "busy")
        assert waiting.run_at is not None
        assert 80 < (waiting.run_at - shop.clock.now()).total_seconds() <= 90

    async def test_a_worker_that_asks_for_more_has_forgotten_what_it_held(self, shop: Shop, broker: Broker) -> None:
        job = await shop.submit()
        lease = await claim_one(broker)

        assert not await broker.claim(ANN, POOL, most=1)

        forgotten = await shop.job(job)
        assert (forgotten.state, forgotten.attempts[0].outcome) == (JobState.WAITING, Outcome.DIED)
        with pytest.raises(LeaseLost):
            await broker.finish(lease, Ended(Outcome.SUCCEEDED))

    async def test_only_the_holder_of_a_job_gets_its_sources(self, shop: Shop, broker: Broker) -> None:
        await shop.blobs.put("sources/fox.png", a_png(7))
        await shop.submit(sources=(NewSource("s1", "image", path="sources/fox.png"),))
        lease = await claim_one(broker)
        await shop.pass_by(60)

        with pytest.raises(LeaseLost):
            await broker.fetch_source(lease, SourceId("s1"))

    async def test_an_image_that_nobody_asked_for_is_not_stored(self, shop: Shop, broker: Broker) -> None:
        job = await shop.submit()
        lease = await claim_one(broker)

        with pytest.raises(Broken):
            await broker.put_image(lease, a_made(lease, index=1))

        assert (await shop.job(job)).images == ()

    async def test_a_job_advances_with_what_was_prepared(self, shop: Shop, broker: Broker) -> None:
        await shop.store.open_pools(["pool-2"])
        new = new_job(a_step(POOL), a_step("pool-2"), deliveries=())
        await shop.queue.submit([new])
        lease = await claim_one(broker)

        await broker.finish(lease, Ended(Outcome.ADVANCED, request=a_request(enhanced="a fiery fox", options={"x": 1})))

        (lease,) = await broker.claim(BOB, PoolName("pool-2"), most=1)
        assert lease.request == a_request(enhanced="a fiery fox", options={"x": 1})

    async def test_released_jobs_keep_their_place_and_cost_no_try(self, shop: Shop, broker: Broker) -> None:
        jobs = [await shop.submit() for _ in range(2)]
        lease = await claim_one(broker)

        await broker.release(ANN, [lease])
        await broker.release(ANN, [lease])  # Not held any more: passed over.

        again = await claim_one(broker, BOB)
        assert again.job == lease.job == jobs[0]
        assert (await shop.job(jobs[0])).tries == 0

    async def test_a_source_is_fetched_and_a_missing_one_refused(self, shop: Shop, broker: Broker) -> None:
        await shop.blobs.put("sources/1.png", a_png(3))
        row = NewSource("s1", "image", path="sources/1.png", media_type="image/png")
        await shop.submit(sources=(row,))
        lease = await claim_one(broker)

        assert await broker.fetch_source(lease, SourceId("s1")) == a_png(3)
        with pytest.raises(Refused) as refused:
            await broker.fetch_source(lease, SourceId("s2"))
        assert (refused.value.code, refused.value.facts) == (Code.SOURCE_MISSING, {"field": "sources"})

    async def test_a_stopping_server_ends_a_waiting_claim_but_takes_what_is_out(
        self, shop: Shop, broker: Broker
    ) -> None:
        await shop.submit()
        lease = await claim_one(broker)
        claiming = asyncio.create_task(broker.claim(BOB, POOL, most=1, wait_s=LONG_S))
        await until_known(shop, BOB)

        shop.local.stop()

        with pytest.raises(Unavailable):
            await claiming
        await broker.put_image(lease, a_made(lease))
        await broker.finish(lease, Ended(Outcome.SUCCEEDED))


async def until_known(shop: Shop, worker: WorkerId) -> None:
    """Return when a worker's claim has reached the queue."""
    while worker not in [known.id for known in await shop.store.workers.all()]:
        pass
