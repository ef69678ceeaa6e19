"""What other programs say of a picture, as a request of ours, as far as it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.request import Mode, Request, Role
from pinxit.domain.verdict import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.actions.studio import Studio
    from pinxit.data.pictures import Picture
    from pinxit.domain.generator import Capabilities
    from pinxit.domain.reading import Reading


def generator_of(reading: Reading, studio: Studio) -> str:
    """Return the generator that knows the file's model, else the first of the default route. Raises Refused."""
    route = [name for name in studio.house.route if name in studio.generators]
    for name in (*route, *(name for name in studio.generators if name not in route)):
        if _known(reading.model, studio.generators[name].capabilities.models):
            return name
    able = [name for name in route if Mode.TXT2IMG in studio.generators[name].capabilities.modes]
    if not able:
        raise Refused(Code.NO_GENERATOR, field="generator")
    return able[0]


def request_of(reading: Reading, capabilities: Capabilities, picture: Picture) -> tuple[Request, tuple[Change, ...]]:
    """Return the request, not yet checked, and what of the file it leaves out.

    Raises Refused: RECREATE_NO_SEED, or RECREATE_SOURCE_GONE for a picture that was made from another one, which no
    file holds.
    """
    if reading.seed is None:
        raise Refused(Code.RECREATE_NO_SEED)
    if reading.strength is not None:
        raise Refused(Code.RECREATE_SOURCE_GONE, role=Role.IMAGE.value)
    width_px, height_px = reading.size_px or (picture.width_px, picture.height_px)
    request = Request(
        prompt=reading.prompt,
        typed=reading.prompt,
        negative_prompt=reading.negative_prompt if capabilities.negative_prompt else "",
        width_px=width_px,
        height_px=height_px,
        seed=reading.seed,
        model=_known(reading.model, capabilities.models),
        steps=min(reading.steps or capabilities.default_steps, capabilities.max_steps),
        guidance_scale=_guidance(reading, capabilities),
        sampler=_known(reading.sampler, capabilities.samplers),
        loras=reading.loras if capabilities.loras else (),
        tile=reading.tile and capabilities.tile,
        clip_skip=reading.clip_skip or 0 if capabilities.clip_skip else 0,
    )
    return request, tuple(_left_out(reading, request))


def _known(name: str, names: tuple[str, ...]) -> str:
    """Return the known name that a file means, "" for none. ComfyUI names files, so their endings do not count."""
    wanted = name.casefold().removesuffix(".safetensors").removesuffix(".ckpt")
    return next((known for known in names if wanted and known.casefold() == wanted), "")


def _guidance(reading: Reading, capabilities: Capabilities) -> float:
    said = reading.guidance_scale if reading.distilled_guidance is None else reading.distilled_guidance
    return capabilities.default_guidance_scale if said is None else said


def _left_out(reading: Reading, request: Request) -> Iterator[Change]:
    pairs: tuple[tuple[str, object, object], ...] = (
        ("negative prompt", bool(reading.negative_prompt), bool(request.negative_prompt)),
        ("steps", reading.steps, request.steps),
        ("sampler", reading.sampler, request.sampler),
        ("schedule", reading.scheduler, ""),
        ("loras", ", ".join(lora.name for lora in reading.loras), ", ".join(lora.name for lora in request.loras)),
        ("clip skip", reading.clip_skip or "", request.clip_skip or ""),
        ("vae", reading.vae, ""),
        ("tile", reading.tile, request.tile),
        ("hires", "yes" if reading.hires is not None else "", ""),
        ("variation", reading.variation_strength, ""),
    )
    for name, before, now in pairs:
        if before and before != now:
            yield Change(name, shown(before), "" if now is False else shown(now))
