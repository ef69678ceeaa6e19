"""How many of our requests Discord has turned down lately: at 10,000 in ten minutes it shuts us out altogether."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import aiohttp
import structlog

from pinxit.bot.discord.pauses import LONGEST_S, Pauses

if TYPE_CHECKING:
    from types import SimpleNamespace

    from pinxit.domain.ports import Clock

log = structlog.get_logger(__name__)

# discord.com/developers/docs/topics/rate-limits, "Invalid Request Limit", read 2026-11: 401, 403 and 429, but for 429s
# of a shared resource.
WINDOW_S = 600.0
_COUNTED = frozenset({401, 403, 429})
_TOO_MANY = 429
_SHARED = "shared"
CAREFUL = 1_000
STILL = 5_000
_KEPT = 10_000


class InvalidRequests:
    """Counts what was turned down in a sliding window, over every request of the client that `trace` is given to.

    `pauses`: the calls that are given time for a pause which one of those answers asks for.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.pauses = Pauses()
        self._moments_s: deque[float] = deque(maxlen=_KEPT)
        self._was_careful = False
        self._was_still = False

    def trace(self) -> aiohttp.TraceConfig:
        """Return what makes an HTTP session tell of its answers; for the client's `http_trace`."""
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._ended)
        return trace

    def note(self) -> None:
        """Count one request that was turned down."""
        self._moments_s.append(self._clock.monotonic())

    @property
    def is_careful(self) -> bool:
        """Tell whether nothing should be sent that can be left out."""
        is_careful = self._count() >= CAREFUL
        if is_careful and not self._was_careful:
            log.error("Discord turns many requests down: progress is not shown until that ends", limit=CAREFUL)
        self._was_careful = is_careful
        return is_careful

    @property
    def is_still(self) -> bool:
        """Tell whether nothing should be sent at all."""
        is_still = self._count() >= STILL
        if is_still and not self._was_still:
            log.error("Discord turns too many requests down: every message waits until that ends", limit=STILL)
        self._was_still = is_still
        return is_still

    def _count(self) -> int:
        before_s = self._clock.monotonic() - WINDOW_S
        while self._moments_s and self._moments_s[0] < before_s:
            self._moments_s.popleft()
        return len(self._moments_s)

    async def _ended(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, said: aiohttp.TraceRequestEndParams
    ) -> None:
        if said.response.status == _TOO_MANY:
            named = said.response.headers.get("Retry-After", "")
            self.pauses.heard(float(named) if named.isdecimal() else LONGEST_S)
        is_shared = said.response.headers.get("X-RateLimit-Scope") == _SHARED
        if said.response.status in _COUNTED and not is_shared:
            self.note()
