"""What open pages are told of a job: its message in each language, how it is going, or that it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.chat.cards import view
from pinxit.domain.job import JobState
from pinxit.web.console.rendering import to_message
from pinxit.web.console.subscriber import block

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pinxit.actions.studio import Studio
    from pinxit.domain.delivery import Card
    from pinxit.domain.ids import JobId
    from pinxit.domain.job import Job
    from pinxit.web.console.hub import Hub
    from pinxit.web.console.rendering import Rendering
    from pinxit.web.console.subscriber import Subscriber


class Herald:
    """Renders a thing once for each language and hands it to everybody who may see it."""

    def __init__(self, studio: Studio, rendering: Rendering) -> None:
        self._studio = studio
        self._rendering = rendering

    async def tell(self, hub: Hub, job: Job) -> None:
        """Tell a channel of a job: its message if that is another one, else how it is going."""
        if not hub.learn(job):
            if not job.state.is_final:
                await self.tell_status(hub, job)
            return
        card = await self._studio.queue.card(job)
        who = (await self._studio.store.people.names([job.person])).get(job.person, "")
        now = self._studio.clock.now()
        if job.id in hub.alive:
            hub.said[job.id] = self._said(card, now)
        for locale, listening in hub.locales().items():
            message = to_message(card, who, locale, now)
            data = {
                "job": job.id,
                "html": self._rendering.message(message, locale),
                "version": message.version,
                "state": job.state.value,
            }
            _hand_out("message", job, block("message", data), listening)

    async def tell_status(self, hub: Hub, job: Job) -> None:
        """Tell how a living job is going, if that is news."""
        card = await self._studio.queue.card(job)
        if job.state is JobState.RUNNING and not card.progress:
            return  # It has only just begun, or has ended since it was read: its message says so.
        now = self._studio.clock.now()
        said = self._said(card, now)
        if hub.said.get(job.id) == said:
            return
        hub.said[job.id] = said
        progress = round(card.progress, 3)
        preview = None
        if self._studio.events.progress(job.id).preview is not None:
            # The number makes it another address, so that no cache answers with the picture of before.
            preview = f"/api/v1/jobs/{job.id}/preview?n={progress}"
        for locale, listening in hub.locales().items():
            status = view(card, locale, now).status
            data = {"job": job.id, "progress": progress, "status": status, "preview": preview}
            _hand_out("progress", job, block("progress", data), listening)

    def _said(self, card: Card, now: datetime) -> str:
        """Return what would be told of a living job, in one language for all."""
        has_preview = self._studio.events.progress(card.job.id).preview is not None
        return f"{view(card, 'en', now).status} {card.progress:.3f} {has_preview}"

    def remove(self, hub: Hub, job: JobId) -> None:
        """Tell a channel that a message is not there any more."""
        known = hub.forget(job)
        if known is None:
            return
        gone = block("removed", {"job": job})
        for subscriber in hub.subscribers:
            if subscriber.may_see(known.person, private=known.private):
                subscriber.tell("removed", job, gone)


def _hand_out(event: str, job: Job, data: bytes, listening: Iterable[Subscriber]) -> None:
    for subscriber in listening:
        if subscriber.may_see(job.person, private=job.private):
            subscriber.tell(event, job.id, data)
