"""From a wish to the rows of its job: who may ask, what may be asked, what is painted where, and for how much."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.actions.admin.access import admit
from pinxit.actions.admin.audit import note_block
from pinxit.actions.away import look_away
from pinxit.actions.guild_house import ruled
from pinxit.actions.planning import plan
from pinxit.actions.preferences import preferred
from pinxit.actions.routing import open_to
from pinxit.actions.sources import CheckedSources, check_sources
from pinxit.data.job_rows import route_to_json
from pinxit.data.submitting import NewDelivery, NewJob
from pinxit.data.times import from_ms, to_ms
from pinxit.domain.changing import changed
from pinxit.domain.errors import Code, Refused
from pinxit.domain.hints import Hint, Told
from pinxit.domain.ids import DeliveryId, JobId, new_id
from pinxit.domain.job import Job, JobState, Priority, RouteStep
from pinxit.domain.request import Enhance, request_to_json
from pinxit.domain.weights import has_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.actions.asking import Ask, Target
    from pinxit.actions.studio import House, Studio
    from pinxit.domain.generator import Quote
    from pinxit.domain.guild_rules import GuildRules
    from pinxit.domain.request import Json, Request


@dataclass(frozen=True, slots=True)
class Ready:
    """A wish that can be queued. `house`: the decisions that hold in its guild."""

    ask: Ask
    request: Request
    route: tuple[RouteStep, ...]
    quote: Quote
    sources: CheckedSources
    private: bool
    priority: Priority
    house: House
    hints: tuple[Told, ...]


async def ready(
    ask: Ask,
    studio: Studio,
    *,
    is_noted: bool = True,
    rules: GuildRules | None = None,
    saved: Mapping[str, Json] | None = None,
) -> Ready:
    """Check, plan and price one wish, and leave nothing behind. Raises Refused.

    Nothing here uses the network or a model; what needs them waits in the pool `prepare`. `is_noted`: whether words
    that are refused go into the audit. `rules`: the guild's, where they were read just now. `saved`: what
    `People.defaults` returns for the caller, where it was read just now.
    """
    await admit(ask.caller, studio)
    if ask.draft.priority is Priority.HIGH and not ask.caller.is_trusted:
        raise Refused(Code.SCOPE_MISSING, field="priority", value="high", scope="act_as", allowed=["low", "normal"])
    if rules is None:
        rules, _ = await studio.store.guilds.rules(ask.caller.guild)
    await _check_words(ask, rules, studio, is_noted=is_noted)
    sources = await check_sources(ask.draft.sources, ask.caller, studio)
    usable = ruled(open_to(ask.caller, studio), rules)
    draft = await preferred(ask.draft, ask.caller, usable, saved)
    away = await look_away(usable)
    planned = plan(draft, ask.again, sources, usable, away)
    if planned.request.enhanced and ask.again is None and not await _may(planned.request.enhanced, rules, studio):
        # The person did not write what the rules add, so it is left out and not theirs to answer for.
        draft = changed(draft, enhance=Enhance.OFF)
        planned = plan(draft, ask.again, sources, usable, away)
    await _check_painted(ask, planned.request, planned.route, rules, studio, is_noted=is_noted)
    return Ready(
        ask,
        planned.request,
        planned.route,
        planned.quote,
        sources,
        private=draft.private or False,
        priority=draft.priority if draft.priority is not None else Priority.NORMAL,
        house=usable.house,
        hints=(*ask.hints, *_told(ask, planned.route, usable), *planned.hints),
    )


def new_job(wish: Ready, group: JobId | None, idem: str | None, digest: str, studio: Studio) -> NewJob:
    """Return everything that a submit writes. `group`: of jobs that belong together; None: a group of its own."""
    ask, request, first, now = wish.ask, wish.request, wish.route[0], studio.clock.now()
    job = JobId(new_id(now))
    again = ask.again
    repeat = None if again is None else again.repeat
    return NewJob(
        id=job,
        group=group or job,
        guild=ask.caller.guild,
        person=ask.caller.person,
        platform=ask.caller.platform,
        roles=ask.caller.roles,
        route=route_to_json(wish.route),
        first={field: getattr(first, field) for field in RouteStep.__slots__},
        request=request_to_json(request),
        count=request.count,
        priority=wish.priority,
        credits_milli=wish.quote.credits_milli,
        dollars_micro=max(step.dollars_micro for step in wish.route),
        deadline_s=wish.house.deadline_s,
        person_cooldown_s=wish.house.person_cooldown_s,
        guild_cooldown_s=wish.house.guild_cooldown_s,
        private=wish.private,
        now_ms=to_ms(now),
        idem=idem,
        digest=digest,
        parent_image=None if again is None else again.parent,
        deliveries=_deliveries(ask.target, DeliveryId(new_id(now))),
        sources=wish.sources.rows,
        recreates=None if repeat is None else repeat.noted(request),
        is_adult=None if ask.target is None else ask.target.is_adult,
        texts=(request.prompt, request.typed),
    )


def queued_job(wish: Ready, new: NewJob) -> Job | None:
    """Return the job as its submit left it; None for one that only the store can tell of."""
    if new.recreates is not None or any(step.changes for step in wish.route):
        return None
    return Job(
        id=JobId(new.id),
        group_id=new.group,
        guild=wish.ask.caller.guild,
        person=wish.ask.caller.person,
        state=JobState.QUEUED,
        pool=wish.route[0].pool,
        route=wish.route,
        step=0,
        priority=wish.priority,
        request=wish.request,
        credits_milli=new.credits_milli,
        deadline_s=float(new.deadline_s),
        private=new.private,
        cancel_wanted=False,
        tries=0,
        created_at=from_ms(new.now_ms),
        started_at=None,
        ended_at=None,
        run_at=None,
        error_code="",
        error_facts={},
        platform=new.platform,
        parent_image=None if wish.ask.again is None else wish.ask.again.parent,
    )


def digest_of(ask: Ask, among: int) -> str:
    """Return a digest of everything the person said, so that one key with two wishes is noticed.

    `among`: how many jobs were asked for at once, as `{red, blue}` and `{red, blue, grey}` begin alike.
    """
    sources = [
        (source.role, source.url, source.image, hashlib.sha256(source.data or b"").hexdigest())
        for source in ask.draft.sources
    ]
    parent = None if ask.again is None else ask.again.parent
    original = None if ask.again is None or ask.again.repeat is None else ask.again.repeat.original
    draft, caller = changed(ask.draft, sources=(), confirmed=False), ask.caller
    # Its address may hold moments and tokens, which differ where a platform tells of the same wish twice.
    place = None if ask.target is None else (ask.target.platform, ask.target.channel, ask.target.message_id)
    said = repr((draft, sources, caller.guild, caller.person, place, parent, original, among))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


async def _check_words(ask: Ask, rules: GuildRules, studio: Studio, *, is_noted: bool) -> None:
    """Raise Refused for words that may not be painted, and note that in the book of blocks.

    The negative prompt is not looked at: naming what one does not want to see is how people keep it out.
    """
    draft, again = ask.draft, ask.again
    text = "\n".join(filter(None, (draft.prompt, draft.suffix, "" if again is None else again.enhanced)))
    await _check(text, "prompt" if is_noted else "", ask, rules, studio)


async def _check_painted(
    ask: Ask, request: Request, steps: Sequence[RouteStep], rules: GuildRules, studio: Studio, *, is_noted: bool
) -> None:
    """Raise Refused for what a style and the prompt are together; alone each may be harmless."""
    others = (step.changes for step in steps if step.changes)
    each = [request, *(changed(request, **changes) for changes in others)]  # type: ignore[arg-type]  # its fields
    for text in {one.final_prompt: None for one in each if one.suffix and one.suffix != ask.draft.suffix}:
        await _check(text, "style" if is_noted else "", ask, rules, studio)


async def _check(text: str, where: str, ask: Ask, rules: GuildRules, studio: Studio) -> None:
    """Raise Refused. `where`: how the book of blocks names the place; "" is not noted."""
    try:
        await studio.filters.admit(text, rules)
    except Refused as refused:
        if where:
            await note_block(ask.caller, str(refused.facts.get("rule", refused.code)), where, studio, text=text)
        raise


async def _may(text: str, rules: GuildRules, studio: Studio) -> bool:
    try:
        await studio.filters.admit(text, rules)
    except Refused:
        return False
    return True


def _told(ask: Ask, steps: tuple[RouteStep, ...], studio: Studio) -> tuple[Told, ...]:
    painter = next(step.pool for step in steps if step.pool in studio.generators)
    if has_weights(ask.draft.prompt) and not studio.generators[painter].capabilities.weights:
        return (Told(Hint.WEIGHTS_STRIPPED, {"generator": painter}),)
    return ()


def _deliveries(target: Target | None, delivery: DeliveryId) -> tuple[NewDelivery, ...]:
    if target is None:
        return ()
    return (NewDelivery(delivery, target.platform, target.channel, target.address, target.message_id),)
