"""What the page about the API shows, read from the API's own description (OpenAPI 3.1)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """One name that is sent or answered. `kind`: what it holds, in plain words; `default` "" where there is none."""

    name: str
    kind: str
    text: str
    is_needed: bool
    default: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer. `shape`: the name of what it holds, "" for what is no JSON."""

    status: str
    text: str
    shape: str
    media_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One route. `id` names its place in the page."""

    id: str
    method: str
    path: str
    title: str
    text: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A JSON object that has a name of its own."""

    name: str
    text: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class ApiDescription:
    """Everything of the page. `groups`: routes by what they are about, in the order of the description."""

    text: str
    groups: Mapping[str, tuple[Operation, ...]]
    shapes: tuple[Shape, ...]


def api_description(described: Mapping[str, Any]) -> ApiDescription:
    """Return an OpenAPI description as it is shown; pure."""
    schemas = described.get("components", {}).get("schemas", {})
    groups: dict[str, tuple[Operation, ...]] = {}
    for path, methods in described["paths"].items():
        for method in (method for method in _METHODS if method in methods):
            (group, *_) = methods[method].get("tags") or [""]
            groups[group] = (*groups.get(group, ()), _operation(method, path, methods[method], schemas))
    shapes = [Shape(name, schema.get("description", ""), _fields(schema)) for name, schema in sorted(schemas.items())]
    return ApiDescription(described["info"].get("description", ""), groups, tuple(shapes))


def _operation(method: str, path: str, said: Mapping[str, Any], schemas: Mapping[str, Any]) -> Operation:
    title, _, text = said.get("description", said.get("summary", "")).partition("\n")
    sent = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        id=said.get("operationId", f"{method} {path}").replace(" ", "-"),
        method=method.upper(),
        path=path,
        title=title.strip(),
        text=" ".join(text.split()),
        parameters=tuple(map(_parameter, said.get("parameters", ()))),
        body=_fields(schemas.get(_name(sent), sent)),
        outcomes=tuple(_outcome(status, each) for status, each in sorted(said.get("responses", {}).items())),
    )


def _parameter(said: Mapping[str, Any]) -> Field:
    kind = f"{said['in']}, {_kind(said.get('schema', {}))}"
    return Field(said["name"], kind, said.get("description", ""), said.get("required", False))


def _outcome(status: str, said: Mapping[str, Any]) -> Outcome:
    content = said.get("content", {})
    shape = _kind(content["application/json"].get("schema", {})) if "application/json" in content else ""
    others = tuple(kind for kind in content if kind != "application/json")
    return Outcome(status, said.get("description", ""), shape, others)


def _fields(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    needed = schema.get("required", ())
    return tuple(
        Field(name, _kind(each), each.get("description", ""), name in needed, _default(each))
        for name, each in schema.get("properties", {}).items()
    )


def _default(schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    return "" if default in (None, "") else json.dumps(default, ensure_ascii=False)


def _kind(schema: Mapping[str, Any]) -> str:
    """Say what a value is: "string", "integer or null", "list of ImageAnswer", "a, b or c"."""
    if "$ref" in schema:
        return _name(schema)
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(map(_kind, choices)))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return " ".join(_plain(schema)) or "anything"


def _plain(schema: Mapping[str, Any]) -> Iterator[str]:
    yield str(schema.get("type", ""))
    if "format" in schema:
        yield f"({schema['format']})"


def _name(schema: Mapping[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]
