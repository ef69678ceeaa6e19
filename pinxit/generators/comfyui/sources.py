"""The pictures that a request brings along, as ComfyUI's nodes take them: sides of whole latents, white repainted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import ImageFilter

from pinxit.domain.request import Mode, Role
from pinxit.generators.canvas import inner_px, whole_px, widened
from pinxit.generators.pictures import needed_source, png

if TYPE_CHECKING:
    from PIL import Image

    from pinxit.domain.generator import Task

_STEP_PX = 8  # Of a latent; ComfyUI cuts other sizes down.
_SOFT_PX = 2  # How far a mask's edge is softened.


@dataclass(frozen=True, slots=True)
class Canvas:
    """What is painted on. `size_px`: (width, height) to paint. `image`, `mask`: PNGs, None where the mode has none."""

    size_px: tuple[int, int]
    image: bytes | None = None
    mask: bytes | None = None


def canvas_for(task: Task) -> Canvas:
    """Return the canvas of a job. Blocks: sources are scaled and encoded.

    Raises Refused for a source that is missing or no picture.
    """
    request = task.request
    if request.mode is Mode.UPSCALE:
        # One pixel of rounding between the source and the size asked for is for the workflow to even out.
        small = (round(request.width_px / request.upscale), round(request.height_px / request.upscale))
        return Canvas((request.width_px, request.height_px), png(needed_source(task, Role.IMAGE, small)))
    if request.mode is Mode.OUTPAINT:
        source, mask = widened(needed_source(task, Role.IMAGE, inner_px(request)), request.outpaint, _STEP_PX)
        return Canvas(source.size, png(source), png(_soft(mask)))
    size_px = whole_px((request.width_px, request.height_px), _STEP_PX)
    if request.mode is Mode.TXT2IMG:
        return Canvas(size_px)
    image = png(needed_source(task, Role.IMAGE, size_px))
    if request.mode is Mode.IMG2IMG:
        return Canvas(size_px, image)
    return Canvas(size_px, image, png(_soft(needed_source(task, Role.MASK, size_px).convert("L"))))


def _soft(mask: Image.Image) -> Image.Image:
    return mask.filter(ImageFilter.GaussianBlur(_SOFT_PX)).convert("RGB")
