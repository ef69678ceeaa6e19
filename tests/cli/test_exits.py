from __future__ import annotations

import os

import pytest

from pinxit.cli.exits import Exit, Failure, explain
from pinxit.domain.errors import Code, ConfigError, Refused


def bug() -> Exception:
    with pytest.raises(KeyError) as caught:
        os.environ["A_SECRET_THAT_NOBODY_MAY_SEE"]
    return caught.value


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            ConfigError(["web.port is 0; write 1", "x is y; remove it"]),
            Exit.WRONG,
            "web.port is 0; write 1\nx is y; remove it\n",
        ),
        (Failure("That is there already."), Exit.FAILED, "That is there already.\n"),
        (Refused(Code.CANCELLED), Exit.FAILED, "This was cancelled. Ask again whenever you like.\n"),
        (ExceptionGroup("tasks", [Failure("That failed.")]), Exit.FAILED, "That failed.\n"),
    ],
    ids=["settings", "failure", "refusal", "a task's"],
)
def test_each_error_is_its_sentence_and_its_code(
    capsys: pytest.CaptureFixture[str], error: Exception, code: Exit, said: str
) -> None:
    assert explain(error) is code
    assert capsys.readouterr().err == said


def test_a_fault_of_ours_is_one_sentence_without_what_it_was_about(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(bug()) is Exit.BUG

    said = capsys.readouterr().err
    assert said.startswith("Something went wrong inside Pinxit: KeyError in ")
    assert "PINXIT_LOG__LEVEL=debug" in said
    assert len(said.splitlines()) == 1
    assert "SECRET" not in said


def test_the_log_level_debug_shows_all_of_a_fault(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINXIT_LOG__LEVEL", "debug")

    assert explain(bug()) is Exit.BUG
    assert capsys.readouterr().err.startswith("Traceback (most recent call last):")
