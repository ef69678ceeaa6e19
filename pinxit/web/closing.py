"""That the server is stopping, for those who would otherwise go on for long."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinxit.queue.events import Events

CLOSING = "web.closing"


class Closing:
    """Says no until `begin`, then yes; a listener to the topic CLOSING is told."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._has_begun = False

    def __bool__(self) -> bool:
        return self._has_begun

    def begin(self) -> None:
        """Take in nothing new, and let streams end."""
        self._has_begun = True
        self._events.wake(CLOSING)
