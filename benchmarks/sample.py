"""Durations of one thing done again and again."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Sample:
    """Seconds that each round took."""

    seconds: list[float] = field(default_factory=list)

    def add(self, seconds: float) -> None:
        """Note one round."""
        self.seconds.append(seconds)

    def at_ms(self, share: float) -> float:
        """Return the milliseconds that this share of the rounds stayed below: 0.5 is the median."""
        in_order = sorted(self.seconds)
        return in_order[min(len(in_order) - 1, int(len(in_order) * share))] * 1000

    @property
    def p50_ms(self) -> float:
        """Return the median."""
        return self.at_ms(0.5)

    @property
    def p99_ms(self) -> float:
        """Return what one round in a hundred exceeds."""
        return self.at_ms(0.99)

    def __str__(self) -> str:
        return f"p50 {self.p50_ms:.2f} ms, p99 {self.p99_ms:.2f} ms"
