"""What a provider sent as a picture, believed only after every pixel of it was read."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field

from PIL import Image, UnidentifiedImageError

from pinxit.domain.errors import Broken

MOST_PIXELS = 100_000_000  # Twelve times the 3840×2160 that any provider paints; read 2026-11.
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
_BLACK_UP_TO = 2  # A black JPEG is not black to the last bit.


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture: its bytes as they came, and what they are, whatever they were said to be."""

    data: bytes = field(repr=False)
    media_type: str
    width_px: int
    height_px: int


def read_picture(name: str, data: bytes) -> Picture:
    """Return the picture in `data`, every pixel of which was decoded; some 10 ms for each megapixel.

    `name`: the provider's, for the error. Raises Broken: empty, no picture (a page, JSON), cut off, of more than
    MOST_PIXELS, or black all over, which is how several providers' filters answer.
    """
    start = data[:64].lstrip()
    if not start:
        raise Broken(f"{name} sent an empty file where a picture is due")
    if start[:1] in (b"<", b"{"):
        raise Broken(f"{name} sent a text where a picture is due")
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs by its own number; ours is checked below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=list(_MEDIA_TYPES)) as image:
                _check_size(name, image)
                media_type, size_px = _MEDIA_TYPES[str(image.format)], image.size
                is_black = _is_black(image)
    except Broken:
        raise
    except Image.DecompressionBombError:
        raise Broken(f"{name} sent a picture of far more than {MOST_PIXELS} pixels") from None
    except UnidentifiedImageError:
        raise Broken(f"{name} sent something that is no PNG, JPEG, WebP or GIF where a picture is due") from None
    except Exception as error:
        raise Broken(f"{name} sent a broken picture, or only a part of one") from error
    if is_black:
        raise Broken(f"{name} sent a picture that is black all over, as filters do; ask in other words")
    return Picture(data, media_type, *size_px)


def _check_size(name: str, image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise Broken(f"{name} sent a picture of {image.width}×{image.height} pixels; at most {MOST_PIXELS} are taken")


def _is_black(image: Image.Image) -> bool:
    return not any(image.convert("L").histogram()[_BLACK_UP_TO + 1 :])
