"""A session at the loopback gateway: it outlives its connection, so that a client can resume."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.platforms.discord.gateway_line import Line

DISPATCH = 0


@dataclass(slots=True, eq=False)
class Session:
    """What a client identified with, and the events that it may still ask for again."""

    id: str
    shard: int
    shards: int
    intents: int
    sequence: int = 0
    unconfirmed: deque[tuple[int, str]] = field(default_factory=deque)
    line: Line | None = None

    def send(self, event: str, data: dict[str, Any]) -> None:
        """Number the event, keep it, and send it where the client is connected."""
        self.sequence += 1
        payload = json.dumps({"op": DISPATCH, "s": self.sequence, "t": event, "d": data})
        self.unconfirmed.append((self.sequence, payload))
        if self.line is not None:
            self.line.put_text(payload)

    def confirm(self, sequence: int) -> None:
        """Forget what the client says it has."""
        while self.unconfirmed and self.unconfirmed[0][0] <= sequence:
            self.unconfirmed.popleft()
