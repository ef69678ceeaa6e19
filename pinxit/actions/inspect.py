"""Read from a picture how it was made."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.look import may_look, may_see_image
from pinxit.data.pictures import NotAPicture, read_picture
from pinxit.domain.errors import Code, Refused
from pinxit.provenance.reading import read_with_record

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.data.pictures import Picture
    from pinxit.domain.caller import Caller
    from pinxit.domain.image import Image
    from pinxit.domain.limits import Limits
    from pinxit.domain.reading import Reading
    from pinxit.provenance.record import Record

FIELD = "image"


async def inspect(data: bytes, caller: Caller, studio: Studio) -> Reading:
    """Return what a file says, and our own image that it is, if the caller may see that one.

    It is known by its bytes, or by its pixels where only what the file says was changed. Raises Refused: too large, or
    no whole picture. Stores nothing.
    """
    picture, reading, _ = await read_file(data, studio.house.limits)
    return replace(reading, known=await _known(picture, caller, studio))


async def read_file(data: bytes, limits: Limits) -> tuple[Picture, Reading, Record | None]:
    """Decode a file that somebody sent, and read what it says. Raises Refused as `inspect` does."""
    if len(data) > limits.max_source_bytes:
        allowed = [f"at most {limits.max_source_bytes} bytes"]
        raise Refused(Code.SOURCE_TOO_LARGE, field=FIELD, value=len(data), allowed=allowed)
    if not data:
        raise Refused(Code.SOURCE_MISSING, field=FIELD)
    return await asyncio.to_thread(_read, data, limits.max_source_pixels)


def _read(data: bytes, max_pixels: int) -> tuple[Picture, Reading, Record | None]:
    try:
        picture = read_picture(data, max_pixels=max_pixels)
    except NotAPicture as error:
        raise Refused(Code.SOURCE_INVALID, field=FIELD, reason=str(error)) from error
    return picture, *read_with_record(data)


async def _known(picture: Picture, caller: Caller, studio: Studio) -> Image | None:
    alike = await studio.store.images.alike(picture.sha256, picture.pixels_sha256)
    known = (image for image in alike if image.is_ready and may_see_image(caller, image))
    return next((image for image in known if may_look(caller, image)), None)
