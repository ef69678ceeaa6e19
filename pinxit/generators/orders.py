"""What a provider was asked to make for one job: a durable note for each image, and how far all of them are."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinxit.domain.generator import Task, Watch
    from pinxit.domain.request import Json


class Orders:
    """The orders of one job while its images are made side by side.

    A note is what a kind needs to find an order again, such as its URL; an attempt after a crash begins with those of
    the one before.
    """

    def __init__(self, task: Task, watch: Watch) -> None:
        self._task, self._watch = task, watch
        self._notes = _noted(task)
        self._fractions = dict.fromkeys(task.indices, 0.0)
        self._turn = asyncio.Lock()
        self._is_told = False

    async def begin(self) -> None:
        """Make durable that orders of an earlier attempt are looked for, so that their cost is booked with this one.

        Raises LeaseLost.
        """
        if self._task.indices and all(index in self._notes for index in self._task.indices):
            await self._watch.sent(self._task.job, self._task.upstream_id)

    def of(self, index: int) -> Json:
        """Return the note of an image, None if nothing is ordered."""
        return self._notes.get(index)

    def forget(self, index: int) -> None:
        """Take an order off the list that the provider does not know any more."""
        self._notes.pop(index, None)

    async def before_a_call(self) -> None:
        """Make durable that calls leave which may be billed. Raises LeaseLost: then none must."""
        async with self._turn:
            if not self._is_told:
                await self._watch.sent(self._task.job, None)
                self._is_told = True

    async def place(self, index: int, note: Json) -> None:
        """Make durable how an order is found again. Raises LeaseLost: then nobody else will look for it."""
        self._notes[index] = note
        async with self._turn:  # The last text counts, so none may overtake another.
            text = json.dumps({str(number): one for number, one in sorted(self._notes.items())})
            await self._watch.sent(self._task.job, text)

    def tell(self, index: int, fraction: float) -> None:
        """Tell how far an image is (0 … 1); the job's progress never falls."""
        self._fractions[index] = max(self._fractions[index], fraction)
        self._watch.progress(self._task.job, sum(self._fractions.values()) / len(self._fractions))


def _noted(task: Task) -> dict[int, Json]:
    """Return what an earlier attempt noted of the images that are still to be made; nothing of what is no such text."""
    try:
        said: Json = json.loads(task.upstream_id or "{}")
    except (ValueError, RecursionError):
        return {}
    notes = said if isinstance(said, dict) else {}
    return {index: notes[str(index)] for index in task.indices if notes.get(str(index)) is not None}
