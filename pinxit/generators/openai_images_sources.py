"""The pictures that go along with a call, as PNGs, and the mask, whose transparent part is repainted."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from pinxit.domain.errors import Code, Refused
from pinxit.domain.request import Mode, Role
from pinxit.generators.pictures import in_eight_bits, missing_source, needed_source, png

if TYPE_CHECKING:
    from pinxit.domain.generator import Task
    from pinxit.domain.request import Source

_LONGEST_PX = 2048  # Of a source; larger ones cost more tokens and show no more.
_CLEAR, _SOLID = 0, 255
_HALF = 128


def pictures_of(task: Task, size_px: tuple[int, int]) -> tuple[tuple[bytes, ...], bytes | None]:
    """Return the pictures in the order in which the prompt counts them, the style last, and the mask or None.

    `size_px`: (width, height) of the picture that is asked for; source and mask of an inpainting get it too.
    Blocks. Raises Refused: SOURCE_MISSING, SOURCE_INVALID.
    """
    match task.request.mode:
        case Mode.TXT2IMG:
            return (), None
        case Mode.INPAINT:
            mask = needed_source(task, Role.MASK, size_px).convert("L")
            return (png(needed_source(task, Role.IMAGE, size_px)), *_others(task)), _see_through(mask)
        case Mode.OUTPAINT:
            return _widened(task, size_px)
    first = task.request.source(Role.IMAGE)
    if first is None:
        raise missing_source(task, Role.IMAGE)
    return (_whole(task, first), *_others(task)), None


def _others(task: Task) -> list[bytes]:
    """Return the further pictures, then those of the style."""
    sources = task.request.sources
    images = [source for source in sources if source.role is Role.IMAGE][1:]
    return [_whole(task, source) for source in (*images, *(one for one in sources if one.role is Role.STYLE))]


def _whole(task: Task, source: Source) -> bytes:
    try:
        with Image.open(io.BytesIO(task.sources[source.id])) as picture:
            upright = in_eight_bits(ImageOps.exif_transpose(picture))
            shown = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        allowed = ["PNG", "JPEG", "WebP"]
        raise Refused(Code.SOURCE_INVALID, field=source.role.field, value="", allowed=allowed) from error
    shown.thumbnail((_LONGEST_PX, _LONGEST_PX))
    return png(shown)


def _see_through(mask: Image.Image) -> bytes:
    """Return a mask that is transparent where ours is white."""
    alpha = mask.point(lambda value: _CLEAR if value >= _HALF else _SOLID)
    whole = Image.new("RGBA", mask.size, (0, 0, 0, _SOLID))
    whole.putalpha(alpha)
    return png(whole)


def _widened(task: Task, size_px: tuple[int, int]) -> tuple[tuple[bytes, ...], bytes]:
    """Return the source on a larger transparent canvas, and the mask of what is around it."""
    request, sides = task.request, task.request.outpaint
    across, down = size_px[0] / request.width_px, size_px[1] / request.height_px
    box = (
        round(sides.left * across),
        round(sides.top * down),
        round((request.width_px - sides.right) * across),
        round((request.height_px - sides.bottom) * down),
    )
    source = needed_source(task, Role.IMAGE, (max(1, box[2] - box[0]), max(1, box[3] - box[1])))
    canvas = Image.new("RGBA", size_px, (0, 0, 0, _CLEAR))
    canvas.paste(source, box[:2])
    mask = Image.new("L", size_px, _SOLID)
    mask.paste(0, (*box[:2], box[0] + source.width, box[1] + source.height))
    return (png(canvas), *_others(task)), _see_through(mask)
