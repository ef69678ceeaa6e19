"""Let a model look at a picture and say it as a prompt."""

from __future__ import annotations

import asyncio
import io

from PIL import Image, ImageOps

from pinxit.prompt.answers import MAX_CHARS, shortened
from pinxit.prompt.model_server import Asker

SIDE_PX = 1024  # Vision models scale pictures down to about that, and more would only cost.
_QUALITY = 85
_SYSTEM = (
    "You look at pictures and write the prompt that an image generator would need to paint them again: subject, "
    "setting, light, composition, medium and style, in plain English, most important first. Do not name real people. "
    f"Answer with the prompt alone: one paragraph of at most {MAX_CHARS} characters, without quotation marks, headings "
    "or remarks."
)
_QUESTION = "Describe this picture as a prompt."


class Describer(Asker):
    """Shows a picture to one OpenAI-compatible chat model that can see. `timeout_s`: for the whole call."""

    def __init__(self, base_url: str, api_key: str | None, model: str, timeout_s: float = 30.0) -> None:
        super().__init__(base_url, api_key, model, timeout_s)

    async def describe(self, data: bytes) -> str:
        """Return a prompt of at most 600 characters, or "" if the model says nothing useful. Raises Temporary.

        `data`: a file that is known to be a picture. What leaves is its pixels alone, as a JPEG of at most 1024 px.
        """
        small = await asyncio.to_thread(small_jpeg, data)
        return shortened(await self._server.look(_SYSTEM, _QUESTION, small, "image/jpeg"))


def small_jpeg(data: bytes) -> bytes:
    """Return a picture's first frame as an upright JPEG of at most 1024 px, and nothing else that its file says."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (2 * SIDE_PX, 2 * SIDE_PX))
        pixels = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        upright = _upright(pixels, picture)
    upright.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if upright.mode == "RGBA":
        ground = Image.new("RGB", upright.size, "white")
        ground.paste(upright, mask=upright.getchannel("A"))
        upright = ground
    upright.info.clear()  # Pillow carries a file's comment into the next one.
    file = io.BytesIO()
    upright.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def _upright(pixels: Image.Image, picture: Image.Image) -> Image.Image:
    try:
        pixels.info["exif"] = picture.info.get("exif", b"")
        return ImageOps.exif_transpose(pixels)
    except Exception:  # noqa: BLE001 - Pillow raises anything for a broken EXIF block, and the pixels are good
        return pixels
