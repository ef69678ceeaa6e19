"""The console as a platform: its messages are the jobs themselves, so showing one is telling the open pages of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.delivery import Budget, Done, Shown

if TYPE_CHECKING:
    from pinxit.domain.delivery import Answer, Card, Delivery, Placed, Urgency
    from pinxit.queue.events import Events

WEB = "web"  # The platform of everybody who comes through the console.


class ConsolePlatform:
    """Never refuses and never waits: a page that is not there now reads the row when it is opened."""

    # Pages hear of progress without a delivery, so the outbox need hardly speak of it.
    budget = Budget(progress_s=30.0, at_once=64)

    def __init__(self, events: Events) -> None:
        self._events = events

    async def ready(self, delivery: Delivery) -> None:
        """Return at once."""

    async def place(self, delivery: Delivery, card: Card) -> Placed:
        """Tell the pages of the job; its message goes by the job's id."""
        self._events.changed(card.job.guild, card.job.id)
        return Shown(delivery.job)

    async def show(self, delivery: Delivery, card: Card, urgency: Urgency) -> Answer:  # noqa: ARG002 - the port's
        """Tell the pages that the job has changed."""
        self._events.changed(card.job.guild, card.job.id)
        return Done()
