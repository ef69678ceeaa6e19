"""What an answer of `generateContent` holds: a picture, a refusal in one of its many forms, or neither.

Source: Google AI for Developers, reference of generateContent (BlockReason, FinishReason, UsageMetadata), read 2026-11.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken
from pinxit.generators.gemini.terms import Usage
from pinxit.generators.http_pictures import from_base64

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.domain.request import Json
    from pinxit.generators.http import Answer

_BLOCKED = frozenset({"SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "JAILBREAK"})
_REFUSED = frozenset(
    {
        "SAFETY",
        "IMAGE_SAFETY",
        "PROHIBITED_CONTENT",
        "IMAGE_PROHIBITED_CONTENT",
        "BLOCKLIST",
        "SPII",
        "RECITATION",
        "IMAGE_RECITATION",
    }
)
_MOST_TOKENS = 10_000_000  # Ten times what any model can be told; more is no count.
_EMPTY = frozenset({"NO_IMAGE", "IMAGE_OTHER", "OTHER", "MALFORMED_RESPONSE", "STOP", "MAX_TOKENS", "LANGUAGE"})


@dataclass(frozen=True, slots=True)
class Reading:
    """`data`: the picture, if there is one. `refused`: why its content is not wanted, "" if that is not said.

    `ended`: why it ended, in one of Gemini's known words. `usage`: None where it does not say.
    """

    data: bytes | None = field(repr=False)
    refused: str = ""
    ended: str = ""
    usage: Usage | None = None


def read(name: str, answer: Answer) -> Reading:
    """Return what a 200 means. Blocks: up to 30 MB of JSON and base64. Raises Broken for what is no such answer."""
    said = answer.json()
    if not isinstance(said, dict):
        raise Broken(f"{name} answers with something else than Gemini does; correct its base_url")
    usage = _usage(said.get("usageMetadata"))
    feedback = said.get("promptFeedback")
    blocked = feedback.get("blockReason") if isinstance(feedback, dict) else None
    candidates = said.get("candidates")
    first = candidates[0] if isinstance(candidates, list) and candidates else None
    if blocked is not None and blocked != "BLOCK_REASON_UNSPECIFIED":
        return Reading(
            None, blocked.lower() if isinstance(blocked, str) and blocked in _BLOCKED else "other", "", usage
        )
    if not isinstance(first, dict):
        return Reading(None, usage=usage)
    reason = first.get("finishReason")
    if isinstance(reason, str) and reason in _REFUSED:
        return Reading(None, reason.lower(), reason, usage)
    ended = reason if isinstance(reason, str) and reason in _EMPTY else ""
    return Reading(_picture(name, first), "", ended, usage)


def _picture(name: str, candidate: dict[str, Json]) -> bytes | None:
    """Return the first picture that is no sketch of its thoughts."""
    for part in _parts(candidate):
        inline = part.get("inlineData")
        if part.get("thought") is True or not isinstance(inline, dict):
            continue
        text = inline.get("data")
        return from_base64(name, text if isinstance(text, str) else "")
    return None


def _parts(candidate: dict[str, Json]) -> Iterator[dict[str, Json]]:
    content = candidate.get("content")
    parts = content.get("parts") if isinstance(content, dict) else None
    return (part for part in (parts if isinstance(parts, list) else ()) if isinstance(part, dict))


def _usage(said: Json) -> Usage | None:
    """Return the tokens; those of pictures are told apart by modality, and are all of them where that is not said.

    None for what cannot be believed.
    """
    if not isinstance(said, dict):
        return None
    made, thoughts = _count(said.get("candidatesTokenCount")), _count(said.get("thoughtsTokenCount"))
    details = said.get("candidatesTokensDetails")
    pictures = made
    if isinstance(details, list):
        kinds = [one for one in details if isinstance(one, dict) and one.get("modality") == "IMAGE"]
        pictures = min(made, sum(_count(one.get("tokenCount")) for one in kinds))
    sent = _count(said.get("promptTokenCount"))
    return Usage(sent, made - pictures + thoughts, pictures) if max(sent, made, thoughts) <= _MOST_TOKENS else None


def _count(value: Json) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
