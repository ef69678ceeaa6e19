"""Whether a file bears a C2PA manifest: then not a bit of it may change.

Source: C2PA Technical Specification 2.2 (2025-05), §A.3 embedding manifests into assets; ISO 19566-5 (JUMBF).
"""

from __future__ import annotations

from pinxit.provenance import gif, jpeg, png, webp

_APP11 = 0xEB
_BOX_BYTES = 32  # A superbox's head, its description box's head, and the description's type.
_C2PA_TYPE = bytes.fromhex("63327061 0011 0010 8000 00AA00389B71")  # The UUID of a C2PA manifest store.
_GIF_NAME = b"C2PA_GIF"


def is_signed(data: bytes, media_type: str) -> bool:
    """Tell whether the file holds a C2PA manifest store where its type has its place for one.

    Looks for the store, cheaply, and does not check the signature. A manifest that is only linked to is none.
    """
    if media_type == "image/png":
        return any(_is_store(chunk.payload(data, _BOX_BYTES)) for chunk in png.chunks(data) if chunk.kind == b"caBX")
    if media_type == "image/jpeg":
        parts = (part.payload(data) for part in jpeg.segments(data) if part.marker == _APP11)
        # Behind "JP": number of the box (2 bytes) and of its segment (4).
        return any(part.startswith(b"JP") and _is_store(part[8:]) for part in parts)
    if media_type == "image/webp":
        return any(_is_store(chunk.payload(data)) for chunk in webp.chunks(data) if chunk.kind == b"C2PA")
    if media_type == "image/gif":
        # Behind the name: the length of the first sub-block.
        found = (
            data[start + 3 + len(name) + 1 : end] for name, start, end in gif.extensions(data) if name[:8] == _GIF_NAME
        )
        return any(_is_store(part) for part in found)
    return False


def _is_store(box: bytes) -> bool:
    return len(box) >= _BOX_BYTES and box[4:8] == b"jumb" and box[12:16] == b"jumd" and box[16:32] == _C2PA_TYPE
