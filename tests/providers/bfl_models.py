"""What BFL's models take, and the flat pictures that they paint on loopback.

Source: the OpenAPI description at docs.bfl.ai, read 2026-11.
"""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image

_TEXT, _SEED = {"prompt": str, "safety_tolerance": (0, 6)}, {"seed": (0, 2**32 - 1), "output_format": ("png", "jpeg")}
_REFS = {"input_image": bytes, **{f"input_image_{number}": bytes for number in range(2, 9)}}
_FLUX_2 = {**_TEXT, **_SEED, **_REFS, "width": (64, 4096, 16), "height": (64, 4096, 16)}
_FLUX_1 = {**_TEXT, **_SEED, "width": (256, 1440, 32), "height": (256, 1440, 32), "prompt_upsampling": bool}
_RATIOS = ("21:9", "2:1", "16:9", "3:2", "7:5", "4:3", "5:4", "1:1", "4:5", "3:4", "5:7", "2:3", "9:16", "1:2", "9:21")
_RATIO = {**_TEXT, **_SEED, "aspect_ratio": _RATIOS, "prompt_upsampling": bool}
_STEPS = {"steps": (15, 50), "guidance": (1.5, 100.0)}
_TIERS = {"768sq": 768, "1k": 1024, "1.5k": 1536, "2k": 2048, "4k": 4096}
_FLUX_3 = {**_TEXT, "images": list, "aspect_ratio": _RATIOS, "resolution": tuple(_TIERS), "grounding": bool}
SCHEMAS: dict[str, dict[str, Any]] = {
    "flux-2-klein-4b": _FLUX_2,
    "flux-2-klein-9b": _FLUX_2,
    "flux-2-pro": _FLUX_2,
    "flux-2-max": _FLUX_2,
    "flux-2-flex": {**_FLUX_2, "steps": (1, 50), "guidance": (1.5, 10.0)},
    "flux-3-image": _FLUX_3,
    "flux-pro-1.1": _FLUX_1,
    "flux-pro-1.1-ultra": {**_RATIO, "raw": bool},
    "flux-dev": {**_FLUX_1, "steps": (1, 50), "guidance": (1.5, 5.0)},
    "flux-kontext-pro": {**_RATIO, "input_image": bytes},
    "flux-kontext-max": {**_RATIO, "input_image": bytes},
    "flux-pro-1.0-fill": {**_TEXT, **_SEED, **_STEPS, "image": bytes, "mask": bytes, "prompt_upsampling": bool},
    "flux-pro-1.0-expand": {
        **_TEXT,
        **_SEED,
        **_STEPS,
        "image": bytes,
        "prompt_upsampling": bool,
        **dict.fromkeys(("top", "bottom", "left", "right"), (0, 2048)),
    },
}


def wrong_fields(model: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what FastAPI would say of the body's fields."""
    schema = SCHEMAS[model]
    said = [_fault("prompt", "missing")] if "prompt" not in body else []
    for name, value in body.items():
        rule = schema.get(name)
        if rule is None:
            said.append(_fault(name, "extra_forbidden", value))
        elif not _fits(rule, value):
            said.append(_fault(name, "value_error", value))
    return said


def _fits(rule: Any, value: Any) -> bool:  # noqa: ANN401 - JSON
    """Tell whether a value is one of the words, within the range, a picture, pictures, or of the type."""
    if rule is bytes:
        return isinstance(value, str) and _picture(value) is not None
    if rule is list:
        pictures = [_picture(text) for text in value] if isinstance(value, list) else [None]
        return len(pictures) <= 10 and all(picture and min(picture.size) >= 256 for picture in pictures)
    if isinstance(rule, tuple) and isinstance(rule[0], str):
        return value in rule
    if isinstance(rule, tuple):
        is_number = isinstance(value, (int, float) if isinstance(rule[0], float) else int)
        is_multiple = len(rule) == 2 or value % rule[2] == 0
        return is_number and not isinstance(value, bool) and rule[0] <= value <= rule[1] and is_multiple
    return isinstance(value, rule)


def _fault(name: str, kind: str, value: Any = None) -> dict[str, Any]:  # noqa: ANN401 - it is repeated as it came
    return {"loc": ["body", name], "msg": f"wrong {name}", "type": kind, "input": value}


def _picture(text: str) -> Image.Image | None:
    try:
        return Image.open(io.BytesIO(base64.b64decode(text, validate=True))).convert("RGB")
    except (ValueError, OSError):
        return None


def painted(body: dict[str, Any], seed: int, bigger_px: int) -> bytes:
    """Return the picture: flat, of the size asked; what a mask leaves out and an enlarged picture stay."""
    colour = (60 + seed % 180, 60 + len(body["prompt"]) % 180, 120)
    if "image" in body:
        source = _picture(body["image"])
        assert source is not None
        sides = [body.get(side, 0) for side in ("left", "top", "right", "bottom")]
        painting = Image.new("RGB", (source.width + sides[0] + sides[2], source.height + sides[1] + sides[3]), colour)
        mask = _picture(body["mask"]) if "mask" in body else None
        painting.paste(source, (sides[0], sides[1]), Image.eval(mask.convert("L"), lambda v: 255 - v) if mask else None)
    else:
        painting = Image.new("RGB", _size(body), colour)
    file = io.BytesIO()
    painting = painting.resize((painting.width + bigger_px, painting.height))
    painting.save(file, "JPEG" if body.get("output_format") == "jpeg" else "PNG")
    return file.getvalue()


def _size(body: dict[str, Any]) -> tuple[int, int]:
    if "width" in body:
        return body["width"], body["height"]
    width, _, height = body["aspect_ratio"].partition(":")
    # A tenth of what BFL paints, for speed: of a ratio it promises no pixels.
    side = _TIERS.get(body.get("resolution", "1k"), 1024) / 10
    return round(side * (int(width) / int(height)) ** 0.5), round(side * (int(height) / int(width)) ** 0.5)
