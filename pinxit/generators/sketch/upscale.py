"""A source made larger: Lanczos, then sharpened by as much as the enlargement softened it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

from pinxit.generators.sketch.styles_bands import bands, in_bands

if TYPE_CHECKING:
    from pinxit.generators.sketch.styles_style import Work


def upscale(source: Image.Image, size_px: tuple[int, int]) -> Work:
    """Return the RGB source at `size_px`, (width, height); a size that is its own returns it as it is."""
    if source.size == size_px:
        return source
    large = Image.new("RGB", size_px)
    down = source.height / size_px[1]
    for _, top, width, bottom in bands(size_px):
        rows = (0, top * down, source.width, bottom * down)
        large.paste(source.resize((width, bottom - top), Image.Resampling.LANCZOS, rows), (0, top))
        yield
    factor = max(size_px[0] / source.width, size_px[1] / source.height)
    if factor <= 1:
        return large
    radius = min(0.6 * factor, 3.0)
    sharpen = ImageFilter.UnsharpMask(radius, 70, 2)
    return (yield from in_bands(lambda soft: soft.filter(sharpen), large, halo=int(radius * 4) + 2))
