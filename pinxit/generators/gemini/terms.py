"""What the catalogue says of a model in Gemini's own terms: its words for a size, and its price by the token."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.request import Json
    from pinxit.generators.catalogue import Model


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens that one call took: what was sent, and what came as thoughts and words, and as pictures."""

    sent: int
    words: int
    pictures: int


@dataclass(frozen=True, slots=True)
class Terms:
    """`ratios`: such as "16:9". `tiers`: the side in pixels of each one's square; empty: the model has only one.

    `more`: dollars beyond the price of a picture, by tier. `per_million`: dollars for a million tokens of `input`,
    `text` and `image`; empty: unknown.
    """

    ratios: tuple[str, ...]
    tiers: Mapping[str, float]
    more: Mapping[str, float]
    per_million: Mapping[str, float]

    @staticmethod
    def of(model: Model) -> Terms:
        """Read a model's `extra`. Raises ValueError, which names the model and the key."""
        extra = model.extra
        ratios = extra.get("ratios")
        if not isinstance(ratios, list) or not ratios or not all(_quotient(text) for text in ratios):
            raise ValueError(
                f'model "{model.name}" of the catalogue has no extra.ratios; write ratios = ["1:1", "16:9"]'
            )
        names = tuple(str(text) for text in ratios)
        return Terms(names, *(_numbers(model, key) for key in ("tiers", "more", "per_million")))

    def ratio(self, size_px: tuple[int, int]) -> str:
        """Return the ratio that is nearest to (width, height)."""
        wanted = math.log(size_px[0] / size_px[1])
        return min(self.ratios, key=lambda text: abs(math.log(_quotient(text)) - wanted))

    def tier(self, size_px: tuple[int, int]) -> str:
        """Return the tier that is nearest to (width, height), "" where there is only one."""
        side = math.log(math.sqrt(size_px[0] * size_px[1]))
        return min(self.tiers, key=lambda name: abs(math.log(self.tiers[name]) - side), default="")

    def more_micro(self, size_px: tuple[int, int]) -> int:
        """Return what a picture of this size costs beyond the plain price, in millionths of a dollar."""
        return round(self.more.get(self.tier(size_px), 0.0) * 1_000_000)

    def cost_micro(self, usage: Usage) -> int | None:
        """Return what a call cost in millionths of a dollar: dollars a million are millionths a token."""
        price = self.per_million
        if not price:
            return None
        words = usage.words * price.get("text", 0.0)
        return math.ceil(usage.sent * price.get("input", 0.0) + words + usage.pictures * price.get("image", 0.0))


def _quotient(ratio: Json) -> float:
    """Return width ÷ height of "16:9", 0 for anything else."""
    width, _, height = ratio.partition(":") if isinstance(ratio, str) else ("", "", "")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        return 0.0
    return int(width) / int(height)


def _numbers(model: Model, key: str) -> dict[str, float]:
    table = model.extra.get(key, {})
    items = table.items() if isinstance(table, dict) else ()
    numbers = {
        name: float(value)
        for name, value in items
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0
    }
    if not isinstance(table, dict) or len(numbers) != len(items):
        raise ValueError(
            f'model "{model.name}" of the catalogue has an extra.{key} that is no table of numbers above 0'
        )
    return numbers
