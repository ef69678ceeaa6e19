"""Everything that is known of a job and of one of its images, in an order that people read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pinxit.actions.look import find_image, find_job
from pinxit.domain.pricing import settled_milli
from pinxit.domain.request import Mode
from pinxit.wording import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import ImageId, JobId
    from pinxit.domain.image import Image
    from pinxit.domain.job import Job
    from pinxit.domain.request import Json, Outpaint, Request

Fact: TypeAlias = tuple[Phrase, str]

_WITH_STRENGTH = (Mode.IMG2IMG, Mode.INPAINT)


@dataclass(frozen=True, slots=True)
class Details:
    """A job, one of its images (None: all of them, or none yet), and facts as (label, plain text), none empty."""

    job: Job
    image: Image | None
    facts: tuple[Fact, ...]


async def details_of_image(image_id: ImageId, caller: Caller, studio: Studio) -> Details:
    """Return everything that is known of an image. Raises Refused: no such image, or it is gone."""
    image = await find_image(image_id, caller, studio)
    return _details(await find_job(image.job, caller, studio), image, caller)


async def details_of_job(job_id: JobId, caller: Caller, studio: Studio) -> Details:
    """Return everything that is known of a job, and of its image where there is only one. Raises Refused."""
    job = await find_job(job_id, caller, studio)
    return _details(job, job.pictures[0] if len(job.pictures) == 1 else None, caller)


def _details(job: Job, image: Image | None, caller: Caller) -> Details:
    request = job.request if image is None else job.request_at(image.generator)
    story = _story(job, is_operator=caller.is_trusted)
    facts = [*_words(job, image), *_parameters(request, image, job), *story, *_files(job, image)]
    return Details(job, image, tuple((label, text) for label, text in facts if text))


def _words(job: Job, image: Image | None) -> Iterator[Fact]:
    request = job.request
    yield Phrase.LABEL_PROMPT, request.prompt
    # What was really painted, where that is known.
    final = image.prompt if image is not None else request.final_prompt
    yield Phrase.LABEL_ENHANCED, final if final != request.prompt else ""
    yield Phrase.LABEL_TYPED, request.typed if request.typed != request.prompt else ""
    yield Phrase.LABEL_NEGATIVE, request.negative_prompt
    undrawn = image.recipe.get("undrawn") if image is not None else None
    yield Phrase.LABEL_UNDRAWN, ", ".join(str(word) for word in undrawn) if isinstance(undrawn, list) else ""


def _parameters(request: Request, image: Image | None, job: Job) -> Iterator[Fact]:
    size_px = (request.width_px, request.height_px) if image is None else (image.width_px, image.height_px)
    yield Phrase.LABEL_GENERATOR, job.painter if image is None else image.generator
    yield Phrase.LABEL_MODEL, request.model if image is None else image.model
    yield Phrase.LABEL_MODEL_HASH, "" if image is None else image.model_hash
    yield Phrase.LABEL_SEED, str(request.seed if image is None else image.seed)
    yield Phrase.LABEL_SIZE, "{}×{}".format(*size_px)
    yield Phrase.LABEL_COUNT, str(request.count)
    yield Phrase.LABEL_MODE, request.mode.value
    yield Phrase.LABEL_STEPS, str(request.steps)
    yield Phrase.LABEL_GUIDANCE, f"{request.guidance_scale:g}"
    yield Phrase.LABEL_SAMPLER, request.sampler
    yield Phrase.LABEL_STYLE, request.style
    yield Phrase.LABEL_QUALITY, request.quality
    yield Phrase.LABEL_STRENGTH, f"{request.strength:g}" if request.mode in _WITH_STRENGTH else ""
    yield Phrase.LABEL_LORAS, ", ".join(f"{lora.name} {lora.weight:g}" for lora in request.loras)
    yield Phrase.LABEL_CLIP_SKIP, str(request.clip_skip or "")
    yield Phrase.LABEL_TILE, "✓" if request.tile else ""
    yield Phrase.LABEL_UPSCALE, f"{request.upscale:g}×" if request.upscale != 1 else ""
    yield Phrase.LABEL_OUTPAINT, _sides(request.outpaint)
    yield Phrase.LABEL_SOURCES, ", ".join(source.role.value for source in request.sources)
    yield Phrase.LABEL_PARENT, job.parent_image or ""
    yield Phrase.LABEL_OPTIONS, _json(request.options)
    if image is not None:
        yield Phrase.LABEL_RECIPE, _json({key: value for key, value in image.recipe.items() if key != "undrawn"})


def _story(job: Job, *, is_operator: bool) -> Iterator[Fact]:
    """Yield how the job went. What its workers said, such as addresses and paths, is for the operator alone."""
    yield Phrase.LABEL_STATE, job.state.value
    yield Phrase.LABEL_CREATED, _moment(job.created_at)
    yield Phrase.LABEL_ENDED, _moment(job.ended_at)
    if job.started_at is not None and job.ended_at is not None:
        yield Phrase.LABEL_TOOK, f"{(job.ended_at - job.started_at).total_seconds():.1f} s"
    yield Phrase.LABEL_ROUTE, " → ".join(step.pool for step in job.route)
    for attempt in job.attempts:
        outcome = "" if attempt.outcome is None else attempt.outcome.value
        message = attempt.message if is_operator else ""
        told = [f"{attempt.number}", attempt.generator, outcome, f"{attempt.seconds:.1f} s", message]
        yield Phrase.LABEL_ATTEMPT, " · ".join(part for part in told if part)
    yield Phrase.LABEL_CREDITS, f"{settled_milli(job.credits_milli, _made(job), job.request.count) / 1000:g}"
    yield Phrase.LABEL_PRIVATE, "✓" if job.private else ""


def _files(job: Job, image: Image | None) -> Iterator[Fact]:
    yield Phrase.LABEL_JOB, job.id
    for each in job.pictures if image is None else (image,):
        yield Phrase.LABEL_IMAGE, each.id
        yield Phrase.LABEL_FILE, f"{each.media_type}, {each.size_bytes:,} bytes"
        yield Phrase.LABEL_SHA256, each.sha256
        yield Phrase.LABEL_PIXELS, each.pixels_sha256


def _made(job: Job) -> int:
    """Return how many images are or will be paid for."""
    return job.made if job.state.is_final else job.request.count


def _sides(sides: Outpaint) -> str:
    named = (("left", sides.left), ("right", sides.right), ("top", sides.top), ("bottom", sides.bottom))
    return ", ".join(f"{name} {pixels}" for name, pixels in named if pixels)


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _json(value: Mapping[str, Json]) -> str:
    return json.dumps(dict(value), ensure_ascii=False) if value else ""
