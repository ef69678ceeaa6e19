"""The EXIF block with AUTOMATIC1111's parameters in UserComment, beside whatever a file's own EXIF says."""

from __future__ import annotations

from PIL import Image

# EXIF 3.0, tables 4 and 8: the pointer to the Exif IFD, and UserComment with its eight bytes of character code.
_EXIF_IFD = 0x8769
_USER_COMMENT = 0x9286
_UNICODE = b"UNICODE\0"
HEADER = b"Exif\0\0"
_MAX_BYTES = 65_000  # What fits into a JPEG segment.


def with_comment(existing: bytes | None, text: str, *, replaces: bool) -> bytes | None:
    """Return an EXIF block (TIFF, without the header `Exif`) that holds `text`; None: the file keeps what it has.

    `existing`: the file's own, whose tags are kept. It stays as it is where it has a comment of its own (unless
    `replaces`), where it is large or Pillow cannot read it, and where the text does not fit. The comment is UTF-16 of
    high byte first, as AUTOMATIC1111 and Forge write it (piexif/helper.py, UserComment.dump, read 2026-11).
    """
    if existing and len(existing) > _MAX_BYTES:
        return None
    exif = Image.Exif()
    try:
        if existing:
            exif.load(existing)
        tags = exif.get_ifd(_EXIF_IFD)
        if tags.get(_USER_COMMENT) and not replaces:
            return None
        tags[_USER_COMMENT] = _UNICODE + text.encode("utf-16-be")
        written = exif.tobytes().removeprefix(HEADER)
    except Exception:  # noqa: BLE001 - Pillow raises anything for a broken block, and the comment is no mark: XMP is
        return None
    return written if len(written) <= _MAX_BYTES else None
