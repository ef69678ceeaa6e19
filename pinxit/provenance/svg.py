"""Marks in SVG files: a `metadata` element before the end of the document.

Source: SVG 2 §5.7 metadata. The caller has checked that the file is well-formed XML.
"""

from __future__ import annotations

from pinxit.provenance.marks import Unmarkable

_END = b"</svg>"
_OPEN, _CLOSE = b"<x:xmpmeta", b"</x:xmpmeta>"


def read_xmp(data: bytes) -> bytes | None:
    """Return the file's XMP, or None."""
    start = data.find(_OPEN)
    end = data.find(_CLOSE, start)
    return None if start < 0 or end < 0 else data[start : end + len(_CLOSE)]


def write(data: bytes, metadata: str) -> bytes:
    """Return the file with its marks; `metadata` is XML. Raises Unmarkable."""
    before, end, after = data.rpartition(_END)
    if not end:
        raise Unmarkable("it does not end as an SVG file does")
    return b"".join((before, b"<metadata>", metadata.encode(), b"</metadata>", end, after))
