"""Bring a job back as text that can be typed again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.look import find_job
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Refused
from pinxit.domain.request import Mode
from pinxit.domain.resolve import DRAWN
from pinxit.domain.weights import strip
from pinxit.prompt.flags import parse
from pinxit.prompt.render import render

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.generator import Capabilities
    from pinxit.domain.ids import JobId
    from pinxit.domain.job import Job

_WITH_STRENGTH = (Mode.IMG2IMG, Mode.INPAINT)


async def edit_text(job_id: JobId, caller: Caller, studio: Studio) -> str:
    """Return the command that asks for the same again: prompt, and flags for what is not a default or was typed.

    What flags cannot say, such as pictures, is left out; so is a seed that nobody chose. Raises Refused: no such job.
    """
    job = await find_job(job_id, caller, studio)
    generator = studio.generators.get(job.painter)
    draft = _draft(job, _said(job), None if generator is None else generator.capabilities, studio.house.count)
    return f"/imagine {render(draft)}".rstrip()


def _said(job: Job) -> Draft:
    """Return what was typed, nothing where it was not typed with flags."""
    try:
        return parse(job.request.typed)
    except Refused:  # It came over the API, whose prompt may hold anything.
        return Draft(prompt="")


def _draft(job: Job, said: Draft, capabilities: Capabilities | None, count: int) -> Draft:
    request = job.request
    keeps_size = request.mode not in (Mode.OUTPAINT, Mode.UPSCALE)
    size_px = (request.width_px, request.height_px)
    default_px = None if capabilities is None else capabilities.default_size_px
    is_sized = said.width_px is not None or (said.aspect is None and size_px != default_px and not request.sources)
    width_px, height_px = size_px if is_sized and keeps_size else (None, None)
    draft = replace(
        said,
        prompt=_with_weights(said.prompt, request.prompt),
        negative_prompt=_with_weights(said.negative_prompt or "", request.negative_prompt) or None,
        aspect=said.aspect if keeps_size else None,
        width_px=width_px,
        height_px=height_px,
        count=request.count if said.count is not None or request.count != count else None,
        seed=said.seed if said.seed != DRAWN else None,
        strength=request.strength if request.mode in _WITH_STRENGTH or said.strength is not None else None,
        style=request.style or None,
        loras=request.loras,
        tile=request.tile or None,
        local=request.local,
        private=True if job.private else said.private,
        # This is one job, wanted by now.
        repeat=None,
        dry_run=False,
        confirmed=False,
    )
    if capabilities is None:
        return replace(draft, model=None, sampler=None)
    is_usual = request.guidance_scale == capabilities.default_guidance_scale
    return replace(
        draft,
        steps=request.steps if said.steps is not None or request.steps != capabilities.default_steps else None,
        guidance_scale=request.guidance_scale if said.guidance_scale is not None or not is_usual else None,
        model=request.model if request.model != next(iter(capabilities.models), "") else None,
        sampler=request.sampler if request.sampler != next(iter(capabilities.samplers), "") else None,
    )


def _with_weights(said: str, painted: str) -> str:
    """Return what was typed if that is what was painted, but for weights that the generator could not use."""
    return said if strip(said).strip() == painted else painted
