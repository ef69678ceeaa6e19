"""Marks in PNG files: text chunks behind the header; everything else stays where and as it is.

Source: PNG, third edition (W3C 2025-06), §5 chunk layout and §11.3.3 textual information.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.provenance.marks import Unmarkable
from pinxit.provenance.record import KEYWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.provenance.marks import Texts

SIGNATURE = b"\x89PNG\r\n\x1a\n"
XMP_KEYWORD = b"XML:com.adobe.xmp"
PARAMETERS = b"parameters"
_RECORD = KEYWORD.encode()
_TEXT_KINDS = (b"tEXt", b"zTXt", b"iTXt")
_FRAME_BYTES = 12  # Length, kind and checksum.
_KEYWORD_BYTES = 79


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk: its kind, where it starts and ends in the file, all its bytes included."""

    kind: bytes
    start: int
    end: int

    def payload(self, data: bytes, most: int | None = None) -> bytes:
        """Return the chunk's own bytes, at most so many of them."""
        first, last = self.start + 8, self.end - 4
        return data[first : last if most is None else min(last, first + most)]


def chunks(data: bytes) -> Iterator[Chunk]:
    """Walk the chunks to the end of the picture, or to where the file is no PNG any more."""
    at = len(SIGNATURE) if data.startswith(SIGNATURE) else len(data)
    while at + _FRAME_BYTES <= len(data):
        end = at + _FRAME_BYTES + int.from_bytes(data[at : at + 4])
        if end > len(data):
            return
        chunk = Chunk(data[at + 4 : at + 8], at, end)
        yield chunk
        if chunk.kind == b"IEND":
            return
        at = end


def read_xmp(data: bytes) -> bytes | None:
    """Return the file's XMP packet, or None. A compressed one counts as none: XMP says not to compress it."""
    for chunk in chunks(data):
        if chunk.kind == b"iTXt" and _keyword(chunk, data) == XMP_KEYWORD:
            body = chunk.payload(data)[len(XMP_KEYWORD) + 1 :]
            if not body.startswith(b"\0\0"):
                return None
            return body[2:].split(b"\0", 2)[-1]
    return None


def write(data: bytes, texts: Texts) -> bytes:
    """Return the file with its marks. Raises Unmarkable."""
    walk = list(chunks(data))
    if not walk or walk[0].kind != b"IHDR":
        raise Unmarkable("it does not begin as a PNG file does")
    ours = {XMP_KEYWORD, _RECORD}
    if texts.replaces:
        ours.add(PARAMETERS)
    old = {place: _keyword(chunk, data) for place, chunk in enumerate(walk) if chunk.kind in _TEXT_KINDS}
    new = [_international(XMP_KEYWORD, texts.packets[0])]
    # What the generator itself wrote of its parameters says more than we know.
    if texts.parameters and (texts.replaces or PARAMETERS not in old.values()):
        new.append(_text(PARAMETERS, texts.parameters))
    if texts.record:
        new.append(_text(_RECORD, texts.record))
    parts: list[bytes | memoryview] = [data[: walk[0].end], *new]
    view, kept_to = memoryview(data), walk[0].end
    for place, keyword in old.items():
        if keyword in ours and walk[place].start >= kept_to:
            parts.append(view[kept_to : walk[place].start])
            kept_to = walk[place].end
    parts.append(view[kept_to:])
    return b"".join(parts)


def _keyword(chunk: Chunk, data: bytes) -> bytes:
    return chunk.payload(data, _KEYWORD_BYTES + 1).partition(b"\0")[0]


def _text(keyword: bytes, text: str) -> bytes:
    """Return a tEXt chunk, which every reader knows, or an iTXt chunk where Latin-1 is not enough."""
    try:
        return _chunk(b"tEXt", keyword + b"\0" + text.encode("latin-1"))
    except UnicodeEncodeError:
        return _international(keyword, text.encode())


def _international(keyword: bytes, utf8: bytes) -> bytes:
    # Behind the keyword: not compressed, method 0, no language, no translated keyword.
    return _chunk(b"iTXt", keyword + b"\0\0\0\0\0" + utf8)


def _chunk(kind: bytes, payload: bytes) -> bytes:
    checksum = zlib.crc32(payload, zlib.crc32(kind))
    return b"".join((len(payload).to_bytes(4), kind, payload, checksum.to_bytes(4)))
