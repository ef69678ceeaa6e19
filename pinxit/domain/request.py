"""What a person asked, frozen and resolved: no empty field that a later default could change."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from pinxit.domain.ids import SourceId

if TYPE_CHECKING:
    from collections.abc import Mapping

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


class Mode(StrEnum):
    """How the images come about."""

    TXT2IMG = "txt2img"
    IMG2IMG = "img2img"
    INPAINT = "inpaint"
    OUTPAINT = "outpaint"
    STYLE_TRANSFER = "style_transfer"
    UPSCALE = "upscale"


class Role(StrEnum):
    """What a source is for. White in a mask means repaint, everywhere."""

    IMAGE = "image"
    MASK = "mask"
    STYLE = "style"

    @property
    def field(self) -> str:
        """Return the request's field that holds sources of this role."""
        return {"image": "images", "mask": "mask", "style": "style_image"}[self.value]


class Enhance(StrEnum):
    """Who may rewrite the prompt."""

    OFF = "off"
    RULES = "rules"
    LLM = "llm"


@dataclass(frozen=True, slots=True)
class Source:
    """An input image: `id` names our own copy in the store of files."""

    id: SourceId
    role: Role


@dataclass(frozen=True, slots=True)
class Lora:
    """A low-rank adapter by name, with its weight (usually 0 … 1)."""

    name: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Outpaint:
    """Pixels to add at each side."""

    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0


@dataclass(frozen=True)  # Without slots for `changed`.
class Request:
    """One prompt and every parameter that decides its images.

    `prompt` is what is painted, `typed` what the person wrote (flags included), `enhanced` what a rewrite made of it.
    `count` images, image i with seed (seed + i) mod 2³². `strength`: 0 keeps the source, 1 ignores it.
    `options`: whatever only one kind of generator understands. `suffix`: what a named style added.
    """

    prompt: str
    width_px: int
    height_px: int
    seed: int
    mode: Mode = Mode.TXT2IMG
    negative_prompt: str = ""
    model: str = ""
    count: int = 1
    steps: int = 0
    guidance_scale: float = 0.0
    sampler: str = ""
    strength: float = 0.6
    style: str = ""
    style_strength: float = 0.7
    content_strength: float = 0.3
    quality: str = ""
    loras: tuple[Lora, ...] = ()
    tile: bool = False
    clip_skip: int = 0
    sources: tuple[Source, ...] = ()
    outpaint: Outpaint = Outpaint()
    upscale: float = 1.0
    options: Mapping[str, Json] = field(default_factory=dict)
    enhance: Enhance = Enhance.OFF
    enhanced: str = ""
    local: bool = False
    typed: str = ""
    suffix: str = ""

    @property
    def final_prompt(self) -> str:
        """Return the prompt that the generator is given."""
        return ", ".join(filter(None, (self.enhanced or self.prompt, self.suffix)))

    def source(self, role: Role) -> Source | None:
        """Return the first source of this role, or None."""
        return next((source for source in self.sources if source.role is role), None)


def request_to_json(request: Request) -> str:
    """Write a request as one line of JSON; `request_from_json` reads it back equal."""
    # Not `asdict` for all of it: that copies every text and number, and this is written for every wish.
    return _ENCODER.encode(vars(request))


def request_from_json(text: str) -> Request:
    """Read what `request_to_json` wrote. A field that an older version did not know takes its default."""
    raw: dict[str, Any] = json.loads(text)
    raw["mode"] = Mode(raw["mode"])
    raw["enhance"] = Enhance(raw["enhance"])
    raw["loras"] = tuple(Lora(**lora) for lora in raw["loras"])
    raw["sources"] = tuple(Source(SourceId(source["id"]), Role(source["role"])) for source in raw["sources"])
    raw["outpaint"] = Outpaint(**raw["outpaint"])
    return Request(**raw)


def _flat(value: Any) -> dict[str, object]:  # noqa: ANN401 - JSON has no word for it
    """Return the fields of a LoRA, a source or the sides to add, which hold nothing that is to be copied."""
    return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}


# One for all, as `json.dumps` would make one for every request.
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, default=_flat)
