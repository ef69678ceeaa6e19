"""Marks in GIF files: an application extension with XMP before the first frame; the frames stay as they are.

Source: GIF89a (CompuServe 1990) §17 to §26; Adobe XMP Specification Part 3 (2020) §1.1.2 GIF.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.provenance.marks import Unmarkable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.provenance.marks import Texts

XMP_NAME = b"XMP DataXMP"
_HEAD_BYTES = 13  # Signature and logical screen descriptor.
_TABLE_FLAG = 0x80
_EXTENSION, _COMMENT, _APPLICATION = 0x21, 0xFE, 0xFF
# A reader that takes XMP for sub-blocks lands somewhere in this slide and slips to its end.
_TRAILER = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"


def extensions(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Walk the comments and application extensions before the first frame: name ("" for comments), start, end."""
    at = _first(data)
    while at + 2 < len(data) and data[at] == _EXTENSION and data[at + 1] in (_COMMENT, _APPLICATION):
        name, end = b"", at + 2
        if data[at + 1] == _APPLICATION:
            end += 1 + data[at + 2]
            name = data[at + 3 : end]
        while end < len(data) and data[end]:
            end += 1 + data[end]
        if end >= len(data):
            return
        yield name, at, end + 1
        at = end + 1


def read_xmp(data: bytes) -> bytes | None:
    """Return the file's XMP packet, or None."""
    for name, start, end in extensions(data):
        if name == XMP_NAME:
            return data[start + 3 + len(name) : end].removesuffix(b"\0").removesuffix(_TRAILER[:-1])
    return None


def write(data: bytes, texts: Texts) -> bytes:
    """Return the file with its marks. Raises Unmarkable."""
    at = _first(data)
    if not at:
        raise Unmarkable("it does not begin as a GIF file does")
    # GIF87a knows no extensions.
    parts = [b"GIF89a", data[6:at]]
    for name, start, end in extensions(data):
        if name != XMP_NAME:
            parts.append(data[start:end])
        at = end
    # Last among them: some programs look for the loop's extension right behind the colours.
    mark = b"".join((b"\x21\xff\x0b", XMP_NAME, texts.packets[0], _TRAILER))
    return b"".join((*parts, mark, memoryview(data)[at:]))


def _first(data: bytes) -> int:
    """Return where the first block starts, 0 if this is no GIF file."""
    if not data.startswith((b"GIF87a", b"GIF89a")) or len(data) < _HEAD_BYTES:
        return 0
    packed = data[10]
    first = _HEAD_BYTES + (3 << (packed & 7) + 1 if packed & _TABLE_FLAG else 0)
    return first if first <= len(data) else 0
