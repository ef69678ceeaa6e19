"""What an images server answers: its pictures, its own wording of the prompt, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken
from pinxit.domain.facts import is_text
from pinxit.generators.http_pictures import from_base64, preview_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.request import Json

_REVISED_CHARS = 32_000
_MOST_TOKENS = 10_000_000  # Some two hundred times what the dearest call takes; more is no count.


@dataclass(frozen=True, slots=True)
class Drawn:
    """One picture: its bytes, or else the address where it lies. `revised_prompt`: what the server made of ours."""

    data: bytes = field(default=b"", repr=False)
    url: str = field(default="", repr=False)
    revised_prompt: str = ""


def read_drawn(name: str, said: Mapping[str, Json], most: int) -> list[Drawn]:
    """Return the pictures of an answer, at most `most`. Blocks: base64 of several MB.

    Raises Broken: none at all, or no base64. `name`: the server's, for the error.
    """
    data = said.get("data")
    items = [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []
    drawn = [one for one in (_drawn(name, item) for item in items[:most]) if one is not None]
    if not drawn:
        raise Broken(f"{name} answers without a picture; is it an images server?")
    return drawn


def _drawn(name: str, item: Mapping[str, Json]) -> Drawn | None:
    said = item.get("revised_prompt")
    revised = said[:_REVISED_CHARS] if isinstance(said, str) and is_text(said) else ""
    text, url = item.get("b64_json"), item.get("url")
    if isinstance(url, str) and url.startswith("data:"):
        text, url = url, ""
    if isinstance(text, str) and text:
        return Drawn(from_base64(name, text), revised_prompt=revised)
    if isinstance(url, str) and url:
        return Drawn(url=url, revised_prompt=revised)
    return None  # Filtered; the others of the call are good.


def small(name: str, text: str) -> bytes | None:
    """Return a partial picture in base64 as a preview, None for one that is none: nothing depends on it. Blocks."""
    try:
        return preview_of(from_base64(name, text))
    except Broken:
        return None


def spent_micro(said: Mapping[str, Json], dollars_per_million: Mapping[str, Json]) -> int | None:
    """Return what an answer's `usage` costs in millionths of a dollar, None if it says nothing that can be believed.

    `dollars_per_million`: `text_in`, `image_in`, `image_out`, dollars for a million tokens each, as the catalogue's
    `extra.tokens` has them; empty: no price is known.
    """
    usage = said.get("usage")
    if not isinstance(usage, dict) or not dollars_per_million:
        return None
    tokens_in, tokens_out = _count(usage, "input_tokens"), _count(usage, "output_tokens")
    if tokens_in is None or not tokens_out:
        return None
    details = usage.get("input_tokens_details")
    of_images = _count(details, "image_tokens") if isinstance(details, dict) else None
    images = min(of_images or 0, tokens_in)
    # A dollar for a million tokens is a millionth of a dollar for each.
    return round(
        (tokens_in - images) * _price(dollars_per_million, "text_in")
        + images * _price(dollars_per_million, "image_in")
        + tokens_out * _price(dollars_per_million, "image_out")
    )


def _count(said: Mapping[str, Json], key: str) -> int | None:
    value = said.get(key)
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS
    return value if is_count else None  # type: ignore[return-value]  # an int, seen above


def _price(prices: Mapping[str, Json], key: str) -> float:
    value = prices.get(key)
    return float(value) if isinstance(value, int | float) else 0.0
