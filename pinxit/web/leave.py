"""Whether the reader of a long answer may still have it: a key may be revoked, a session ended, while it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pinxit.domain.caller import Caller
    from pinxit.domain.ports import Clock


class Leave:
    """A reader's leave, asked for anew every `every_s` seconds, however much is told meanwhile.

    `ask`: returns who the request's caller is now, or raises Refused.
    """

    def __init__(self, caller: Caller, ask: Callable[[], Awaitable[Caller]], clock: Clock, every_s: float) -> None:
        self._caller = caller
        self._ask = ask
        self._clock = clock
        self._every_s = every_s
        self._asked_s = clock.monotonic()

    async def holds(self) -> bool:
        """Tell whether the reader may go on."""
        now_s = self._clock.monotonic()
        if now_s - self._asked_s < self._every_s:
            return True
        self._asked_s = now_s
        try:
            return await self._ask() == self._caller
        except Refused:
            return False
