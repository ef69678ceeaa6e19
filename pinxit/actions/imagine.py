"""Ask for images: from a draft to a durable job."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING

from pinxit.actions.routing import route
from pinxit.actions.sources import CheckedSources, check_sources, drop_files, store_files
from pinxit.data.job_rows import route_to_json
from pinxit.data.submitting import NewDelivery, NewJob
from pinxit.data.times import to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import DeliveryId, JobId, PoolName, new_id
from pinxit.domain.job import PREPARE, Priority, RouteStep
from pinxit.domain.request import Enhance, Mode, Request, request_to_json
from pinxit.domain.resolve import infer_mode, resolve
from pinxit.domain.seeds import draw_seed
from pinxit.prompt.moderation import check_text

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import Draft
    from pinxit.domain.generator import Quote
    from pinxit.domain.job import Job

_PREPARE_S = 1.0  # What `prepare` is estimated at; its real seconds are charged, as everybody's are.


@dataclass(frozen=True, slots=True)
class Target:
    """Where the end is to be shown. `address`: the platform's own, as JSON. `message_id`: one that is there already."""

    platform: str
    channel: str
    address: str = "{}"
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One wish. `key`: makes repeating it harmless, unique for its caller; None: every call is a new job."""

    draft: Draft
    caller: Caller
    key: str | None = None
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job that is durable, or what it would be (`job` None) if it was only priced.

    `is_new`: False if the same wish came before; then everything here is what was stored then.
    """

    job: Job | None
    request: Request
    route: tuple[RouteStep, ...]
    quote: Quote
    is_new: bool


async def imagine(ask: Ask, studio: Studio) -> Accepted:
    """Check, price and queue one job; it is durable when this returns. Raises Refused and leaves nothing behind.

    Nothing here uses the network or a model; what needs them waits in the pool `prepare`.
    """
    digest = _digest(ask)
    idem = None if ask.key is None else f"{ask.caller.platform}:{ask.caller.person}:{ask.key}"
    if idem is not None and (known := await studio.store.jobs.by_idem(idem)) is not None:
        return await _repeated(known, digest, studio)
    sources = await _sources(ask, studio)
    request, steps, quote = _plan(ask, sources, studio)
    now = studio.clock.now()
    job = JobId(new_id(now))
    new = NewJob(
        id=job,
        group=job,
        guild=ask.caller.guild,
        person=ask.caller.person,
        platform=ask.caller.platform,
        route=route_to_json(steps),
        first=asdict(steps[0]),
        request=request_to_json(request),
        count=request.count,
        priority=ask.draft.priority if ask.draft.priority is not None else Priority.NORMAL,
        credits_milli=quote.credits_milli,
        dollars_micro=max(step.dollars_micro for step in steps),
        deadline_s=studio.house.deadline_s,
        private=ask.draft.private,
        now_ms=to_ms(now),
        idem=idem,
        digest=digest,
        deliveries=() if ask.target is None else (_delivery(ask.target, DeliveryId(new_id(now))),),
        sources=sources.rows,
    )
    await store_files(sources, studio)
    try:
        (submitted,) = await studio.queue.submit([new])
    except Refused:
        await drop_files(sources, studio)
        raise
    if not submitted.is_new:
        await drop_files(sources, studio)
    stored = await studio.store.jobs.job(JobId(submitted.id))
    if stored is None:
        msg = f"job {submitted.id} was submitted and cannot be read"
        raise LookupError(msg)
    return Accepted(stored, stored.request, stored.route, quote, submitted.is_new)


async def price(ask: Ask, studio: Studio) -> Accepted:
    """Return what `imagine` would do and cost, and do nothing. Raises the same refusals, but for limits and quotas."""
    sources = await _sources(ask, studio)
    request, steps, quote = _plan(ask, sources, studio)
    return Accepted(None, request, steps, quote, is_new=False)


async def _repeated(known: tuple[JobId, str], digest: str, studio: Studio) -> Accepted:
    if known[1] != digest:
        raise Refused(Code.IDEMPOTENCY_MISMATCH, field="Idempotency-Key", job=known[0])
    job = await studio.store.jobs.job(known[0])
    if job is None:
        raise Refused(Code.JOB_UNKNOWN, job=known[0])
    quote = _quote_of(job, studio)
    return Accepted(job, job.request, job.route, quote, is_new=False)


