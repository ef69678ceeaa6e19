"""Discord's published OpenAPI document as a judge of what is sent to the loopback Discord, and of what it answers.

discord_openapi.json is the part that is served; scripts/discord-openapi cuts it, discord_openapi.LICENSE tells of it.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker, validators
from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.platforms.discord.quick_judge import Quick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FILE = Path(__file__).parent / "discord_openapi.json"
_PREFIX = "#/components/schemas/"
_URI = "urn:discord"
# The document has ids as text; requests may bear them as numbers too, which discord.py does for attachments
# (discord.com/developers/docs/reference#snowflakes, read 2026-11).
_SNOWFLAKE_ASKED = {"anyOf": [{"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}, {"type": "integer", "minimum": 0}]}
# The document has numbers here; Discord sends words (discord.com/developers/docs/reference#error-messages, 2026-11).
_INNER_ERROR = {
    "type": "object",
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
    "required": ["code", "message"],
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A schema twice: `fits` is quick, `slow` knows what is wrong."""

    fits: Callable[[Any], bool]
    slow: Draft202012Validator


class OpenApi:
    """Judges bodies by route template (the document's spelling, as "/users/@me") and method (lower case).

    Each schema is compiled once. Make one and share it: compiling takes a while.
    """

    def __init__(self) -> None:
        document = json.loads(_FILE.read_text("utf-8"))
        full = document["components"]["schemas"]
        self._paths: dict[str, Any] = _quick(document["paths"], full)
        schemas: dict[str, Any] = _quick(full, full)
        schemas["InnerErrors"]["properties"]["_errors"]["items"] = _INNER_ERROR
        self._asked = _registry(schemas | {"SnowflakeType": _SNOWFLAKE_ASKED})
        self._answered = _registry(schemas)
        self._quickly = {
            True: Quick(schemas | {"SnowflakeType": _SNOWFLAKE_ASKED}, _PREFIX, _FORMATS),
            False: Quick(schemas, _PREFIX, _FORMATS),
        }
        self._formats = _checker()
        self._judges: dict[tuple[str, str, str], Pair | None] = {}

    @property
    def operations(self) -> frozenset[tuple[str, str]]:
        """Return every (route, method) of the document."""
        return frozenset((route, method) for route, methods in self._paths.items() for method in methods)

    def of_request(self, route: str, method: str, body: object) -> dict[str, Any] | None:
        """Return the `errors` of Discord's "Invalid Form Body", None for a valid body."""
        judge = self.pair(route, method, "")
        if judge is None or judge.fits(body):
            return None
        wrong = next(judge.slow.iter_errors(body), None)
        return None if wrong is None else _told(wrong)

    def of_answer(self, route: str, method: str, status: int, body: object) -> str | None:
        """Return what is wrong with an answer of ours, None for a valid one."""
        judge = self.pair(route, method, str(status))
        if judge is None:
            if status < 400 and str(status) not in self._paths[route][method]["responses"]:
                return f"{method} {route}: status {status} is not in the document"
            return None
        if judge.fits(body) or (wrong := best_match(judge.slow.iter_errors(body))) is None:
            return None
        return f"{method} {route} {status}: {wrong.json_path}: {wrong.message[:300]}"

    def pair(self, route: str, method: str, status: str) -> Pair | None:
        """Return the judge of the body asked (status "") or answered, None where the document has no body."""
        key = (route, method, status)
        if key not in self._judges:
            self._judges[key] = self._compiled(route, method, status)
        return self._judges[key]

    def _compiled(self, route: str, method: str, status: str) -> Pair | None:
        if status == "429":
            schema: Any = {"$ref": f"{_PREFIX}RatelimitedResponse"}
        elif status.startswith("4"):
            schema = {"$ref": f"{_PREFIX}ErrorResponse"}
        else:
            operation = self._paths[route][method]
            said = operation["responses"].get(status, {}) if status else operation.get("requestBody", {})
            schema = said.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            return None
        registry = self._answered if status else self._asked
        slow = _Judge(_absolute(schema), registry=registry, format_checker=self._formats)
        return Pair(self._quickly[not status].compiled(schema), slow)


