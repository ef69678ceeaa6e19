"""What follows when a job has moved: whoever waits for it is told, and files that nobody will see are deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.job import JobState
from pinxit.queue.events import DELIVERIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.data.jobs import Changed
    from pinxit.domain.ports import Blobs
    from pinxit.queue.events import Events


async def follow_up(changed: Changed, events: Events, blobs: Blobs) -> None:
    """Tell the job's followers, its pool and the deliveries, and delete dropped images with what lies beside them."""
    events.ended(changed.job)
    if changed.state is JobState.QUEUED or changed.state.is_final:
        # Either the job waits there, or a lane that leaves its cap may have waited for exactly this.
        events.wake(changed.pool)
    if changed.state.is_final:
        events.wake(DELIVERIES)
    await drop_images(changed.dropped, blobs)


async def drop_images(paths: Sequence[str], blobs: Blobs) -> None:
    """Delete image files together with the thumbnails and records beside them."""
    for path in paths:
        for each in (path, thumbnail_path(path), record_path(path)):
            await blobs.delete(each)


def record_path(path: str) -> str:
    """Return where the record beside an image lies."""
    return f"{path.rpartition('.')[0]}.json"


def thumbnail_path(path: str) -> str:
    """Return where the thumbnail beside an image lies, if it has one."""
    return f"{path.rpartition('.')[0]}.thumb.webp"
