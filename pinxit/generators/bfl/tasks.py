"""The tasks that BFL has of a job: where each image can be polled, kept durable, and how far all of them are."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinxit.domain.generator import Task, Watch
    from pinxit.domain.request import Json


@dataclass(frozen=True, slots=True)
class Placed:
    """One task at BFL. `cost_micro`: what it was said to cost when it was taken, in millionths of a dollar."""

    url: str
    cost_micro: int | None = None


class Tasks:
    """What is known of one job's tasks while its images are made side by side."""

    def __init__(self, task: Task, watch: Watch) -> None:
        self._task, self._watch = task, watch
        self._placed = _read(task.upstream_id)
        self._fractions = dict.fromkeys(task.indices, 0.0)
        self._turn = asyncio.Lock()

    async def begin(self) -> None:
        """Make durable that calls are about to leave, or that those of an earlier attempt are polled again.

        Raises LeaseLost.
        """
        if any(index not in self._placed for index in self._task.indices):
            await self._watch.sent(self._task.job, None)
        elif self._task.indices:
            await self._watch.sent(self._task.job, self._task.upstream_id)

    def of(self, index: int) -> Placed | None:
        """Return the task of an image, None if there is none."""
        return self._placed.get(index)

    def forget(self, index: int) -> None:
        """Take a task off the list that BFL does not know any more."""
        self._placed.pop(index, None)

    async def place(self, index: int, placed: Placed) -> None:
        """Make durable where an image can be polled. Raises LeaseLost."""
        self._placed[index] = placed
        async with self._turn:  # The last text counts, so none may overtake another.
            text = json.dumps({str(number): asdict(one) for number, one in sorted(self._placed.items())})
            await self._watch.sent(self._task.job, text)

    def tell(self, index: int, fraction: float) -> None:
        """Tell how far an image is (0 … 1); the job's progress never falls."""
        self._fractions[index] = max(self._fractions[index], fraction)
        self._watch.progress(self._task.job, sum(self._fractions.values()) / len(self._fractions))


def _read(text: str | None) -> dict[int, Placed]:
    """Read what an earlier attempt made durable; of what is not understood, nothing is kept."""
    try:
        said: Json = json.loads(text) if text else {}
    except ValueError:
        return {}
    found: dict[int, Placed] = {}
    for number, one in (said if isinstance(said, dict) else {}).items():
        url, cost = (one.get("url"), one.get("cost_micro")) if isinstance(one, dict) else (None, None)
        if number.isdecimal() and isinstance(url, str):
            found[int(number)] = Placed(url, cost if isinstance(cost, int) else None)
    return found
