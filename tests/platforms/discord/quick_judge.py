"""A schema as one function, for the many bodies that are right: jsonschema explains the few that are not.

Knows exactly the words that Discord's document uses (a test holds that), in the form that `openapi` gives them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Test = Callable[[Any], bool]

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


class Quick:
    """Makes the functions. `schemas`: what a `$ref` names, after `prefix`. `formats`: a test per name of a format."""

    def __init__(self, schemas: Mapping[str, Any], prefix: str, formats: Mapping[str, Test]) -> None:
        self._schemas = schemas
        self._prefix = prefix
        self._formats = formats
        self._named: dict[str, Test] = {}

    def compiled(self, schema: Any) -> Test:  # noqa: ANN401 - any JSON
        """Return whether a value fits, as a function. Raises KeyError for a word that is not known here."""
        if not schema:
            return lambda _: True
        tests = [test for word, said in schema.items() if (test := self._word(word, said, schema)) is not None]
        if len(tests) == 1:
            return tests[0]
        return lambda value: all(test(value) for test in tests)

    def _word(self, word: str, said: Any, schema: Any) -> Test | None:  # noqa: ANN401, PLR0912 - a table of words
        match word:
            case "$ref":
                return self._ref(said.removeprefix(self._prefix))
            case "type":
                return _of_type([said] if isinstance(said, str) else said)
            case "enum":
                allowed = {(type(one), one) for one in said}
                return lambda value: not isinstance(value, dict | list) and (type(value), value) in allowed
            case "const":
                return lambda value: value == said
            case "properties":
                return self._properties(said)
            case "required":
                names = frozenset(said)
                return lambda value: not isinstance(value, dict) or names <= value.keys()
            case "additionalProperties":
                return self._others(said, frozenset(schema.get("properties", ())))
            case "items":
                one_fits = self.compiled(said)
                return lambda value: not isinstance(value, list) or all(one_fits(one) for one in value)
            case "allOf" | "anyOf":
                every, tests = word == "allOf", [self.compiled(one) for one in said]
                return lambda value: (all if every else any)(test(value) for test in tests)
            case "orNull":
                fits = self.compiled(said)
                return lambda value: value is None or fits(value)
            case "kinds":
                kinds = {kind: self.compiled(one) for kind, one in said.items()}
                return lambda value: (
                    isinstance(value, dict) and (test := kinds.get(str(value.get("type")))) is not None and test(value)
                )
            case "format":
                return self._formats.get(said)
            case _:
                return _bound(word, said)

    def _ref(self, name: str) -> Test:
        if name not in self._named:

            def later(value: Any) -> bool:  # noqa: ANN401 - any JSON
                return self._named[name](value)

            self._named[name] = later  # A schema may name itself.
            self._named[name] = self.compiled(self._schemas[name])
        return self._named[name]

    def _properties(self, said: Mapping[str, Any]) -> Test:
        tests = {name: self.compiled(one) for name, one in said.items()}

        def fits(value: Any) -> bool:  # noqa: ANN401 - any JSON
            if not isinstance(value, dict):
                return True
            return all(tests[name](one) for name, one in value.items() if name in tests)

        return fits

    def _others(self, said: Any, known: frozenset[str]) -> Test:  # noqa: ANN401 - a schema or a boolean
        fits: Test = (lambda _: said) if isinstance(said, bool) else self.compiled(said)
        return lambda value: (
            not isinstance(value, dict) or all(fits(one) for name, one in value.items() if name not in known)
        )


def _of_type(names: list[str]) -> Test:
    types = tuple(one for name in names for one in _TYPES[name])
    if "boolean" in names or not {int, float} & set(types):
        return lambda value: isinstance(value, types)
    return lambda value: isinstance(value, types) and not isinstance(value, bool)


def _bound(word: str, said: Any) -> Test:  # noqa: ANN401 - any JSON
    bounds: dict[str, Test] = {
        "minimum": lambda value: not isinstance(value, int | float) or value >= said,
        "maximum": lambda value: not isinstance(value, int | float) or value <= said,
        "minLength": lambda value: not isinstance(value, str) or len(value) >= said,
        "maxLength": lambda value: not isinstance(value, str) or len(value) <= said,
        "minItems": lambda value: not isinstance(value, list) or len(value) >= said,
        "maxItems": lambda value: not isinstance(value, list) or len(value) <= said,
        "maxProperties": lambda value: not isinstance(value, dict) or len(value) <= said,
        "minProperties": lambda value: not isinstance(value, dict) or len(value) >= said,
        "pattern": lambda value: not isinstance(value, str) or re.search(said, value) is not None,
        "uniqueItems": lambda value: not isinstance(value, list) or len({repr(one) for one in value}) == len(value),
    }
    return bounds[word]
