"""The generators that are left alone for a while, because they failed again and again or their budget is spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from pinxit.domain.breaker import Breaker, Circuit
from pinxit.domain.job import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pinxit.domain.job import Ended
    from pinxit.domain.ports import Clock

log = structlog.get_logger(__name__)

_FAILURES = frozenset({Outcome.TEMPORARY, Outcome.BROKEN, Outcome.TIMED_OUT})
_ANSWERS = frozenset({Outcome.SUCCEEDED, Outcome.REFUSED})
_PROBE_S = 600.0  # Longer than any deadline by default; a probe whose worker died tells nothing.


@dataclass(frozen=True, slots=True)
class Rest:
    """A generator that is asked nothing until `until`. `failures`: how many answers in a row were errors."""

    until: datetime
    failures: int


class Breakers:
    """One circuit for each generator, in memory: after a restart all of them are closed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Breaker] = {}

    def rest(self, pool: str) -> Rest | None:
        """Return until when a generator is left alone, or None if it may be asked; one that is half open may."""
        breaker, now_s = self._known.get(pool), self._clock.monotonic()
        if breaker is None or breaker.until_s is None or breaker.circuit(now_s) is not Circuit.OPEN:
            return None
        return Rest(self._clock.now() + timedelta(seconds=breaker.until_s - now_s), breaker.failures)

    def circuit(self, pool: str) -> Circuit:
        """Tell what a generator's circuit lets through."""
        breaker = self._known.get(pool)
        return Circuit.CLOSED if breaker is None else breaker.circuit(self._clock.monotonic())

    def admit(self, pool: str) -> Rest | None:
        """Return None if a job may run now, which is noted where it is the probe; else until when to leave it alone."""
        breaker, now_s = self._known.get(pool), self._clock.monotonic()
        if breaker is None or breaker.until_s is None:
            return None
        if breaker.lets_through(now_s, _PROBE_S):
            self._known[pool] = breaker.probing(now_s)
            log.info("a generator is tried again", generator=pool)
            return None
        # Behind a probe the others wait a moment for what it tells.
        until_s = max(breaker.until_s, now_s + 1.0)
        return Rest(self._clock.now() + timedelta(seconds=until_s - now_s), breaker.failures)

    def note(self, pool: str, ended: Ended) -> None:
        """Count how a job ended that the generator was really asked for."""
        before = self._known.get(pool, Breaker())
        if ended.outcome in _ANSWERS:
            after = before.succeeded()
        elif ended.outcome in _FAILURES:
            rest_s = ended.retry_after_s if ended.outcome is Outcome.BROKEN else None
            after = before.failed(self._clock.monotonic(), rest_s)
        else:
            after = before.unprobed()
        self._known[pool] = after
        if (before.until_s is None) != (after.until_s is None) or before.openings != after.openings:
            self._tell(pool, after)

    def all(self) -> Mapping[str, Circuit]:
        """Return the circuits of the generators that were asked since the start."""
        return {pool: self.circuit(pool) for pool in self._known}

    def _tell(self, pool: str, breaker: Breaker) -> None:
        if breaker.until_s is None:
            log.info("a generator works again", generator=pool)
        else:
            rest_s = round(breaker.until_s - self._clock.monotonic())
            log.warning("a generator is left alone", generator=pool, failures=breaker.failures, rest_s=rest_s)
