"""What a file of pixels is, read from its bytes and from nothing that it claims."""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass, replace

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}


class NotAPicture(Exception):
    """The bytes are no picture that we take; the text says why, without a path or a prompt."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture: its real type and size; `sha256` of the bytes, `pixels_sha256` of its RGBA pixels, in hex."""

    media_type: str
    width_px: int
    height_px: int
    size_bytes: int
    sha256: str
    pixels_sha256: str

    def of_bytes(self, data: bytes) -> Picture:
        """Return the same picture in a file that says other things about it."""
        return replace(self, size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def read_picture(data: bytes, *, max_pixels: int) -> Picture:
    """Decode a picture completely. Raises NotAPicture: another type, broken, or more than `max_pixels`."""
    return decode(data, max_pixels=max_pixels)[0]


def decode(data: bytes, *, max_pixels: int) -> tuple[Picture, Pillow.Image]:
    """Return what a picture is, and its first frame's pixels as they are stored. Raises NotAPicture.

    The size is checked before a single pixel is decoded, so a decompression bomb costs nothing.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs by its own number; ours is checked below.
            warnings.simplefilter("ignore", Pillow.DecompressionBombWarning)
            image: Pillow.Image = Pillow.open(io.BytesIO(data), formats=list(MEDIA_TYPES))
            width, height = image.size
            _check_size(width, height, max_pixels)
            media_type = MEDIA_TYPES[str(image.format)]
            pixels = hashlib.sha256(image.convert("RGBA").tobytes()).hexdigest()
    except NotAPicture:
        raise
    except Pillow.DecompressionBombError as error:
        msg = f"it has far more than the {max_pixels} pixels that are allowed"
        raise NotAPicture(msg) from error
    except UnidentifiedImageError as error:
        msg = "it is not a PNG, JPEG, WebP or GIF file"
        raise NotAPicture(msg) from error
    except Exception as error:
        msg = "it is broken and cannot be decoded"
        raise NotAPicture(msg) from error
    return Picture(media_type, width, height, len(data), hashlib.sha256(data).hexdigest(), pixels), image


def _check_size(width_px: int, height_px: int, max_pixels: int) -> None:
    if width_px * height_px > max_pixels:
        raise NotAPicture(f"it has {width_px}×{height_px} pixels; at most {max_pixels} are allowed")
