"""What becomes of a job in the worker's eyes, from what its generator raised. Pure."""

from __future__ import annotations

from pinxit.domain.errors import Broken, Fact, LeaseLost, Refused, Temporary
from pinxit.domain.facts import is_text
from pinxit.domain.job import Ended, Outcome

MAX_MESSAGE_CHARS = 500


def ended_by(error: BaseException) -> Ended | None:
    """Return how an attempt ends whose generator raised `error`; None: the worker lets the job go without a word.

    An error that is not ours is a bug or a death, and counts as a try; its text may hold a prompt, so only its class
    is told.
    """
    if isinstance(error, LeaseLost):
        return None
    if isinstance(error, Temporary):
        after_s = None if error.retry_after_s is None else max(0.0, error.retry_after_s)
        return Ended(Outcome.TEMPORARY, message=as_text(error), retry_after_s=after_s, unanswered=error.unanswered)
    if isinstance(error, Broken):
        return Ended(Outcome.BROKEN, message=as_text(error), retry_after_s=error.rest_s)
    if isinstance(error, Refused):
        facts = {name: _plain(fact) for name, fact in error.facts.items()}
        return Ended(Outcome.REFUSED, code=str(error.code), facts=facts, message=str(error.code))
    return Ended(Outcome.DIED, message=f"the generator failed with {type(error).__name__}; see the worker's log")


def ended_without(missing: int, count: int) -> Ended:
    """Return how an attempt ends whose generator stopped without a word about `missing` of `count` images."""
    return Ended(Outcome.DIED, message=f"the generator ended without {missing} of {count} images")


def as_text(value: object) -> str:
    """Write anything as at most 500 characters that every database and every line of JSON takes."""
    return clean(str(value)[:MAX_MESSAGE_CHARS])


def clean(text: str) -> str:
    """Replace what is no text, such as lone surrogates and control characters, by "�"."""
    return text if is_text(text) else "".join(char if is_text(char) else "�" for char in text)


def _plain(fact: Fact) -> Fact:
    if isinstance(fact, str):
        return as_text(fact)
    if isinstance(fact, list):
        return [as_text(item) for item in fact] if any(isinstance(item, str) for item in fact) else fact
    return fact
