"""What a worker waits for: the claim of a fair batch from a long line, and the end of a job."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from benchmarks.crowd import NUMBERS, POOL, Crowd, waiting
from benchmarks.disk import watched
from benchmarks.sample import Sample
from benchmarks.table import Line, on_disk
from pinxit.data.images import NewImage
from pinxit.data.store import store_over
from pinxit.domain.ids import BootId, ImageId, new_id, worker_id
from pinxit.domain.job import Ended, Outcome

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from benchmarks.scale import Scale
    from pinxit.data.store import Store
    from pinxit.domain.ids import JobId
    from pinxit.domain.job import Lease
    from pinxit.domain.ports import Database, Tx

T = TypeVar("T")

BATCH = 8
BOOT = BootId("bench")
WORKER = worker_id(BOOT, "gpu-1")
GOAL_P99_MS = 5.0
GOAL_GROWTH = 2.0


async def measure(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """Claim and end, with the usual long line and with a hundred times the guilds."""
    with watched(folder, scale) as disk:
        async with waiting(folder / "claim.db", Crowd(scale.guilds), scale.jobs) as store:
            usual = await work_off(store, scale.claims)
    is_met = usual.claims.p99_ms <= GOAL_P99_MS
    what = f"claim({BATCH}), {scale.jobs:,} jobs of {scale.guilds:,} guilds"
    yield on_disk(Line(what, str(usual.claims), f"p99 ≤ {GOAL_P99_MS:g} ms", is_met), disk)
    yield Line("  of it the choice, without the commit", str(usual.choices))
    yield on_disk(Line("end of a job", str(usual.ends)), disk)
    async with waiting(folder / "grown.db", Crowd(scale.grown_guilds), scale.grown_jobs) as store:
        grown = await work_off(store, scale.claims)
    growth = grown.choices.p50_ms / usual.choices.p50_ms
    what = f"the choice, {scale.grown_jobs:,} jobs of {scale.grown_guilds:,} guilds"
    measured = f"{grown.choices}, {growth:.2f} × p50"
    yield Line(what, measured, f"≤ {GOAL_GROWTH:g} × p50", growth <= GOAL_GROWTH)


@dataclass(frozen=True, slots=True)
class WorkedOff:
    """What one worker waited for, and the jobs that it ended.

    `choices`: the part of each claim inside the transaction, without the commit.
    """

    claims: Sample = field(default_factory=Sample)
    choices: Sample = field(default_factory=Sample)
    ends: Sample = field(default_factory=Sample)
    jobs: list[JobId] = field(default_factory=list)


class Inside:
    """The database, noting how long each write's work takes in the writer thread."""

    def __init__(self, database: Database, sample: Sample) -> None:
        self._database = database
        self._sample = sample

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` and note its time."""

        def timed(tx: Tx) -> T:
            began = time.perf_counter()
            result = work(tx)
            self._sample.add(time.perf_counter() - began)
            return result

        return await self._database.write(timed)

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work`."""
        return await self._database.read(work)


async def work_off(store: Store, claims: int) -> WorkedOff:
    """Let one worker claim batches and end their jobs with a picture each, with nothing else going on."""
    seen = WorkedOff()
    claiming = store_over(Inside(store.database, seen.choices), NUMBERS)
    for _ in range(claims):
        began = time.perf_counter()
        claimed = await claiming.jobs.claim(WORKER, BOOT, POOL, most=BATCH, loaded=["sdxl"], now=datetime.now(UTC))
        seen.claims.add(time.perf_counter() - began)
        leases = claimed.leases
        if len(leases) < BATCH:
            raise RuntimeError(f"a claim took {len(leases)} jobs instead of {BATCH}; let more jobs wait")
        async with asyncio.TaskGroup() as group:
            for lease in leases:
                group.create_task(store.images.add(lease, _image(lease)))
        seen.ends.add(await _end(store, leases[0]))
        async with asyncio.TaskGroup() as group:
            for lease in leases[1:]:
                group.create_task(_end(store, lease))
        seen.jobs.extend(lease.job for lease in leases)
    return seen


async def _end(store: Store, lease: Lease) -> float:
    began = time.perf_counter()
    await store.jobs.end(lease, Ended(Outcome.SUCCEEDED), datetime.now(UTC))
    return time.perf_counter() - began


def _image(lease: Lease) -> NewImage:
    now = datetime.now(UTC)
    image = ImageId(new_id(now))
    return NewImage(
        id=image,
        index=0,
        path=f"2026/11/21/{image}.png",
        media_type="image/png",
        width_px=lease.request.width_px,
        height_px=lease.request.height_px,
        size_bytes=1_500_000,
        sha256="0" * 64,
        pixels_sha256="0" * 64,
        seed=lease.request.seed,
        prompt=lease.request.prompt,
        generator=lease.pool,
        model=lease.request.model,
        model_hash="0" * 64,
        recipe={"sampler": "euler", "steps": 30},
        created_at=now,
    )
