"""A Watch that writes down all that a generator tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinxit.domain.ids import JobId


class Notes:
    """A Watch that writes everything down, and says that a job is unwanted once it was asked `cancel_after` times.

    `cancelled`: jobs that nobody wants any more, to be added to at any moment. `on_progress`: called with every word.
    `fractions` hold every progress, `charged_micro` every word of a cost, which belong to any job.
    """

    def __init__(self, cancel_after: int | None = None, on_progress: Callable[[], object] = lambda: None) -> None:
        self.fractions: list[float] = []
        self.previews: list[bytes] = []
        self.sent_ids: list[str | None] = []
        self.charged_micro: list[int] = []
        self.cancelled: set[JobId] = set()
        self.asked = 0
        self._cancel_after = cancel_after
        self._on_progress = on_progress

    def progress(self, job: JobId, fraction: float, preview: bytes | None = None) -> None:  # noqa: ARG002 - a Watch's
        self.fractions.append(fraction)
        self.previews += [preview] if preview else []
        self._on_progress()

    def is_cancelled(self, job: JobId) -> bool:
        self.asked += 1
        return job in self.cancelled or (self._cancel_after is not None and self.asked > self._cancel_after)

    async def sent(self, job: JobId, upstream_id: str | None) -> None:  # noqa: ARG002 - a Watch's
        self.sent_ids.append(upstream_id)

    def charged(self, job: JobId, dollars_micro: int) -> None:  # noqa: ARG002 - a Watch's
        self.charged_micro.append(dollars_micro)

    async def rest(self) -> None:
        pass
