"""How a command ends: its exit code, and the sentence for whatever went wrong."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from enum import IntEnum
from typing import TYPE_CHECKING

from pinxit.domain.errors import ConfigError, GeneratorError, PinxitError, Refused, Unavailable

if TYPE_CHECKING:
    from types import TracebackType

LOCALE = "en"  # The command line speaks English throughout: its own sentences have no other language yet.
LEVEL_VARIABLES = ("PINXIT_LOG__LEVEL", "LOG_LEVEL")


class Exit(IntEnum):
    """The exit codes; docs/cli.md lists them."""

    DONE = 0
    FAILED = 1
    WRONG = 2  # As every Unix command says it of its arguments; typer does so by itself.
    BUG = 70  # EX_SOFTWARE of BSD's sysexits.h
    INTERRUPTED = 130  # 128 + SIGINT, as a shell says it


class Failure(PinxitError):
    """A command could not do what was asked; the text is the sentence."""


def explain(error: BaseException) -> Exit:
    """Say on standard error what went wrong, and return the exit code. A traceback is for the log level debug only."""
    if isinstance(error, BaseExceptionGroup):
        # A TaskGroup wraps what its tasks raise; the person wants to know the cause.
        return explain(error.exceptions[0])
    if isinstance(error, KeyboardInterrupt):
        return Exit.INTERRUPTED
    if isinstance(error, ConfigError):
        tell(*error.problems)
        return Exit.WRONG
    if isinstance(error, Refused):
        from pinxit.wording import say  # noqa: PLC0415 - `version` must not wait for every sentence

        tell(say(LOCALE, error.code, error.facts))
        return Exit.FAILED
    if isinstance(error, Failure | Unavailable | GeneratorError):
        tell(str(error))
        return Exit.FAILED
    tell(_bug(error))
    return Exit.BUG


def tell(*sentences: str) -> None:
    """Write sentences to standard error, a line each, as they are."""
    for sentence in sentences:
        print(sentence, file=sys.stderr)  # noqa: T201 - a command's own voice


def _bug(error: BaseException) -> str:
    by_variable = any(os.environ.get(name, "").strip().lower() == "debug" for name in LEVEL_VARIABLES)
    # The root logger has the settings' level, once they could be read.
    if by_variable or logging.getLogger().level == logging.DEBUG:
        return "".join(traceback.format_exception(error)).rstrip()
    what = f"{type(error).__name__}{_where(error.__traceback__)}"
    if isinstance(error, OSError) and error.strerror:
        named = f" ({error.filename})" if error.filename else ""
        what = f"{error.strerror}{named}, {what}"
    return (
        f"Something went wrong inside Pinxit: {what}. The log is above, on standard error; "
        "set PINXIT_LOG__LEVEL=debug to see all of it, and please report it"
    )


def _where(place: TracebackType | None) -> str:
    frames = traceback.extract_tb(place)
    return f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
