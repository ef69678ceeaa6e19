"""Every text that a picture file carries beside its pixels, within bounds, whatever the file claims."""

from __future__ import annotations

import zlib
from itertools import islice
from typing import TYPE_CHECKING

from pinxit.domain.errors import Code, Refused
from pinxit.provenance import exif, gif, jpeg, png, svg, webp
from pinxit.provenance.exif_reading import exif_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

XMP = png.XMP_KEYWORD.decode()  # Here it names the packet of every container.
COMMENT = "comment"
MAX_TEXT_BYTES = 8 * 2**20  # Of all texts of a file together; large ComfyUI workflows have less than one.
_MAX_PARTS = 65_536
_JPEG_COMMENT = 0xFE


def embedded_texts(data: bytes) -> dict[str, str]:
    """Return the file's texts by name: PNG keywords, EXIF tags, `XML:com.adobe.xmp`, `comment`.

    The first text of a name stays. A file that ends too early gives what came before. Raises Refused (SOURCE_INVALID)
    for anything but PNG, JPEG, WebP, GIF and SVG.
    """
    if data.startswith(png.SIGNATURE):
        parts = _png(data)
    elif data.startswith(jpeg.SIGNATURE):
        parts = _jpeg(data)
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        parts = _webp(data)
    elif data.startswith((b"GIF87a", b"GIF89a")):
        parts = _packet(gif.read_xmp(data))
    elif data.lstrip()[:4] in (b"<svg", b"<?xm"):
        parts = _packet(svg.read_xmp(data))
    else:
        reason = "it is not a PNG, JPEG, WebP or GIF file"
        raise Refused(Code.SOURCE_INVALID, field="image", reason=reason, allowed=["PNG", "JPEG", "WebP"])
    found: dict[str, str] = {}
    left = MAX_TEXT_BYTES
    for name, text in parts:
        left -= len(text)
        if left < 0:
            break
        found.setdefault(name, text)
    return found


def _png(data: bytes) -> Iterator[tuple[str, str]]:
    for chunk in islice(png.chunks(data), _MAX_PARTS):
        if chunk.kind in (b"tEXt", b"zTXt", b"iTXt"):
            keyword, _, rest = chunk.payload(data, MAX_TEXT_BYTES).partition(b"\0")
            text = _png_text(chunk.kind, rest)
            if text is not None:
                yield keyword.decode("latin-1"), text
        elif chunk.kind == b"eXIf":
            yield from exif_texts(chunk.payload(data, MAX_TEXT_BYTES)).items()


def _png_text(kind: bytes, body: bytes) -> str | None:
    """Return the text behind the keyword, or None if it cannot be unpacked. Source: PNG, third edition, §11.3.3."""
    if kind == b"tEXt":
        return body.decode("latin-1")
    if kind == b"zTXt":
        unpacked = _inflated(body[1:])
        return None if unpacked is None else unpacked.decode("latin-1")
    text = body[2:].partition(b"\0")[2].partition(b"\0")[2]  # Behind the language and the translated keyword.
    unpacked = _inflated(text) if body[:1] == b"\1" else text
    return None if unpacked is None else unpacked.decode("utf-8", "replace")


def _inflated(packed: bytes) -> bytes | None:
    """Unpack a text; None for what is broken or over the bound."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, MAX_TEXT_BYTES)
    except zlib.error:
        return None
    return text if unpacker.eof else None


def _jpeg(data: bytes) -> Iterator[tuple[str, str]]:
    for segment in islice(jpeg.segments(data), _MAX_PARTS):
        body = segment.payload(data)
        if segment.marker == _JPEG_COMMENT:
            yield COMMENT, body.decode("utf-8", "replace").rstrip("\0")
        elif body.startswith(exif.HEADER):
            yield from exif_texts(body).items()
        elif body.startswith(jpeg.XMP_HEADER):
            yield XMP, body[len(jpeg.XMP_HEADER) :].decode("utf-8", "replace")


def _webp(data: bytes) -> Iterator[tuple[str, str]]:
    for chunk in islice(webp.chunks(data), _MAX_PARTS):
        if chunk.kind == b"EXIF":
            yield from exif_texts(chunk.payload(data)[:MAX_TEXT_BYTES]).items()
        elif chunk.kind == b"XMP ":
            yield XMP, chunk.payload(data)[:MAX_TEXT_BYTES].decode("utf-8", "replace")


def _packet(packet: bytes | None) -> Iterator[tuple[str, str]]:
    if packet is not None:
        yield XMP, packet[:MAX_TEXT_BYTES].decode("utf-8", "replace")
