"""What `imagine` says at its end about pictures that nobody is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.cli.outcome import Outcome, say_outcomes
from pinxit.cli.painting import Progress, Promised, PromisedJob
from pinxit.domain.job import JobState

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_withheld_pictures_are_told_with_why_and_not_as_unpainted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    why = "1 picture is withheld, because a filter flagged it."
    promised = PromisedJob("j", "sketch")
    end = Progress("j", JobState.SUCCEEDED, 1.0, None, None, 7, "sketch", 2, withheld=1, notes=(why,))

    say_outcomes(
        Promised((promised,), 2, 1.0, 1.0, ()),
        [Outcome(promised, end, (tmp_path / "fox.png",))],
        as_json=False,
        quiet=False,
    )

    told = capsys.readouterr()
    assert told.out == f"{tmp_path / 'fox.png'}\n"
    assert told.err == f"{why}\n"
