"""Pictures in and out of files, for the kinds that hold pixels themselves."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo

from pinxit.domain.errors import Code, Refused
from pinxit.domain.request import Role

if TYPE_CHECKING:
    from pinxit.domain.generator import Task
    from pinxit.domain.request import Request

_PREVIEW_PX = 256


def open_source(task: Task, role: Role = Role.IMAGE) -> Image.Image | None:
    """Return the task's source of this role in RGB, upright, cut and scaled to the request's size; None if it has none.

    Raises Refused (SOURCE_INVALID) for bytes that are no whole picture.
    """
    source = task.request.source(role)
    if source is None:
        return None
    try:
        with Image.open(io.BytesIO(task.sources[source.id])) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(Code.SOURCE_INVALID, field=role.value, value="", allowed=["PNG", "JPEG", "WebP"]) from error
    return ImageOps.fit(upright, (task.request.width_px, task.request.height_px))


def preview(picture: Image.Image) -> bytes:
    """Return a JPEG of at most 256 px a side."""
    small = picture.copy()
    small.thumbnail((_PREVIEW_PX, _PREVIEW_PX))
    file = io.BytesIO()
    small.save(file, "JPEG", quality=80)
    return file.getvalue()


def png(picture: Image.Image, request: Request, seed: int, version: str) -> bytes:
    """Return a PNG that carries its parameters as AUTOMATIC1111 writes them, so that other programs can read them too.

    `seed`: this image's own. `version`: the painter's name and version. Source of the format: AUTOMATIC1111
    stable-diffusion-webui, modules/processing.py::create_infotext, read 2026-11.
    """
    negative = f"\nNegative prompt: {request.negative_prompt}" if request.negative_prompt else ""
    parameters = {
        "Steps": request.steps,
        "Sampler": request.sampler or "none",
        "CFG scale": f"{request.guidance_scale:g}",
        "Seed": seed,
        "Size": f"{picture.width}x{picture.height}",
        "Model": request.model,
        "Version": version,
    }
    line = ", ".join(f"{key}: {value}" for key, value in parameters.items())
    info = PngInfo()
    info.add_text("parameters", f"{request.final_prompt}{negative}\n{line}")
    file = io.BytesIO()
    picture.save(file, "PNG", pnginfo=info)
    return file.getvalue()
