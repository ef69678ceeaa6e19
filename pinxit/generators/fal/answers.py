"""What fal's answers mean: a request that waits, runs, is done, was refused or is gone.

Source: fal.ai/docs, "Queue", "Model Errors" and "Request Error Types", read 2026-11: the type of an error is what
counts, never its text.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from http import HTTPStatus
from typing import TYPE_CHECKING

from pinxit.domain.addresses import MAX_URL_CHARS
from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.domain.facts import is_text

if TYPE_CHECKING:
    from pinxit.domain.request import Json
    from pinxit.generators.http import Answer

_PROMPT_CHARS = 4000  # Of a prompt as a model changed it, more is not kept.
_MODERATED = frozenset({"content_policy_violation"})
_PASSING = frozenset(
    {
        "internal_server_error",
        "internal_error",
        "generation_timeout",
        "downstream_service_unavailable",
        "request_timeout",
        "startup_timeout",
        "runner_scheduling_failure",
        "runner_connection_timeout",
        "runner_connection_refused",
        "runner_connection_error",
        "runner_disconnected",
        "runner_incomplete_response",
        "runner_server_error",
    }
)
_CANCELLED = frozenset({"client_cancelled", "client_disconnected"})
_LASTING = frozenset(
    {
        "bad_request",
        "downstream_service_error",
        "no_media_generated",
        "image_too_small",
        "image_too_large",
        "image_load_error",
        "file_download_error",
        "face_detection_error",
        "file_too_large",
        "unsupported_image_format",
        "greater_than",
        "greater_than_equal",
        "less_than",
        "less_than_equal",
        "multiple_of",
        "one_of",
        "missing",
        "extra_forbidden",
    }
)
_BY_STATUS = frozenset({401, 402, 408, 425, 429})  # They mean what they mean everywhere.
_UNKNOWN = "an error that is not understood"


class Gone(PinxitError):
    """fal does not know the request: it has expired, was cancelled, or never was."""


class Settled(PinxitError):
    """The request has ended without a picture, whatever status that comes with; `error` says how."""

    def __init__(self, error: PinxitError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True, slots=True)
class Placed:
    """One request at fal: where it is polled, fetched and cancelled. fal drops parts of the model's name in them."""

    status_url: str
    response_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class Image:
    """A finished picture: where it lies, and the prompt as the model changed it."""

    url: str
    prompt: str


def read_placed(said: Json) -> Placed | None:
    """Return a request as it was answered or noted, None if an address lacks or is too long to be asked."""
    urls = [said.get(one.name) for one in fields(Placed)] if isinstance(said, dict) else []
    texts = [url for url in urls if isinstance(url, str) and len(url) <= MAX_URL_CHARS]
    return Placed(*texts) if len(texts) == len(fields(Placed)) else None


def fault(name: str, answer: Answer) -> PinxitError | None:
    """Return what an answer about a request means if it is an error with a type, None for its status to say it."""
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Gone(f"{name} does not know the request any more")
    if answer.status == HTTPStatus.FORBIDDEN:
        return Broken(
            f"{name} does not let the key paint (403): no credit is left, or it lacks the right for this model;"
            f" top up the account at fal, or correct generators.{name}.api_key"
        )
    kinds = _kinds(answer)
    if answer.status < HTTPStatus.BAD_REQUEST or answer.status in _BY_STATUS or not kinds:
        return None
    return _meaning(name, answer, kinds)


def not_taken(name: str, model: str, answer: Answer) -> PinxitError | None:
    """Return what a refused POST means, or None where its status says enough."""
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Broken(f"{name} has no model {model} ({answer.status}); name another model, or look at base_url")
    return fault(name, answer)


def is_done(name: str, answer: Answer) -> bool:
    """Tell whether a request has ended, well or badly. Raises Broken for an answer that does not say."""
    status = _said(answer).get("status")
    if not isinstance(status, str):
        raise Broken(f"{name} answers without the state of the request; is fal's queue really at its base_url?")
    return status == "COMPLETED"


def ended_badly(name: str, status: Answer) -> PinxitError | None:
    """Return how a request ended of which nothing but its status is there, None if that does not say."""
    kinds = _kinds(status)
    return _meaning(name, status, kinds) if kinds else None


def is_running(answer: Answer) -> bool:
    """Tell whether a request is painted by now, and waits no more."""
    return _said(answer).get("status") == "IN_PROGRESS"


def image(name: str, answer: Answer) -> Image:
    """Return the one picture of a finished request.

    Raises Refused for one that fal's filter has blackened, Settled for an error in its place, Broken for anything else.
    """
    said = answer.json()
    images = said.get("images") if isinstance(said, dict) else None
    first = images[0] if isinstance(images, list) and images else None
    url = first.get("url") if isinstance(first, dict) else None
    if not isinstance(said, dict) or not isinstance(url, str):
        raise ended_badly(name, answer) or Broken(f"{name} answers without a picture")
    blackened = said.get("has_nsfw_concepts")
    if blackened is True or (isinstance(blackened, list) and blackened[:1] == [True]):
        raise Refused(Code.MODERATED, generator=name, categories=["nsfw"])
    prompt = said.get("prompt")
    return Image(url, prompt[:_PROMPT_CHARS] if isinstance(prompt, str) and is_text(prompt) else "")


def _meaning(name: str, answer: Answer, kinds: list[str]) -> PinxitError:
    if _MODERATED.intersection(kinds):
        return Settled(Refused(Code.MODERATED, generator=name, categories=["content policy"]))
    if _CANCELLED.intersection(kinds):
        return Gone(f"{name} has cancelled the request")
    kind = next((kind for kind in kinds if kind in _PASSING | _LASTING), _UNKNOWN)
    told = answer.headers.get("X-Fal-Retryable", answer.headers.get("X-Fal-Needs-Retry", "")).strip().lower()
    is_ours = kind == _UNKNOWN and answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
    may_pass = told in ("true", "1") if told else kind not in _LASTING and not is_ours
    if may_pass:
        return Settled(Temporary(f"{name} failed with {kind}; it may be asked again later"))
    return Settled(Broken(f"{name} failed with {kind}; ask for something else, or name another model"))


def _kinds(answer: Answer) -> list[str]:
    """Return the types of the error: of what the model found wrong, or of what went wrong around it."""
    said = _said(answer)
    detail = said.get("detail")
    found = [one.get("type") for one in detail if isinstance(one, dict)] if isinstance(detail, list) else []
    found += [said.get("error_type"), answer.headers.get("X-Fal-Error-Type")]
    return [kind for kind in found if isinstance(kind, str) and kind]


def _said(answer: Answer) -> dict[str, Json]:
    try:
        said = answer.json()
    except Broken:
        return {}
    return said if isinstance(said, dict) else {}
