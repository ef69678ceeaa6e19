"""When a generator that fails again and again is left alone for a while, and how it comes back. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

FAILURES = 5  # One after the other.
FIRST_REST_S, LONGEST_REST_S = 30.0, 900.0
_LONGEST_SAID_S = 31 * 86_400.0  # No quota is longer than a month, and no date so near the end of all dates.
_MOST_DOUBLINGS = 10  # Far beyond the longest rest; a number of openings without end would overflow.


class Circuit(StrEnum):
    """CLOSED lets every job through, OPEN none, HALF_OPEN one at a time: how that one ends decides."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is known of one generator. `failures`: since its last success. `openings`: as well, of the circuit.

    `until_s`: the monotonic moment up to which it is open; None: closed. `probe_s`: when the one job was last heard of
    that was let through and whose end is awaited; None: none is.
    """

    failures: int = 0
    openings: int = 0
    until_s: float | None = None
    probe_s: float | None = None

    def circuit(self, now_s: float) -> Circuit:
        """Tell what is let through now."""
        if self.until_s is None:
            return Circuit.CLOSED
        return Circuit.OPEN if now_s < self.until_s else Circuit.HALF_OPEN

    def lets_through(self, now_s: float, patience_s: float) -> bool:
        """Tell whether a job may run. A probe of which nothing was heard for `patience_s` is not awaited any longer."""
        match self.circuit(now_s):
            case Circuit.CLOSED:
                return True
            case Circuit.OPEN:
                return False
        return self.probe_s is None or now_s > self.probe_s + patience_s

    def probing(self, now_s: float) -> Breaker:
        """Return what it is once a job has been let through; closed, it stays as it is."""
        return self if self.until_s is None else replace(self, probe_s=now_s)

    def succeeded(self) -> Breaker:
        """Return what it is after a success."""
        return self if self == _FRESH else _FRESH

    def unprobed(self) -> Breaker:
        """Return what it is when the probe told nothing, such as a job that somebody cancelled."""
        return self if self.probe_s is None else replace(self, probe_s=None)

    def failed(self, now_s: float, rest_s: float | None = None) -> Breaker:
        """Return what it is after a failure. `rest_s`: how long the generator itself says that asking is no use."""
        failures = self.failures + 1
        is_open_already = self.until_s is not None and now_s < self.until_s
        if is_open_already or (rest_s is None and self.until_s is None and failures < FAILURES):
            # One that began before the circuit opened says nothing new.
            return replace(self, failures=failures)
        pause_s = min(LONGEST_REST_S, FIRST_REST_S * 2 ** min(self.openings, _MOST_DOUBLINGS))
        if rest_s is not None:
            pause_s = min(_LONGEST_SAID_S, max(0.0, rest_s))
        return Breaker(failures, self.openings + 1, now_s + pause_s)


_FRESH = Breaker()
