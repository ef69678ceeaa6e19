"""From a draft to the request, its route and its price. Nothing here uses the network, a file or a model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinxit.actions.aliases import alias_of
from pinxit.actions.away import Away
from pinxit.actions.guild_house import capped, in_style
from pinxit.actions.routing import Way, permitted, ways_to
from pinxit.domain.adapting import adapted
from pinxit.domain.changing import changed
from pinxit.domain.errors import Code, Refused
from pinxit.domain.hints import Hint, Told
from pinxit.domain.ids import PoolName
from pinxit.domain.job import PREPARE, RouteStep
from pinxit.domain.request import Enhance, Mode, Request
from pinxit.domain.resolve import infer_mode, resolve
from pinxit.domain.seeds import draw_seed
from pinxit.prompt.rules import enhance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pinxit.actions.repeat import Repeat
    from pinxit.actions.sources import CheckedSources
    from pinxit.actions.studio import House, Studio
    from pinxit.domain.draft import Draft
    from pinxit.domain.generator import Capabilities, Generator, Quote
    from pinxit.domain.ids import ImageId
    from pinxit.domain.request import Json

_PREPARE_S = 1.0  # What `prepare` is estimated at; its real seconds are charged, as everybody's are.


@dataclass(frozen=True, slots=True)
class Again:
    """What a wish takes over from a job that was there before, so that nobody's defaults decide a second time.

    `ways`: the generators to try, in order; a first one that cannot any more is passed over. `parent`: the image that
    this one goes on from. `enhanced`: the rewrite of the prompt that was painted, which is painted again; `by`: who
    wrote it. `repeat`: the picture that the new one is compared with.
    """

    ways: tuple[Way, ...]
    parent: ImageId | None = None
    enhanced: str = ""
    by: Enhance = Enhance.OFF
    repeat: Repeat | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is painted, where, its price at the first generator, and what is worth telling of it."""

    request: Request
    route: tuple[RouteStep, ...]
    quote: Quote
    hints: tuple[Told, ...]


def plan(draft: Draft, again: Again | None, sources: CheckedSources, studio: Studio, away: Away) -> Plan:
    """Return how a draft is painted by the first generator that can, now. Raises Refused."""
    house = studio.house
    draft = _filled(draft, studio)
    seed = draw_seed()
    if again is None:
        mode = draft.mode or infer_mode(draft, [source.role for source in sources.named])
        wished = permitted(ways_to(draft, mode, studio), draft, studio)
        ways = _present(wished, away)
        # Whose refusal says what can be asked is the first one; one that stands in for it is passed over.
        ways, request = _first(ways, draft, seed, sources, studio, most=1 if ways[0] is wished[0] else len(ways))
        by, enhanced = _enhanced(request, studio.house.kinds.get(ways[0].generator, ""))
    else:
        # Its styles are in words already, or the generator's own, whatever the guild calls by that name since.
        studio = replace(studio, house=replace(house, own_styles={}))
        wished = permitted([way for way in again.ways if way.generator in studio.generators], draft, studio)
        ways, request = _first(_present(wished, away), draft, seed, sources, studio)
        by, enhanced = again.by if again.enhanced else Enhance.OFF, again.enhanced
    request = _rewritten(request, by, enhanced)
    quote = studio.generators[ways[0].generator].quote(request)
    if (refusal := away.refusal(ways[0].generator, quote.dollars_micro)) is not None:
        # Its budget has no room for this one; whether it has is known only now.
        if len(ways) == 1:
            raise refusal
        gone = Away(away.now_at, {**away.until, ways[0].generator: away.now_at}, away.budgets, away.spent)
        return plan(draft, again, sources, studio, gone)
    steps = [_step(ways[0].generator, request, quote, {}, studio)]
    others = [
        _other_step(way.generator, _rewritten(other, by, enhanced), request, studio)
        for way in ways[1:]
        if (other := _on_another(way, draft, request, sources, studio)) is not None
    ]
    steps += [step for step in others if away.refusal(step.pool, step.dollars_micro) is None]
    is_rewritten_later = request.enhance is Enhance.LLM and not request.enhanced
    if sources.must_be_fetched or is_rewritten_later or house.moderates:
        steps.insert(0, RouteStep(PoolName(PREPARE), _PREPARE_S, batch_key=PREPARE))
    is_away = wished[0].generator in away.until
    return Plan(request, tuple(steps), quote, _hints(draft, wished if is_away else ways, ways[0], request, studio))


def _present(ways: Sequence[Way], away: Away) -> list[Way]:
    """Return the ways that are not left alone just now. Raises Refused: GENERATOR_RESTING, if all are."""
    here = [way for way in ways if way.generator not in away.until]
    if not here:
        raise away.refusal(ways[0].generator, 0) or Refused(Code.NO_GENERATOR, field="generator")
    return here


def _hints(draft: Draft, wished: Sequence[Way], way: Way, request: Request, studio: Studio) -> tuple[Told, ...]:
    """Return what is worth telling of the way that was taken, and of what its generator takes otherwise than asked."""
    hints: list[Told] = []
    if wished[0].generator != way.generator:
        hints.append(Told(Hint.GENERATOR_AWAY, {"generator": wished[0].generator, "value": way.generator}))
    alias = alias_of(draft.model, studio.house.aliases)
    if alias is not None:
        facts = {"value": alias.alias.name, "model": request.model, "generator": way.generator}
        hints.append(Told(Hint.ALIAS_MEANS, facts))
    capabilities = studio.generators[way.generator].capabilities.of(request.model)
    return (*hints, *adapted(changed(draft, **way.changes), request, capabilities, way.generator))  # type: ignore[arg-type]  # fields of Draft


