"""One open page that follows a channel: what it has still to be told, never more than a little."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import PersonId

MOST_WAITING = 64  # Blocks; a page that is further behind reads the messages anew, which is less.


@dataclass(slots=True, eq=False)
class Subscriber:
    """Blocks wait by what they are about, so that a later one takes the place of an earlier one."""

    caller: Caller
    locale: str
    heard: asyncio.Event
    is_over: bool = False
    _waiting: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def may_see(self, person: PersonId, *, private: bool) -> bool:
        """Tell whether a job of this channel is for these eyes."""
        return not private or self.caller.is_trusted or person == self.caller.person

    def tell(self, event: str, about: str, block: bytes) -> None:
        """Put a block into line."""
        key = (event, about)
        self._waiting.pop(key, None)
        self._waiting[key] = block
        if len(self._waiting) > MOST_WAITING:
            self._waiting.clear()
            self._waiting["resync", ""] = RESYNC
        self.heard.set()

    def take(self) -> bytes:
        """Return what waits and start anew; empty if nothing does."""
        self.heard.clear()
        blocks, self._waiting = self._waiting, {}
        return b"".join(blocks.values())

    def end(self) -> None:
        """Let the stream end when what waits has been told."""
        self.is_over = True
        self.heard.set()


def block(event: str, data: Mapping[str, object]) -> bytes:
    """Return one event as it is sent. JSON has no line feeds of its own, so nothing in it can begin another event."""
    return f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()


RESYNC = block("resync", {})
BEAT = block("beat", {})
