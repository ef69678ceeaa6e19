"""A content picture in the colours and the texture of a style picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pinxit.generators.sketch.styles_bands import enlarged, in_bands, study
from pinxit.generators.sketch.styles_colours import recoloured

if TYPE_CHECKING:
    from pinxit.generators.sketch.styles_style import Work

_COARSE_PX = 128  # What is finer than a pixel at this longer side counts as texture.


def style_transfer(
    content: Image.Image, style_image: Image.Image, style_strength: float, content_strength: float
) -> Work:
    """Return the content in the style picture's palette and texture; both are RGB and of one size.

    `style_strength`: how much of the style is taken; 0 is the content, to the pixel. `content_strength`: how much of
    the content's own detail may give way to the style's texture; its edges stay its own.
    """
    style, change = min(max(style_strength, 0), 1), min(max(content_strength, 0), 1)
    if not style:
        return content
    coloured = yield from recoloured(content, style_image)
    coarse = yield from enlarged(study(coloured, _COARSE_PX), content.size)
    coarse_style = yield from enlarged(study(style_image, _COARSE_PX), content.size)
    palette, detail = int(style * 256), int((1 - 0.7 * change * style) * 256)
    texture = int(style * (0.25 + 0.75 * change) * 256)

    def weave(
        old: Image.Image, new: Image.Image, low: Image.Image, other: Image.Image, low_other: Image.Image
    ) -> Image.Image:
        kept, repainted, soft, made, soft_made = (
            np.asarray(rows).astype(np.int32) for rows in (old, new, low, other, low_other)
        )
        own = repainted - soft
        # Where the content has an edge, the texture stays away from it.
        quiet = 256 - (abs(own).max(axis=2, keepdims=True) * 8).clip(0, 224)
        grain = ((made - soft_made).sum(axis=2, keepdims=True) // 3 * quiet) >> 8
        # Detail is held back where it is faint; a strong edge is kept whole.
        held = own * np.where(quiet < 160, 256, detail)  # noqa: PLR2004 - an edge of more than a dozen levels
        woven = soft + ((held + grain * texture) >> 8)
        return Image.fromarray((kept + (((woven - kept) * palette + 128) >> 8)).clip(0, 255).astype(np.uint8))

    return (yield from in_bands(weave, content, coloured, coarse, style_image, coarse_style))
