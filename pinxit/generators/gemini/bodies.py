"""A request as `generateContent` takes it: words, the pictures with them, ratio and tier for the size.

Source: Google AI for Developers, "Image generation" and the reference of generateContent, read 2026-11.
"""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from PIL import ImageOps

from pinxit.domain.generator import in_words
from pinxit.domain.request import Json, Mode, Role, Source
from pinxit.generators.pictures import missing_source, png, upright

if TYPE_CHECKING:
    from PIL import Image

    from pinxit.domain.generator import Task
    from pinxit.domain.request import Request
    from pinxit.generators.gemini.terms import Terms

# A whole call holds 20 MB at most: 14 pictures of this size as JPEG have room in it.
LONGEST_PX = 2048
_JPEG_QUALITY = 95
_SEED_LIMIT = 2**31  # Its seed is a signed 32-bit number.
_ORDER = (Role.IMAGE, Role.STYLE)
_LITTLE, _MUCH = 0.35, 0.85  # Below and above, a strength is worth a word; between, the model's own way is right.


def words_of(request: Request) -> str:
    """Return the text that is sent: what to do with the pictures, the prompt, and what to avoid."""
    return " ".join(filter(None, (_instruction(request), request.final_prompt, in_words(request.negative_prompt))))


def body_of(task: Task, terms: Terms) -> dict[str, Json]:
    """Return the call that makes any image of the task, but for its seed. Blocks: sources are scaled and encoded.

    Raises Refused for a source that is missing or no picture.
    """
    request = task.request
    size_px = (request.width_px, request.height_px)
    tier = terms.tier(size_px)
    parts: list[Json] = [{"text": words_of(request)}, *_pictures(task)]
    return {
        "contents": [{"role": "user", "parts": parts}],
        "generationConfig": {
            "responseModalities": ["TEXT", "IMAGE"],
            "imageConfig": {"aspectRatio": terms.ratio(size_px), **({"imageSize": tier} if tier else {})},
            "candidateCount": 1,
        },
    }


def with_seed(body: dict[str, Json], seed: int) -> dict[str, Json]:
    """Return the call that makes the image of this seed; the sources within are shared."""
    config = body["generationConfig"]
    return {**body, "generationConfig": {**(config if isinstance(config, dict) else {}), "seed": seed % _SEED_LIMIT}}


def _instruction(request: Request) -> str:
    """Return what makes up for parameters that there are none of: the mask and the strengths."""
    match request.mode:
        case Mode.INPAINT:
            return (
                "Edit the first picture. The last picture is its mask: repaint only what is white in the mask, and"
                " leave everything else exactly as it is. Paint there:"
            )
        case Mode.STYLE_TRANSFER:
            how = _degree(request.style_strength, " in a hint of", " wholly in", " in")
            return f"Paint the first picture again{how} the style of the last picture, and keep what it shows."
        case Mode.IMG2IMG:
            return _degree(
                request.strength, "Change the picture as little as you can.", "Take the picture as a loose model.", ""
            )
    return ""


def _degree(strength: float, little: str, much: str, usual: str) -> str:
    return little if strength < _LITTLE else much if strength > _MUCH else usual


def _pictures(task: Task) -> list[Json]:
    """Return the sources as parts: pictures, then styles, and last the mask, which is as large as the first one."""
    request = task.request
    needed = {
        Mode.TXT2IMG: (),
        Mode.INPAINT: (Role.IMAGE, Role.MASK),
        Mode.STYLE_TRANSFER: (Role.IMAGE, Role.STYLE),
    }.get(request.mode, (Role.IMAGE,))
    for role in needed:
        if request.source(role) is None:
            raise missing_source(task, role)
    shown = [_opened(task, source) for role in _ORDER for source in request.sources if source.role is role]
    parts = [_part("image/jpeg", _jpeg(picture)) for picture in shown]
    mask = request.source(Role.MASK)
    if mask is not None and request.mode is Mode.INPAINT:
        grey = ImageOps.fit(_opened(task, mask).convert("L"), shown[0].size)
        parts.append(_part("image/png", png(grey)))
    return parts


def _opened(task: Task, source: Source) -> Image.Image:
    """Return a source, upright, whole and not larger than is sent."""
    picture = upright(task, source)
    picture.thumbnail((LONGEST_PX, LONGEST_PX))
    return picture


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_JPEG_QUALITY)
    return file.getvalue()


def _part(media_type: str, data: bytes) -> Json:
    return {"inlineData": {"mimeType": media_type, "data": base64.b64encode(data).decode("ascii")}}
