"""Who can paint here: generators, whether they can be had now, their models, and the other names for these."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinxit.actions.away import look_away
from pinxit.actions.guild_house import capped, ruled
from pinxit.actions.routing import open_to, permits
from pinxit.domain.breaker import Circuit
from pinxit.domain.budget import back_at, left_micro
from pinxit.domain.draft import Draft
from pinxit.domain.request import Mode, Request
from pinxit.domain.size import resolve_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from pinxit.actions.aliases import Named
    from pinxit.actions.away import Away
    from pinxit.actions.studio import House, Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.generator import Capabilities, Quote


@dataclass(frozen=True, slots=True)
class ModelShown:
    """One model, or another name for one. `name`: "" where a generator has one model without a name.

    `capabilities`: as they hold under this name, for who asks. `seconds`, `dollars_micro`: for one picture of the
    default size, by the quote. `means`: the (generator, model) of an alias, else "".
    """

    name: str
    title: str
    about: str
    capabilities: Capabilities
    seconds: float
    dollars_micro: int = 0
    shutdown_on: date | None = None
    means: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class GeneratorShown:
    """One generator. `left_micro`: of its budget; None: no limit.

    `until`: when one that is left alone is tried again, or one that is spent can be had again; None: not known.
    """

    name: str
    kind: str
    capabilities: Capabilities
    circuit: Circuit
    until: datetime | None
    left_micro: int | None
    models: tuple[ModelShown, ...]

    @property
    def state(self) -> str:
        """Return "available", "resting" (left alone after failures), "trying" (one job at a time) or "spent"."""
        if _is_spent(self.left_micro, self.models):
            return "spent"
        return {Circuit.CLOSED: "available", Circuit.OPEN: "resting", Circuit.HALF_OPEN: "trying"}[self.circuit]


@dataclass(frozen=True, slots=True)
class Painters:
    """Everything that can be named: generators in file order, aliases by name, chains with their generators."""

    generators: tuple[GeneratorShown, ...]
    aliases: tuple[ModelShown, ...]
    chains: Mapping[str, Sequence[str]]


async def painters(caller: Caller, studio: Studio) -> Painters:
    """Return who can paint for this caller, as far as the guild permits."""
    rules, _ = await studio.store.guilds.rules(caller.guild)
    usable = ruled(open_to(caller, studio), rules)
    away = await look_away(usable)
    permitted = usable.house.models
    shown = []
    for name, generator in usable.generators.items():
        models = tuple(_models(name, usable))
        if permitted and name not in permitted:
            models = tuple(model for model in models if permits(name, model.name, usable.house))
        if not models:
            continue
        left, until = _room(name, models, away)
        circuit = usable.breakers.circuit(name)
        kind = usable.house.kinds.get(name, "")
        shown.append(GeneratorShown(name, kind, generator.capabilities, circuit, until, left, models))
    names = [one.name for one in shown]
    chains = {key: [name for name in chain if name in names] for key, chain in usable.house.chains.items()}
    return Painters(tuple(shown), tuple(_aliases(usable)), {key: chain for key, chain in chains.items() if chain})


def _room(name: str, models: Sequence[ModelShown], away: Away) -> tuple[int | None, datetime | None]:
    """Return what a generator may still cost, and when it can be had again where it cannot now."""
    budget, spent = away.budgets.get(name), away.spent.get(name)
    if budget is None or spent is None:
        return None, away.until.get(name)
    left = left_micro(budget, spent)
    if not _is_spent(left, models):
        return left, away.until.get(name)
    return left, back_at(budget, spent, min(model.dollars_micro for model in models), away.now_at)


def _is_spent(left: int | None, models: Sequence[ModelShown]) -> bool:
    """Tell whether there is no room for a picture of any model; what costs nothing always has room."""
    return left is not None and all(model.dollars_micro > max(0, left) for model in models)


def _models(name: str, studio: Studio) -> Iterator[ModelShown]:
    generator, house = studio.generators[name], studio.house
    for model in generator.capabilities.models or ("",):
        if not _has_size(generator.capabilities.of(model), house):
            continue
        own = _within(generator.capabilities.of(model), house)
        known = house.known_models.get((house.kinds.get(name, ""), model))
        about, shutdown_on = ("", None) if known is None else (known.about, known.shutdown)
        quote = _quote(name, model, own, studio)
        yield ModelShown(model, model or name, about, own, quote.seconds, quote.dollars_micro, shutdown_on)


def _aliases(studio: Studio) -> Iterator[ModelShown]:
    """Yield the aliases that mean something for who asks, with the first that each of them means."""
    house = studio.house
    for _, named in sorted(house.aliases.items()):
        means = next((pair for pair in named.means if pair[0] in studio.generators), None)
        if means is None or not (permits(*means, house) or named.alias.name in house.models):
            continue
        if _has_size(named.alias.narrowed(studio.generators[means[0]].capabilities.of(means[1])), house):
            yield _alias(named, means, studio)


def _alias(named: Named, means: tuple[str, str], studio: Studio) -> ModelShown:
    (generator, model), alias, house = means, named.alias, studio.house
    own = _within(alias.narrowed(studio.generators[generator].capabilities.of(model)), house)
    known = house.known_models.get((house.kinds.get(generator, ""), model))
    about, shutdown_on = ("", None) if known is None else (known.about, known.shutdown)
    quote = _quote(generator, model, own, studio)
    seconds = alias.seconds or quote.seconds
    title, about = alias.title or alias.name, alias.about or about
    return ModelShown(alias.name, title, about, own, seconds, quote.dollars_micro, shutdown_on, means)


def _has_size(own: Capabilities, house: House) -> bool:
    """Tell whether a model makes any picture that is small enough for operator and guild."""
    return min(map(max, own.sizes_px), default=own.min_side_px) <= house.limits.max_side_px


def _within(own: Capabilities, house: House) -> Capabilities:
    """Return what is left of a model's capabilities within the limits of operator and guild."""
    limits = house.limits
    return replace(
        capped(own, house),
        default_size_px=resolve_size(Draft(""), own, limits, None),
        sizes_px=tuple(size for size in own.sizes_px if max(size) <= limits.max_side_px),
        min_side_px=max(own.min_side_px, limits.min_side_px),
        max_side_px=min(own.max_side_px, limits.max_side_px),
        max_count=min(own.max_count, limits.count),
    )


def _quote(generator: str, model: str, own: Capabilities, studio: Studio) -> Quote:
    quality = next(iter(own.qualities), "")
    asked = Request("", *own.default_size_px, 0, model=model, steps=own.default_steps, quality=quality)
    return studio.generators[generator].quote(asked)


def supported(capabilities: Capabilities) -> Mapping[str, bool]:
    """Return what can be asked of a model, by the word for it."""
    modes = capabilities.modes
    return {
        "img2img": Mode.IMG2IMG in modes,
        "inpaint": Mode.INPAINT in modes,
        "outpaint": Mode.OUTPAINT in modes,
        "style_transfer": Mode.STYLE_TRANSFER in modes,
        "upscale": Mode.UPSCALE in modes,
        "seed": capabilities.seed,
        "strength": capabilities.strength and not modes.isdisjoint((Mode.IMG2IMG, Mode.INPAINT)),
        "negative_prompt": capabilities.negative_prompt,
        "steps": capabilities.max_steps > 1,
        "guidance_scale": capabilities.guidance,
        "loras": capabilities.loras,
        "tile": capabilities.tile,
    }
