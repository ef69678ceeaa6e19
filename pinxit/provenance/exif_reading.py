"""The texts that programs leave in EXIF, read without trusting a single offset.

Sources: TIFF 6.0 §2 (entries and offsets); Exif 2.32 §4.6.5 (UserComment and its character codes); read 2026-11.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

USER_COMMENT = "UserComment"
_TAGS = {0x010E: "ImageDescription", 0x010F: "Make", 0x0110: "Model"}
_EXIF_IFD, _USER_COMMENT = 0x8769, 0x9286
_ENTRY_BYTES, _INLINE_BYTES = 12, 4
_UNIT_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 7: 1}  # BYTE, ASCII, SHORT, LONG, UNDEFINED; nothing else holds text.
_MAX_ENTRIES = 1000
_CODE_BYTES = 8


def exif_texts(blob: bytes) -> dict[str, str]:
    """Return the texts of an EXIF block by the names of their tags; what is broken is left out."""
    blob = blob.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(blob[:4])
    if order is None:
        return {}
    first = _number(blob, 4, order, "I")
    found: dict[str, str] = {}
    for tag, value in _entries(blob, first, order):
        if tag in _TAGS:
            found[_TAGS[tag]] = value.split(b"\0")[0].decode("utf-8", "replace")
        elif tag == _EXIF_IFD:
            below = _number(value, 0, order, "I")
            for inner, comment in _entries(blob, below, order):
                if inner == _USER_COMMENT:
                    found[USER_COMMENT] = _comment(comment, order)
    return found


def _entries(blob: bytes, at: int, order: str) -> Iterator[tuple[int, bytes]]:
    """Yield tag and raw value of each entry that lies whole within the block; the first one of a tag counts."""
    seen: set[int] = set()
    count = min(_number(blob, at, order, "H"), _MAX_ENTRIES) if at > 0 else 0
    for place in range(at + 2, at + 2 + count * _ENTRY_BYTES, _ENTRY_BYTES):
        if place + _ENTRY_BYTES > len(blob):
            return
        tag, kind, number = struct.unpack_from(f"{order}HHI", blob, place)
        size = number * _UNIT_BYTES.get(kind, 0)
        start = place + 8 if size <= _INLINE_BYTES else _number(blob, place + 8, order, "I")
        is_wanted = (tag in _TAGS or tag in (_EXIF_IFD, _USER_COMMENT)) and tag not in seen
        if is_wanted and size and start + size <= len(blob):
            seen.add(tag)
            yield tag, blob[start : start + size]


def _number(blob: bytes, at: int, order: str, form: str) -> int:
    if at + struct.calcsize(form) > len(blob):
        return 0
    return int(struct.unpack_from(order + form, blob, at)[0])


def _comment(raw: bytes, order: str) -> str:
    code, text = raw[:_CODE_BYTES].rstrip(b"\0 "), raw[_CODE_BYTES:]
    if code == b"UNICODE":
        return _utf16(text, order)
    if code == b"JIS":
        return text.decode("iso2022_jp", "replace").rstrip("\0")
    # Some programs leave the code out and begin with their text.
    return (text if code in (b"ASCII", b"") else raw).decode("utf-8", "replace").rstrip("\0")


def _utf16(raw: bytes, order: str) -> str:
    """Decode UTF-16 of either order: the standard does not say which, so programs differ.

    AUTOMATIC1111 and Forge write big endian whatever the block's own order is (piexif.helper, "utf_16_be").
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace").rstrip("\0")
    # The high halves of Latin letters, digits and blanks are zero, and every such text has some.
    zeros_first, zeros_second = raw[0::2].count(0), raw[1::2].count(0)
    is_big = order == ">" if zeros_first == zeros_second else zeros_first > zeros_second
    return raw.decode("utf-16-be" if is_big else "utf-16-le", "replace").rstrip("\0")
