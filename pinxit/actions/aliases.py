"""Other names for models: which generator and model of those that are set up a name means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.generator import Capabilities, Generator
    from pinxit.generators.catalogue import Alias


@dataclass(frozen=True, slots=True)
class Named:
    """An alias with what it means here: (generator, model) in its own order, never empty."""

    alias: Alias
    means: tuple[tuple[str, str], ...]

    def capabilities(self, generators: Mapping[str, Generator]) -> Capabilities:
        """Return what the first of them takes under this name."""
        generator, model = self.means[0]
        return self.alias.narrowed(generators[generator].capabilities.of(model))


def named(
    aliases: Mapping[str, Alias], generators: Mapping[str, Generator], kinds: Mapping[str, str]
) -> Mapping[str, Named]:
    """Return the aliases that mean something here; a name that a model has stays that model's.

    `kinds`: what each generator is built from. Pure.
    """
    found: dict[str, Named] = {}
    taken = {model.casefold() for one in generators.values() for model in one.capabilities.models}
    for name, alias in aliases.items():
        means = tuple(
            (generator, model or next(iter(one.capabilities.models), ""))
            for kind, model in alias.means
            for generator, one in generators.items()
            if kinds.get(generator) == kind and (not model or model in one.capabilities.models)
        )
        if means and name.casefold() not in taken:
            found[name] = Named(alias, means)
    return found


def alias_of(name: str | None, aliases: Mapping[str, Named]) -> Named | None:
    """Return the alias of this name, in any case, or None."""
    if not name:
        return None
    wanted = name.casefold()
    return next((one for key, one in aliases.items() if key.casefold() == wanted), None)
