"""The models that are known: what each takes, makes and costs, until when it is there, and the other names it goes by.

The shipped list is `catalogue.toml`; an operator's own file of the same form is laid over it, entry by entry and key by
key. docs/generators.md has the keys with their units.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING

from pinxit.domain.errors import ConfigError
from pinxit.generators.catalogue_entries import Alias, Model, Price, read_alias, read_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from pinxit.domain.request import Json

WARN_DAYS = 60

__all__ = ["Alias", "Catalogue", "Model", "Price"]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`models`: in the order of the list, a kind's default first. `aliases`: by name."""

    models: tuple[Model, ...] = ()
    aliases: Mapping[str, Alias] = field(default_factory=dict)

    @staticmethod
    def load(own: Path | None = None) -> Catalogue:
        """Return the shipped list under the operator's own file. Raises ConfigError with every mistake of that file."""
        tables = tomllib.loads(files("pinxit.generators").joinpath("catalogue.toml").read_text("utf-8"))
        where = "the shipped catalogue"
        if own is not None:
            where = str(own)
            _lay_over(tables, _read(own), where)
        return _checked(tables, where)

    def of_kind(self, kind: str) -> tuple[Model, ...]:
        """Return the models that one kind of generator can ask for."""
        return tuple(model for model in self.models if model.kind == kind)

    def warnings(self, kind: str, names: Iterable[str], today: date) -> tuple[str, ...]:
        """Return a sentence for each of these models of a kind that its provider ends soon, or has ended."""
        wanted = set(names)
        found = (warning(model, today) for model in self.of_kind(kind) if model.name in wanted)
        return tuple(filter(None, found))


def warning(model: Model, today: date) -> str:
    """Return a sentence about the end of a model that is near or past, "" where there is nothing to say."""
    if model.shutdown is None or (model.shutdown - today).days > WARN_DAYS:
        return ""
    verb = "ends" if model.shutdown >= today else "has ended"
    return f"its provider {verb} {model.name} on {model.shutdown}; name another model"


def _read(path: Path) -> dict[str, Json]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError([f"catalogue is {path}, which is not there; write the path of your own list"]) from error
    except OSError as error:
        raise ConfigError([f"catalogue is {path}, which cannot be read ({error.strerror}); mend that"]) from error
    except RecursionError as error:
        raise ConfigError([f"{path} is too deeply nested; correct it there"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path} is no TOML ({error}); correct it there"]) from error


def _lay_over(tables: dict[str, Json], own: dict[str, Json], where: str) -> None:
    """Change `tables` by what an operator wrote: `[kind."model"]` and `[aliases.name]`, key by key."""
    problems: list[str] = []
    for kind, entries in own.items():
        if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
            problems.append(f'{where}: {kind} is no table of models; write [{kind}."name of the model"]')
            continue
        shipped = tables.setdefault(kind, {})
        if isinstance(shipped, dict):
            for name, entry in entries.items():
                before = shipped.get(name)
                shipped[name] = _merged(before if isinstance(before, dict) else {}, entry)  # type: ignore[arg-type]  # a dict, seen above
    if problems:
        raise ConfigError(problems)


def _merged(before: dict[str, Json], own: dict[str, Json]) -> dict[str, Json]:
    """Return `before` with the keys of `own`; of tables within, only the named keys change."""
    merged = dict(before)
    for key, value in own.items():
        under = merged.get(key)
        merged[key] = {**under, **value} if isinstance(under, dict) and isinstance(value, dict) else value
    return merged


def _checked(tables: Mapping[str, Json], where: str) -> Catalogue:
    problems: list[str] = []
    models: list[Model] = []
    aliases: dict[str, Alias] = {}
    for kind, name, entry in _entries(tables):
        try:
            if kind == "aliases":
                aliases[name] = read_alias(name, entry)
            else:
                models.append(read_model(kind, name, entry))
        except ValueError as error:
            problems.append(f'{where}: [{kind}."{name}"] {error}')
    # One that is taken away is passed over, as one that nobody has set up is.
    known = {(kind, name) for kind, entries in tables.items() if isinstance(entries, dict) for name in entries}
    problems += [
        f'{where}: [aliases."{alias.name}"] means {kind}/{model}, which is not in the list; add it or correct it'
        for alias in aliases.values()
        for kind, model in alias.means
        if (kind, model) not in known and model
    ]
    if problems:
        raise ConfigError(problems)
    return Catalogue(tuple(models), aliases)


def _entries(tables: Mapping[str, Json]) -> Iterator[tuple[str, str, Mapping[str, Json]]]:
    for kind, entries in tables.items():
        for name, entry in (entries if isinstance(entries, dict) else {}).items():
            if isinstance(entry, dict) and entry.get("enabled", True) is not False:
                yield kind, name, {key: value for key, value in entry.items() if key != "enabled"}


def chosen(models: Sequence[Model], names: Sequence[str], first: str) -> tuple[Model, ...]:
    """Return the models that an operator named (none: all), `first` at the front.

    Raises ValueError: a name that is not in the list.
    """
    by_name = {model.name: model for model in models}
    wanted = dict.fromkeys(filter(None, (first, *(names or by_name))))
    if lacking := next((name for name in wanted if name not in by_name), None):
        known = ", ".join(by_name)
        raise ValueError(
            f'model is "{lacking[:80]}", which is not in the catalogue; add it there, or write one of: {known}'
        )
    return tuple(by_name[name] for name in wanted)
