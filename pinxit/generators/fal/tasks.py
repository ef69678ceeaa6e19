"""The requests that fal has of a job: where each image can be polled, kept durable, and how far all of them are."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinxit.domain.generator import Task, Watch
    from pinxit.domain.request import Json


@dataclass(frozen=True, slots=True)
class Placed:
    """One request at fal: where it is polled, fetched and cancelled. fal drops parts of the model's name in them."""

    status_url: str
    response_url: str
    cancel_url: str


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
        """Take a task off the list that fal does not know any more."""
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
    entries = said.items() if isinstance(said, dict) else ()
    placed = {int(number): placed_at(one) for number, one in entries if number.isdecimal()}
    return {index: one for index, one in placed.items() if one is not None}


def placed_at(said: Json) -> Placed | None:
    """Read the three addresses of an answer, None if one lacks."""
    urls = [said.get(one.name) for one in fields(Placed)] if isinstance(said, dict) else []
    texts = [url for url in urls if isinstance(url, str)]
    return Placed(*texts) if len(texts) == len(fields(Placed)) else None
