"""One picture while it is painted, as its watcher sees it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.generators.http_pictures import preview_of

if TYPE_CHECKING:
    from pinxit.domain.generator import Watch
    from pinxit.domain.ids import JobId
    from pinxit.generators.comfyui.events import Event


@dataclass(slots=True)
class Sitting:
    """Picture number `place` of `count` of a job. `slow`: the nodes that take the time. Progress never falls."""

    job: JobId
    place: int
    count: int
    watch: Watch
    slow: frozenset[str]
    fraction: float = 0.0
    _done: set[str] = field(default_factory=set)
    _at: str | None = None

    @property
    def is_unwanted(self) -> bool:
        """Tell whether the job is cancelled."""
        return self.watch.is_cancelled(self.job)

    async def hear(self, event: Event) -> None:
        """Tell the watcher what an event says of progress, and what can be seen already."""
        if event.kind == "preview":
            shown = await asyncio.to_thread(preview_of, event.picture)
            if shown is not None:
                self._tell(0.0, shown)
            return
        if event.kind == "execution_cached":
            self._done.update(event.cached)
        elif event.kind == "executing":
            if self._at is not None:
                self._done.add(self._at)
            self._at = event.node
        elif event.kind != "progress":
            return
        self._tell(event.fraction if event.node in self.slow - self._done else 0.0, None)

    def _tell(self, of_node: float, shown: bytes | None) -> None:
        now = (len(self._done & self.slow) + min(of_node, 1.0)) / max(1, len(self.slow))
        self.fraction = max(self.fraction, min(now, 1.0))
        self.watch.progress(self.job, (self.place + self.fraction) / self.count, shown)
