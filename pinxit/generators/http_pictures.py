"""What a provider sent as a picture, believed only after every pixel of it was read."""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass, field

from PIL import Image, UnidentifiedImageError

from pinxit.domain.errors import Broken
from pinxit.generators.pictures import preview

MOST_PIXELS = 80_000_000  # Nine times the 3840×2160 that any provider paints; read 2026-11. Pillow warns of 89478485.
_MOST_SEEN_PIXELS = 20_000_000  # Of a picture that is not done yet; it is shown small and not needed.
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
_BASE64_CHARS = 2**20  # Some 4 ms, in which Python lets no other thread run.
_BLACK_UP_TO = 2  # A black JPEG is not black to the last bit.
_IF_BLACK = "sent a picture that is black all over, as filters do; ask in other words"
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture: its bytes as they came, and what they are, whatever they were said to be."""

    data: bytes = field(repr=False)
    media_type: str
    width_px: int
    height_px: int


def read_picture(name: str, data: bytes, if_black: str = _IF_BLACK) -> Picture:
    """Return the picture in `data`, every pixel of which was decoded; some 10 ms for each megapixel.

    `name`: the provider's, for the error. Raises Broken: empty, no picture (a page, JSON), cut off, of more than
    MOST_PIXELS, or black all over; `if_black` is then said of the provider.
    """
    start = data[:64].lstrip()
    if not start:
        raise Broken(f"{name} sent an empty file where a picture is due")
    if start[:1] in (b"<", b"{"):
        raise Broken(f"{name} sent a text where a picture is due")
    try:
        with Image.open(io.BytesIO(data), formats=list(_MEDIA_TYPES)) as image:
            _check_size(name, image)
            media_type, size_px = _MEDIA_TYPES[str(image.format)], image.size
            is_black = _is_black(image)
    except Broken:
        raise
    except _BOMBS:
        raise Broken(f"{name} sent a picture of far more than {MOST_PIXELS} pixels") from None
    except UnidentifiedImageError:
        raise Broken(f"{name} sent something that is no PNG, JPEG, WebP or GIF where a picture is due") from None
    except Exception as error:
        raise Broken(f"{name} sent a broken picture, or only a part of one") from error
    if is_black:
        raise Broken(f"{name} {if_black}")
    return Picture(data, media_type, *size_px)


def preview_of(data: bytes) -> bytes | None:
    """Return a small JPEG of a picture that is not done yet, None if it is none or a huge one. Blocks."""
    try:
        with Image.open(io.BytesIO(data), formats=list(_MEDIA_TYPES)) as image:
            return preview(image.convert("RGB")) if image.width * image.height <= _MOST_SEEN_PIXELS else None
    except (OSError, ValueError, SyntaxError, *_BOMBS):
        return None


def from_base64(name: str, text: str) -> bytes:
    """Return the bytes of a base64 text, with or without "data:…," before it. Blocks: it may have 60 MB.

    `name`: the provider's, for the error. Raises Broken.
    """
    packed = text.rpartition(",")[2]
    try:
        return b"".join(
            base64.b64decode(packed[at : at + _BASE64_CHARS], validate=True)
            for at in range(0, len(packed), _BASE64_CHARS)
        )
    except (binascii.Error, ValueError):
        raise Broken(f"{name} answers with a picture that is no base64") from None


def _check_size(name: str, image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise Broken(f"{name} sent a picture of {image.width}×{image.height} pixels; at most {MOST_PIXELS} are taken")


def _is_black(image: Image.Image) -> bool:
    return not any(image.convert("L").histogram()[_BLACK_UP_TO + 1 :])
