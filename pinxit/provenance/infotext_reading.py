"""AUTOMATIC1111's parameters, read: prompt, negative prompt and a last line of `Name: value` pairs.

Sources: stable-diffusion-webui, modules/processing.py::create_infotext and modules/infotext_utils.py (`quote`,
`parse_generation_parameters`); the same files of stable-diffusion-webui-forge; read 2026-11.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from pinxit.domain.reading import Hires, Program, Reading
from pinxit.domain.request import Lora

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
_NEGATIVE = "Negative prompt:"
_NAME = re.compile(r"\s{0,100}(\w[\w \-/.()+]{0,99}):")
_PARTED = re.compile(r"^([^\S\n]*Negative prompt *) :", re.MULTILINE)
_LORA = re.compile(r"<(?:lora|lyco):([^:<>\n]{1,200})(?::([^<>\n]{0,100}))?>")
_SIZE = re.compile(r"(\d{1,6})\s*[x×]\s*(\d{1,6})")
_MIN_PAIRS = 3  # A line with fewer is part of a prompt: the same rule as AUTOMATIC1111's own reader.
_MAX_NAMES = 500
_MAX_DIGITS = 20
_OURS = "Pinxit "
_FORGE_ONLY = ("Distilled CFG Scale", "Diffusion in Low Bits", "Module 1")


@dataclass(frozen=True, slots=True)
class Infotext:
    """The three parts. `pairs`: values by name, without quotes. `bare`: what stands among them without a value."""

    prompt: str
    negative_prompt: str
    pairs: Mapping[str, str]
    bare: tuple[str, ...] = ()


def split(text: str) -> Infotext:
    """Take an infotext apart. A text without parameters is all prompt."""
    lines = text.strip().split("\n")
    pairs, bare = _line(lines[-1])
    if len(pairs) < _MIN_PAIRS:
        pairs, bare = {}, ()
    else:
        lines.pop()
    begins = next((place for place, line in enumerate(lines) if line.startswith(_NEGATIVE)), len(lines))
    prompt, negative = "\n".join(lines[:begins]), "\n".join(lines[begins:]).removeprefix(_NEGATIVE)
    return Infotext(prompt.strip(), negative.strip(), pairs, bare)


def read_infotext(text: str) -> Reading:
    """Return what an infotext says."""
    parts = split(text)
    fields = _Fields(dict(parts.pairs))
    program, version = _program(parts.pairs), fields.text("Version")
    if program is Program.PINXIT:
        # Our own writer parts "Negative prompt" from its colon where it begins a line of a prompt.
        restored = (_PARTED.sub(r"\1:", text) for text in (parts.prompt, parts.negative_prompt))
        parts = replace(parts, prompt=next(restored), negative_prompt=next(restored))
    hashes = _hashes(fields.text("Lora hashes"))
    hires = Hires(
        upscale=fields.number("Hires upscale"),
        size_px=fields.size("Hires resize"),
        steps=fields.whole("Hires steps"),
        upscaler=fields.text("Hires upscaler"),
        guidance_scale=fields.number("Hires CFG Scale"),
        sampler=fields.text("Hires sampler"),
        scheduler=fields.text("Hires schedule type"),
        model=fields.text("Hires checkpoint"),
        prompt=fields.text("Hires prompt"),
        negative_prompt=fields.text("Hires negative prompt"),
    )
    strength = fields.number("Denoising strength")
    if hires == Hires():
        second = None
    else:
        # What the second pass changes is the first one's picture, not an upload.
        second, strength = replace(hires, strength=strength), None
    modules = sorted(name for name in parts.pairs if re.fullmatch(r"Module \d{1,3}", name))
    return Reading(
        program=program,
        prompt=parts.prompt,
        negative_prompt=parts.negative_prompt,
        seed=fields.whole("Seed"),
        steps=fields.whole("Steps"),
        guidance_scale=fields.number("CFG scale"),
        distilled_guidance=fields.number("Distilled CFG Scale"),
        sampler=fields.text("Sampler"),
        scheduler=fields.text("Schedule type"),
        size_px=fields.size("Size"),
        model=fields.text("Model"),
        model_hash=fields.text("Model hash"),
        vae=fields.text("VAE"),
        vae_hash=fields.text("VAE hash"),
        modules=tuple(fields.text(name) for name in modules),
        loras=loras_in(parts.prompt),
        lora_hashes=hashes,
        clip_skip=fields.whole("Clip skip"),
        strength=strength,
        hires=second,
        variation_seed=fields.whole("Variation seed"),
        variation_strength=fields.number("Variation seed strength"),
        tile=fields.flag("Tiling"),
        version=version,
        not_understood=(*fields.left, *parts.bare)[:_MAX_NAMES],
    )


def loras_in(prompt: str) -> tuple[Lora, ...]:
    """Return the adapters that tags such as `<lora:name:0.8>` name, each once, with the weight for the picture's model.

    A tag may carry more arguments (`:0.8:1.0`, `:te=0.5:unet=0.8`): the second is for the U-Net.
    """
    found: dict[str, Lora] = {}
    for tag in _LORA.finditer(prompt):
        arguments = [part for part in (tag[2] or "").split(":") if "=" not in part]
        named = dict(part.split("=", 1) for part in (tag[2] or "").split(":") if "=" in part)
        weight = _number(named.get("unet", "")) if "unet" in named else None
        for argument in arguments[:2]:
            weight = _number(argument) if weight is None or "unet" not in named else weight
        found.setdefault(tag[1], Lora(tag[1], 1.0 if weight is None else weight))
    return tuple(found.values())


class _Fields:
    """The pairs of a line; whoever takes a field understands it, and what is left nobody did."""

    def __init__(self, pairs: dict[str, str]) -> None:
        self._pairs = pairs

    @property
    def left(self) -> list[str]:
        return list(self._pairs)

    def text(self, name: str) -> str:
        return self._pairs.pop(name, "")

    def flag(self, name: str) -> bool:
        return self._take(name, {"True": True, "False": False}.get) or False

    def whole(self, name: str) -> int | None:
        return self._take(name, lambda text: int(text) if re.fullmatch(rf"-?\d{{1,{_MAX_DIGITS}}}", text) else None)

    def number(self, name: str) -> float | None:
        return self._take(name, _number)

    def size(self, name: str) -> tuple[int, int] | None:
        return self._take(name, _size)

    def _take(self, name: str, read: Callable[[str], T | None]) -> T | None:
        """Return a field as `read` reads it; one that it cannot read stays among those that are not understood."""
        value = read(self._pairs[name]) if name in self._pairs else None
        if value is not None:
            del self._pairs[name]
        return value


def _line(line: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Read `Name: value, Name: "quoted, value", bare` in one pass. The first value of a name stays."""
    pairs: dict[str, str] = {}
    bare: list[str] = []
    at = 0
    while at < len(line):
        if name := _NAME.match(line, at):
            value, at = _value(line, name.end())
            pairs.setdefault(name[1].strip(), value)
        else:
            end = line.find(",", at)
            end = len(line) if end < 0 else end
            if word := line[at:end].strip():
                bare.append(word[:100])
            at = end + 1
    return pairs, tuple(bare[:_MAX_NAMES])


