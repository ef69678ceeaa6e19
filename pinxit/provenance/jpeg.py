"""Marks in JPEG files: APP1 segments with EXIF and XMP before the picture; the scans stay as they are.

Source: ITU-T T.81 §B.1 markers; Adobe XMP Specification Part 3 (2020) §1.1.3 JPEG.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.provenance import exif
from pinxit.provenance.marks import Unmarkable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.provenance.marks import Texts

SIGNATURE = b"\xff\xd8\xff"
XMP_HEADER = b"http://ns.adobe.com/xap/1.0/\0"
_APP0, _APP1, _SCAN, _END, _FILL = 0xE0, 0xE1, 0xDA, 0xD9, 0xFF
_FILLS = re.compile(b"\xff+")
_MAX_SEGMENT_BYTES = 0xFFFF - 2  # The length counts its own two bytes.


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment before the first scan: its marker's second byte, and where it starts and ends in the file."""

    marker: int
    start: int
    end: int

    def payload(self, data: bytes) -> bytes:
        """Return what stands behind marker and length."""
        return data[self.start + 4 : self.end]


def segments(data: bytes) -> Iterator[Segment]:
    """Walk the segments to the first scan, or to where the file is no JPEG any more."""
    at = 2 if data.startswith(SIGNATURE) else len(data)
    while at + 4 <= len(data) and data[at] == _FILL:
        marker = data[at + 1]
        if (fill := _FILLS.match(data, at + 1)) is not None:
            at = fill.end() - 1
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker in (_SCAN, _END) or end < at + 4 or end > len(data):
            return
        yield Segment(marker, at, end)
        at = end


def read_xmp(data: bytes) -> bytes | None:
    """Return the file's XMP packet, or None."""
    return next((part[len(XMP_HEADER) :] for part in _app1(data) if part.startswith(XMP_HEADER)), None)


def write(data: bytes, texts: Texts) -> bytes:
    """Return the file with its marks. Raises Unmarkable."""
    if not data.startswith(SIGNATURE):
        raise Unmarkable("it does not begin as a JPEG file does")
    old_exif = next((part[len(exif.HEADER) :] for part in _app1(data) if part.startswith(exif.HEADER)), None)
    new_exif = exif.with_comment(old_exif, texts.parameters, replaces=texts.replaces) if texts.parameters else None
    gone = (XMP_HEADER,) if new_exif is None else (XMP_HEADER, exif.HEADER)
    new = [] if new_exif is None else [_segment(exif.HEADER + new_exif)]
    room = _MAX_SEGMENT_BYTES - len(XMP_HEADER)
    packet = next((packet for packet in texts.packets if len(packet) <= room), None)
    if packet is None:
        raise Unmarkable("its marks are longer than a JPEG segment")
    new.append(_segment(XMP_HEADER + packet))
    view, at = memoryview(data), 2
    head: list[bytes | memoryview] = [view[:2]]
    rest: list[bytes | memoryview] = []
    for segment in segments(data):
        # JFIF's own segment comes first by its standard, and EXIF and XMP next.
        kept = head if segment.marker == _APP0 and not rest else rest
        kept.append(view[at : segment.start])  # Fill bytes.
        if segment.marker != _APP1 or not segment.payload(data).startswith(gone):
            kept.append(view[segment.start : segment.end])
        at = segment.end
    return b"".join((*head, *new, *rest, view[at:]))


def _app1(data: bytes) -> Iterator[bytes]:
    return (segment.payload(data) for segment in segments(data) if segment.marker == _APP1)


def _segment(payload: bytes) -> bytes:
    return b"".join((b"\xff\xe1", (len(payload) + 2).to_bytes(2), payload))
