"""One finding of `pinxit doctor`: what was looked at, how it ended, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check ended. ODD is worth a look, and everything works all the same."""

    GOOD = "good"
    ODD = "odd"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `cure`: what to do; empty where nothing is to be done or the message says it."""

    name: str
    state: State
    message: str
    cure: str = ""


def split(problem: str) -> tuple[str, str]:
    """Part a problem of the settings into what is wrong and what to do."""
    message, _, cure = problem.rpartition("; ")
    return (message, cure) if message else (problem, "")
