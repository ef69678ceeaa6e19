"""One wish as the command line sees it: what is asked, how it is going, and who paints it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinxit.domain.job import JobState


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed. `key` makes asking again harmless; None of `count` and `seed` was said.

    `dry_run`: only what it would be. `confirmed`: many jobs at once are really wanted.
    """

    prompt: str
    count: int | None
    seed: int | None
    key: str
    dry_run: bool = False
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class PromisedJob:
    """A job that is durable. `generator`: the first of its route; "" where nobody said."""

    id: str
    generator: str


@dataclass(frozen=True, slots=True)
class Promised:
    """What became of a wish: one durable job, or several where its prompt held choices; none after a dry run.

    `count`: how many jobs it is, after a dry run too. `credits`, `seconds`: of all of them together. `hints`: sentences
    about how it was understood.
    """

    jobs: tuple[PromisedJob, ...]
    count: int
    credits: float
    seconds: float
    hints: tuple[str, ...] = ()


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
    """How a job is going. `count`: how many images were asked for.

    `ahead`, `eta_s`: None where nobody can tell. `reason`: why it failed, was cancelled, or has fewer images than
    were asked for. `tried`: the generators that had it, first one first. `withheld`: how many more images there are
    that nobody is shown; `notes`: whole sentences, why among them.
    """

    job: str
    state: JobState
    fraction: float
    ahead: int | None
    eta_s: float | None
    seed: int
    generator: str
    count: int
    images: tuple[Painted, ...] = ()
    reason: str = ""
    tried: tuple[str, ...] = ()
    withheld: int = 0
    notes: tuple[str, ...] = ()


class Painter(Protocol):
    """A running server, or this process itself. Every call raises Refused or Failure where the answer is no."""

    async def submit(self, wish: Wish) -> Promised:
        """Queue the wish, all of its jobs or none; they are durable when this returns."""

    async def follow(self, job: str, show: Callable[[Progress], None]) -> Progress:
        """Show every change until the job has ended, and return its end."""

    async def cancel(self, job: str) -> None:
        """Ask for the job's end; one that has ended already is no error."""

    async def fetch(self, image: Painted) -> bytes:
        """Return an image's file."""