def _value(line: str, at: int) -> tuple[str, int]:
    """Return the value that begins behind a colon, and where the next pair begins."""
    while line.startswith(" ", at):
        at += 1
    if line[at : at + 1] in ('"', "[", "{"):
        # AUTOMATIC1111 quotes with json.dumps; Civitai writes lists and objects as they are.
        try:
            value, end = json.JSONDecoder(strict=False).raw_decode(line, at)
        except (ValueError, RecursionError):
            pass
        else:
            raw = value if isinstance(value, str) else line[at:end]
            comma = line.find(",", end)
            if not line[end : len(line) if comma < 0 else comma].strip():
                return raw, len(line) if comma < 0 else comma + 1
    comma = line.find(",", at)
    end = len(line) if comma < 0 else comma
    return line[at:end].strip(), end + 1


def _program(pairs: Mapping[str, str]) -> Program:
    version = pairs.get("Version", "")
    if version.startswith(_OURS):
        return Program.PINXIT
    if not pairs:
        return Program.UNKNOWN
    is_forge = re.match(r"f\d|neo|forge", version, re.IGNORECASE) or any(name in pairs for name in _FORGE_ONLY)
    return Program.FORGE if is_forge else Program.AUTOMATIC1111


def _hashes(text: str) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in text.split(",") if ":" in part)
    return {name.strip(): digest.strip() for name, digest in pairs}


def _number(text: str) -> float | None:
    try:
        number = float(text) if len(text) <= 2 * _MAX_DIGITS else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _size(text: str) -> tuple[int, int] | None:
    found = _SIZE.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None
