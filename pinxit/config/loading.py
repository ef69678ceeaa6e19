"""Read every source once, lay the stronger over the weaker, and report all mistakes together."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError

from pinxit.config.aliases import ALIASES
from pinxit.config.keys import NAMED_TABLES, Shape, place_of
from pinxit.config.later import not_yet
from pinxit.config.problems import cure, dotted, misplaced, shown
from pinxit.config.rules import contradictions
from pinxit.config.services import add_services
from pinxit.config.settings import Settings
from pinxit.config.sources import CONFIG_VARIABLE, Given, from_aliases, from_environment, from_file, from_options
from pinxit.config.values import Table, looks_secret
from pinxit.domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pydantic_core import ErrorDetails

    from pinxit.config.keys import Keys

DEFAULT_FILE = Path("config.toml")
_FILE_ENDING = "_file"
_TABLE_KEYS = 2  # `generators.flux`: what is longer is a key of that table.


def load(
    env: Mapping[str, str], config_path: Path | None = None, overrides: Mapping[str, object] | None = None
) -> Settings:
    """Return the settings: command line over PINXIT_… over the foreign names over config.toml over the defaults.

    `config_path`: the file; None takes PINXIT_CONFIG, then ./config.toml if it is there, then the defaults alone.
    `overrides`: what the command line says, by dotted key (`var`, `web.port`); None counts as not said.
    Raises ConfigError with every mistake at once.
    """
    problems: list[str] = []
    file = _file(env, config_path)
    sources = (
        from_file(file, problems) if file else [],
        from_aliases(env, problems),
        from_environment(env, problems),
        from_options(overrides or {}),
    )
    names = _names(sources)
    merged: dict[Keys, Given] = {}
    for source in sources:
        _lay_over(merged, _agreeing(_placed(source, names, problems), problems))
    _read_secret_files(merged, problems)
    idle = add_services(merged, env, problems)
    settings, failed = _validated(merged, problems)

    def name(path: Keys) -> str:
        return merged[path].name if path in merged else f"{file or DEFAULT_FILE}: {dotted(path)}"

    problems += [text for paths, text in contradictions(settings, name) if not failed.intersection(paths)]
    if problems:
        raise ConfigError(problems)
    later = (*idle.values(), *not_yet(settings, env))
    return settings.model_copy(update={"later": later, "later_values": _kept(env, idle), "file": file})


def _file(env: Mapping[str, str], config_path: Path | None) -> Path | None:
    named = env.get(CONFIG_VARIABLE, "").strip()
    if config_path is not None or named:
        return config_path or Path(named)
    return DEFAULT_FILE if DEFAULT_FILE.exists() else None


def _kept(env: Mapping[str, str], idle: Iterable[str]) -> Table[SecretStr]:
    names = (*(alias.name for alias in ALIASES if alias.path is None), *filter(looks_secret, idle))
    texts = {name: env.get(name, "").strip() for name in names}
    return Table({name: SecretStr(text) for name, text in texts.items() if text})


def _names(sources: Sequence[Sequence[Given]]) -> dict[str, list[str]]:
    """Collect the names of generators and chains that are written anywhere."""
    paths = [given.path for source in sources for given in source]
    return {
        table: list(dict.fromkeys(path[1] for path in paths if path[0] == table and path[1:])) for table in NAMED_TABLES
    }


def _placed(source: Sequence[Given], names: dict[str, list[str]], problems: list[str]) -> Iterator[tuple[Keys, Given]]:
    """Yield each setting with the path that it sets; what stands nowhere in the tree is a problem."""
    for given in source:
        path = given.path
        place = place_of(path)
        if (secret := _secret_in_file(path)) is not None:
            yield secret, given
        elif place.shape is Shape.VALUE:
            yield path, given
        elif place.shape is not Shape.TABLE or given.value != {}:
            problems.append(misplaced(given.name, path, place, names, in_env=given.in_env))
        elif path[0] in NAMED_TABLES and path[1:]:
            yield path, given  # `[generators.sketch]` with nothing under it is a generator all the same.


def _secret_in_file(path: Keys) -> Keys | None:
    """Return ("discord", "token") for ("discord", "token_file"), and None for what names no secret's file."""
    if not path[-1].endswith(_FILE_ENDING):
        return None
    secret = (*path[:-1], path[-1].removesuffix(_FILE_ENDING))
    return secret if place_of(secret).secret else None


