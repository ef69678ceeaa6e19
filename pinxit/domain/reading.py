"""What a picture file says of how it was made, whichever program wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.image import Image
    from pinxit.domain.request import Json, Lora, Request, Role


class Program(StrEnum):
    """Who wrote it."""

    PINXIT = "pinxit"
    AUTOMATIC1111 = "automatic1111"
    FORGE = "forge"
    COMFYUI = "comfyui"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Hires:
    """A second pass that enlarges the picture of the first. Empty and None: the file does not say.

    `strength`: 0 keeps the first pass, 1 ignores it. `size_px`: what it enlarges to, (width, height).
    """

    upscale: float | None = None
    size_px: tuple[int, int] | None = None
    steps: int | None = None
    upscaler: str = ""
    strength: float | None = None
    guidance_scale: float | None = None
    sampler: str = ""
    scheduler: str = ""
    model: str = ""
    prompt: str = ""
    negative_prompt: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. Empty and None: the file does not say.

    `size_px`: (width, height) of the first pass. `distilled_guidance`: Flux's own. `modules`: text encoders and the
    like that were loaded beside the model. `lora_hashes`: by name. `strength`: how far a source was changed, 0 … 1.
    `not_understood`: the name of every other field that is there.
    Of our own files only: `request`, complete but for its sources, whose role and SHA-256 are in `sources`;
    `generator`; `recipe`. `known`: the image of ours that the file is, if the reader may see it.
    """

    program: Program = Program.UNKNOWN
    prompt: str = ""
    negative_prompt: str = ""
    seed: int | None = None
    steps: int | None = None
    guidance_scale: float | None = None
    distilled_guidance: float | None = None
    sampler: str = ""
    scheduler: str = ""
    size_px: tuple[int, int] | None = None
    model: str = ""
    model_hash: str = ""
    vae: str = ""
    vae_hash: str = ""
    modules: tuple[str, ...] = ()
    loras: tuple[Lora, ...] = ()
    lora_hashes: Mapping[str, str] = field(default_factory=dict)
    clip_skip: int | None = None
    strength: float | None = None
    hires: Hires | None = None
    variation_seed: int | None = None
    variation_strength: float | None = None
    tile: bool = False
    version: str = ""
    not_understood: tuple[str, ...] = ()
    request: Request | None = None
    sources: tuple[tuple[Role, str], ...] = ()
    generator: str = ""
    recipe: Mapping[str, Json] = field(default_factory=dict)
    known: Image | None = None

    @property
    def says_something(self) -> bool:
        """Tell whether anything was read that a picture could be made from."""
        return bool(self.prompt) or self.request is not None
