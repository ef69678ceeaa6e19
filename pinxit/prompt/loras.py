"""LoRAs as people write them: `ink:0.8` behind a flag, and AUTOMATIC1111's tag `<lora:ink:0.8>` inside a prompt."""

from __future__ import annotations

import re

from pinxit.domain.request import Lora

_MAX_CHARS = 220  # A name as long as a request takes it, and a weight.
_WEIGHTED = re.compile(r"(.+):([-+]?[0-9][0-9.,]*)", re.DOTALL)
_TAG = re.compile(r"(?<!\\)<lora:([^<>]{1,220})>", re.IGNORECASE)
_INSIDE_TAG = re.compile(r"(?P<name>[^:]+)(?::(?P<weight>[^:]*))?(?::[^:]*)?")
# The lookbehind lets only the first backslash of several match, which keeps the search linear.
_WRITTEN = re.compile(r"(?<!\\)\\(?=\\*<lora:)", re.IGNORECASE)
_MEANT = re.compile(r"(?<!\\)(?=\\*<lora:)", re.IGNORECASE)


def read_lora(value: str) -> Lora:
    """Return the LoRA that was named, with its weight behind the last colon if there is one. Raises ValueError."""
    if len(value) > _MAX_CHARS:
        raise ValueError(value)
    found = _WEIGHTED.fullmatch(value)
    return _lora(found[1], found[2]) if found else _lora(value, "1")


def take_tags(prompt: str) -> tuple[str, tuple[Lora, ...]]:
    """Return the prompt without the tags of LoRAs, and the LoRAs. Raises ValueError.

    A second weight in a tag, that of the text encoder, has no place here. An escaped tag becomes text.
    """
    plain: list[str] = []
    loras: list[Lora] = []
    end = 0
    for tag in _TAG.finditer(prompt):
        inside = _INSIDE_TAG.fullmatch(tag[1])
        if inside is None:
            raise ValueError(tag[1])
        loras.append(_lora(inside["name"], inside["weight"] or "1"))
        plain.append(prompt[end : tag.start()].strip())
        end = tag.end()
    rest = " ".join(filter(None, (*plain, prompt[end:].strip()))) if loras else prompt
    return _WRITTEN.sub("", rest), tuple(loras)


def escape_tags(prompt: str) -> str:
    """Return a prompt in which nothing is a tag; `take_tags` gives it back."""
    return _MEANT.sub(r"\\", prompt)


def written(lora: Lora) -> str:
    """Return what `read_lora` reads back equal, for a weight of at most six decimals."""
    weight = f"{lora.weight:.6f}".rstrip("0").rstrip(".")
    return lora.name if weight == "1" and ":" not in lora.name else f"{lora.name}:{weight}"


def _lora(name: str, weight: str) -> Lora:
    match = re.fullmatch(r"([-+]?)([0-9]{1,4}(?:[.,][0-9]{1,6})?|[.,][0-9]{1,6})", weight.strip())
    if match is None or not name.strip():
        raise ValueError(name)
    number = float(match[2].replace(",", "."))
    return Lora(name.strip(), -number if match[1] == "-" else number)
