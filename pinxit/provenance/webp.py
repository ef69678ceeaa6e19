"""Marks in WebP files: an EXIF and an XMP chunk behind the picture, announced by VP8X; the picture stays as it is.

Source: RFC 9649 (WebP), §2.5 to §2.7; RFC 6386 §9.1 for the size of a VP8 key frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.provenance import exif
from pinxit.provenance.marks import Unmarkable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinxit.provenance.marks import Texts

_XMP_FLAG, _EXIF_FLAG, _ALPHA_FLAG = 0x04, 0x08, 0x10
_EXTENDED, _LOSSY, _LOSSLESS, _EXIF, _XMP = b"VP8X", b"VP8 ", b"VP8L", b"EXIF", b"XMP "
_EXTENDED_BYTES, _LOSSY_BYTES, _LOSSLESS_BYTES = 10, 10, 5


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk: its kind, where it starts, where its payload ends and where, padded to even, the next one starts."""

    kind: bytes
    start: int
    stop: int
    end: int

    def payload(self, data: bytes) -> bytes:
        """Return the chunk's own bytes."""
        return data[self.start + 8 : self.stop]


def chunks(data: bytes) -> Iterator[Chunk]:
    """Walk the chunks to the end that the file names, or to where it is no WebP file any more."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return
    at, last = 12, _last(data)
    while at + 8 <= last:
        stop = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if stop > last:
            return
        yield Chunk(data[at : at + 4], at, stop, min(last, stop + stop % 2))
        at = stop + stop % 2


def read_xmp(data: bytes) -> bytes | None:
    """Return the file's XMP packet, or None."""
    return next((chunk.payload(data) for chunk in chunks(data) if chunk.kind == _XMP), None)


def write(data: bytes, texts: Texts) -> bytes:
    """Return the file with its marks. What stands behind the end that it names is left out. Raises Unmarkable."""
    walk = list(chunks(data))
    old_exif = next((chunk.payload(data) for chunk in walk if chunk.kind == _EXIF), None)
    new_exif = None
    if texts.parameters:
        bare = None if old_exif is None else old_exif.removeprefix(exif.HEADER)
        new_exif = exif.with_comment(bare, texts.parameters, replaces=texts.replaces)
    last_exif = old_exif if new_exif is None else new_exif
    flags, size = _canvas(walk, data)
    if walk[-1].end + 8 <= _last(data):
        raise Unmarkable("it ends within a chunk")
    flags = flags | _XMP_FLAG | (0 if last_exif is None else _EXIF_FLAG)
    parts = [_chunk(_EXTENDED, bytes((flags, 0, 0, 0)) + size)]
    parts += [_chunk(chunk.kind, chunk.payload(data)) for chunk in walk if chunk.kind not in (_EXTENDED, _EXIF, _XMP)]
    if last_exif is not None:
        parts.append(_chunk(_EXIF, last_exif))
    parts.append(_chunk(_XMP, texts.packets[0]))
    body = b"".join((b"WEBP", *parts))
    return b"".join((b"RIFF", len(body).to_bytes(4, "little"), body))


def _last(data: bytes) -> int:
    return min(len(data), 8 + int.from_bytes(data[4:8], "little"))


def _canvas(walk: Sequence[Chunk], data: bytes) -> tuple[int, bytes]:
    """Return the flags and the six bytes of the canvas's size, read from the picture where the file is a simple one."""
    if not walk:
        raise Unmarkable("it does not begin as a WebP file does")
    first, payload = walk[0].kind, walk[0].payload(data)
    if first == _EXTENDED and len(payload) >= _EXTENDED_BYTES:
        return payload[0] & ~(_XMP_FLAG | _EXIF_FLAG), payload[4:_EXTENDED_BYTES]
    if first == _LOSSY and len(payload) >= _LOSSY_BYTES:
        width, height = (int.from_bytes(payload[at : at + 2], "little") & 0x3FFF for at in (6, 8))
        return 0, _size(width, height)
    if first == _LOSSLESS and len(payload) >= _LOSSLESS_BYTES:
        bits = int.from_bytes(payload[1:_LOSSLESS_BYTES], "little")
        return _ALPHA_FLAG if bits >> 28 & 1 else 0, _size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    raise Unmarkable("its first chunk is no picture")


def _size(width_px: int, height_px: int) -> bytes:
    if not width_px or not height_px:
        raise Unmarkable("it has no size")
    return (width_px - 1).to_bytes(3, "little") + (height_px - 1).to_bytes(3, "little")


def _chunk(kind: bytes, payload: bytes) -> bytes:
    return b"".join((kind, len(payload).to_bytes(4, "little"), payload, b"\0" * (len(payload) % 2)))
