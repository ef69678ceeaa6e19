"""Bring a job back as text that can be typed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.look import find_job
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Refused
from pinxit.domain.request import Mode
from pinxit.prompt.flags import parse

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.generator import Capabilities
    from pinxit.domain.ids import JobId
    from pinxit.domain.job import Job

_QUOTES = (('"', '"'), ("“", "”"), ("«", "»"))
_WITH_STRENGTH = (Mode.IMG2IMG, Mode.INPAINT)


async def edit_text(job_id: JobId, caller: Caller, studio: Studio) -> str:
    """Return the command that asks for the same again: prompt, and flags for what is not a default or was typed.

    What flags cannot say, such as pictures, is left out; so is a seed that nobody chose. Raises Refused: no such job.
    """
    job = await find_job(job_id, caller, studio)
    generator = studio.generators.get(job.painter)
    flags = _flags(job, _said(job), None if generator is None else generator.capabilities, studio.house.count)
    return " ".join(["/imagine", *job.request.prompt.split(" "), *flags]).rstrip()


def _said(job: Job) -> Draft:
    """Return what was typed, nothing where it was not typed with flags."""
    try:
        return parse(job.request.typed)
    except Refused:  # It came over the API, whose prompt may hold anything.
        return Draft(prompt="")


def _flags(job: Job, said: Draft, capabilities: Capabilities | None, count: int) -> list[str]:
    request = job.request
    keeps_size = request.mode not in (Mode.OUTPAINT, Mode.UPSCALE)
    size_px = (request.width_px, request.height_px)
    flags = []

    def flag(name: str, value: object, *, if_: bool = True) -> None:
        if if_:
            flags.append(f"--{name} {value}" if value != "" else f"--{name}")

    default_px = None if capabilities is None else capabilities.default_size_px
    if said.aspect is not None:
        flag("ar", "{}:{}".format(*said.aspect), if_=keeps_size)
    if said.width_px is not None or (said.aspect is None and size_px != default_px and not request.sources):
        flag("size", "{}x{}".format(*size_px), if_=keeps_size)
    flag("n", request.count, if_=said.count is not None or request.count != count)
    flag("seed", said.seed, if_=said.seed not in (None, -1))
    if capabilities is not None:
        flag("steps", request.steps, if_=said.steps is not None or request.steps != capabilities.default_steps)
        is_default = request.guidance_scale == capabilities.default_guidance_scale
        flag("cfg", _decimal(request.guidance_scale), if_=said.guidance_scale is not None or not is_default)
        flag("model", request.model, if_=bool(request.model) and request.model != next(iter(capabilities.models), ""))
        is_first = request.sampler == next(iter(capabilities.samplers), "")
        flag("sampler", quoted(request.sampler), if_=bool(request.sampler) and not is_first)
    flag("strength", _decimal(request.strength), if_=request.mode in _WITH_STRENGTH or said.strength is not None)
    flag("style", quoted(request.style), if_=bool(request.style))
    flag("tile", "", if_=request.tile)
    flag("private", "", if_=job.private)
    flag("public", "", if_=said.private is False)
    flag("no", quoted(request.negative_prompt), if_=bool(request.negative_prompt))
    return flags


def _decimal(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


def quoted(text: str) -> str:
    """Return text between quotation marks that it does not hold itself."""
    for opening, closing in _QUOTES:
        if closing not in text:
            return f"{opening}{text}{closing}"
    return '"' + text.replace('"', "'") + '"'
