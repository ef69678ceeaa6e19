"""A small picture for lists and galleries."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

MEDIA_TYPE = "image/webp"
_SIDE_PX = 512
_QUALITY = 80
_METHOD = 1  # 10 ms at 512² instead of 23 ms with Pillow's 4, for files 12 % larger (2-core cloud machine, 2026-11).


def thumbnail(picture: Image.Image) -> bytes:
    """Return the picture, upright, as a WebP of at most 512 px a side; one that is smaller keeps its size.

    `picture` may be of any mode and is left as it is.
    """
    has_alpha = picture.has_transparency_data
    small = picture.convert("RGBA" if has_alpha else "RGB") if picture.mode not in ("RGB", "RGBA") else picture.copy()
    small.thumbnail((_SIDE_PX, _SIDE_PX), Image.Resampling.LANCZOS, reducing_gap=1.0)
    file = io.BytesIO()
    # Neither EXIF nor XMP nor colour profile of the picture go along.
    _upright(small).save(file, "WEBP", quality=_QUALITY, method=_METHOD, exif=b"", xmp=b"", icc_profile=b"")
    return file.getvalue()


def _upright(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001 - Pillow raises anything for a broken EXIF block, and the pixels are good
        return picture
