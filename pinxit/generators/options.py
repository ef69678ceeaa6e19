"""A generator's settings table, read into that generator's own frozen dataclass."""

from __future__ import annotations

import dataclasses
import math
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pinxit.domain.errors import ConfigError
from pinxit.domain.facts import nearest, shown

if TYPE_CHECKING:
    from pinxit.domain.request import Json

T = TypeVar("T")
_MOST = 10**15  # A number of 400 digits is no float.
_CURES = {
    str: 'text in quotes, such as "abc"',
    int: "a whole number, such as 3",
    float: "a number, such as 0.5",
    bool: "true or false",
    tuple: 'a list of texts, such as ["a", "b"]',
    dict: 'a table, such as { key = "value" }',
}


def read_options(into: type[T], name: str, options: Mapping[str, Json]) -> T:
    """Return an instance of the dataclass `into`, whose fields are the options with their types and defaults.

    A field's type is str, int, float, bool, tuple[str, ...] or dict[str, Json]. An option that is None is absent.
    `into.__post_init__` may raise ValueError("pace_s is -1; write 0 or more") for a wrong range.
    Raises ConfigError, which names every wrong option of `[generators.<name>]` with its cure.
    """
    types = typing.get_type_hints(into, localns={"Json": object})
    fields = dataclasses.fields(into)  # type: ignore[arg-type]  # Typeshed has no name for "a dataclass's type".
    known = [field.name for field in fields]
    values: dict[str, Any] = {}  # Checked here, one by one, against the dataclass's own annotations.
    problems: list[str] = []
    for key, value in options.items():
        wanted = typing.get_origin(types.get(key)) or types.get(key)
        if value is None:
            continue
        if wanted is None:
            problems.append(f"generators.{name}.{key} is unknown; {_known(key, known)}")
        elif (fitting := _fit(value, wanted)) is None:
            problems.append(f"generators.{name}.{key} is {_harmless(key, value)}; write {_CURES[wanted]}")
        else:
            values[key] = fitting
    for field in fields:
        is_needed = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if is_needed and options.get(field.name) is None:
            wanted = typing.get_origin(types[field.name]) or types[field.name]
            problems.append(f"generators.{name}.{field.name} is missing; write {_CURES[wanted]}")
    if problems:
        raise ConfigError(problems)
    try:
        read = into(**values)
    except ValueError as error:
        raise ConfigError([f"generators.{name}.{error}"]) from error
    # TOML knows nan and inf, and no pause, limit or price is one. Last, since many a kind says it in words of its own.
    endless = [key for key, value in values.items() if isinstance(value, float) and not math.isfinite(value)]
    if endless:
        raise ConfigError([f"generators.{name}.{key} is {values[key]}; write {_CURES[float]}" for key in endless])
    return read


def _fit(value: Json, wanted: type) -> object | None:
    """Return the value as the wanted type, or None if it is of another one."""
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value) if -_MOST < value < _MOST else None
    if wanted is tuple:
        items = tuple(value) if isinstance(value, list | tuple) else (None,)
        return items if all(isinstance(item, str) for item in items) else None
    if wanted is dict:
        return dict(value) if isinstance(value, Mapping) else None
    is_right = isinstance(value, wanted) and not (isinstance(value, bool) and wanted is not bool)
    return value if is_right else None


def _harmless(key: str, value: Json) -> str:
    is_secret = key.endswith(("key", "token", "secret", "password"))
    return "of another type" if is_secret else shown(value)


def _known(key: str, known: list[str]) -> str:
    near = nearest(key, known)
    if near:
        return f"did you mean {near}?"
    return f"remove it, or write one of: {', '.join(known)}" if known else "remove it: this kind has no options"
