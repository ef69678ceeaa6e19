"""What BFL's answers mean: a task that runs, has ended, was refused or is gone.

Source: docs.bfl.ai, "Integration" and "Error handling", read 2026-11. A task that failed may come with 503.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from pinxit.domain.addresses import MAX_URL_CHARS
from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.domain.facts import is_text
from pinxit.generators.costs import told_micro

if TYPE_CHECKING:
    from collections.abc import Collection

    from pinxit.domain.request import Json
    from pinxit.generators.http import Answer

STATE_BYTES = 2**20  # Of an answer about a task; more is none.
_CREDIT_DOLLARS = 0.01  # BFL's pricing page, read 2026-11.
_MODERATED = {"Request Moderated": "request", "Content Moderated": "picture"}
_REASONS = {"Safety Filter": "safety", "Derivative Works Filter": "derivative works"}
_PROMPT_CHARS = 4000  # Of a prompt as BFL changed it, more is not kept.
_FAILED, _GONE = ("Error", "Failed"), "Task not found"


class Gone(PinxitError):
    """BFL does not know the task: it has expired, or never was."""


class Settled(PinxitError):
    """The task has ended without a picture, whatever status that comes with; `error` says how."""

    def __init__(self, error: PinxitError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True, slots=True)
class Placed:
    """One task at BFL: where it is polled, and what it was said to cost when it was taken; None: it was not said."""

    url: str
    cost_micro: int | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """A finished picture: where it lies for some minutes, the prompt as BFL changed it, the cost if it is told."""

    sample: str
    prompt: str
    cost_micro: int | None


def read_created(answer: Answer) -> Placed | None:
    """Return the task that BFL has taken, None if it does not say where it is polled. Raises Broken for no JSON."""
    said = answer.json()
    placed = read_placed({"url": said.get("polling_url")}) if isinstance(said, dict) else None
    return Placed(placed.url, cost_micro(said)) if placed is not None and isinstance(said, dict) else None


def read_placed(said: Json) -> Placed | None:
    """Return a task as it was noted, None for anything else. An address too long to be asked is not noted either."""
    url, cost = (said.get("url"), said.get("cost_micro")) if isinstance(said, dict) else (None, None)
    if not isinstance(url, str) or len(url) > MAX_URL_CHARS:
        return None
    return Placed(url, cost if isinstance(cost, int) else None)


def ended(name: str, answer: Answer) -> PinxitError | None:
    """Return how a polled task ended if that was badly, None if not, or if the status has to say it."""
    said = _said(answer)
    status = said.get("status")
    if status in _MODERATED:
        categories = _categories(said.get("details")) or [_MODERATED[str(status)]]
        return Settled(Refused(Code.MODERATED, generator=name, categories=categories))
    if status in _FAILED:
        return Settled(Temporary(f"{name} could not paint the picture; it may be asked again later"))
    if status == _GONE or answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Gone(f"{name} does not know the task any more")
    return None


def progress(answer: Answer) -> float:
    """Return how far a task is, 0 where BFL does not tell."""
    fraction = _said(answer).get("progress")
    return max(0.0, float(fraction)) if isinstance(fraction, int | float) and fraction <= 1 else 0.0


def ready(name: str, answer: Answer) -> Ready | None:
    """Return the finished picture, or None while it is painted. Raises Broken for one that has no address."""
    said = answer.json()
    if not isinstance(said, dict) or not isinstance(said.get("status"), str):
        raise Broken(f"{name} answers without the state of the task; is BFL's API really at its base_url?")
    if said["status"] != "Ready":
        return None
    result = said.get("result")
    sample = result.get("sample") if isinstance(result, dict) else None
    if not isinstance(result, dict) or not isinstance(sample, str):
        raise Broken(f"{name} says that a picture is ready, and not where it is")
    prompt = result.get("prompt")
    words = prompt[:_PROMPT_CHARS] if isinstance(prompt, str) and is_text(prompt) else ""
    return Ready(sample, words, cost_micro(said) or cost_micro(result))


def cost_micro(said: dict[str, Json]) -> int | None:
    """Return what an answer says that the call cost, in millionths of a dollar."""
    return told_micro(said.get("cost"), _CREDIT_DOLLARS)


def not_created(name: str, model: str, answer: Answer, fields: Collection[str]) -> PinxitError | None:
    """Return what a refused POST means, or None where its status says enough. `fields`: of the body that was sent."""
    moderated = ended(name, answer)
    if isinstance(moderated, Settled):
        return moderated
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Broken(f"{name} has no model {model} ({answer.status}); name another model, or look at base_url")
    if answer.status == HTTPStatus.PAYMENT_REQUIRED:
        return Broken(f"{name} has no credit left (402); top up the account at BFL")
    if answer.status == HTTPStatus.FORBIDDEN:
        return Broken(f"{name} does not accept the key (403); correct generators.{name}.api_key")
    if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        wrong = _wrong_fields(_said(answer).get("detail"), fields)
        what = f"the field {', '.join(wrong)}" if wrong else "the request"
        return Broken(f"{name} does not accept {what} (422); correct {model} in the catalogue, or name another model")
    return None


def _said(answer: Answer) -> dict[str, Json]:
    try:
        said = answer.json()
    except Broken:
        return {}
    return said if isinstance(said, dict) else {}


def _categories(details: Json) -> list[str]:
    """Return the reasons that are known words; anything else could be a prompt."""
    told = details.get("Moderation Reasons") if isinstance(details, dict) else None
    return [
        _REASONS[one] for one in (told if isinstance(told, list) else []) if isinstance(one, str) and one in _REASONS
    ]


def _wrong_fields(detail: Json, fields: Collection[str]) -> list[str]:
    """Return which of our own fields FastAPI names."""
    places = [one.get("loc") for one in detail if isinstance(one, dict)] if isinstance(detail, list) else []
    return [place[-1] for place in places if isinstance(place, list) and place and place[-1] in fields]  # type: ignore[misc]
