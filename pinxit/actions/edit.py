"""Bring a job back as text that can be typed again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.again import carried_sources
from pinxit.actions.look import find_job
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Refused
from pinxit.domain.request import Enhance, Mode
from pinxit.domain.resolve import DRAWN
from pinxit.domain.weights import strip
from pinxit.prompt.flags import parse
from pinxit.prompt.render import render

if TYPE_CHECKING:
    from pinxit.actions.studio import House, Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import SourceDraft
    from pinxit.domain.generator import Capabilities
    from pinxit.domain.ids import JobId
    from pinxit.domain.job import Job

_WITH_STRENGTH = (Mode.IMG2IMG, Mode.INPAINT)
_PAINTED_OVER = (*_WITH_STRENGTH, Mode.STYLE_TRANSFER)


async def edit_text(job_id: JobId, caller: Caller, studio: Studio) -> str:
    """Return the command that asks for the same again: prompt, and flags for what is not a default or was typed.

    What flags cannot say, such as pictures, is left out; so is a seed that nobody chose. Raises Refused: no such job.
    """
    job = await find_job(job_id, caller, studio)
    generator = studio.generators.get(job.painter)
    capabilities = None if generator is None else generator.capabilities
    return f"/imagine {render(_draft(job, _said(job), capabilities, studio.house))}".rstrip()


async def same_text(job_id: JobId, caller: Caller, studio: Studio) -> str:
    """Return the command that paints the same pictures again, the seed in it, "" where none in words could.

    None can where pictures were painted over, where a language model chose the words, or where the generator takes no
    seed. Raises Refused: no such job.
    """
    job = await find_job(job_id, caller, studio)
    generator = studio.generators.get(job.painter)
    rewritten = bool(job.request.enhanced) and job.request.enhance is Enhance.LLM
    if generator is None or not generator.capabilities.repeats or job.request.sources or rewritten:
        return ""
    draft = _draft(job, _said(job), generator.capabilities, studio.house)
    return f"/imagine {render(replace(draft, seed=job.request.seed))}"


async def edit_sources(job_id: JobId, caller: Caller, studio: Studio) -> tuple[SourceDraft, ...]:
    """Return the pictures that a changed text of the job is to be painted over too, none where it stood on none.

    One that was only enlarged or widened is not painted over: its words make a picture of their own. Raises Refused: no
    such job, SOURCE_GONE.
    """
    job = await find_job(job_id, caller, studio)
    return await carried_sources(job, studio) if job.request.mode in _PAINTED_OVER else ()


def _said(job: Job) -> Draft:
    """Return what was typed, nothing where it was not typed with flags."""
    try:
        return parse(job.request.typed)
    except Refused:  # It came over the API, whose prompt may hold anything.
        return Draft(prompt="")


def _draft(job: Job, said: Draft, capabilities: Capabilities | None, house: House) -> Draft:
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
        count=request.count if said.count is not None or request.count != house.count else None,
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
    # Without its name, the words would go to whom the operator puts first.
    is_first = job.painter in house.route[:1] and request.model == next(iter(capabilities.models), "")
    return replace(
        draft,
        steps=request.steps if said.steps is not None or request.steps != capabilities.default_steps else None,
        guidance_scale=request.guidance_scale if said.guidance_scale is not None or not is_usual else None,
        model=None if is_first else request.model or None,
        sampler=request.sampler if request.sampler != next(iter(capabilities.samplers), "") else None,
    )


def _with_weights(said: str, painted: str) -> str:
    """Return what was typed if that is what was painted, but for weights that the generator could not use."""
    return said if strip(said).strip() == painted else painted
