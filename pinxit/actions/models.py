"""Who can paint here: generators, whether they can be had now, their models, and the other names for these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.actions.away import look_away
from pinxit.actions.guild_house import ruled
from pinxit.actions.routing import open_to
from pinxit.domain.breaker import Circuit
from pinxit.domain.budget import left_micro
from pinxit.domain.request import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from pinxit.actions.aliases import Named
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.generator import Capabilities


@dataclass(frozen=True, slots=True)
class ModelShown:
    """One model, or another name for one. `capabilities`: as they hold under this name. `seconds`: for one picture.

    `dollars_micro`: for one picture of the default size by the quote. `means`: (generator, model) of an alias, else "".
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
    """One generator. `until`: when one left alone is tried again. `left_micro`: of its budget; None: no limit."""

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
        if self.left_micro is not None and self.left_micro <= 0:
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
        budget, spent = away.budgets.get(name), away.spent.get(name)
        models = tuple(_models(name, usable))
        if permitted and name not in permitted:
            models = tuple(model for model in models if model.name in permitted)
            if not models:
                continue
        shown.append(
            GeneratorShown(
                name,
                usable.house.kinds.get(name, ""),
                generator.capabilities,
                usable.breakers.circuit(name),
                away.until.get(name),
                None if budget is None or spent is None else left_micro(budget, spent),
                models,
            )
        )
    names = [one.name for one in shown]
    aliases = tuple(
        _alias(named, usable) for key, named in sorted(usable.house.aliases.items()) if named.means[0][0] in names
    )
    chains = {key: [name for name in chain if name in names] for key, chain in usable.house.chains.items()}
    return Painters(tuple(shown), aliases, {key: chain for key, chain in chains.items() if chain})


def _models(name: str, studio: Studio) -> Iterator[ModelShown]:
    generator = studio.generators[name]
    for model in generator.capabilities.models:
        own = generator.capabilities.of(model)
        known = studio.house.known_models.get((studio.house.kinds.get(name, ""), model))
        if known is None:
            yield ModelShown(model, model, "", own, 0.0)
        else:
            dollars = known.dollars_micro()
            yield ModelShown(model, model, known.about, own, known.seconds, dollars, known.shutdown)


def _alias(named: Named, studio: Studio) -> ModelShown:
    generator, model = named.means[0]
    known = studio.house.known_models.get((studio.house.kinds.get(generator, ""), model))
    alias = named.alias
    return ModelShown(
        alias.name,
        alias.title or alias.name,
        alias.about or ("" if known is None else known.about),
        named.capabilities(studio.generators),
        alias.seconds or (0.0 if known is None else known.seconds),
        0 if known is None else known.dollars_micro(),
        None if known is None else known.shutdown,
        named.means[0],
    )


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
        "negative_prompt": capabilities.negative_prompt,
        "steps": capabilities.max_steps > 1,
        "guidance_scale": capabilities.guidance,
        "loras": capabilities.loras,
        "tile": capabilities.tile,
    }
