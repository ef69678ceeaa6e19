"""A job's request as a draft again, and where a picture can be worked on further."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.look import find_image, find_job
from pinxit.actions.routing import Way, can
from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.job import PREPARE
from pinxit.domain.request import Enhance, Mode, Request, Role

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.data.submitting import NewSource
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import ImageId
    from pinxit.domain.image import Image
    from pinxit.domain.job import Job, RouteStep

# What belongs to one generator: another one fills in its own.
_OWN = ("model", "sampler", "steps", "guidance_scale", "style", "quality")
# What may have been changed to suit it: words without weights, a style in words or by its own name.
_SUITED = ("prompt", "negative_prompt", "suffix")


async def find_picture(image_id: ImageId, caller: Caller, studio: Studio) -> tuple[Image, Job]:
    """Return an image that the caller may see, and its job. Raises Refused."""
    image = await find_image(image_id, caller, studio)
    return image, await find_job(image.job, caller, studio)


def draft_of(request: Request, *, private: bool = False) -> Draft:
    """Return a draft that says all that the request says but for seed and sources.

    Its size is that before anything was added or enlarged.
    """
    sides, factor = request.outpaint, max(1.0, request.upscale)  # A file's record may say anything.
    return Draft(
        prompt=request.prompt,
        typed=request.typed,
        mode=request.mode,
        negative_prompt=request.negative_prompt,
        model=request.model,
        width_px=round((request.width_px - sides.left - sides.right) / factor),
        height_px=round((request.height_px - sides.top - sides.bottom) / factor),
        count=request.count,
        steps=request.steps,
        guidance_scale=request.guidance_scale,
        sampler=request.sampler,
        strength=request.strength,
        style=request.style,
        style_strength=request.style_strength,
        content_strength=request.content_strength,
        quality=request.quality,
        loras=request.loras,
        tile=request.tile,
        clip_skip=request.clip_skip,
        outpaint=request.outpaint,
        upscale=request.upscale,
        options=request.options,
        suffix=request.suffix,
        enhance=Enhance.OFF,
        local=request.local,
        private=private or None,
    )


def on_picture(image: Image, job: Job, mode: Mode) -> Draft:
    """Return a draft that works on one picture in the words that it was painted from."""
    return replace(
        draft_of(job.request, private=job.private),
        mode=mode,
        width_px=None,
        height_px=None,
        outpaint=None,
        upscale=None,
        sources=(SourceDraft(Role.IMAGE, image=image.id),),
    )


def same_ways(job: Job, studio: Studio) -> tuple[Way, ...]:
    """Return the job's route again, as far as its generators still exist. Raises Refused: none does."""
    steps = [step for step in job.route if step.pool != PREPARE]
    ways = tuple(_way(step) for step in steps if step.pool in studio.generators)
    if not ways:
        known = list(studio.generators)
        raise Refused(Code.GENERATOR_UNKNOWN, field="generator", value=steps[0].pool, allowed=known)
    return ways


def ways_for(image: Image, job: Job, mode: Mode, studio: Studio) -> tuple[Way, ...]:
    """Return who can work on a picture: its own generator, else those of the default route that can.

    Raises Refused: MODE_UNSUPPORTED.
    """
    is_local = job.request.local
    if can(image.generator, mode, studio, is_local=is_local):
        step = job.step_at(image.generator)
        return (Way(image.generator, {}) if step is None else _way(step),)
    able = [name for name in studio.house.route if can(name, mode, studio, is_local=is_local)]
    if not able:
        modes = {known.value for generator in studio.generators.values() for known in generator.capabilities.modes}
        raise Refused(Code.MODE_UNSUPPORTED, field="mode", value=mode.value, mode=mode.value, allowed=sorted(modes))
    return tuple(Way(name, portable(name, studio)) for name in able)


async def carried_sources(job: Job, studio: Studio) -> tuple[SourceDraft, ...]:
    """Return the job's sources, to be copied for another job. Raises Refused: SOURCE_GONE."""
    rows = {row.id: row for row in await studio.store.images.sources(job.id)}
    carried = []
    for source in job.request.sources:
        row = rows.get(source.id)
        if row is not None and row.path is None and row.url is not None:  # Nobody has fetched it yet.
            carried.append(SourceDraft(source.role, url=row.url))
        else:
            carried.append(await copied(row, source.role, studio, Code.SOURCE_GONE))
    return tuple(carried)


async def copied(row: NewSource | None, role: Role, studio: Studio, gone: Code) -> SourceDraft:
    """Return a stored source, to be copied for another job. Raises Refused with `gone`: its file is not what it was."""
    if row is None or row.path is None:
        raise Refused(gone, role=role.value)
    try:
        data = await studio.blobs.get(row.path)
    except OSError as error:
        raise Refused(gone, role=role.value) from error
    if (await asyncio.to_thread(hashlib.sha256, data)).hexdigest() != row.sha256:
        raise Refused(gone, role=role.value)
    return SourceDraft(role, data=data)


def _way(step: RouteStep) -> Way:
    return Way(step.pool, {name: step.changes[name] for name in (*_OWN, *_SUITED) if name in step.changes})


def portable(name: str, studio: Studio) -> dict[str, object]:
    """Return what another generator is not asked for: what only the first one knows, or this one does not."""
    capabilities = studio.generators[name].capabilities
    changes: dict[str, object] = dict.fromkeys(_OWN)
    changes |= {"options": {}, "tile": False}
    if not capabilities.loras:
        changes["loras"] = ()
    if not capabilities.clip_skip:
        changes["clip_skip"] = 0
    if not capabilities.negative_prompt:
        changes["negative_prompt"] = ""
    return changes
