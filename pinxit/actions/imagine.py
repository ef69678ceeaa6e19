"""Ask for images: from a draft to a durable job."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from pinxit.actions.planning import plan
from pinxit.actions.preferences import preferred
from pinxit.actions.routing import open_to
from pinxit.actions.sources import CheckedSources, check_sources, drop_files, store_files
from pinxit.data.job_rows import route_to_json
from pinxit.data.submitting import NewDelivery, NewJob
from pinxit.data.times import to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.generator import Quote
from pinxit.domain.ids import DeliveryId, JobId, new_id
from pinxit.domain.job import PREPARE, Priority
from pinxit.domain.request import request_to_json
from pinxit.prompt.moderation import check_text

if TYPE_CHECKING:
    from pinxit.actions.planning import Again
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import Draft
    from pinxit.domain.job import Job, RouteStep
    from pinxit.domain.request import Request


@dataclass(frozen=True, slots=True)
class Target:
    """Where the end is to be shown. `address`: the platform's own, as JSON. `message_id`: one that is there already."""

    platform: str
    channel: str
    address: str = "{}"
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One wish. `key`: makes repeating it harmless, unique for its caller; None: every call is a new job.

    `again`: what it takes over from a job that was there before; then the draft leaves nothing to anybody's settings.
    """

    draft: Draft
    caller: Caller
    key: str | None = None
    target: Target | None = None
    again: Again | None = None


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
    if (before := await _repeated(idem, digest, studio)) is not None:
        return before
    sources = await _sources(ask, studio)
    usable = open_to(ask.caller, studio)
    draft = await preferred(ask.draft, ask.caller, usable)
    request, steps, quote = plan(draft, ask.again, sources, usable)
    repeat = None if ask.again is None else ask.again.repeat
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
        priority=draft.priority if draft.priority is not None else Priority.NORMAL,
        credits_milli=quote.credits_milli,
        dollars_micro=max(step.dollars_micro for step in steps),
        deadline_s=studio.house.deadline_s,
        private=draft.private or False,
        now_ms=to_ms(now),
        idem=idem,
        digest=digest,
        parent_image=None if ask.again is None else ask.again.parent,
        deliveries=_deliveries(ask.target, DeliveryId(new_id(now))),
        sources=sources.rows,
        recreates=None if repeat is None else repeat.noted(request),
    )
    if repeat is not None and repeat.file is not None:
        sources = replace(sources, files=(*sources.files, repeat.file))
    return await _take_in(new, sources, quote, studio)


async def _take_in(new: NewJob, sources: CheckedSources, quote: Quote, studio: Studio) -> Accepted:
    """Store a job's files, then the job."""
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
    usable = open_to(ask.caller, studio)
    draft = await preferred(ask.draft, ask.caller, usable)
    request, steps, quote = plan(draft, ask.again, sources, usable)
    return Accepted(None, request, steps, quote, is_new=False)


async def _repeated(idem: str | None, digest: str, studio: Studio) -> Accepted | None:
    """Return what came of this wish before, None if it is new. Raises Refused: the key was of another wish."""
    known = None if idem is None else await studio.store.jobs.by_idem(idem)
    if known is None:
        return None
    if known[1] != digest:
        raise Refused(Code.IDEMPOTENCY_MISMATCH, field="Idempotency-Key", job=known[0])
    job = await studio.store.jobs.job(known[0])
    if job is None:
        raise Refused(Code.JOB_UNKNOWN, job=known[0])
    return Accepted(job, job.request, job.route, _quote_of(job), is_new=False)


async def _sources(ask: Ask, studio: Studio) -> CheckedSources:
    if ask.draft.priority is Priority.HIGH and not ask.caller.is_trusted:
        raise Refused(Code.SCOPE_MISSING, field="priority", value="high", scope="act_as", allowed=["low", "normal"])
    check_text(ask.draft.prompt, studio.house.blocked_words)
    if ask.again is not None:
        check_text(ask.again.enhanced, studio.house.blocked_words)
    return await check_sources(ask.draft.sources, ask.caller, studio)


def _quote_of(job: Job) -> Quote:
    """Return the price as it was when the job was queued."""
    painter = next(step for step in job.route if step.pool != PREPARE)
    return Quote(job.credits_milli, painter.dollars_micro, painter.cost_s)


def _deliveries(target: Target | None, delivery: DeliveryId) -> tuple[NewDelivery, ...]:
    if target is None:
        return ()
    return (NewDelivery(delivery, target.platform, target.channel, target.address, target.message_id),)


def _digest(ask: Ask) -> str:
    """Return a digest of everything the person said, so that one key with two wishes is noticed."""
    sources = [
        (source.role, source.url, source.image, hashlib.sha256(source.data or b"").hexdigest())
        for source in ask.draft.sources
    ]
    parent = None if ask.again is None else ask.again.parent
    original = None if ask.again is None or ask.again.repeat is None else ask.again.repeat.original
    draft, caller = replace(ask.draft, sources=()), ask.caller
    said = repr((draft, sources, caller.guild, caller.person, ask.target, parent, original))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
