"""One wish as the command line sees it: what is asked, how it is going, and who paints it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinxit.domain.job import JobState


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed. `key` makes asking again harmless; None of `count` and `seed` was said."""

    prompt: str
    count: int | None
    seed: int | None
    key: str


@dataclass(frozen=True, slots=True)
class Promised:
    """The job is durable. `generator`: the first of its route."""

    job: str
    count: int
    generator: str


@dataclass(frozen=True, slots=True)
class Painted:
    """A finished image."""

    id: str
    seed: int
    width_px: int
    height_px: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How a job is going.

    `ahead`, `eta_s`: None where nobody can tell. `reason`: why it failed, was cancelled, or has fewer images than
    were asked for. `tried`: the generators that had it, first one first.
    """

    job: str
    state: JobState
    fraction: float
    ahead: int | None
    eta_s: float | None
    seed: int
    generator: str
    images: tuple[Painted, ...] = ()
    reason: str = ""
    tried: tuple[str, ...] = ()


class Painter(Protocol):
    """A running server, or this process itself. Every call raises Refused or Failure where the answer is no."""

    async def submit(self, wish: Wish) -> Promised:
        """Queue the wish; it is durable when this returns."""

    async def follow(self, job: str, show: Callable[[Progress], None]) -> Progress:
        """Show every change until the job has ended, and return its end."""

    async def cancel(self, job: str) -> None:
        """Ask for the job's end; one that has ended already is no error."""

    async def fetch(self, image: Painted) -> bytes:
        """Return an image's file."""
