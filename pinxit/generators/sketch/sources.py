"""The pictures that a request brings along, opened at the size that its mode needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.request import Mode, Role
from pinxit.generators.pictures import open_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL import Image

    from pinxit.domain.generator import Task
    from pinxit.domain.request import Request


def open_sources(task: Task) -> Mapping[Role, Image.Image]:
    """Return the sources in RGB by their role; the image before anything is added by outpainting or enlarging.

    Raises Refused (SOURCE_INVALID).
    """
    opened = {role: open_source(task, role, size_px(task.request, role)) for role in Role}
    return {role: picture for role, picture in opened.items() if picture is not None}


def size_px(request: Request, role: Role) -> tuple[int, int]:
    """Return the size, (width, height), at which a source is used."""
    wide, high, sides = request.width_px, request.height_px, request.outpaint
    if role is Role.IMAGE and request.mode is Mode.OUTPAINT:
        return max(1, wide - sides.left - sides.right), max(1, high - sides.top - sides.bottom)
    if role is Role.IMAGE and request.mode is Mode.UPSCALE and request.upscale > 1:
        return max(1, round(wide / request.upscale)), max(1, round(high / request.upscale))
    return wide, high
