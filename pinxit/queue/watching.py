"""A job in a worker's hands, and the Watch through which its generator speaks, from whatever thread it lives in."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from pinxit.domain.errors import LeaseLost
from pinxit.domain.job import Beat, Ended, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from typing import Any

    from pinxit.domain.ids import JobId
    from pinxit.domain.job import Lease
    from pinxit.domain.ports import Steps
    from pinxit.queue.generator_loop import GeneratorLoop
    from pinxit.queue.rush import Rush

MAX_PREVIEW_BYTES = 256 * 1024  # A JPEG of 256² pixels has a tenth of it; more would crowd the beats.


class Phase(Enum):
    """Whether the worker still makes the job's images, is telling how it ended, or has let it go."""

    LIVE = auto()
    ENDING = auto()
    GONE = auto()


@dataclass(slots=True)
class Held:
    """One job of a batch. Changed on the worker's loop only, but for `fraction` and `preview`.

    `until_s`: monotonic moment after which no server can still hold the lease. `missing`: indices not stored yet.
    `billed`: a call that may be billed was announced. `forgone`: one was announced, and then not made. `told`: the
    fraction that the last beat told. `charged_micro`: what the provider said that calls cost (None: nothing).
    """

    lease: Lease
    until_s: float
    missing: set[int]
    phase: Phase = Phase.LIVE
    cancelled: bool = False
    billed: bool = False
    forgone: bool = False
    fraction: float = 0.0
    preview: bytes | None = field(default=None, repr=False)
    told: float = 0.0
    charged_micro: int | None = None

    @property
    def has_news(self) -> bool:
        """Tell whether there is progress that no beat has told."""
        return self.preview is not None or self.fraction != self.told

    def is_wanted(self) -> bool:
        """Tell whether anybody still wants the job's images from this worker."""
        return self.phase is Phase.LIVE and not self.cancelled

    def beat(self) -> Beat:
        """Return a sign of life with the latest progress; a preview is told once."""
        preview, self.preview, self.told = self.preview, None, self.fraction
        return Beat(self.lease.job, self.lease.fence, self.fraction, preview)

    def untold(self, beat: Beat) -> None:
        """Take back what a beat said that did not arrive; a newer preview stays."""
        self.told = -1.0
        if self.preview is None:
            self.preview = beat.preview

    def cancelled_end(self) -> Ended:
        """Return the end of a cancelled job; a call that was announced only to be forgone costs nothing."""
        dollars_micro = 0 if self.forgone and not self.billed else None
        return Ended(Outcome.CANCELLED, dollars_micro=dollars_micro)


class BatchWatch:
    """The Watch of one batch. `send`: makes a call durable, on the worker's loop. `rush`: of that loop, None: none."""

    def __init__(
        self,
        held: Mapping[JobId, Held],
        loop: GeneratorLoop,
        send: Callable[[Held, str | None], Coroutine[Any, Any, None]],
        steps: Steps,
        rush: Rush | None = None,
    ) -> None:
        self._held = held
        self._rush = rush
        self._loop = loop
        self._send = send
        self._steps = steps
        self._has_begun = False

    def progress(self, job: JobId, fraction: float, preview: bytes | None = None) -> None:
        """Note how far a job is; the next beat tells it. What is no number or too large is passed over."""
        held = self._held.get(job)
        if held is None:
            return
        if math.isfinite(fraction):
            held.fraction = float(min(1.0, max(0.0, fraction)))
        if preview is not None and len(preview) <= MAX_PREVIEW_BYTES:
            held.preview = preview
        if not self._has_begun:
            self._has_begun = True
            self._steps("generate.during")

    def is_cancelled(self, job: JobId) -> bool:
        """Tell whether nobody wants this job's images any more: cancelled, over its deadline, given back or lost."""
        held = self._held.get(job)
        return held is None or not held.is_wanted()

    def charged(self, job: JobId, dollars_micro: int) -> None:
        """Note what a call cost; calls add up, and nothing is ever taken back."""
        held = self._held.get(job)
        if held is not None:
            held.charged_micro = (held.charged_micro or 0) + max(0, int(dollars_micro))

    async def rest(self) -> None:
        """Let a crowd have its answers first; without one it costs nothing."""
        if self._rush is not None and self._rush.is_crowded:
            await self._loop.home(self._rush.over)

    async def sent(self, job: JobId, upstream_id: str | None) -> None:
        """Make a call durable that may be billed. Raises LeaseLost: then it must not be made."""
        held = self._held.get(job)
        if held is None:
            raise LeaseLost(job)
        await self._loop.home(lambda: self._send(held, upstream_id))