async def _sources(ask: Ask, studio: Studio) -> CheckedSources:
    if ask.draft.priority is Priority.HIGH and not ask.caller.is_trusted:
        raise Refused(Code.SCOPE_MISSING, field="priority", value="high", scope="act_as", allowed=["low", "normal"])
    check_text(ask.draft.prompt, studio.house.blocked_words)
    return await check_sources(ask.draft.sources, ask.caller, studio)


def _plan(ask: Ask, sources: CheckedSources, studio: Studio) -> tuple[Request, tuple[RouteStep, ...], Quote]:
    house = studio.house
    draft = _filled(ask.draft, studio)
    mode = draft.mode or infer_mode(draft, [source.role for source in sources.named])
    names = route(draft, mode, studio.generators, house)
    seed = draw_seed()
    capabilities = studio.generators[names[0]].capabilities
    request = resolve(draft, capabilities, house.limits, seed, sources.named, sources.size_px)
    quote = studio.generators[names[0]].quote(request)
    steps = [_step(names[0], request, request, studio)]
    steps += [
        _step(name, other, request, studio)
        for name in names[1:]
        if (other := _on_another(name, draft, request, sources, studio)) is not None
    ]
    if sources.must_be_fetched or request.enhance is Enhance.LLM or house.moderates:
        steps.insert(0, RouteStep(PoolName(PREPARE), _PREPARE_S, batch_key=PREPARE))
    return request, tuple(steps), quote


def _filled(draft: Draft, studio: Studio) -> Draft:
    """Fill in what the operator decides where the person said nothing."""
    house = studio.house
    enhance = house.enhance if draft.enhance is None else draft.enhance
    if enhance is not Enhance.OFF and not (enhance is Enhance.LLM and house.can_enhance):
        if draft.enhance is not None:
            allowed = ["off", "llm"] if house.can_enhance else ["off"]
            raise Refused(Code.FEATURE_UNSUPPORTED, field="enhance", value=enhance.value, allowed=allowed)
        enhance = Enhance.OFF
    return replace(
        draft,
        enhance=enhance,
        count=house.count if draft.count is None else draft.count,
        steps=house.steps if draft.steps is None else draft.steps,
        guidance_scale=house.guidance_scale if draft.guidance_scale is None else draft.guidance_scale,
    )


def _on_another(name: str, draft: Draft, request: Request, sources: CheckedSources, studio: Studio) -> Request | None:
    """Return the request as a later generator of the route would be given it, or None if it cannot take it."""
    capabilities = studio.generators[name].capabilities
    shape = {"width_px": request.width_px, "height_px": request.height_px, "aspect": None}
    if request.mode in (Mode.OUTPAINT, Mode.UPSCALE):
        shape = {}
    try:
        return resolve(
            replace(draft, **shape, seed=request.seed),  # type: ignore[arg-type]  # three known fields
            capabilities,
            studio.house.limits,
            request.seed,
            sources.named,
            sources.size_px,
        )
    except Refused:
        return None


def _step(name: str, request: Request, main: Request, studio: Studio) -> RouteStep:
    generator = studio.generators[name]
    quote = generator.quote(request)
    changed = {
        field.name: getattr(request, field.name)
        for field in fields(Request)
        if getattr(request, field.name) != getattr(main, field.name)
    }
    return RouteStep(
        pool=PoolName(name),
        cost_s=quote.seconds,
        batch_key=generator.batch_key(request),
        model=request.model,
        dollars_micro=quote.dollars_micro,
        changes=changed,
    )


def _quote_of(job: Job, studio: Studio) -> Quote:
    painter = next(step for step in job.route if step.pool != PREPARE)
    generator = studio.generators.get(painter.pool)
    if generator is None:
        raise Refused(Code.GENERATOR_UNKNOWN, field="generator", value=painter.pool, allowed=list(studio.generators))
    return generator.quote(job.request)


def _delivery(target: Target, delivery: DeliveryId) -> NewDelivery:
    return NewDelivery(delivery, target.platform, target.channel, target.address, target.message_id)


def _digest(ask: Ask) -> str:
    """Return a digest of everything the person said, so that one key with two wishes is noticed."""
    sources = [
        (source.role, source.url, source.image, hashlib.sha256(source.data or b"").hexdigest())
        for source in ask.draft.sources
    ]
    said = repr((replace(ask.draft, sources=()), sources, ask.caller.guild, ask.caller.person, ask.target))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
