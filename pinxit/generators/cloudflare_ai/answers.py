"""What Workers AI's answers mean: a picture in one of two forms, what it cost, or an error by its own code.

Source: Cloudflare's pages "Workers AI errors", "Pricing" and the models' schemas, read 2026-11. Not on them, but in
answers: 5006 (a body that a model's schema does not allow), 3030 (a model's own refusal), the header cf-ai-neurons.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.domain.facts import shown
from pinxit.generators.costs import told_micro
from pinxit.generators.http_pictures import from_base64
from pinxit.generators.http_retry import retry_after_s

if TYPE_CHECKING:
    from pinxit.domain.request import Json
    from pinxit.generators.http import Answer

_NEURON_DOLLARS = 0.000011  # $0.011 for a thousand; "Pricing", read 2026-11.
# A model refuses content and a broken source with one and the same code; only its words tell which.
_MODERATION = ("nsfw", "flagged")
_SENTENCES = {
    10000: "does not accept the key (10000); correct its api_key",
    9106: "does not accept the key (9106); correct its api_key",
    9109: "does not accept the key (9109); correct its api_key",
    7003: "knows no such account (7003); correct its account_id",
    5007: "has no model {model} any more, or never had (5007); name another model",
    3042: "has no model {model} any more, or never had (3042); name another model",
    5016: "wants the terms of {model} accepted first (5016); accept them at Cloudflare",
    5018: "does not let the account use {model} (5018); name another model",
    3041: "does not let the account use {model} (3041); name another model",
    3023: "has blocked the account (3023); ask Cloudflare",
    3006: "finds the request too large (3006); ask for fewer or smaller sources",
    5004: "cannot read a source (5004); send another one",
    3003: "misses something in the request (3003); update Pinxit",
}


class NotTaken(Broken):
    """The model's schema does not allow what was sent."""


def fault(name: str, model: str, answer: Answer, now: datetime) -> PinxitError | None:
    """Return the error that an answer is by its own code, or None: none, or one that the status says well enough."""
    if answer.media_type.startswith("image/"):
        return None
    said = answer.json()
    errors = said.get("errors") if isinstance(said, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    if not isinstance(said, dict) or not isinstance(first, dict):
        is_error = isinstance(said, dict) and said.get("success") is False
        return Broken(f"{name} answers with an error of no name") if is_error and answer.status == 200 else None  # noqa: PLR2004 - the status's own number
    code, text = first.get("code"), str(first.get("message", "")).lower()
    match code:
        case 3036:
            pause_s = _until_midnight_s(now)
            cure = "it goes on at midnight UTC, or with the Workers Paid plan"
            return Temporary(f"{name} has used up today's free neurons (3036); {cure}", retry_after_s=pause_s)
        case 3040:
            after_s = retry_after_s(answer.headers.get("Retry-After", ""), now)
            return Temporary(f"{name} is out of capacity (3040); it may be asked again later", retry_after_s=after_s)
        case 5006:
            return NotTaken(f"{name} does not take what was sent to {shown(model)} (5006); update Pinxit")
        case 3030 if any(words in text for words in _MODERATION):
            return Refused(Code.MODERATED, generator=name)
        case int() if code in _SENTENCES:
            return Broken(f"{name} {_SENTENCES[code].format(model=shown(model))}")
    if answer.status == 200:  # noqa: PLR2004 - the status's own number
        return Broken(f"{name} answers with an error that is not understood; update Pinxit")
    return None


def picture_bytes(answer: Answer) -> bytes:
    """Return the picture in an answer, which is one, or JSON with one in base64. Blocks. Raises Broken."""
    if answer.media_type.startswith("image/"):
        return answer.data
    said = answer.json()
    result: Json = said.get("result") if isinstance(said, dict) else None
    text = result.get("image") if isinstance(result, dict) else None
    if not isinstance(text, str) or not text:
        raise Broken(f"{answer.name} answers without a picture")
    return from_base64(answer.name, text)


def cost_micro(answer: Answer) -> int | None:
    """Return what a call cost in millionths of a dollar, or None where the answer does not say it."""
    try:
        neurons = float(answer.headers.get("cf-ai-neurons", ""))
    except ValueError:
        return None
    return told_micro(neurons, _NEURON_DOLLARS)


def _until_midnight_s(now: datetime) -> float:
    midnight_at = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return (midnight_at - now).total_seconds()
