"""From a request to its picture: the painting of its words, its mode, its style, its seams."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pinxit.domain.request import Mode, Outpaint, Role
from pinxit.generators.sketch.img2img import img2img
from pinxit.generators.sketch.inpaint import inpaint
from pinxit.generators.sketch.outpaint import outpaint
from pinxit.generators.sketch.paint import paint
from pinxit.generators.sketch.style_transfer import style_transfer
from pinxit.generators.sketch.styles import STYLES, apply
from pinxit.generators.sketch.styles_bands import enlarged
from pinxit.generators.sketch.tile import tile
from pinxit.generators.sketch.upscale import upscale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.request import Request
    from pinxit.generators.sketch.scene import Scene
    from pinxit.generators.sketch.styles_style import Work

VERSION = 2  # Raised with every change of a single pixel, so that "identical" is never promised by mistake.
_MOST_STYLES = 2
_WHOLE_STYLE = 0.7  # The strength that a request has unless it says another: a style named by word is then whole.
# Steps and how many octaves of texture they give; between two rows in proportion.
_FINENESS = ((1, 2.0), (4, 3.2), (10, 4.4), (20, 5.4), (50, 6.2), (150, 7.0))


def make(request: Request, scene: Scene, sources: Mapping[Role, Image.Image], seed: int, share: float = 1.0) -> Work:
    """Make one image of a request, a slice of work at a time; the picture is the generator's result.

    `sources`: RGB, opened at the size that the mode needs. `share`: of the request's sides, for drafts.
    """
    size_px = _shared(request.width_px, share), _shared(request.height_px, share)
    picture = yield from _in_mode(request, scene, sources, f"{VERSION} {seed}", size_px)
    if request.tile:
        picture = yield from tile(picture)
    return picture


def _in_mode(
    request: Request, scene: Scene, sources: Mapping[Role, Image.Image], seed_text: str, size_px: tuple[int, int]
) -> Work:
    """Make the picture of the request's mode; a source that the mode needs is there, since resolving asks for it."""
    image = sources.get(Role.IMAGE)
    if image is not None and request.mode is Mode.UPSCALE:
        return (yield from upscale(image, size_px))
    if image is not None and request.mode is Mode.STYLE_TRANSFER and Role.STYLE in sources:
        content, style = _sized(image, size_px), _sized(sources[Role.STYLE], size_px)
        return (yield from style_transfer(content, style, request.style_strength, request.content_strength))
    if image is not None and request.mode is Mode.OUTPAINT:
        sides, inner = _sides(request, size_px)
        source = _sized(image, inner)
        whole = (
            (yield from _painted(request, scene, seed_text, size_px)) if request.final_prompt else _grown(source, sides)
        )
        return (yield from outpaint(source, sides, whole))
    if image is not None and request.mode is Mode.INPAINT and Role.MASK in sources:
        painting = yield from _painted(request, scene, seed_text, size_px)
        mask = _sized(sources[Role.MASK], size_px).convert("L")
        return (yield from inpaint(_sized(image, size_px), mask, painting, request.strength))
    if image is not None and request.mode is Mode.IMG2IMG:
        painting = yield from paint(scene, size_px, seed_text, octaves=fineness(request.steps))
        moved = yield from img2img(_sized(image, size_px), painting, request.strength)
        return (yield from _styled(request, scene, seed_text, moved, min(1.0, 1.5 * request.strength)))
    return (yield from _painted(request, scene, seed_text, size_px))


def _painted(request: Request, scene: Scene, seed_text: str, size_px: tuple[int, int]) -> Work:
    """Paint what the words say, in their style."""
    share = _seen_share(request, scene, size_px)
    seen_px = _shared(size_px[0], share), _shared(size_px[1], share)
    painting = yield from paint(scene, seen_px, seed_text, octaves=fineness(request.steps))
    painting = yield from enlarged(painting, size_px)
    return (yield from _styled(request, scene, seed_text, painting, 1.0))


def _seen_share(request: Request, scene: Scene, size_px: tuple[int, int]) -> float:
    """Return at which share of its sides a picture may be painted, because its style looks no closer."""
    if not scene.style_words or request.style_strength < _WHOLE_STYLE:
        return 1.0
    style = STYLES[scene.style_words[0]]
    return min(1.0, max(style.looks, style.least_px / max(size_px)))


def _styled(request: Request, scene: Scene, seed_text: str, picture: Image.Image, most: float) -> Work:
    strength = min(1.0, request.style_strength / _WHOLE_STYLE) * most
    for style in scene.style_words[:_MOST_STYLES]:
        picture = yield from apply(style, picture, seed_text=seed_text, strength=strength)
    return picture


def _sides(request: Request, size_px: tuple[int, int]) -> tuple[Outpaint, tuple[int, int]]:
    """Return what is added at each side, and the size of what is there already, in a picture of this size."""
    asked = request.outpaint
    across, down = size_px[0] / request.width_px, size_px[1] / request.height_px
    left, top = round(asked.left * across), round(asked.top * down)
    wide = max(1, round((request.width_px - asked.left - asked.right) * across))
    high = max(1, round((request.height_px - asked.top - asked.bottom) * down))
    left, top = min(left, size_px[0] - 1), min(top, size_px[1] - 1)
    wide, high = min(wide, size_px[0] - left), min(high, size_px[1] - top)
    return Outpaint(left, size_px[0] - left - wide, top, size_px[1] - top - high), (wide, high)


def _grown(source: Image.Image, sides: Outpaint) -> Image.Image:
    """Return the source mirrored outwards: what is painted around it where no words say what."""
    edges = ((sides.top, sides.bottom), (sides.left, sides.right), (0, 0))
    return Image.fromarray(np.pad(np.asarray(source), edges, "symmetric"))


def _sized(picture: Image.Image, size_px: tuple[int, int]) -> Image.Image:
    return picture if picture.size == size_px else picture.resize(size_px)


def _shared(side_px: int, share: float) -> int:
    return max(1, round(side_px * share))


def fineness(steps: int) -> float:
    """Return the octaves of texture that so many steps give."""
    for (few, coarse), (many, fine) in pairwise(_FINENESS):
        if steps <= many:
            return coarse + (fine - coarse) * max(0, steps - few) / (many - few)
    return _FINENESS[-1][1]
