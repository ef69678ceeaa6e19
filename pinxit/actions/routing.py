"""Which generators a request goes to, in which order, and which ones its caller gets at all. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinxit.actions.aliases import alias_of
from pinxit.domain.caller import API
from pinxit.domain.changing import changed
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pinxit.actions.studio import House, Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import Draft
    from pinxit.domain.generator import Generator
    from pinxit.domain.request import Mode


_SKETCH = "sketch"  # Local, and there is always a better one where there is any other.


@dataclass(frozen=True, slots=True)
class Way:
    """One generator to try, and the fields of the draft that are others there."""

    generator: str
    changes: Mapping[str, object]


def open_to(caller: Caller, studio: Studio) -> Studio:
    """Return the studio as the caller may use it: chats do not show SVG, so vectors are for the API alone."""
    if caller.platform == API:
        return studio
    kept = {name: one for name, one in studio.generators.items() if not one.capabilities.vector}
    return studio if len(kept) == len(studio.generators) else replace(studio, generators=kept)


def local_first(names: Sequence[str], generators: Mapping[str, Generator], kinds: Mapping[str, str]) -> tuple[str, ...]:
    """Return the generators that keep the prompt on this machine, the best first, then those that send it away.

    Of the local ones the sketch comes last but for vector cards; within a group the order stays. `kinds`: by name.
    """

    def place(name: str) -> int:
        capabilities = generators[name].capabilities
        if capabilities.remote:
            return 3
        return 2 if capabilities.vector else int(kinds.get(name) == _SKETCH)

    return tuple(sorted(names, key=place))


def can(name: str, mode: Mode, studio: Studio, *, is_local: bool) -> bool:
    """Tell whether a generator is here and may do this; what must stay local, no remote one may."""
    if name not in studio.generators:
        return False
    capabilities = studio.generators[name].capabilities
    return mode in capabilities.modes and not (is_local and capabilities.remote)


def route(draft: Draft, mode: Mode, generators: Mapping[str, Generator], house: House) -> tuple[str, ...]:
    """Return the names of the generators to try, in order. Raises Refused where none can serve.

    A person who picks a generator or a model gets exactly that: another one's picture would be another picture.
    A chain, and the operator's default route, go on to their next generator. Generators that cannot do the mode are
    left out, and so are remote ones where the request must stay local, and whatever is not in `generators`.
    """
    if draft.generator is not None:
        names: tuple[str, ...] = (_known(draft.generator, generators, Code.GENERATOR_UNKNOWN, "generator"),)
    elif draft.chain is not None:
        names = house.chains[_known(draft.chain, house.chains, Code.CHAIN_UNKNOWN, "chain")]
    elif draft.model is not None:
        names = _with_model(draft.model, generators, house)
    else:
        names = house.route
    names = tuple(name for name in names if name in generators)
    if draft.local:
        names = tuple(name for name in names if not generators[name].capabilities.remote)
    if not names:
        raise Refused(Code.NO_GENERATOR, field="local" if draft.local else "generator")
    able = tuple(name for name in names if mode in generators[name].capabilities.modes)
    is_one = draft.generator is None and draft.chain is None and draft.model is not None
    # Where none can, the first one's own refusal says what it can do.
    return able[: 1 if is_one else None] or names[:1]


def ways_to(draft: Draft, mode: Mode, studio: Studio) -> list[Way]:
    """Return the generators to try for a draft that nobody has planned yet. Raises Refused where none can serve.

    An alias is the first of the models that it means, at the generator or in the chain that was named with it.
    """
    house, generators = studio.house, studio.generators
    alias = alias_of(draft.model, house.aliases)
    if alias is None:
        return [Way(name, {}) for name in route(draft, mode, generators, house)]
    names = {name for name, _ in alias.means}
    if draft.generator is not None or draft.chain is not None:
        # Whoever names a model with them wants it there; the model's own refusal says what is there instead.
        named = route(changed(draft, model=None), mode, generators, house)
        names = {name for name in named if name in names} or set(named)
    means = [pair for pair in alias.means if pair[0] in names and pair[0] in generators]
    if not means and (draft.generator is not None or draft.chain is not None):
        there = sorted({model for name in names for model in generators[name].capabilities.models})
        raise Refused(Code.MODEL_UNKNOWN, field="model", value=alias.alias.name, allowed=there)
    if draft.local:
        means = [pair for pair in means if not generators[pair[0]].capabilities.remote]
    if not means:
        raise Refused(Code.NO_GENERATOR, field="local" if draft.local else "generator")
    able = [(name, model) for name, model in means if mode in generators[name].capabilities.of(model).modes]
    return [Way(name, {"model": model}) for name, model in (able or means)[:1]]


def may_use(name: str, draft: Draft, studio: Studio) -> bool:
    """Tell whether the guild permits a generator for what the draft says."""
    return not studio.house.models or _permitted(Way(name, {}), draft, studio) is not None


def permitted(ways: Sequence[Way], draft: Draft, studio: Studio) -> list[Way]:
    """Return the ways that the guild permits, each with a model that it permits; one alone where it wants no failover.

    Raises Refused: MODEL_NOT_ALLOWED.
    """
    models = studio.house.models
    if models:
        kept = [one for way in ways if (one := _permitted(way, draft, studio)) is not None]
        if not kept:
            named = draft.model or draft.generator or draft.chain or next((way.generator for way in ways), "")
            raise Refused(Code.MODEL_NOT_ALLOWED, field="model", value=shown(named), allowed=list(models))
        ways = kept
    return list(ways if studio.house.failover is not False else ways[:1])


def permits(generator: str, model: str, house: House) -> bool:
    """Tell whether the guild permits a model at a generator: by either name, or by another name of it."""
    if not house.models or generator in house.models or model in house.models:
        return True
    others = (alias_of(name, house.aliases) for name in house.models)
    return any((generator, model) in alias.means for alias in others if alias is not None)


def _permitted(way: Way, draft: Draft, studio: Studio) -> Way | None:
    house = studio.house
    if way.generator in house.models:
        return way
    wanted = way.changes.get("model", draft.model)
    if wanted:
        return way if permits(way.generator, str(wanted), house) or draft.model in house.models else None
    known = studio.generators[way.generator].capabilities.models
    first = next((model for model in known if permits(way.generator, model, house)), None)
    return None if first is None else Way(way.generator, {**way.changes, "model": first})


def _with_model(model: str, generators: Mapping[str, Generator], house: House) -> tuple[str, ...]:
    ordered = (*house.route, *(name for name in generators if name not in house.route))
    names = tuple(name for name in ordered if model in generators[name].capabilities.models)
    if not names:
        names_of_models = {known for generator in generators.values() for known in generator.capabilities.models}
        known = sorted({*names_of_models, *house.aliases})
        raise Refused(
            Code.MODEL_UNKNOWN, field="model", value=shown(model), nearest=nearest(model, known), allowed=known
        )
    if not house.models or model in house.models:
        return names
    return tuple(name for name in names if name in house.models) or names


def _known(name: str, known: Iterable[str], code: Code, field: str) -> str:
    names = list(known)
    if name not in names:
        raise Refused(code, field=field, value=shown(name), nearest=nearest(name, names), allowed=names)
    return name
