"""What a store must do with images that are made again, whatever lies under it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.data.recreations import NewRecreation, Original
from pinxit.data.store import Store, store_over
from pinxit.domain.errors import LeaseLost
from pinxit.domain.ids import JobId
from pinxit.domain.job import Ended, Outcome
from pinxit.domain.verdict import Change, Difference, Likeness, Recreation, Verdict, Why
from tests.contracts.store_contract import NUMBERS, POOL, at, claim
from tests.queueing.world import a_new_image, new_job

if TYPE_CHECKING:
    from pinxit.domain.ports import Database

ORIGINAL = Original(
    "a" * 64, 64, 48, "gpu", "m", "h", "b" * 64, recipe={"version": 1, "undrawn": ["x"]}, changes=(Change("vae", "x"),)
)
VERDICTS = (
    Verdict(Likeness.IDENTICAL),
    Verdict(Likeness.CLOSE, Difference((0.5, 0.0, 12.25, 0.0), 0.25, 38.1), changes=(Change("model", "a", "ü"),)),
    Verdict(Likeness.INCOMPARABLE, why=Why.SIZE_DIFFERS, as_recorded=False),
)


class RecreationContract:
    """Subclass it in a module with a fixture `database`: empty and migrated."""

    @pytest.fixture
    async def store(self, database: Database) -> Store:
        store = store_over(database, NUMBERS)
        await store.open_pools([POOL])
        return store

    @pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict.likeness)
    async def test_a_verdict_comes_with_the_new_image(self, store: Store, verdict: Verdict) -> None:
        new = new_job(count=1, recreates=NewRecreation(ORIGINAL, path="sources/sent.png"))
        await store.jobs.submit([new])
        (lease,) = await claim(store)
        asked = await store.recreations.asked(lease.job)
        pending = await store.jobs.job(lease.job)
        kept = await store.images.paths()

        await store.images.add(lease, a_new_image(lease), verdict)
        await store.jobs.end(lease, Ended(Outcome.SUCCEEDED), at(1))

        judged = await store.jobs.job(lease.job)
        assert asked is not None
        assert (asked.original, asked.path, asked.was_sent) == (ORIGINAL, "sources/sent.png", True)
        assert pending is not None
        assert pending.recreation == Recreation(None)
        assert judged is not None
        assert judged.recreation == Recreation(None, verdict)
        # A file that was sent is kept while it is needed, and no longer.
        assert "sources/sent.png" in kept
        assert "sources/sent.png" not in await store.images.paths()

    async def test_a_late_worker_brings_no_verdict(self, store: Store) -> None:
        await store.jobs.submit([new_job(count=1, recreates=NewRecreation(ORIGINAL))])
        (lease,) = await claim(store)
        late = replace(lease, fence=lease.fence - 1)

        with pytest.raises(LeaseLost):
            await store.images.add(late, a_new_image(late), VERDICTS[0])
        await store.images.add(lease, a_new_image(lease), VERDICTS[1])
        await store.images.add(lease, a_new_image(lease, image="sent twice"), VERDICTS[2])

        job = await store.jobs.job(lease.job)
        assert job is not None
        assert job.recreation == Recreation(None, VERDICTS[1])

    async def test_an_image_of_ours_is_compared_as_long_as_it_is_there(self, store: Store) -> None:
        await store.jobs.submit([new_job(count=1)])
        (first,) = await claim(store)
        image = await store.images.add(first, a_new_image(first))
        await store.jobs.end(first, Ended(Outcome.SUCCEEDED), at(1))
        again = new_job(count=1, recreates=NewRecreation(ORIGINAL, image=image))
        await store.jobs.submit([again])

        there = await store.recreations.asked(JobId(again.id))
        await store.database.write(lambda tx: tx.run("UPDATE image SET state = 'deleted', deleted_ms = 1"))
        gone = await store.recreations.asked(JobId(again.id))

        assert there is not None
        assert (there.path, there.was_sent) == (a_new_image(first).path, False)
        assert gone is not None
        assert gone.path is None
        assert await store.recreations.asked(first.job) is None

    async def test_a_picture_is_found_by_its_file_and_by_its_pixels(self, store: Store) -> None:
        await store.jobs.submit([new_job(count=3)])
        (lease,) = await claim(store)
        for index, digest in enumerate("abc"):
            image = replace(a_new_image(lease, index), sha256=digest * 64, pixels_sha256=("p" if index else "q") * 64)
            await store.images.add(lease, image)

        same_file = await store.images.alike("c" * 64, "p" * 64)
        same_pixels = await store.images.alike("z" * 64, "q" * 64)

        assert [image.index for image in same_file] == [2, 1]
        assert [image.index for image in same_pixels] == [0]
        assert await store.images.alike("z" * 64, "z" * 64) == []
