"""What a person sees while a picture is painted: one line that moves, on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from pinxit.cli.exits import LOCALE
from pinxit.domain.job import JobState
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from types import TracebackType

    from pinxit.cli.painting import Progress
    from pinxit.domain.errors import Fact


class Screen:
    """A progress bar where a person looks, plain lines where a file does, nothing where `quiet`. Use `async with`."""

    def __init__(self, *, quiet: bool, console: Console | None = None) -> None:
        self._quiet = quiet
        self._console = console or Console(stderr=True)
        self._bars = Bars(
            # Prompts and server's words are no markup.
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            console=self._console,
            transient=True,
            disable=quiet or not self._console.is_terminal,
        )
        self._task = self._bars.add_task("asking", total=1.0)
        self._last = ""

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bars.stop()

    def show(self, progress: Progress, place: str = "") -> None:
        """Show how a job is going. `place`: which of several it is, as 2/6."""
        text = f"{place}: {status(progress)}" if place else status(progress)
        self._bars.update(self._task, description=text, completed=progress.fraction)
        # Where nothing moves, a line per state is enough.
        state = f"{place} {progress.state.value}"
        if not self._console.is_terminal and state != self._last:
            self.note(text)
        self._last = state

    def note(self, sentence: str) -> None:
        """Say something that stays."""
        if not self._quiet:
            self._bars.console.print(Text(sentence), soft_wrap=True)


def status(progress: Progress) -> str:
    """Return a job's state in a few words; pure."""
    match progress.state:
        case JobState.QUEUED:
            ahead = progress.ahead or 0
            return say(LOCALE, Phrase.QUEUED, {"ahead": ahead, "eta_s": progress.eta_s})
        case JobState.RUNNING:
            return say(LOCALE, Phrase.RUNNING, {"eta_s": progress.eta_s})
        case JobState.WAITING:
            return say(LOCALE, Phrase.WAITING, {"eta_s": progress.eta_s})
        case JobState.SUCCEEDED:
            facts: dict[str, Fact] = {
                "count": len(progress.images),
                "generator": progress.generator,
                "seed": progress.seed,
            }
            return say(LOCALE, Phrase.SUCCEEDED, facts)
        case JobState.FAILED:
            return say(LOCALE, Phrase.FAILED, {})
        case JobState.CANCELLED:
            return say(LOCALE, Phrase.CANCELLED, {})