@functools.cache
def openapi() -> OpenApi:
    """Return the judge that all servers of a process share."""
    return OpenApi()


def _registry(schemas: dict[str, Any]) -> Registry[Any]:
    contents = {"components": {"schemas": schemas}}
    resource: Resource[Any] = Resource.from_contents(contents, default_specification=DRAFT202012)
    registry: Registry[Any] = Registry()
    found: Registry[Any] = registry.with_resource(_URI, resource).crawl()
    return found


def _absolute(node: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        return {
            key: f"{_URI}{value}" if key == "$ref" and isinstance(value, str) else _absolute(value)
            for key, value in node.items()
        }
    return [_absolute(one) for one in node] if isinstance(node, list) else node


def _quick(node: Any, schemas: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """Return the schema in a form that is judged faster, alike, and with errors that name the wrong value.

    Constants become an enum; "this or null" the word `orNull`; a choice of things with different `type`s the word
    `kinds`; any other choice takes the first match, since none of the document's values matches two.
    """
    if isinstance(node, list):
        return [_quick(one, schemas) for one in node]
    if not isinstance(node, dict):
        return node
    choices = node.get("oneOf", node.get("anyOf"))
    quick = {key: _quick(value, schemas) for key, value in node.items() if key != "oneOf"}
    if not isinstance(choices, list):
        if "enum" in quick:
            quick.pop("allOf", None)  # Names the whole list that the enum is of.
        return quick
    quick.pop("anyOf", None)
    real = [one for one in choices if one != {"type": "null"}]
    kinds = [schemas.get(one.get("$ref", "").removeprefix(_PREFIX), {}).get("properties", {}) for one in real]
    values = [one.get("type", {}).get("enum") for one in kinds]
    if all(set(one) == {"const"} for one in choices):
        quick["enum"] = [one["const"] for one in choices]
    elif len(real) == 1 and len(choices) > 1:
        quick["orNull"] = _quick(real[0], schemas)
    elif all(values) and len(real) == len(choices):
        quick["kinds"] = {str(value): one for one, of in zip(real, values, strict=True) for value in of}
    else:
        quick["anyOf"] = _quick(choices, schemas)
    return quick


def _or_null(judge: Any, schema: Any, value: object, _: object) -> Iterator[ValidationError]:  # noqa: ANN401 - untyped
    if value is not None:
        yield from judge.descend(value, schema)


def _kinds(judge: Any, kinds: dict[str, Any], value: object, _: object) -> Iterator[ValidationError]:  # noqa: ANN401 - untyped
    kind = kinds.get(str(value.get("type"))) if isinstance(value, dict) else None
    if kind is None:
        yield ValidationError(f"is none of the types {', '.join(kinds)}")
    else:
        yield from judge.descend(value, kind)


_WORDS = {"orNull": _or_null, "kinds": _kinds}
_Judge: type[Draft202012Validator] = validators.extend(Draft202012Validator, _WORDS)  # type: ignore[no-untyped-call]  # of jsonschema


def _checker() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, test in _FORMATS.items():
        checker.checks(name)(test)
    return checker


def _is_moment(value: object) -> bool:
    try:
        return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"(https?|wss?|discord|attachment)://\S+", value) is not None


def _fits(value: object, *, bits: int) -> bool:
    return not isinstance(value, int) or -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)


_FORMATS: dict[str, Callable[[object], bool]] = {
    "date-time": _is_moment,
    "uri": _is_uri,
    "int32": functools.partial(_fits, bits=32),
    "int64": functools.partial(_fits, bits=64),
}


def _told(error: ValidationError) -> dict[str, Any]:
    """Return the error as Discord nests it, by the path to the wrong value."""
    deepest = best_match([error])
    wrong = {"code": f"BASE_{str(deepest.validator).upper()}", "message": deepest.message[-300:]}
    told: dict[str, Any] = {"_errors": [wrong]}
    for step in reversed(list(deepest.absolute_path)):
        told = {str(step): told}
    return told
