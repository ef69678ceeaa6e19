"""Files as other programs write them, made here from their formats.

Sources: stable-diffusion-webui, modules/images.py::save_image_with_geninfo (PNG text, piexif for JPEG and WebP);
ComfyUI, nodes.py::SaveImage and comfy_extras/nodes_images.py::SaveAnimatedWEBP; read 2026-11.
"""

from __future__ import annotations

import io
import json
import struct
import zlib
from typing import TYPE_CHECKING

from PIL import Image
from PIL.PngImagePlugin import PngInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZE = (8, 8)


def png_with(texts: Mapping[str, str], *, packed: bool = False, international: bool = False) -> bytes:
    """Return a PNG with these texts, as tEXt (iTXt where Latin-1 is not enough), zTXt or iTXt."""
    info = PngInfo()
    for name, text in texts.items():
        if international:
            info.add_itxt(name, text, zip=packed)
        else:
            info.add_text(name, text, zip=packed)
    return _saved("PNG", pnginfo=info)


def jpeg_with(comment: bytes, order: str = ">") -> bytes:
    """Return a JPEG whose EXIF UserComment holds these bytes, character code included."""
    return _saved("JPEG", exif=b"Exif\0\0" + exif_block({0x9286: comment}, order))


def webp_with(comment: bytes, order: str = ">") -> bytes:
    """Return the same as WebP."""
    return _saved("WEBP", lossless=True, exif=b"Exif\0\0" + exif_block({0x9286: comment}, order))


def comfyui_png(graph: object) -> bytes:
    """Return a PNG as SaveImage writes it: the graph, and the editor's view of it."""
    return png_with({"prompt": json.dumps(graph), "workflow": json.dumps({"nodes": [], "links": [], "version": 0.4})})


def comfyui_webp(graph: object) -> bytes:
    """Return a WebP as SaveAnimatedWEBP writes it: in the EXIF tags Model and Make."""
    exif = Image.Exif()
    exif[0x0110] = f"prompt:{json.dumps(graph)}"
    exif[0x010F] = f"workflow:{json.dumps({'nodes': []})}"
    return _saved("WEBP", lossless=True, exif=exif.tobytes())


def unicode_comment(text: str, encoding: str = "utf-16-be") -> bytes:
    """Return a UserComment as piexif's helper writes it, which uses big endian in every file."""
    return b"UNICODE\0" + text.encode(encoding)


def exif_block(tags: Mapping[int, bytes], order: str) -> bytes:
    """Return a TIFF block with these tags of type UNDEFINED in its Exif IFD."""
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}I", 8)
    first = struct.pack(f"{order}HHHII", 1, 0x8769, 4, 1, 26) + bytes(4)
    body, entries = b"", b""
    start = 26 + 2 + 12 * len(tags) + 4
    for tag, value in tags.items():
        entries += struct.pack(f"{order}HHII", tag, 7, len(value), start + len(body))
        body += value
    return head + first + struct.pack(f"{order}H", len(tags)) + entries + bytes(4) + body


def png_chunk(kind: bytes, body: bytes, length: int | None = None) -> bytes:
    """Return a chunk; `length`: what it claims instead of the truth."""
    size = len(body) if length is None else length
    return struct.pack(">I", size) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(chunk: bytes) -> bytes:
    """Return a PNG with a chunk of ours behind its header."""
    plain = png_with({})
    return plain[:33] + chunk + plain[33:]


def _saved(kind: str, **how: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", SIZE, "teal").save(file, kind, **how)
    return file.getvalue()
