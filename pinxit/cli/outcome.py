"""What `pinxit imagine` says at its end: the files' names, as JSON everything."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.cli.exits import LOCALE, tell
from pinxit.cli.screen import status
from pinxit.domain.job import JobState
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pinxit.cli.painting import Progress, Promised, PromisedJob
    from pinxit.domain.errors import Fact


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended, and where its pictures are now. `place`: which of several it is, as 2/6; "" alone."""

    promised: PromisedJob
    end: Progress
    files: tuple[Path, ...]
    place: str = ""

    @property
    def is_success(self) -> bool:
        """Tell whether there are pictures."""
        return self.end.state is JobState.SUCCEEDED


def say_price(promised: Promised, *, as_json: bool) -> None:
    """Print what a wish would make and cost."""
    count = promised.count
    if as_json:
        said = {
            "status": "priced",
            "job_count": count,
            "credits": promised.credits,
            "seconds": promised.seconds,
            "hints": list(promised.hints),
        }
        _print(json.dumps(said, ensure_ascii=False, indent=2))
        return
    credit = "credit" if promised.credits == 1 else "credits"
    _print(f"{count} {'job' if count == 1 else 'jobs'}, {promised.credits:g} {credit}, about {promised.seconds:.1f} s")


def say_outcomes(promised: Promised, outcomes: Sequence[Outcome], *, as_json: bool, quiet: bool) -> None:
    """Print the files' names, or everything as JSON; what went wrong, and what was painted otherwise, is told."""
    if as_json:
        jobs = [_job(outcome) for outcome in outcomes]
        said = {**jobs[0], "credits": promised.credits, "hints": list(promised.hints), "jobs": jobs}
        _print(json.dumps(said, ensure_ascii=False, indent=2))
        return
    for outcome in outcomes:
        for path in outcome.files:
            _print(str(path))
        if not outcome.is_success:
            _tell(outcome, _failure(outcome.end))
        elif not quiet:
            _tell_success(outcome)


def _tell_success(outcome: Outcome) -> None:
    end, wanted = outcome.end, outcome.promised.generator or next(iter(outcome.end.tried), outcome.end.generator)
    if end.withheld:
        _tell(outcome, " ".join(end.notes))
    if len(outcome.files) + end.withheld < end.count:
        facts: dict[str, Fact] = {
            "count": len(outcome.files),
            "asked": end.count,
            "generator": end.generator,
            "seed": end.seed,
        }
        _tell(outcome, say(LOCALE, Phrase.PARTIAL, facts))
        tell(*filter(None, [end.reason]))
    elif sys.stderr.isatty():
        _tell(outcome, status(end))
    if end.generator != wanted:
        _tell(outcome, say(LOCALE, Phrase.OTHER_GENERATOR, {"generator": end.generator, "wanted": wanted}))


def _failure(end: Progress) -> str:
    reason = end.reason or say(LOCALE, Phrase.FAILED, {})
    return f"{reason} Tried: {', '.join(end.tried)}." if end.tried else reason


def _tell(outcome: Outcome, sentence: str) -> None:
    tell(f"{outcome.place}: {sentence}" if outcome.place else sentence)


def _job(outcome: Outcome) -> dict[str, object]:
    end = outcome.end
    # A job without pictures for good has no files; what it painted before it failed is not handed out.
    images = zip(end.images, outcome.files, strict=True) if outcome.is_success else ()
    return {
        "id": end.job,
        "status": end.state.value,
        "seed": end.seed,
        "generator": end.generator,
        "images": [
            {
                "id": image.id,
                "seed": image.seed,
                "width": image.width_px,
                "height": image.height_px,
                "media_type": image.media_type,
                "path": str(path),
            }
            for image, path in images
        ],
        "reason": end.reason or None,
        "tried": list(end.tried),
    }


def _print(text: str) -> None:
    print(text)  # noqa: T201 - the answer, on standard output
