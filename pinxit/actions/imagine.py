"""Ask for images: from a draft to a durable job, or from several to a group of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinxit.actions.readying import Ready, digest_of, new_job, queued_job, ready
from pinxit.actions.showing import check_shown
from pinxit.actions.sources import drop_files, store_files
from pinxit.data.people import saved_of
from pinxit.data.submitting import known_as
from pinxit.domain.errors import Code, Refused
from pinxit.domain.generator import Quote
from pinxit.domain.guild_rules import read_rules
from pinxit.domain.ids import JobId
from pinxit.domain.job import PREPARE
from pinxit.domain.pricing import credits_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.asking import Ask
    from pinxit.actions.sources import CheckedSources
    from pinxit.actions.studio import Studio
    from pinxit.data.people import Saved
    from pinxit.data.submitting import NewJob, Submitted
    from pinxit.domain.hints import Told
    from pinxit.domain.job import Job, RouteStep
    from pinxit.domain.ports import Tx
    from pinxit.domain.request import Request


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job that is durable, or what it would be (`job` None) if it was only priced.

    `is_new`: False if the same wish came before; then everything here is what was stored then. `hints`: what is worth
    telling.
    """

    job: Job | None
    request: Request
    route: tuple[RouteStep, ...]
    quote: Quote
    is_new: bool
    hints: tuple[Told, ...] = ()


async def imagine(ask: Ask, studio: Studio) -> Accepted:
    """Check, price and queue one job; it is durable when this returns. Raises Refused and leaves nothing behind.

    A draft that is a `dry_run` is only priced.
    """
    (accepted,) = await imagine_all((ask,), studio)
    return accepted


async def imagine_all(asks: Sequence[Ask], studio: Studio, saved: Saved | None = None) -> tuple[Accepted, ...]:
    """Queue several jobs of one caller as one group, all or none; they are durable when this returns.

    `saved`: what caller and guild chose, where it was read just now. Raises Refused: what `ready`, `check_shown` and a
    submit raise, and CONFIRM_NEEDED where so many jobs at once must be confirmed.
    """
    if any(ask.draft.dry_run for ask in asks):
        return tuple([await price(ask, studio) for ask in asks])
    if saved is None:
        before, saved = await _before(asks, studio)
        if any(before):
            return await _repeated(asks, before, studio)
        return await _new(asks, saved, studio)
    try:
        return await _new(asks, saved, studio)
    except Refused:
        # A wish that came before is what it was, though it would be refused now. The submit has looked for one, but
        # whoever is refused has not come as far.
        before, _ = await _before(asks, studio)
        if not any(before):
            raise
    return await _repeated(asks, before, studio)


async def price(ask: Ask, studio: Studio, *, is_noted: bool = True) -> Accepted:
    """Return what `imagine` would do and cost, and do nothing. Raises the same refusals, but for limits and quotas.

    `is_noted`: whether words that are refused go into the audit, as those that were sent do.
    """
    wish = await ready(ask, studio, is_noted=is_noted)
    return Accepted(None, wish.request, wish.route, wish.quote, is_new=False, hints=wish.hints)


def _check_confirmed(wishes: Sequence[Ready]) -> None:
    first = wishes[0]
    if len(wishes) < max(2, first.house.confirm_jobs) or first.ask.draft.confirmed:
        return
    credits_milli = sum(wish.quote.credits_milli for wish in wishes)
    raise Refused(Code.CONFIRM_NEEDED, count=len(wishes), credits=credits_of(credits_milli))


async def _take_in(wishes: Sequence[Ready], studio: Studio) -> tuple[Accepted, ...]:
    """Store the files of all jobs, then the jobs."""
    news: list[NewJob] = []
    files: list[CheckedSources] = []
    for wish in wishes:
        group = JobId(news[0].id) if news else None
        news.append(new_job(wish, group, _idem(wish.ask), digest_of(wish.ask, len(wishes)), studio))
        files.append(_with_original(wish))
    for sources in files:
        await store_files(sources, studio)
    try:
        submitted = await studio.queue.submit(news)
    except Refused:
        for sources in files:
            await drop_files(sources, studio)
        raise
    taken = zip(wishes, news, files, submitted, strict=True)
    return tuple([await _accepted(wish, new, sources, one, studio) for wish, new, sources, one in taken])


def _with_original(wish: Ready) -> CheckedSources:
    """Return the job's files, with the picture that its own is compared with where somebody sent that."""
    again = wish.ask.again
    if again is None or again.repeat is None or again.repeat.file is None:
        return wish.sources
    return replace(wish.sources, files=(*wish.sources.files, again.repeat.file))


async def _accepted(
    wish: Ready, new: NewJob, sources: CheckedSources, submitted: Submitted, studio: Studio
) -> Accepted:
    if not submitted.is_new:
        await drop_files(sources, studio)
    stored = queued_job(wish, new) if submitted.is_new else None
    if stored is None:
        stored = await studio.store.jobs.job(JobId(submitted.id))
    if stored is None:
        msg = f"job {submitted.id} was submitted and cannot be read"
        raise LookupError(msg)
    quote = wish.quote if submitted.is_new else _quote_of(stored)
    return Accepted(stored, stored.request, stored.route, quote, submitted.is_new, wish.hints)


async def _new(asks: Sequence[Ask], saved: Saved, studio: Studio) -> tuple[Accepted, ...]:
    """Queue wishes that have most likely not come before; if they have, return what came of them."""
    rules, filled = read_rules(saved.guild), saved.merged
    wishes = [await ready(ask, studio, rules=rules, saved=filled) for ask in asks]
    check_shown(wishes, studio)
    _check_confirmed(wishes)
    return await _take_in(wishes, studio)


async def _before(asks: Sequence[Ask], studio: Studio) -> tuple[Sequence[tuple[str, str] | None], Saved]:
    """Return (the job and the digest of each wish that came before, what caller and guild chose), for one read."""
    idems, caller = [_idem(ask) for ask in asks], asks[0].caller

    def work(tx: Tx) -> tuple[Sequence[tuple[str, str] | None], Saved]:
        known = [None if idem is None else known_as(tx, idem) for idem in idems]
        return known, saved_of(tx, caller.person, caller.guild)

    return await studio.store.database.read(work)


async def _repeated(
    asks: Sequence[Ask], before: Sequence[tuple[str, str] | None], studio: Studio
) -> tuple[Accepted, ...]:
    """Return what came of these wishes before; a group was taken in whole. Raises Refused: a key was of another."""
    pairs = zip(asks, before, strict=True)
    return tuple([await _repeated_one(ask, known, len(asks), studio) for ask, known in pairs if known is not None])


async def _repeated_one(ask: Ask, known: tuple[str, str], among: int, studio: Studio) -> Accepted:
    job, digest = JobId(known[0]), known[1]
    if digest != digest_of(ask, among):
        raise Refused(Code.IDEMPOTENCY_MISMATCH, field="Idempotency-Key", job=job)
    stored = await studio.store.jobs.job(job)
    if stored is None:
        raise Refused(Code.JOB_UNKNOWN, job=job)
    return Accepted(stored, stored.request, stored.route, _quote_of(stored), is_new=False, hints=ask.hints)


def _idem(ask: Ask) -> str | None:
    return None if ask.key is None else f"{ask.caller.platform}:{ask.caller.person}:{ask.key}"


def _quote_of(job: Job) -> Quote:
    """Return the price as it was when the job was queued."""
    painter = next(step for step in job.route if step.pool != PREPARE)
    return Quote(job.credits_milli, painter.dollars_micro, painter.cost_s)
