"""How long a call rests that Discord takes later, by whatever is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pinxit.bot.discord.calls import End, Trouble

if TYPE_CHECKING:
    from datetime import datetime

    from pinxit.domain.ports import Clock

_FIRST_S, _LONGEST_S = 15.0, 300.0
_TRIES = 290  # A day of them.
_FORGOTTEN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Wait:
    tries: int
    until: datetime


class Patience:
    """Which reports Discord is to be asked about now: what it takes later rests, the longer the oftener it did."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waits: dict[str, _Wait] = {}

    def is_due(self, report: str) -> bool:
        """Tell whether a report's time has come."""
        wait = self._waits.get(report)
        return wait is None or wait.until <= self._clock.now()

    def again(self, report: str, trouble: Trouble) -> bool:
        """Note that a call came to nothing, and return whether it is to be tried again."""
        now = self._clock.now()
        known = self._waits.pop(report, None)
        tries = 1 if known is None else known.tries + 1
        if trouble.end is not End.LATER or tries >= _TRIES:
            return False
        pause_s = max(trouble.after_s, min(_LONGEST_S, _FIRST_S * 2.0 ** min(tries - 1, 10)))
        # Those that nobody asks about any more go.
        self._waits = {each: wait for each, wait in self._waits.items() if wait.until > now - _FORGOTTEN}
        self._waits[report] = _Wait(tries, now + timedelta(seconds=pause_s))
        return True
