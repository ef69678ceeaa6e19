"""How one model of fal is asked, as the catalogue's `extra` says it: which fields it has and what they may hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.domain.errors import Code, ConfigError, Refused
from pinxit.domain.request import Mode
from pinxit.generators.options import read_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.request import Json, Request
    from pinxit.generators.catalogue import Model


@dataclass(frozen=True, slots=True)
class Wire:
    """What `[fal."model".extra]` holds.

    `path`: of the endpoint, "" for the model's name. `size`: "sides" (image_size) or "none", where the picture gets
    its source's. `image`, `mask`: the fields of the source and its mask; "…[]" is a list of all sources.
    `strength`: whether it takes one. `least_…`, `most_…`: beyond what every model has. `fixed`: sent as it is.
    """

    path: str = ""
    size: str = "sides"
    image: str = ""
    mask: str = ""
    strength: bool = False
    least_steps: int = 1
    least_guidance: float = 0.0
    most_guidance: float = 30.0
    fixed: dict[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.size not in ("sides", "none"):
            raise ValueError(f'size is "{self.size[:20]}"; write "sides" or "none"')

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
                f'the catalogue: [fal."{model.name}".extra] {text.removeprefix(start)}' for text in error.problems
            ]
            continue
        if lacking := _lacking(model, wire):
            problems.append(f'the catalogue: [fal."{model.name}".extra] {lacking}')
    if problems:
        raise ConfigError(problems)
    return found


def _lacking(model: Model, wire: Wire) -> str:
    """Return what is missing for the pictures that the model's modes bring along, "" for nothing."""
    if not wire.image and any(mode != Mode.TXT2IMG.value for mode in model.modes):
        return "image is missing; name the field of its pictures"
    is_masked = any(mode in model.modes for mode in (Mode.INPAINT.value, Mode.OUTPAINT.value))
    return "mask is missing; name the field of its mask" if is_masked and not wire.mask else ""
