"""Let the outbox wait while we are not logged in to Discord: it cannot be reached yet, or has thrown us out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.delivery import Later

if TYPE_CHECKING:
    import discord

    from pinxit.domain.delivery import Answer, Budget, Card, Delivery, Placed, Urgency
    from pinxit.domain.ports import Platform

_LATER = Later(5.0, "not logged in to Discord", named=True)


class LoginFirst:
    """The platform as it is, while the client is logged in."""

    def __init__(self, client: discord.Client, platform: Platform) -> None:
        self._client = client
        self._platform = platform
        self.budget: Budget = platform.budget

    @property
    def _is_away(self) -> bool:
        return self._client.user is None or self._client.is_closed()

    async def ready(self, delivery: Delivery) -> None:
        """Return when the message may be created."""
        await self._platform.ready(delivery)

    async def place(self, delivery: Delivery, card: Card) -> Placed:
        """Create the message."""
        return _LATER if self._is_away else await self._platform.place(delivery, card)

    async def show(self, delivery: Delivery, card: Card, urgency: Urgency) -> Answer:
        """Edit the message."""
        return _LATER if self._is_away else await self._platform.show(delivery, card, urgency)
