"""How near an image that was made again comes to the first one. Only compared pixels make a verdict."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pinxit.domain.ids import ImageId


class Likeness(StrEnum):
    """What comparing the decoded pixels said."""

    IDENTICAL = "identical"
    CLOSE = "close"
    INCOMPARABLE = "incomparable"


class Why(StrEnum):
    """Why pixels could not be compared."""

    SIZE_DIFFERS = "size_differs"
    ORIGINAL_GONE = "original_gone"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two pictures of one size are apart.

    `mean`: the mean absolute difference of red, green, blue and alpha, each 0 … 255. `share`: of the pixels that differ
    at all, 0 … 1. `psnr_db`: peak signal-to-noise ratio over the colours, and alpha where it differs.
    """

    mean: tuple[float, float, float, float]
    share: float
    psnr_db: float

    @property
    def mean_of_colours(self) -> float:
        """Return the mean absolute difference over red, green and blue, 0 … 255."""
        return sum(self.mean[:3]) / 3


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was not the same as the first time; empty: there was none, or it was left out."""

    name: str
    before: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of making an image again.

    `changes`: what differed in how it was made. `as_recorded`: the compared file had been changed since it was made,
    and whether the new picture is what the file's record says of the first one; None: it had not, or nobody knows.
    """

    likeness: Likeness
    difference: Difference | None = None
    why: Why | None = None
    changes: tuple[Change, ...] = ()
    as_recorded: bool | None = None


@dataclass(frozen=True, slots=True)
class Recreation:
    """What a job that makes an image again is compared with.

    `original`: our own image, None where a file was sent. `verdict`: None until the new image is stored.
    """

    original: ImageId | None
    verdict: Verdict | None = None


def verdict_to_json(verdict: Verdict) -> str:
    """Write a verdict as one line of JSON; `verdict_from_json` reads it back equal."""
    return json.dumps(dataclasses.asdict(verdict), separators=(",", ":"), ensure_ascii=False)


def verdict_from_json(text: str) -> Verdict:
    """Read what `verdict_to_json` wrote."""
    raw: dict[str, Any] = json.loads(text)
    raw["likeness"] = Likeness(raw["likeness"])
    if raw["difference"] is not None:
        raw["difference"] = Difference(**{**raw["difference"], "mean": tuple(raw["difference"]["mean"])})
    raw["why"] = None if raw["why"] is None else Why(raw["why"])
    raw["changes"] = tuple(Change(**change) for change in raw["changes"])
    return Verdict(**raw)
