"""How one model of BFL is asked, as the catalogue's `extra` says it: which fields it has and what they may hold."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.domain.errors import Code, ConfigError, Refused
from pinxit.domain.request import Mode
from pinxit.generators.options import read_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.request import Json, Request
    from pinxit.generators.catalogue import Model

_SIZES = ("sides", "ratio", "tier", "margins", "none")


@dataclass(frozen=True, slots=True)
class Wire:
    """What `[bfl."model".extra]` holds.

    `path`: of the endpoint below /v1/, "" for the model's name. `size`: how a size is told: "sides" (width, height),
    "ratio" (aspect_ratio), "tier" (aspect_ratio and resolution), "margins" (top, bottom, left, right) or "none".
    `ratios`: the words of aspect_ratio. `tiers`: the words of resolution with the side of their square in pixels.
    `images`: the field of the pictures; "…[]" is a list of them, "…_#" numbers them from the second one on, a plain
    name takes one. `mask`: the field of the mask.
    `format`: whether it takes output_format. `least_…`, `most_…`: beyond what every model has. `fixed`: sent as it is.
    """

    path: str = ""
    size: str = "sides"
    ratios: tuple[str, ...] = ()
    tiers: dict[str, Json] = field(default_factory=dict)
    images: str = ""
    mask: str = ""
    format: bool = True
    least_steps: int = 1
    least_guidance: float = 0.0
    most_guidance: float = 30.0
    fixed: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.size not in _SIZES:
            raise ValueError(f'size is "{self.size[:20]}"; write one of: {", ".join(_SIZES)}')
        for ratio in self.ratios:
            _quotient(ratio)
        if self.size in ("ratio", "tier") and not self.ratios:
            raise ValueError('ratios is empty; write the ratios that it takes, such as ["1:1", "16:9"]')
        if not all(isinstance(side, int) and side > 0 for side in self.tiers.values()):
            raise ValueError('tiers holds other than pixels; write such as { "1k" = 1024 }')
        if self.size == "tier" and not self.tiers:
            raise ValueError('tiers is empty; write the tiers that it takes, such as { "1k" = 1024 }')

    def size_fields(self, request: Request) -> dict[str, Json]:
        """Return the fields that tell this model how large the picture is to be."""
        width_px, height_px = request.width_px, request.height_px
        match self.size:
            case "sides":
                return {"width": width_px, "height": height_px}
            case "margins":
                sides = request.outpaint
                return {"top": sides.top, "bottom": sides.bottom, "left": sides.left, "right": sides.right}
            case "ratio":
                return {"aspect_ratio": self._ratio(width_px / height_px)}
            case "tier":
                ratio, tier = self._ratio(width_px / height_px), self._tier(width_px * height_px)
                return {"aspect_ratio": ratio, "resolution": tier}
        return {}

    def steps(self, request: Request, model: Model) -> int:
        """Return the steps to ask for; 0 in a request means the model's own."""
        return request.steps or model.steps[0]

    def guidance(self, request: Request, model: Model) -> float:
        """Return the guidance scale to ask for; 0 means the model's own where it takes no 0."""
        return request.guidance_scale or (model.guidance or 0.0 if self.least_guidance else 0.0)

    def check(self, request: Request, model: Model) -> None:
        """Return if steps and guidance are within what the model takes. Raises Refused."""
        if model.steps and not self.least_steps <= self.steps(request, model) <= model.steps[1]:
            allowed = [f"{self.least_steps} to {model.steps[1]}"]
            raise Refused(Code.FIELD_RANGE, field="steps", value=str(request.steps), allowed=allowed)
        guidance = self.guidance(request, model)
        if model.guidance is not None and not self.least_guidance <= guidance <= self.most_guidance:
            allowed = [f"{self.least_guidance:g} to {self.most_guidance:g}"]
            raise Refused(Code.FIELD_RANGE, field="guidance_scale", value=f"{guidance:g}", allowed=allowed)

    def _ratio(self, wanted: float) -> str:
        return min(self.ratios, key=lambda ratio: abs(math.log(_quotient(ratio) / wanted)))

    def _tier(self, pixels: int) -> str:
        sides = {name: side for name, side in self.tiers.items() if isinstance(side, int)}
        return min(sides, key=lambda name: abs(math.log(sides[name] ** 2 / pixels)))


def wires(models: tuple[Model, ...]) -> Mapping[str, Wire]:
    """Return how each model is asked, by its name. Raises ConfigError for a wrong `extra`."""
    found: dict[str, Wire] = {}
    problems: list[str] = []
    for model in models:
        try:
            found[model.name] = wire = read_options(Wire, model.name, model.extra)
        except ConfigError as error:
            start = f"generators.{model.name}."
            problems += [
                f'the catalogue: [bfl."{model.name}".extra] {text.removeprefix(start)}' for text in error.problems
            ]
            continue
        if lacking := _lacking(model, wire):
            problems.append(f'the catalogue: [bfl."{model.name}".extra] {lacking}')
    if problems:
        raise ConfigError(problems)
    return found


def _lacking(model: Model, wire: Wire) -> str:
    """Return what is missing for the pictures that the model's modes bring along, "" for nothing."""
    if not wire.images and any(mode != Mode.TXT2IMG.value for mode in model.modes):
        return "images is missing; name the field of its pictures"
    is_masked = Mode.INPAINT.value in model.modes
    return "mask is missing; name the field of its mask" if is_masked and not wire.mask else ""


def _quotient(ratio: str) -> float:
    """Return 1.78 for "16:9". Raises ValueError."""
    width, _, height = ratio.partition(":")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise ValueError(f'ratios holds "{ratio[:20]}"; write such as "16:9"')
    return int(width) / int(height)
