"""The generators that are left alone for a while, because they failed again and again or their budget is spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from pinxit.domain.breaker import Breaker, Circuit
from pinxit.domain.errors import Code
from pinxit.domain.job import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from pinxit.domain.ids import JobId, PersonId
    from pinxit.domain.job import Ended
    from pinxit.domain.ports import Clock

log = structlog.get_logger(__name__)

_PROBE_S = 60.0  # A live worker speaks every few seconds; a probe that nobody speaks of tells nothing any more.


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
        self._probes: dict[str, JobId] = {}
        self._blamed: dict[str, set[PersonId]] = {}

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

    def is_probed(self, pool: str) -> bool:
        """Tell whether one job tries just now whether the generator is back; the others wait for what it tells."""
        breaker = self._known.get(pool)
        if breaker is None or self.circuit(pool) is not Circuit.HALF_OPEN:
            return False
        return not breaker.lets_through(self._clock.monotonic(), _PROBE_S)

    def let_through(self, pool: str, job: JobId) -> None:
        """Note that a job runs, which is the probe where the circuit is half open."""
        breaker = self._known.get(pool)
        if breaker is not None and breaker.until_s is not None:
            self._known[pool] = breaker.probing(self._clock.monotonic())
            self._probes[pool] = job
            log.info("a generator is tried again", generator=pool, job=job)

    def heard(self, pool: str, jobs: Iterable[JobId]) -> None:
        """Note that workers still have these jobs in hand."""
        if self._probes.get(pool) in set(jobs) and (breaker := self._known[pool]).probe_s is not None:
            self._known[pool] = breaker.probing(self._clock.monotonic())

    def note(self, pool: str, ended: Ended, job: JobId | None = None, person: PersonId | None = None) -> None:
        """Count how a job ended. What fails for one person alone may be the fault of what that person asks for."""
        before = self._known.get(pool, Breaker())
        if ended.outcome is Outcome.SUCCEEDED or ended.code == Code.MODERATED:
            after = before.succeeded()
            self._blamed.pop(pool, None)
        elif self._is_failure(pool, ended, person):
            rest_s = ended.retry_after_s if ended.outcome is Outcome.BROKEN else None
            after = before.failed(self._clock.monotonic(), rest_s)
        else:
            after = before.unprobed() if job == self._probes.get(pool) else before
        if after.probe_s is None:
            self._probes.pop(pool, None)
        self._known[pool] = after
        if (before.until_s is None) != (after.until_s is None) or before.openings != after.openings:
            self._tell(pool, after)

    def _is_failure(self, pool: str, ended: Ended, person: PersonId | None) -> bool:
        """Tell whether an end speaks against the generator; a Broken that names no rest does once for each person."""
        if ended.outcome is not Outcome.BROKEN or ended.retry_after_s is not None or person is None:
            return ended.outcome in (Outcome.BROKEN, Outcome.TEMPORARY, Outcome.TIMED_OUT)
        blamed = self._blamed.setdefault(pool, set())
        is_new = person not in blamed
        blamed.add(person)
        return is_new

    def all(self) -> Mapping[str, Circuit]:
        """Return the circuits of the generators that were asked since the start."""
        return {pool: self.circuit(pool) for pool in self._known}

    def _tell(self, pool: str, breaker: Breaker) -> None:
        if breaker.until_s is None:
            log.info("a generator works again", generator=pool)
        else:
            rest_s = round(breaker.until_s - self._clock.monotonic())
            log.warning("a generator is left alone", generator=pool, failures=breaker.failures, rest_s=rest_s)
