"""From our own values to what the API answers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from pinxit.chat.cards import view
from pinxit.domain.guild_rules import ImageRule
from pinxit.domain.job import PREPARE, JobState
from pinxit.domain.place import remaining_s
from pinxit.web.schemas import (
    Accepted,
    AttemptAnswer,
    ChangeAnswer,
    DifferenceAnswer,
    ErrorAnswer,
    ImageAnswer,
    ImageDetails,
    JobAnswer,
    LoraAnswer,
    OutpaintAnswer,
    RecreationAnswer,
    RequestAnswer,
)
from pinxit.wording import say, say_stored
from pinxit.wording.verdicts import said_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from starlette.requests import Request as HttpRequest

    from pinxit.actions.imagine import Accepted as Taken
    from pinxit.domain.delivery import Card, Place
    from pinxit.domain.image import Image
    from pinxit.domain.job import Job, RouteStep
    from pinxit.domain.request import Request
    from pinxit.domain.verdict import Recreation
    from pinxit.web.schemas import Answered

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses that a caller can use as they are, from where it stands (`root`, without a slash at its end)."""

    root: str

    def job(self, job: str, part: str = "") -> str:
        """Return a job's address, or that of a part of it."""
        return f"{self.root}{API}/jobs/{job}{part}"

    def file(self, image: str) -> str:
        """Return where an image's file is."""
        return f"{self.root}{API}/images/{image}/download"

    def thumbnail(self, image: str) -> str:
        """Return where an image's small picture is."""
        return f"{self.root}{API}/images/{image}/thumbnail"


def links(request: HttpRequest, public_url: str | None) -> Links:
    """Return the addresses as the caller sees them: under `public_url`, else under the host that it named."""
    return Links(public_url or str(request.base_url).rstrip("/"))


def to_json(
    answer: Answered, status: int = 200, headers: Mapping[str, str] | None = None, *, is_brief: bool = False
) -> Response:
    """Return the answer as JSON. `is_brief`: what is null is left out."""
    return Response(answer.model_dump_json(exclude_none=is_brief), status, headers, media_type="application/json")


def accepted(group: Sequence[Taken], place: Place | None, link: Links, locale: str) -> Accepted:
    """Return what a submit answers: all about the first job of the group, and which the others are."""
    taken = group[0]
    job, request, quote = taken.job, taken.request, taken.quote
    return Accepted(
        id=None if job is None else job.id,
        group_id=None if job is None else job.group_id,
        jobs=[one.job.id for one in group if one.job is not None],
        job_count=len(group),
        status="priced" if job is None else job.state.value,
        position=None if place is None else place.ahead,
        eta_s=None if place is None else place.eta_s,
        mode=request.mode.value,
        seed=request.seed,
        count=request.count,
        width=request.width_px,
        height=request.height_px,
        generator=_painter(taken.route),
        prompt_enhanced=request.enhanced or None,
        credits=quote.credits_milli / 1000,
        total_credits=sum(one.quote.credits_milli for one in group) / 1000,
        dollars=quote.dollars_micro / 1_000_000,
        seconds=round(quote.seconds, 3),
        total_seconds=round(sum(one.quote.seconds for one in group), 3),
        url=None if job is None else link.job(job.id),
        events_url=None if job is None else link.job(job.id, "/events"),
        hints=list(dict.fromkeys(say(locale, told.hint, told.facts) for one in group for told in one.hints)),
    )


