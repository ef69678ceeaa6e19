"""What is kept of one job while its pictures are painted: their numbers at the Horde, and how far each of them is."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from pinxit.generators.horde.calls import Look, is_id

if TYPE_CHECKING:
    from pinxit.domain.generator import Task, Watch

_WAITED = 0.9  # How far a picture is at the most before it is there.


class Requests:
    """The numbers of a job's requests by index, durable before the next one is asked for."""

    def __init__(self, task: Task, watch: Watch) -> None:
        self._task, self._watch = task, watch
        self._numbers = _read(task.upstream_id)
        self._turn = asyncio.Lock()

    def number(self, index: int) -> str | None:
        """Return the number under which an earlier attempt asked for this image."""
        return self._numbers.get(index)

    async def keep(self, index: int, number: str) -> None:
        """Make a number durable. Raises LeaseLost."""
        async with self._turn:  # The last word counts, so it has to be the longest.
            self._numbers[index] = number
            await self._watch.sent(self._task.job, json.dumps({str(at): one for at, one in self._numbers.items()}))


class Progress:
    """How far a job is, as its watcher is told; it never falls."""

    def __init__(self, task: Task, watch: Watch) -> None:
        self._task, self._watch = task, watch
        self._longest_s: dict[int, float] = {}
        self._fractions = dict.fromkeys(task.indices, 0.0)

    def look(self, index: int, look: Look) -> None:
        """Note what the Horde says: a picture's wait is measured by the longest that was foretold for it."""
        longest_s = self._longest_s[index] = max(self._longest_s.get(index, 0.0), look.wait_s)
        waited = 1 - look.wait_s / longest_s if longest_s else 0.0
        self._tell(index, _WAITED * max(waited, 0.5 if look.is_painted else 0.0))

    def done(self, index: int) -> None:
        """Note that an image is there."""
        self._tell(index, 1.0)

    def _tell(self, index: int, fraction: float) -> None:
        self._fractions[index] = max(self._fractions[index], fraction)
        self._watch.progress(self._task.job, sum(self._fractions.values()) / len(self._fractions))


def _read(text: str | None) -> dict[int, str]:
    try:
        said = json.loads(text or "{}")
    except ValueError:
        return {}
    table = said if isinstance(said, dict) else {}
    return {int(index): number for index, number in table.items() if index.isdecimal() and is_id(number)}
