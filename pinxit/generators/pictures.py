"""Pictures in and out of files, for the kinds that hold pixels themselves."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from pinxit.domain.errors import Code, Refused
from pinxit.domain.request import Role

if TYPE_CHECKING:
    from pinxit.domain.generator import Task
    from pinxit.domain.request import Source

_PREVIEW_PX = 256
_PNG_LEVEL = 2  # A fifth of the time of zlib's usual 6, for files that are a tenth larger (1024², measured 2026-11).


def open_source(task: Task, role: Role = Role.IMAGE, size_px: tuple[int, int] | None = None) -> Image.Image | None:
    """Return the task's source of this role in RGB, upright, cut and scaled; None if the task has none.

    `size_px`: (width, height); None means the request's.
    Raises Refused (SOURCE_INVALID) for bytes that are no whole picture.
    """
    source = task.request.source(role)
    if source is None:
        return None
    return ImageOps.fit(upright(task, source), size_px or (task.request.width_px, task.request.height_px))


def needed_source(task: Task, role: Role, size_px: tuple[int, int] | None = None) -> Image.Image:
    """Return what `open_source` does. Raises Refused, too, where the task has no such source (SOURCE_MISSING)."""
    picture = open_source(task, role, size_px)
    if picture is None:
        raise missing_source(task, role)
    return picture


def missing_source(task: Task, role: Role) -> Refused:
    """Return the refusal of a request that lacks a source of this role."""
    mode = task.request.mode.value
    return Refused(Code.SOURCE_MISSING, field=role.field, value="", mode=mode, allowed=[role.value])


def upright(task: Task, source: Source) -> Image.Image:
    """Return a source in RGB and upright, without what else its file holds, such as where it was taken.

    Raises Refused (SOURCE_INVALID) for bytes that are no whole picture.
    """
    try:
        with Image.open(io.BytesIO(task.sources[source.id])) as picture:
            return in_eight_bits(ImageOps.exif_transpose(picture)).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        allowed = ["PNG", "JPEG", "WebP"]
        raise Refused(Code.SOURCE_INVALID, field=source.role.field, value="", allowed=allowed) from error


def in_eight_bits(picture: Image.Image) -> Image.Image:
    """Return a grey picture of 16 bits in 8, any other one as it is; Pillow's `convert` makes it all white."""
    if not picture.mode.startswith("I;16"):
        return picture
    return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def preview(picture: Image.Image) -> bytes:
    """Return a JPEG of at most 256 px a side."""
    small = picture.copy()
    small.thumbnail((_PREVIEW_PX, _PREVIEW_PX))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=80)
    return file.getvalue()


def png(picture: Image.Image) -> bytes:
    """Return the picture as a PNG. The server writes into it what it is and how it came to be."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=_PNG_LEVEL)
    return file.getvalue()
