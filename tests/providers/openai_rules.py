"""What OpenAI's images API accepts, and what those accept that speak alike.

Source: the openai SDK's parameter types and OpenAI's image generation guide, read 2026-11.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping

_FREE = (
    "gpt-image-2",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-sunburst",
    "gpt-image-2.6-flare",
    "gpt-image-2.6-sunburst",
)
_FIXED = ("gpt-image-1.5", "gpt-image-1-mini", "chatgpt-image-latest")
_FIXED_SIZES = {"1024x1024", "1536x1024", "1024x1536"}
_GPT_FIELDS = {
    "model": str,
    "prompt": str,
    "n": int,
    "size": str,
    "quality": str,
    "background": str,
    "output_format": str,
    "output_compression": int,
    "moderation": str,
    "safety_identifier": str,
    "stream": bool,
    "partial_images": int,
}
_DALLE_FIELDS = {
    "model": str,
    "prompt": str,
    "n": int,
    "size": str,
    "quality": str,
    "style": str,
    "response_format": str,
    "user": str,
}
_COMPAT_FIELDS = {"model": str, "prompt": str, "n": int, "size": str, "response_format": str}
_WORDS = {
    "quality": {"auto", "low", "medium", "high", "xhigh", "max"},
    "background": {"auto", "opaque", "transparent"},
    "output_format": {"png", "jpeg", "webp"},
    "moderation": {"auto", "low"},
}
_DALLE_WORDS = {
    "quality": {"standard", "hd"},
    "style": {"vivid", "natural"},
    "response_format": {"url", "b64_json"},
    "size": {"1024x1024", "1792x1024", "1024x1792"},
}
MODELS = (*_FREE, *_FIXED)


class RefusalError(Exception):
    """The call is not accepted; `code` and `param` as OpenAI names them."""

    def __init__(self, status: int, code: str | None = None, param: str | None = None, text: str = "") -> None:
        super().__init__(text or code or param)
        self.status, self.code, self.param = status, code, param
        self.text = text or f"Unknown or invalid parameter: '{param}'."


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one server. `dialect`: as OpenAIServer has it; `extras`: what a compatible server knows besides."""

    dialect: str
    extras: Mapping[str, type]

    def check(
        self,
        model: str,
        said: Mapping[str, Any],
        files: Mapping[str, list[bytes]] | None = None,
        *,
        is_edit: bool = False,
    ) -> None:
        """Raise RefusalError for what the server does not take."""
        fields = {"gpt-image": _GPT_FIELDS, "dalle3": _DALLE_FIELDS, "compat": {**_COMPAT_FIELDS, **self.extras}}
        for name, value in said.items():
            wanted = fields[self.dialect].get(name)
            if wanted is None or not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
                raise RefusalError(400, "unknown_parameter", name)
        if not said.get("prompt"):
            raise RefusalError(400, "missing_required_parameter", "prompt")
        words: Mapping[str, set[str]] = {"gpt-image": _WORDS, "dalle3": _DALLE_WORDS}.get(self.dialect, {})
        for name, known in words.items():
            if name in said and said[name] not in known:
                raise RefusalError(400, "invalid_value", name)
        if said.get("quality") in ("xhigh", "max") and not model.startswith(("gpt-image-2.5", "gpt-image-2.6")):
            raise RefusalError(400, "invalid_value", "quality")
        if not 1 <= said.get("n", 1) <= (10 if self.dialect == "gpt-image" else 1):
            raise RefusalError(400, "invalid_value", "n")
        if self.dialect == "gpt-image":
            _check_size(model, str(said.get("size")))
        if is_edit:
            _check_files(files or {})


def _check_size(model: str, size: str) -> None:
    if model in _FIXED:
        if size not in _FIXED_SIZES:
            raise RefusalError(400, "invalid_value", "size")
        return
    wide, high = (int(side) if side.isdecimal() else 1 for side in (size.partition("x")[0], size.partition("x")[2]))
    is_right = wide % 16 == high % 16 == 0 and max(wide, high) <= min(3840, 3 * min(wide, high))
    if not is_right or not 655_360 <= wide * high <= 8_294_400:
        raise RefusalError(400, "invalid_value", "size")


def _check_files(files: Mapping[str, list[bytes]]) -> None:
    """Refuse what is no picture, wrong names of fields, and a mask of another size or without transparency."""
    images = files.get("image", []) or files.get("image[]", [])
    if set(files) - {"image", "image[]", "mask"} or not 1 <= len(images) <= 16 or len(files.get("image", [])) > 1:
        raise RefusalError(400, "invalid_value", "image")
    for data in images:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
    for data in files.get("mask", []):
        with Image.open(io.BytesIO(data)) as mask, Image.open(io.BytesIO(images[0])) as first:
            if mask.size != first.size or mask.mode != "RGBA" or mask.format != "PNG":
                raise RefusalError(400, "invalid_value", "mask")