def _filled(draft: Draft, studio: Studio) -> Draft:
    """Fill in what the operator decides where the person said nothing."""
    house = studio.house
    by = draft.enhance
    if by is None:
        by = Enhance.OFF if draft.raw else house.enhance
        if by is Enhance.LLM and not house.can_enhance:  # It was chosen while there was a language model.
            by = Enhance.RULES
    elif by is Enhance.LLM and not house.can_enhance:
        allowed = [Enhance.OFF.value, Enhance.RULES.value]
        raise Refused(Code.FEATURE_UNSUPPORTED, field="enhance", value=by.value, allowed=allowed)
    return changed(
        draft,
        enhance=by,
        count=house.count if draft.count is None else draft.count,
    )


def _first(
    ways: Sequence[Way], draft: Draft, seed: int, sources: CheckedSources, studio: Studio, *, most: int | None = None
) -> tuple[list[Way], Request]:
    """Return the ways from the first one that can on, and its request. Raises the first refusal where none can.

    `most`: how many are tried; None: all.
    """
    refused: Refused | None = None
    for number, way in enumerate(ways[:most]):
        try:
            return list(ways[number:]), _resolved(way, draft, seed, sources, studio)
        except Refused as error:
            refused = refused or error
    raise refused or Refused(Code.NO_GENERATOR, field="generator")


def _resolved(way: Way, draft: Draft, seed: int, sources: CheckedSources, studio: Studio) -> Request:
    generator, alias = studio.generators[way.generator], alias_of(draft.model, studio.house.aliases)
    there = changed(draft, **way.changes)  # type: ignore[arg-type]  # fields of Draft, as a route keeps them
    if not there.model:
        there = changed(there, model=_able(there, sources, generator))
    own = generator.capabilities.of(there.model)
    capabilities = capped(own if alias is None else alias.alias.narrowed(own), studio.house)

    def checked(draft: Draft) -> Request:
        wished = in_style(draft, capabilities, studio.house)
        request = resolve(wished, capabilities, studio.house.limits, seed, sources.named, sources.size_px)
        # As isinstance(generator, Checks) would tell, for which Python 3.11 reads the protocol anew each time.
        check: Callable[[Request], None] | None = getattr(generator, "check", None)
        if check is not None:
            check(request)
        return request

    usual = _by_the_house(draft, there, capabilities, studio.house)
    try:
        return checked(usual)
    except Refused as refused:
        # The house's defaults are for no model in particular; nobody is refused for what he never said.
        if usual == there or refused.facts.get("field") not in ("steps", "guidance_scale"):
            raise
    return checked(there)


def _by_the_house(draft: Draft, there: Draft, capabilities: Capabilities, house: House) -> Draft:
    """Return the draft with the operator's and the guild's steps and guidance, where the person said neither."""
    steps, guidance_scale = there.steps, there.guidance_scale
    if draft.steps is None and house.steps is not None:
        steps = min(house.steps, capabilities.max_steps)
    if guidance_scale is None and capabilities.guidance:
        guidance_scale = house.guidance_scale
    return changed(there, steps=steps, guidance_scale=guidance_scale)


def _able(draft: Draft, sources: CheckedSources, generator: Generator) -> str | None:
    """Return the first of a generator's models that can do what is wanted, None where its default can or none can."""
    capabilities = generator.capabilities
    if not capabilities.of_model:
        return None
    mode = draft.mode or infer_mode(draft, [source.role for source in sources.named])
    if mode in capabilities.of(None).modes:
        return None
    return next((model for model in capabilities.models if mode in capabilities.of(model).modes), None)


def _on_another(way: Way, draft: Draft, request: Request, sources: CheckedSources, studio: Studio) -> Request | None:
    """Return the request as a later generator of the route would be given it, or None if it cannot take it."""
    shape = {"width_px": request.width_px, "height_px": request.height_px, "aspect": None}
    if request.mode in (Mode.OUTPAINT, Mode.UPSCALE):
        shape = {}
    same = changed(draft, **shape, seed=request.seed)  # type: ignore[arg-type]  # three known fields
    try:
        return _resolved(way, same, request.seed, sources, studio)
    except Refused:
        return None


def _enhanced(request: Request, kind: str) -> tuple[Enhance, str]:
    """Return who rewrites the prompt, and what the rules make of it; a language model's turn is in `prepare`."""
    if request.enhance is not Enhance.RULES:
        return request.enhance, ""
    enhanced = (
        enhance(request.prompt, request.seed, kind=kind, style=f"{request.style} {request.suffix}".strip())
        if request.mode is Mode.TXT2IMG
        else ""
    )
    return (Enhance.RULES, enhanced) if enhanced else (Enhance.OFF, "")


def _rewritten(request: Request, by: Enhance, enhanced: str) -> Request:
    """Return the request with what was made of its prompt; one that a language model is still to see is left alone."""
    return changed(request, enhance=by, enhanced=enhanced)


def _other_step(name: str, request: Request, main: Request, studio: Studio) -> RouteStep:
    """Return the step at a later generator of the route, with what its request has otherwise than the first one's."""
    usual = vars(main)
    changes = {field: value for field, value in vars(request).items() if value != usual[field]}
    return _step(name, request, studio.generators[name].quote(request), changes, studio)


def _step(name: str, request: Request, quote: Quote, changes: Mapping[str, Json], studio: Studio) -> RouteStep:
    return RouteStep(
        pool=PoolName(name),
        cost_s=quote.seconds,
        batch_key=studio.generators[name].batch_key(request),
        model=request.model,
        dollars_micro=quote.dollars_micro,
        changes=changes,
    )