def job_answer(card: Card, link: Links, locale: str, now: datetime, *, is_operator: bool) -> JobAnswer:
    """Return a job as it is now. `is_operator`: also shows what its workers said, which is not for everybody."""
    job = card.job
    said = _error(job, locale)
    return JobAnswer(
        id=job.id,
        group_id=job.group_id,
        status=job.state.value,
        progress=round(min(1.0, max(0.0, card.progress)), 4),
        position=None if card.place is None else card.place.ahead,
        eta_s=remaining_s(card, now),
        images=[_image(image, link) for image in job.pictures],
        withheld=len(job.withheld),
        notes=list(view(card, locale, now).notes),
        attempts=[
            AttemptAnswer(
                number=attempt.number,
                generator=attempt.generator,
                started_at=attempt.started_at,
                ended_at=attempt.ended_at,
                outcome=None if attempt.outcome is None else attempt.outcome.value,
                seconds=round(attempt.seconds, 3),
                message=attempt.message if is_operator else None,
            )
            for attempt in job.attempts
        ],
        error=said if job.state in (JobState.FAILED, JobState.CANCELLED) else None,
        partial=said if job.state is JobState.SUCCEEDED else None,
        recreation=None if job.recreation is None else _recreation(job.recreation, locale),
        seed=job.request.seed,
        count=job.request.count,
        generator=job.painter,
        cancel_requested=job.cancel_wanted and not job.state.is_final,
        credits=job.credits_milli / 1000,
        guild=job.guild,
        person=job.person,
        priority=job.priority.name.lower(),
        private=job.private,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        deadline_s=job.deadline_s,
        request=request_answer(job.request),
        url=link.job(job.id),
        events_url=link.job(job.id, "/events"),
        preview_url=link.job(job.id, "/preview"),
    )


def image_details(image: Image, link: Links) -> ImageDetails:
    """Return all that is known of an image."""
    return ImageDetails(
        **_image(image, link).model_dump(),
        job_id=image.job,
        index=image.index,
        size_bytes=image.size_bytes,
        sha256=image.sha256,
        prompt=image.prompt,
        generator=image.generator,
        model=image.model,
        model_hash=image.model_hash,
        recipe=dict(image.recipe),
        private=image.private,
        created_at=image.created_at,
    )


def _painter(route: tuple[RouteStep, ...]) -> str:
    """Return the first generator of a route."""
    return next(step.pool for step in route if step.pool != PREPARE)


def _image(image: Image, link: Links) -> ImageAnswer:
    return ImageAnswer(
        id=image.id,
        url=link.file(image.id),
        thumbnail_url=link.thumbnail(image.id),
        width=image.width_px,
        height=image.height_px,
        seed=image.seed,
        media_type=image.media_type,
        spoiler=image.shown is ImageRule.SPOILER,
    )


def _error(job: Job, locale: str) -> ErrorAnswer | None:
    if not job.error_code:
        return None
    return ErrorAnswer(code=job.error_code, message=say_stored(locale, job.error_code, job.error_facts))


def _recreation(recreation: Recreation, locale: str) -> RecreationAnswer:
    verdict = recreation.verdict
    difference = None if verdict is None else verdict.difference
    changes = () if verdict is None else verdict.changes
    return RecreationAnswer(
        image_id=recreation.original,
        verdict="pending" if verdict is None else verdict.likeness.value,
        reason=None if verdict is None or verdict.why is None else verdict.why.value,
        difference=None if difference is None else DifferenceAnswer(**asdict(difference)),
        as_recorded=None if verdict is None else verdict.as_recorded,
        changes=[ChangeAnswer(**asdict(change)) for change in changes],
        message=" ".join(said_of(recreation, locale)),
    )


def request_answer(request: Request) -> RequestAnswer:
    """Return a request as it was resolved."""
    return RequestAnswer(
        prompt=request.prompt,
        typed=request.typed,
        prompt_enhanced=request.enhanced or None,
        mode=request.mode.value,
        negative_prompt=request.negative_prompt,
        model=request.model,
        width=request.width_px,
        height=request.height_px,
        count=request.count,
        seed=request.seed,
        steps=request.steps,
        guidance_scale=request.guidance_scale,
        sampler=request.sampler,
        strength=request.strength,
        style=request.style,
        style_strength=request.style_strength,
        content_strength=request.content_strength,
        quality=request.quality,
        loras=[LoraAnswer(name=lora.name, weight=lora.weight) for lora in request.loras],
        tile=request.tile,
        clip_skip=request.clip_skip,
        outpaint=OutpaintAnswer(**asdict(request.outpaint)),
        upscale=request.upscale,
        options=dict(request.options),
        enhance=request.enhance.value,
        local=request.local,
    )
