"""Queue exactly this request on exactly this generator, to be compared with a picture that is there already."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

from pinxit.actions.imagine import deliveries_of, idem_of, repeated, take_in
from pinxit.actions.sources import check_sources
from pinxit.data.job_rows import route_to_json
from pinxit.data.recreations import NewRecreation
from pinxit.data.submitting import NewJob
from pinxit.data.times import to_ms
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import DeliveryId, JobId, PoolName, new_id
from pinxit.domain.job import PREPARE, Priority, RouteStep
from pinxit.domain.request import Enhance, Mode, Request, request_to_json
from pinxit.domain.resolve import resolve
from pinxit.domain.verdict import Change
from pinxit.prompt.moderation import check_text

if TYPE_CHECKING:
    from pinxit.actions.imagine import Accepted, Target
    from pinxit.actions.sources import CheckedSources
    from pinxit.actions.studio import Studio
    from pinxit.data.recreations import Original
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import SourceDraft
    from pinxit.domain.generator import Generator
    from pinxit.domain.ids import ImageId

_PREPARE_S = 1.0
# What is another one by design, or decides nothing about pixels any more.
_ASIDE = ("count", "seed", "typed", "sources", "enhance", "enhanced", "local")


@dataclass(frozen=True, slots=True)
class Repeat:
    """A picture that is to be made again. `request`: as it was, with this picture's own seed.

    One of the two: `image`, our own; `file`, path and bytes of one that was sent, kept until it is compared.
    """

    request: Request
    generator: str
    original: Original
    sources: tuple[SourceDraft, ...] = ()
    image: ImageId | None = None
    file: tuple[str, bytes] | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wishes it, and where the end is shown. `digest`: of what was said, so that one key with two is noticed."""

    caller: Caller
    digest: str
    key: str | None = None
    target: Target | None = None


async def before(wish: Wish, studio: Studio) -> Accepted | None:
    """Return what came of this wish before, or None."""
    return await repeated(idem_of(wish.caller, wish.key), wish.digest, studio)


async def queue_again(repeat: Repeat, wish: Wish, studio: Studio) -> Accepted:
    """Check and queue the job; it is durable when this returns. Raises Refused and leaves nothing behind."""
    generator = studio.generators[repeat.generator]
    if not generator.capabilities.repeats:
        raise Refused(Code.RECREATE_NO_SEED, generator=repeat.generator)
    sources = await check_sources(repeat.sources, wish.caller, studio)
    request = _resolved(repeat.request, generator, sources, studio)
    quote = generator.quote(request)
    step = RouteStep(
        pool=PoolName(repeat.generator),
        cost_s=quote.seconds,
        batch_key=generator.batch_key(request),
        model=request.model,
        dollars_micro=quote.dollars_micro,
    )
    steps = (RouteStep(PoolName(PREPARE), _PREPARE_S, batch_key=PREPARE), step) if studio.house.moderates else (step,)
    original = replace(repeat.original, changes=(*repeat.original.changes, *_changes(repeat.request, request)))
    now = studio.clock.now()
    job = JobId(new_id(now))
    new = NewJob(
        id=job,
        group=job,
        guild=wish.caller.guild,
        person=wish.caller.person,
        platform=wish.caller.platform,
        route=route_to_json(steps),
        first=asdict(steps[0]),
        request=request_to_json(request),
        count=1,
        priority=Priority.NORMAL,
        credits_milli=quote.credits_milli,
        dollars_micro=quote.dollars_micro,
        deadline_s=studio.house.deadline_s,
        private=repeat.private,
        now_ms=to_ms(now),
        idem=idem_of(wish.caller, wish.key),
        digest=wish.digest,
        parent_image=repeat.image,
        deliveries=deliveries_of(wish.target, DeliveryId(new_id(now))),
        sources=sources.rows,
        recreates=NewRecreation(original, repeat.image, None if repeat.file is None else repeat.file[0]),
    )
    if repeat.file is not None:
        sources = replace(sources, files=(*sources.files, repeat.file))
    return await take_in(new, sources, quote, studio)


def _resolved(request: Request, generator: Generator, sources: CheckedSources, studio: Studio) -> Request:
    """Return the request as its generator takes it today. A file may ask for anything, so all of it is checked anew."""
    limits = studio.house.limits
    check_text(request.prompt, studio.house.blocked_words)
    check_text(request.enhanced, studio.house.blocked_words)
    draft = _draft(request, sources.size_px)
    resolved = resolve(draft, generator.capabilities, limits, request.seed, sources.named, sources.size_px)
    # Nobody rewrites it a second time: it is painted from the words that it was painted from.
    return replace(resolved, enhanced=request.enhanced, enhance=request.enhance if request.enhanced else Enhance.OFF)


def _draft(request: Request, source_size_px: tuple[int, int] | None) -> Draft:
    """Return a draft that leaves nothing to a default. Its size is that before outpainting and enlarging."""
    width_px, height_px = request.width_px, request.height_px
    if request.mode in (Mode.OUTPAINT, Mode.UPSCALE):
        sides = request.outpaint
        factor = max(1.0, request.upscale)
        width_px = round((width_px - sides.left - sides.right) / factor)
        height_px = round((height_px - sides.top - sides.bottom) / factor)
    is_sources = request.mode in (Mode.OUTPAINT, Mode.UPSCALE) and (width_px, height_px) == source_size_px
    return Draft(
        prompt=request.prompt,
        typed=request.typed,
        mode=request.mode,
        negative_prompt=request.negative_prompt,
        model=request.model,
        width_px=None if is_sources else width_px,
        height_px=None if is_sources else height_px,
        count=1,
        seed=request.seed,
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
        enhance=Enhance.OFF,
        local=request.local,
    )


def _changes(asked: Request, taken: Request) -> tuple[Change, ...]:
    """Return what today's generator or limits made different."""
    names = [field.name for field in fields(Request) if field.name not in _ASIDE]
    return tuple(
        Change(name, shown(before), shown(now))
        for name in names
        if (before := getattr(asked, name)) != (now := getattr(taken, name)) and before not in ("", None)
    )
