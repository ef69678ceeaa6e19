"""What is wrong with a setting, in a sentence with its key, its value and its cure. Never a secret."""

from __future__ import annotations

import json
import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import SecretStr

from pinxit.config.keys import NAMED_TABLES, Shape, all_keys, types_of
from pinxit.domain.facts import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic.fields import FieldInfo

    from pinxit.config.keys import Keys, Place

PREFIX = "PINXIT_"
_SHOWN_CHARS = 80
_LOGIN = re.compile(r"//[^/@\s]*@")


def dotted(path: Keys) -> str:
    """Write a path as config.toml's readers know it: `web.port`."""
    return ".".join(path)


def variable(path: Keys) -> str:
    """Write a path as the name of its variable: `PINXIT_WEB__PORT`."""
    return PREFIX + "__".join(path).upper()


def shown(value: object, *, secret: bool) -> str:
    """Write a value so that a sentence can hold it: quoted, short, without passwords."""
    if secret:
        return "(not shown)"
    text = _LOGIN.sub("//…@", json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"


def cure(field: FieldInfo | None) -> str:
    """Say what a key wants, from its type, its range and its default."""
    if field is None:
        return "write a value that TOML and JSON share: text, a number, true or false, a list"
    kinds = types_of(field.annotation)
    choices = [choice.value for kind in kinds if issubclass(kind, Enum) for choice in kind]
    if choices:
        return f"write one of {', '.join(choices)}"
    if bool in kinds:
        return "write true or false"
    if int in kinds or float in kinds:
        noun = "a number" if float in kinds else "a whole number"
        return f"write {noun}{_range(field)}{_example(field)}"
    if tuple in kinds:
        return 'write a list of texts, such as ["a", "b"]'
    if SecretStr in kinds:
        return "write the secret as text, or name a file that holds it with the same key and _file"
    if Path in kinds:
        return f"write a path{_example(field)}"
    if any(getattr(rule, "pattern", None) for rule in field.metadata):
        return f"write up to 64 letters, digits, dots, - or _{_example(field)}"
    return f"write a text{_example(field)}"


def _range(field: FieldInfo) -> str:
    rules = [*field.metadata, *_nested_rules(field.annotation)]
    low = next((rule.ge for rule in rules if hasattr(rule, "ge")), None)
    above = next((rule.gt for rule in rules if hasattr(rule, "gt")), None)
    high = next((rule.le for rule in rules if hasattr(rule, "le")), None)
    start = f" above {above}" if low is None else f" from {low}"
    return f"{start} {'up to' if low is None else 'to'} {high}"


def _nested_rules(annotation: Any) -> list[Any]:  # noqa: ANN401 - an annotation has no type of its own
    """Collect the rules inside `Annotated[int, …] | None`, each FieldInfo unpacked."""
    rules: list[Any] = []
    for part in get_args(annotation):
        rules += [rule for outer in getattr(part, "__metadata__", ()) for rule in getattr(outer, "metadata", [outer])]
        rules += _nested_rules(part)
    return rules


def _example(field: FieldInfo) -> str:
    example = field.examples[0] if field.examples else field.get_default()
    text = str(example) if isinstance(example, Path) else example
    return f", such as {json.dumps(text)}" if text not in (None, "") and isinstance(text, str | int | float) else ""


def misplaced(name: str, path: Keys, place: Place, names: dict[str, list[str]], *, in_env: bool) -> str:
    """Say what is wrong with a path that holds no value: unknown, a bad name, or a whole table. Never shows its value.

    `names`: of the generators and chains that are written. `in_env`: the cure is the name of a variable.
    """
    if place.shape is Shape.BAD_NAME:
        return f"{name} has a name that cannot be used; write {path[0]}.<name> in a-z, 0-9 and single _, such as flux_2"
    if place.shape is Shape.TABLE:
        table = f"[{path[0]}.<name>]" if path[0] in NAMED_TABLES and not path[1:] else f"[{dotted(path)}]"
        return f"{name} is a value where a table belongs; write {table} with keys of its own"
    return f"{name} is not a setting; {_nearest(path, names, in_env=in_env)}"


def _nearest(path: Keys, names: dict[str, list[str]], *, in_env: bool) -> str:
    write = variable if in_env else dotted
    known = [key for key, _ in all_keys(names)]
    known += [
        (*key[:-1], f"{key[-1]}_file") for key, field in all_keys(names) if SecretStr in types_of(field.annotation)
    ]
    spelt = {dotted(key): key for key in known}
    siblings = {key[-1]: dotted(key) for key in known if key[:-1] == path[:-1]}
    elsewhere = [dotted(key) for key in known if key[-1] == path[-1]]
    near = siblings.get(nearest(path[-1], siblings)) or nearest(dotted(path), elsewhere) or nearest(dotted(path), spelt)
    if near:
        return f"did you mean {write(spelt[near])}?"
    return f"at the top there are {listed(dict.fromkeys(key[0] for key in known))}"


def listed(names: Iterable[str]) -> str:
    """Join names with commas."""
    return ", ".join(names)
