"""Which generators a request goes to, in which order, and which ones its caller gets at all. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.domain.caller import API
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pinxit.actions.studio import House, Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import Draft
    from pinxit.domain.generator import Generator
    from pinxit.domain.request import Mode


def open_to(caller: Caller, studio: Studio) -> Studio:
    """Return the studio as the caller may use it: chats do not show SVG, so vectors are for the API alone."""
    if caller.platform == API:
        return studio
    kept = {name: one for name, one in studio.generators.items() if not one.capabilities.vector}
    return studio if len(kept) == len(studio.generators) else replace(studio, generators=kept)


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
        names = _with_model(draft.model, generators, house)[:1]
    else:
        names = house.route
    names = tuple(name for name in names if name in generators)
    if draft.local:
        names = tuple(name for name in names if not generators[name].capabilities.remote)
    if not names:
        raise Refused(Code.NO_GENERATOR, field="local" if draft.local else "generator")
    able = tuple(name for name in names if mode in generators[name].capabilities.modes)
    # Where none can, the first one's own refusal says what it can do.
    return able or names[:1]


def _with_model(model: str, generators: Mapping[str, Generator], house: House) -> tuple[str, ...]:
    ordered = (*house.route, *(name for name in generators if name not in house.route))
    names = tuple(name for name in ordered if model in generators[name].capabilities.models)
    if not names:
        known = sorted({known for generator in generators.values() for known in generator.capabilities.models})
        raise Refused(
            Code.MODEL_UNKNOWN, field="model", value=shown(model), nearest=nearest(model, known), allowed=known
        )
    return names


def _known(name: str, known: Iterable[str], code: Code, field: str) -> str:
    names = list(known)
    if name not in names:
        raise Refused(code, field=field, value=shown(name), nearest=nearest(name, names), allowed=names)
    return name
