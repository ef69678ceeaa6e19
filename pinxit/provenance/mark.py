"""Write into a file what it is. The picture in it is not encoded again: its pixels stay the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.provenance import gif, infotext, jpeg, png, svg, webp, xmp
from pinxit.provenance.marks import Marks, Texts, Unmarkable
from pinxit.provenance.record import to_json

if TYPE_CHECKING:
    from pinxit.provenance.source_type import SourceType

_PNG, _JPEG, _WEBP, _GIF, _SVG = "image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml"
_READ = {_PNG: png.read_xmp, _JPEG: jpeg.read_xmp, _WEBP: webp.read_xmp, _GIF: gif.read_xmp, _SVG: svg.read_xmp}
_WRITE = {_PNG: png.write, _JPEG: jpeg.write, _WEBP: webp.write, _GIF: gif.write}


def mark(data: bytes, media_type: str, facts: Marks) -> bytes:
    """Return the file with its marks: XMP in every type; AUTOMATIC1111's parameters in PNG, JPEG and WebP; the record.

    What the file says of itself already is kept, except for what Pinxit once wrote about another picture.
    Needs time and memory in proportion to the file, whatever is in it. Raises Unmarkable.
    """
    record = "" if facts.record is None else to_json(facts.record)
    if media_type == _SVG:
        return svg.write(data, xmp.metadata(facts, record))
    if media_type not in _WRITE:
        raise Unmarkable(f"there is no place for marks in {media_type}")
    existing = _READ[media_type](data)
    texts = Texts(
        packets=xmp.packets(existing, facts, "" if media_type == _PNG else record),
        parameters="" if facts.record is None else infotext.write(facts.record, facts.size_px),
        record=record,
        replaces=xmp.is_ours(existing),
    )
    return _WRITE[media_type](data, texts)


def source_type_of(data: bytes, media_type: str) -> SourceType | None:
    """Return the Digital Source Type in a file's XMP; None where it names none, or one that we never write."""
    read = _READ.get(media_type)
    return None if read is None else xmp.source_type(read(data))
