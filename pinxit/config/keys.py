"""Finding one's way in the tree: which keys there are, and how the text of a variable becomes a value."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

from pinxit.config.settings import ChainSettings, GeneratorSettings, Settings
from pinxit.config.values import looks_secret

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pydantic.fields import FieldInfo

Keys: TypeAlias = tuple[str, ...]

NAMED_TABLES: dict[str, type[BaseModel]] = {"generators": GeneratorSettings, "chains": ChainSettings}
ANY_NAME = "<name>"  # Stands for a generator's or a chain's name where all keys are listed.
_DERIVED = {"later", "later_values", "file"}
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
SWITCH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


class Shape(Enum):
    """What stands at a path of the tree."""

    VALUE = "value"
    TABLE = "table"
    UNKNOWN = "unknown"
    BAD_NAME = "bad name"


@dataclass(frozen=True, slots=True)
class Place:
    """One path of the tree. `field` is None for tables, unknown keys, and keys that only a kind of generator knows."""

    shape: Shape
    field: FieldInfo | None = None
    secret: bool = False


def place_of(path: Keys) -> Place:
    """Look up a path such as ("web", "port")."""
    model: type[BaseModel] = Settings
    rest = path
    if path[0] in NAMED_TABLES:
        model, rest = NAMED_TABLES[path[0]], path[2:]
        if path[1:2] and not _NAME.fullmatch(path[1]):
            return Place(Shape.BAD_NAME)
    while rest:
        key, *more = rest
        field = model.model_fields.get(key)
        if model is GeneratorSettings and (field is None or key == "options"):
            return Place(Shape.VALUE, secret=looks_secret(rest[-1]))
        if field is None or key in _DERIVED:
            return Place(Shape.UNKNOWN)
        section = section_of(field)
        if section is None:
            secret = SecretStr in types_of(field.annotation)
            return Place(Shape.UNKNOWN) if more else Place(Shape.VALUE, field, secret)
        model, rest = section, tuple(more)
    return Place(Shape.TABLE)


def all_keys(names: Mapping[str, Collection[str]] | None = None) -> Iterator[tuple[Keys, FieldInfo]]:
    """Yield every key of the tree in its order; `names` are the generators and chains to list, else `<name>`."""
    for key, field in Settings.model_fields.items():
        if key in NAMED_TABLES:
            for name in (names or {}).get(key) or [ANY_NAME]:
                yield from _keys_in(NAMED_TABLES[key], (key, name))
        elif (section := section_of(field)) is not None:
            yield from _keys_in(section, (key,))
        elif key not in _DERIVED:
            yield (key,), field


def _keys_in(model: type[BaseModel], path: Keys) -> Iterator[tuple[Keys, FieldInfo]]:
    for key, field in model.model_fields.items():
        if key != "options":
            yield (*path, key), field


def section_of(field: FieldInfo) -> type[BaseModel] | None:
    """Return the section that a field holds, or None if it holds a value."""
    annotation = field.annotation
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def types_of(annotation: Any) -> set[type]:  # noqa: ANN401 - an annotation has no type of its own
    """Return the types that an annotation admits: {int, NoneType} for `int | None`, {tuple} for `tuple[str, ...]`."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return types_of(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return {kind for inner in get_args(annotation) for kind in types_of(inner)}
    return {origin or annotation}


def from_text(text: str, place: Place) -> object:
    """Read the text of a variable as its key wants it. What cannot be read stays text, and validation says so.

    A list is written with commas, or as in TOML. A key that only a kind of generator knows is read as TOML where
    it is a number, a boolean, a list or a quoted string, and else taken as it is.
    """
    if place.field is None:
        return text if place.secret else _toml_value(text, text)
    kinds = types_of(place.field.annotation)
    if bool in kinds:
        return SWITCH.get(text.lower(), text)
    if tuple in kinds:
        listed = _toml_value(text, None) if text.startswith("[") else None
        return listed if isinstance(listed, list) else [part.strip() for part in text.split(",") if part.strip()]
    if any(issubclass(kind, Enum) for kind in kinds):
        return text.lower()
    if int in kinds or float in kinds:
        return _number(text, whole=float not in kinds)
    return text


def _number(text: str, *, whole: bool) -> object:
    try:
        return int(text) if whole else float(text)
    except ValueError:
        return text


def _toml_value(text: str, otherwise: object) -> object:
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):  # ValueError: wrong syntax, or a number of thousands of digits
        return otherwise
    return value if isinstance(value, bool | int | float | str | list) else otherwise
