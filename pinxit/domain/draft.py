"""What a person typed or an application sent, before anything absent is filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.ids import ImageId
    from pinxit.domain.job import Priority
    from pinxit.domain.request import Enhance, Json, Lora, Mode, Outpaint, Role


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """A source as it was named; exactly one of the three is set.

    `data`: its bytes. `url`: where `prepare` fetches it. `image`: one of our own images.
    """

    role: Role
    data: bytes | None = None
    url: str | None = None
    image: ImageId | None = None


@dataclass(frozen=True)  # Without slots for `changed`.
class Draft:
    """A request with holes: None means that the person said nothing, so a default decides.

    `aspect`: (3, 2) for `--ar 3:2`. `seed`: -1 or None is drawn. `typed`: the text as it came, flags included.
    `generator` names one generator, `chain` an operator's chain; at most one of the two. `suffix`: what a named style
    adds to the painted prompt. `raw`: these words and no others, whatever the settings add. `repeat`: how many jobs.
    `stylize` (0 to 1000) and `chaos` (0 to 100) are Midjourney's. `dry_run`: only tell the price. `confirmed`: many
    jobs at once are really wanted.
    """

    prompt: str
    typed: str = ""
    mode: Mode | None = None
    negative_prompt: str | None = None
    model: str | None = None
    generator: str | None = None
    chain: str | None = None
    width_px: int | None = None
    height_px: int | None = None
    aspect: tuple[int, int] | None = None
    count: int | None = None
    seed: int | None = None
    steps: int | None = None
    guidance_scale: float | None = None
    sampler: str | None = None
    strength: float | None = None
    style: str | None = None
    style_strength: float | None = None
    content_strength: float | None = None
    quality: str | None = None
    loras: tuple[Lora, ...] = ()
    tile: bool | None = None
    clip_skip: int | None = None
    sources: tuple[SourceDraft, ...] = ()
    outpaint: Outpaint | None = None
    upscale: float | None = None
    options: Mapping[str, Json] = field(default_factory=dict)
    enhance: Enhance | None = None
    local: bool = False
    private: bool | None = None
    priority: Priority | None = None
    suffix: str = ""
    raw: bool = False
    repeat: int | None = None
    stylize: int | None = None
    chaos: int | None = None
    dry_run: bool = False
    confirmed: bool = False


SILENT = Draft(prompt="")  # What somebody said who said nothing.
