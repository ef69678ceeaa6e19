"""How fast the disk is: every durable number rests on it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.sample import Sample
from benchmarks.table import Line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from benchmarks.scale import Scale

FAST_MS = 1.0
BLOCK = b"x" * 4096


@dataclass(slots=True)
class Disk:
    """The slower of the medians so far: a virtual disk may change its mind in the middle of a measurement."""

    p50_ms: float

    @property
    def is_fast(self) -> bool:
        """Tell whether the goals for durable work apply."""
        return self.p50_ms < FAST_MS

    @property
    def word(self) -> str:
        """Return `fast` or `slow`."""
        return "fast" if self.is_fast else "slow"


@contextmanager
def watched(folder: Path, scale: Scale) -> Iterator[Disk]:
    """Measure the disk before and after the block; the value is whole when the block has ended."""
    disk = Disk(fsyncs(folder, scale).p50_ms)
    yield disk
    disk.p50_ms = max(disk.p50_ms, fsyncs(folder, scale).p50_ms)


def fsyncs(folder: Path, scale: Scale) -> Sample:
    """Append blocks of 4 KiB, as the database's log does, and wait for each."""
    sample = Sample()
    path = folder / "fsync"
    with path.open("wb", buffering=0) as file:
        for _ in range(scale.fsyncs):
            file.write(BLOCK)
            began = time.perf_counter()
            os.fsync(file.fileno())
            sample.add(time.perf_counter() - began)
    path.unlink()
    return sample


async def measure(folder: Path, scale: Scale) -> AsyncIterator[Line]:
    """Say what kind of disk this is."""
    sample = fsyncs(folder, scale)
    yield Line(f"disk: fsync of 4 KiB, {Disk(sample.p50_ms).word}", str(sample), f"(fast: p50 < {FAST_MS:.0f} ms)")
