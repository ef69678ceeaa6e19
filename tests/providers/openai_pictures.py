"""What an images server on loopback hands out: pictures of one colour, and what they are said to have used."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image


def usage(images: int, *, is_edit: bool = False) -> dict[str, Any]:
    """Return what a call is said to have used: 50 tokens of text, 1000 of a source, 400 for each image."""
    tokens_in, of_images = 50 + 1000 * is_edit, 1000 * is_edit
    return {
        "input_tokens": tokens_in,
        "output_tokens": 400 * images,
        "total_tokens": tokens_in + 400 * images,
        "input_tokens_details": {"image_tokens": of_images, "text_tokens": 50},
        "output_tokens_details": {"image_tokens": 400 * images, "text_tokens": 0},
    }


def flat(size_px: tuple[int, int], colour: tuple[int, int, int], encoding: str | None = None) -> bytes:
    """Return a picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", size_px, colour).save(file, {"jpeg": "JPEG", "webp": "WEBP"}.get(encoding or "", "PNG"))
    return file.getvalue()