def _agreeing(settings: Iterator[tuple[Keys, Given]], problems: list[str]) -> dict[Keys, Given]:
    """Collect one source by path. Two of its names for one setting must agree."""
    kept: dict[Keys, Given] = {}
    for path, given in settings:
        other = kept.setdefault(path, given)
        if other is given:
            continue
        if other.path != given.path:
            problems.append(f"{other.name} and {given.name} both give {dotted(path)}; remove one of them")
        elif other.parsed() != given.parsed():
            secret = place_of(path).secret
            problems.append(
                f"{other.name} is {shown(other.value, secret=secret)} and {given.name} is"
                f" {shown(given.value, secret=secret)}, but both give {dotted(path)}; remove one of them"
            )
    return kept


def _lay_over(merged: dict[Keys, Given], stronger: dict[Keys, Given]) -> None:
    for path, given in stronger.items():
        # Only a generator's own options nest freely: there a table may replace a value, or a value a table.
        if len(path) > _TABLE_KEYS:
            replaced = [old for old in merged if len(old) > _TABLE_KEYS and old != path and _nested(old, path)]
            for old in replaced:
                del merged[old]
        merged[path] = given


def _nested(one: Keys, other: Keys) -> bool:
    return one[: len(other)] == other or other[: len(one)] == one


def _read_secret_files(merged: dict[Keys, Given], problems: list[str]) -> None:
    for path, given in list(merged.items()):
        if given.path == path:
            continue
        try:
            text = Path(str(given.value)).read_text(encoding="utf-8").strip()
            cause = "" if text else "is empty"
        except OSError as error:
            text, cause = "", f"cannot be read ({error.strerror})"
        except ValueError:  # not UTF-8, or a path with a NUL in it
            text, cause = "", "cannot be read as text"
        if cause:
            problems.append(
                f"{given.name} is {shown(given.value, secret=False)}, which {cause};"
                " write the path of a file that holds the secret"
            )
            del merged[path]
        else:
            merged[path] = replace(given, value=text, is_text=False)


def _validated(merged: dict[Keys, Given], problems: list[str]) -> tuple[Settings, set[Keys]]:
    """Return the tree and the paths that were wrong; those have their defaults, so that the rest can be checked on."""
    failed: set[Keys] = set()
    while True:
        try:
            text = json.dumps(_tree(merged), default=str)
            return Settings.model_validate_json(text, strict=True), failed
        except ValidationError as error:
            found = {_written(detail, merged): detail for detail in reversed(error.errors(include_url=False))}
            for path in [path for path in merged if path in found]:
                problems.append(_sentence(merged[path], path, found[path]))
                failed.add(path)
                # A table whose only key was wrong is still there for those who name it.
                if path[0] == "generators":
                    merged.setdefault(path[:2], replace(merged[path], value={}, is_text=False))
                del merged[path]


def _tree(merged: Mapping[Keys, Given]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, given in merged.items():
        node = tree
        for key in path[:-1]:
            node = node.setdefault(key, {})
        if given.value == {}:
            node.setdefault(path[-1], {})
        else:
            node[path[-1]] = given.parsed()
    for name, table in tree.get("generators", {}).items():
        table.setdefault("kind", name)
    return tree


def _written(detail: ErrorDetails, merged: Mapping[Keys, Given]) -> Keys:
    """Return the path that was written and that an error is about: the error's own or one above it."""
    path = tuple(str(key) for key in detail["loc"])
    while path and path not in merged:
        path = path[:-1]
    if not path:
        raise AssertionError(f"a default is wrong: {detail['loc']} {detail['type']}")
    return path


def _sentence(given: Given, path: Keys, detail: ErrorDetails) -> str:
    place = place_of(path)
    if detail["type"] == "missing":
        key = detail["loc"][-1]
        return f"{given.name}.{key} is missing; {cure(place_of((*path, str(key))).field)}"
    own = str(detail["ctx"]["error"]) if detail["type"] == "value_error" else ""
    return f"{given.name} is {shown(given.value, secret=place.secret)}; {given.wanted or own or cure(place.field)}"
