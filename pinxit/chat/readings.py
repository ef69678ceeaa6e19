"""What was read from a file, in words, and as a command that asks for the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.draft import Draft
from pinxit.domain.reading import Program
from pinxit.prompt.loras import take_tags
from pinxit.prompt.render import render
from pinxit.wording import Phrase, Ui, say, ui

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.domain.reading import Hires, Reading
    from pinxit.domain.request import Lora

_KINDS = {
    Program.PINXIT: "Pinxit",
    Program.AUTOMATIC1111: "AUTOMATIC1111",
    Program.FORGE: "Forge",
    Program.COMFYUI: "ComfyUI",
    Program.UNKNOWN: "?",
}


def kind_of(reading: Reading) -> str:
    """Return which program wrote the file."""
    return f"{_KINDS[reading.program]} {reading.version}".strip()


def fields_of(reading: Reading, locale: str) -> list[tuple[str, str]]:
    """Return (label, value) of everything that the file says."""
    return [
        (say(locale, label, {}) if isinstance(label, Phrase) else label, value)
        for label, value in _said(reading, locale)
    ]


def command_of(reading: Reading) -> str:
    """Return the text for the command box that asks for the same, "" where the file says nothing."""
    request = reading.request
    prompt = request.prompt if request is not None else reading.prompt
    if not prompt:
        return ""
    return f"/imagine {render(_draft(reading, ' '.join(prompt.split())))}"


def lines_of(reading: Reading, locale: str) -> Iterator[str]:
    """Return what the file says line by line, as a chat without pages of its own tells it."""
    if reading.program is not Program.UNKNOWN:
        yield kind_of(reading)
    fields = fields_of(reading, locale)
    yield from (f"{label}: {value}" for label, value in fields)
    if not fields:
        yield ui(locale)[Ui.NOTHING_INSIDE]
    if reading.known is not None:
        yield ui(locale)[Ui.KNOWN_HERE]
    if reading.not_understood:
        yield f"{ui(locale)[Ui.NOT_UNDERSTOOD]}: {', '.join(reading.not_understood)}"


def _draft(reading: Reading, prompt: str) -> Draft:
    request = reading.request
    size_px = (request.width_px, request.height_px) if request is not None else reading.size_px
    negative = request.negative_prompt if request is not None else reading.negative_prompt
    width_px, height_px = size_px or (None, None)
    words, loras = (prompt, request.loras) if request is not None else _without_tags(prompt)
    return Draft(
        prompt=words,
        loras=loras,
        width_px=width_px,
        height_px=height_px,
        seed=request.seed if request is not None and reading.seed is None else reading.seed,
        steps=request.steps if request is not None else reading.steps,
        guidance_scale=request.guidance_scale if request is not None else reading.guidance_scale,
        negative_prompt=" ".join(negative.split()) or None,
        tile=reading.tile or (request is not None and request.tile) or None,
    )


def _without_tags(prompt: str) -> tuple[str, tuple[Lora, ...]]:
    try:
        return take_tags(prompt)
    except ValueError:  # Another program's idea of a tag.
        return prompt, ()


def _said(reading: Reading, locale: str) -> Iterator[tuple[Phrase | str, str]]:
    request = reading.request
    size_px = (request.width_px, request.height_px) if request is not None else reading.size_px
    pairs: tuple[tuple[Phrase | str, object], ...] = (
        (Phrase.LABEL_PROMPT, request.prompt if request else reading.prompt),
        (Phrase.LABEL_ENHANCED, request.enhanced if request else ""),
        (Phrase.LABEL_NEGATIVE, request.negative_prompt if request else reading.negative_prompt),
        (Phrase.LABEL_SEED, reading.seed if request is None or reading.seed is not None else request.seed),
        (Phrase.LABEL_SIZE, "" if size_px is None else f"{size_px[0]}×{size_px[1]}"),
        (Phrase.LABEL_MODE, request.mode.value if request else ""),
        (Phrase.LABEL_GENERATOR, reading.generator),
        (Phrase.LABEL_MODEL, (request.model if request else "") or reading.model),
        (Phrase.LABEL_MODEL_HASH, reading.model_hash),
        (Phrase.LABEL_STEPS, request.steps if request else reading.steps),
        (Phrase.LABEL_GUIDANCE, request.guidance_scale if request else reading.guidance_scale),
        ("Distilled CFG", reading.distilled_guidance),
        (Phrase.LABEL_SAMPLER, (request.sampler if request else "") or reading.sampler),
        ("Schedule", reading.scheduler),
        (Phrase.LABEL_STYLE, request.style if request else ""),
        (Phrase.LABEL_STRENGTH, reading.strength),
        (Phrase.LABEL_LORAS, ", ".join(f"{lora.name} {lora.weight:g}" for lora in reading.loras)),
        (Phrase.LABEL_CLIP_SKIP, reading.clip_skip),
        ("VAE", " ".join(filter(None, (reading.vae, reading.vae_hash)))),
        ("Modules", ", ".join(reading.modules)),
        ("Variation", "" if reading.variation_seed is None else f"{reading.variation_seed}"),
        ("Hires", "" if reading.hires is None else _hires(reading.hires, locale)),
        (Phrase.LABEL_SOURCES, ", ".join(f"{role.value} {sha256[:12]}" for role, sha256 in reading.sources)),
        (Phrase.LABEL_RECIPE, ", ".join(f"{name} {value}" for name, value in reading.recipe.items())),
    )
    for label, value in pairs:
        text = f"{value:g}" if isinstance(value, float) else str(value)
        if value is not None and text:
            yield label, text


def _hires(hires: Hires, locale: str) -> str:
    parts = (
        "" if hires.upscale is None else f"×{hires.upscale:g}",
        "" if hires.size_px is None else f"{hires.size_px[0]}×{hires.size_px[1]}",
        hires.upscaler,
        "" if hires.steps is None else say(locale, Phrase.FACT_STEPS, {"steps": hires.steps}),
        "" if hires.strength is None else f"{hires.strength:g}",
        hires.prompt,
    )
    return ", ".join(filter(None, parts))
