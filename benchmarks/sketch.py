"""The sketch painter: seconds an image and images a second by size, and the memory that a large one takes."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.table import Line
from pinxit.domain.generator import Made, Task
from pinxit.domain.ids import JobId
from pinxit.domain.request import Request
from pinxit.generators.registry import build
from pinxit.queue.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from benchmarks.scale import Scale

PROMPTS = (
    "a red fox in snow",
    "mountains by a lake at sunset",
    "a city street at night in the rain",
    "the sea at dusk",
)
WORST = (  # The slowest that were found: leafy woods, many or wide things, and styles of many strokes.
    "a forest in spring with three deer and two rabbits",
    "a forest in spring with three deer and two rabbits, oil painting",
    "a jungle with a tiger, an elephant and a parrot, impressionist",
    "twelve foxes in a meadow, pastel",
    "three trains in the mountains, cartoon",
    "a village in the mountains in winter, snowfall, woodblock",
    "mountains by a lake at sunset, stained glass",
)
GOALS_S = {512: 0.15, 1024: 0.6}  # One core, the PNG included.
CANCEL_GOAL_S = 0.05
MEMORY_SIDE_PX, MEMORY_GOAL_MIB = 2048, 150.0


async def measure(folder: Path, scale: Scale) -> AsyncIterator[Line]:  # noqa: ARG001 - every part is given a folder
    """Paint a few prompts at each size in this process, then the slowest ones, then a large one in a fresh one."""
    for side, goal_s in GOALS_S.items():
        # This first, as vocabulary and subjects are read once.
        deaf_s = [await deafness_s(prompt, side) for prompt in PROMPTS + WORST]
        rounds = [await painted(prompt, side, Ears()) for _ in range(max(1, scale.starts // 100)) for prompt in PROMPTS]
        cores, walls = (sorted(each) for each in zip(*rounds, strict=True))
        core, wall = cores[len(cores) // 2], walls[len(walls) // 2]
        measured = f"{core * 1000:.0f} ms of one core, {wall * 1000:.0f} ms, {1 / wall:.1f} images/s"
        yield Line(f"sketch {side}²", measured, f"≤ {goal_s * 1000:.0f} ms of one core", core <= goal_s)
        slowest, prompt = max([(await fastest_s(prompt, side), prompt) for prompt in WORST])
        measured = f"{slowest * 1000:.0f} ms: {prompt}"
        yield Line("  the slowest of its prompts", measured, f"≤ {goal_s * 1000:.0f} ms of one core", slowest <= goal_s)
        longest_s, prompt = max(zip(deaf_s, PROMPTS + WORST, strict=True))
        deaf = f"{longest_s * 1000:.0f} ms: {prompt}"
        yield Line("  longest time deaf to a cancel", deaf, "≤ 50 ms", longest_s <= CANCEL_GOAL_S)
    extra = await memory_mib()
    goal = f"≤ {MEMORY_GOAL_MIB:.0f} MiB"
    yield Line(f"sketch {MEMORY_SIDE_PX}², memory above idle", f"{extra:.0f} MiB", goal, extra <= MEMORY_GOAL_MIB)


@dataclass(slots=True)
class Ears:
    """A watch that notes how long it was not asked whether the job is cancelled."""

    longest_s: float = 0.0
    asked_at_s: float | None = field(default=None)

    def progress(self, job: JobId, fraction: float, preview: bytes | None = None) -> None:
        """Take no notice."""

    def is_cancelled(self, job: JobId) -> bool:  # noqa: ARG002 - nothing is ever cancelled
        """Note the time since the last question."""
        now = time.perf_counter()
        if self.asked_at_s is not None:
            self.longest_s = max(self.longest_s, now - self.asked_at_s)
        self.asked_at_s = now
        return False

    async def sent(self, job: JobId, upstream_id: str | None) -> None:
        """Take no notice."""

    def charged(self, job: JobId, dollars_micro: int) -> None:
        """Take no notice."""

    async def rest(self) -> None:
        """Return at once."""


async def painted(prompt: str, side_px: int, ears: Ears) -> tuple[float, float]:
    """Paint one image and return the seconds of processor and of clock that it took."""
    sketch = build("sketch", "sketch", {}, SystemClock())
    request = Request(prompt, side_px, side_px, seed=3, steps=20, guidance_scale=7.0)
    ears.asked_at_s = None
    core_s, wall_s = time.process_time(), time.perf_counter()
    made = [item async for item in sketch.generate([Task(JobId("bench"), request, (0,))], ears)]
    took_s = time.process_time() - core_s, time.perf_counter() - wall_s
    if not isinstance(made[0], Made):
        raise TypeError("the sketch made no image")
    return took_s


async def fastest_s(prompt: str, side_px: int) -> float:
    """Return the seconds of processor of the best of three, since what else runs here only ever adds to them."""
    return min([(await painted(prompt, side_px, Ears()))[0] for _ in range(3)])


async def deafness_s(prompt: str, side_px: int) -> float:
    """Return the longest silence in an image, of the best of three images.

    It is told by the clock. A silence of the painter's own comes again in every image, at the same place; one in which
    another process has the core does not.
    """
    silences = []
    for _ in range(3):
        await painted(prompt, side_px, ears := Ears())
        silences.append(ears.longest_s)
    return min(silences)


async def memory_mib() -> float:
    """Return how much more memory a fresh process held at its peak than after a small image."""
    program = "import benchmarks.sketch as s; print(s.grown_mib())"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    return float(told)


def grown_mib() -> float:
    """Paint small images, then large ones, and return how far the peak lies above what was held in between."""
    _paint_all(128)
    idle = _memory_mib("VmRSS")
    _paint_all(MEMORY_SIDE_PX)
    return _memory_mib("VmHWM") - idle


def _paint_all(side_px: int) -> None:
    for prompt in PROMPTS:
        asyncio.run(painted(prompt, side_px, Ears()))


def _memory_mib(field_name: str) -> float:
    """Return a line of this process's memory, in kB there: proc(5), "/proc/pid/status"."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith(field_name))
