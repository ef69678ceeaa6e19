"""What fal's models take, and the flat pictures that they paint on loopback.

Source: the models' pages at fal.ai/models, read 2026-11.
"""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image

_ALL = {"prompt": str, "seed": (0, 2**32 - 1), "output_format": ("png", "jpeg")}
_FLUX = {**_ALL, "num_images": (1, 4), "enable_safety_checker": bool, "guidance_scale": (1.0, 20.0), "sync_mode": bool}
_SPEED = {"acceleration": ("none", "regular", "high")}
SCHEMAS: dict[str, dict[str, Any]] = {
    "fal-ai/flux/schnell": {**_FLUX, **_SPEED, "image_size": dict, "num_inference_steps": (1, 12)},
    "fal-ai/flux/dev/image-to-image": {
        **_FLUX,
        **_SPEED,
        "image_url": bytes,
        "strength": (0.01, 1.0),
        "num_inference_steps": (10, 50),
    },
    "fal-ai/flux-lora/inpainting": {
        **_FLUX,
        "guidance_scale": (0.0, 35.0),
        "image_size": dict,
        "num_inference_steps": (1, 50),
        "image_url": bytes,
        "mask_url": bytes,
        "strength": (0.01, 1.0),
    },
    "fal-ai/flux-2-max/edit": {
        **_ALL,
        "image_size": dict,
        "image_urls": list,
        "safety_tolerance": ("1", "2", "3", "4", "5"),
        "enable_safety_checker": bool,
    },
    "you/painter": {**_ALL, "image_size": dict, "negative_prompt": str},  # An app of one's own.
    "blackforestlabs/flux-3/klein/text-to-image": {
        **_ALL,
        "output_format": ("png", "jpeg", "webp"),
        "image_size": dict,
    },
}
_NEEDED = {
    "fal-ai/flux-2-max/edit": ["image_urls"],
    "fal-ai/flux/dev/image-to-image": ["image_url"],
    "fal-ai/flux-lora/inpainting": ["image_url", "mask_url"],
}


def wrong_fields(model: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what FastAPI would say of the body's fields."""
    schema = SCHEMAS[model]
    lacking = [name for name in ("prompt", *_NEEDED.get(model, [])) if name not in body]
    wrong = [name for name, value in body.items() if name not in schema or not _fits(schema[name], value)]
    return [{"loc": ["body", name], "msg": "wrong", "type": "value_error", "input": None} for name in lacking + wrong]


def _fits(rule: Any, value: Any) -> bool:  # noqa: ANN401 - JSON
    """Tell whether a value is a picture, a size, one of the words, within the range, or of the type."""
    if rule is bytes:
        return isinstance(value, str) and _picture(value) is not None
    if rule is list:
        return isinstance(value, list) and 0 < len(value) <= 8 and all(_picture(text) for text in value)
    if rule is dict:
        sides = [value.get("width"), value.get("height")] if isinstance(value, dict) else [None]
        return all(isinstance(side, int) and 64 <= side <= 14142 for side in sides)
    if isinstance(rule, tuple) and isinstance(rule[0], str):
        return value in rule
    if isinstance(rule, tuple):
        is_number = isinstance(value, (int, float) if isinstance(rule[0], float) else int)
        return is_number and not isinstance(value, bool) and rule[0] <= value <= rule[1]
    return isinstance(value, rule)


def _picture(text: str) -> Image.Image | None:
    start, _, data = text.partition(",")
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(data, validate=True))).convert("RGB")
    except (ValueError, OSError):
        return None
    return picture if start == "data:image/png;base64" else None


def painted(body: dict[str, Any], bigger_px: int, is_black: bool) -> bytes:  # noqa: FBT001 - a helper
    """Return the picture: flat, of the size asked; what a mask leaves out stays."""
    colour = (60 + body["seed"] % 180, 60 + len(body["prompt"]) % 180, 120)
    source = _picture(body["image_url"]) if "image_url" in body else None
    size = (body["image_size"]["width"], body["image_size"]["height"]) if "image_size" in body else (64, 64)
    if source is not None and "image_size" not in body:
        size = source.size
    painting = Image.new("RGB", size, "black" if is_black else colour)
    if source is not None and not is_black:
        mask = _picture(body["mask_url"]) if "mask_url" in body else None
        share = Image.new("L", size, round(255 * body["strength"])) if mask is None else mask.convert("L").resize(size)
        painting = Image.composite(painting, source.resize(size), share)
    file = io.BytesIO()
    painting = painting.resize((size[0] + bigger_px, size[1]))
    painting.save(file, "JPEG" if body["output_format"] == "jpeg" else "PNG")
    return file.getvalue()
