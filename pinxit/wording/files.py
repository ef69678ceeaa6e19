"""The languages that are there: each a file, such as `en.toml`, beside this one.

docs/how-to-add-a-language.md has the tables and keys of a file.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TypeVar

from pinxit.domain.errors import Code, ConfigError
from pinxit.domain.hints import Hint
from pinxit.domain.quota import Period, Scope
from pinxit.wording.amounts import AmountWords
from pinxit.wording.calendar import DayWords
from pinxit.wording.language import Language
from pinxit.wording.phrases import Phrase
from pinxit.wording.slash import Slash
from pinxit.wording.spans import SpanWords
from pinxit.wording.ui import Ui
from pinxit.wording.ui_admin import AdminUi

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.resources.abc import Traversable

    from pinxit.wording.language import Rules

_ENGLISH, _ENDING = "en", ".toml"
_MONTHS = 12
# What a provider has left is said by a sentence of its own, which names it.
_WHOSE = tuple(scope for scope in Scope if scope is not Scope.PROVIDER)

_Key = TypeVar("_Key", bound=str)
_Value = TypeVar("_Value")


def shipped() -> Mapping[str, Language]:
    """Return the languages that come with the program, as `languages` does."""
    return languages(files("pinxit.wording"))


def languages(folder: Traversable) -> Mapping[str, Language]:
    """Return the languages of a folder by the names of their files, English first and the others by name.

    Raises ConfigError with every key that a file lacks, knows too much, or has of a wrong type.
    """
    names = {file.name.removesuffix(_ENDING) for file in folder.iterdir() if file.name.endswith(_ENDING)}
    problems: list[str] = []
    found = {}
    for name in [_ENGLISH, *sorted(names - {_ENGLISH})]:
        sheet = _Sheet(f"{name}{_ENDING}", problems)
        sheet.open(folder)
        found[name] = _language(sheet)
        sheet.close()
    if problems:
        raise ConfigError(problems)
    return found


def _language(sheet: _Sheet) -> Language:
    days = DayWords(day=sheet.text("dates", "day"), months=sheet.months("dates", "months"))
    return Language(
        name=sheet.text("language", "name"),
        both=sheet.text("language", "both"),
        something=sheet.text("language", "something"),
        sentences=sheet.texts("code", Code),
        hints=sheet.texts("hint", Hint),
        phrases=sheet.texts("phrase", Phrase),
        slash=sheet.texts("slash", Slash),
        slash_names=sheet.all_texts("slash_names"),
        styles=sheet.all_texts("styles"),
        ui=sheet.texts("ui", Ui),
        admin_ui=sheet.texts("admin_ui", AdminUi),
        ordinals=sheet.rules("ordinals", "rules"),
        possible=sheet.rules("allowed", "rules"),
        spans=SpanWords(**{key: sheet.text("spans", key) for key in SpanWords.__slots__}),
        amounts=AmountWords(
            days=days,
            point=sheet.text("amounts", "point"),
            credit=(sheet.text("amounts", "credit"), sheet.text("amounts", "credits")),
            dollar=sheet.text("amounts", "dollar"),
            at=sheet.text("amounts", "at"),
            on=sheet.text("amounts", "on"),
            words={
                "whose": sheet.texts("amounts.whose", _WHOSE),
                "when": sheet.texts("amounts.when", Period),
                "per": sheet.texts("amounts.per", Period),
            },
        ),
    )


class _Sheet:
    """One file while it is read. Whatever is asked of it and is not there as it should be becomes a problem."""

    def __init__(self, name: str, problems: list[str]) -> None:
        self._name, self._problems = name, problems
        self._is_open = False
        self._unread: dict[str, dict[str, Any]] = {}  # By table and key; a table within one is "its.name".

    def open(self, folder: Traversable) -> None:
        try:
            tables = tomllib.loads(folder.joinpath(self._name).read_text("utf-8"))
        except FileNotFoundError:
            self._problems.append(f"{self._name} is not there; every other language is held against it")
            return
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self._problems.append(f"{self._name} is no TOML ({error}); correct it there")
            return
        self._is_open = True
        for table, entries in tables.items():
            if not isinstance(entries, dict):
                self._problems.append(f"{self._name}: {table} stands in no table; move it into its own, or take it out")
                continue
            self._unread[table] = {key: value for key, value in entries.items() if not isinstance(value, dict)}
            self._unread |= {f"{table}.{key}": value for key, value in entries.items() if isinstance(value, dict)}

    def close(self) -> None:
        """Tell of what nobody asked for."""
        self._problems += [
            f"{self._name}: [{table}] {key} is no key of a language; correct its name, or take it out"
            for table, entries in self._unread.items()
            for key in entries
        ]

    def text(self, table: str, key: str) -> str:
        value = self._take(table, key)
        return value if isinstance(value, str) else self._wrong(table, key, value, "a text", "")

    def texts(self, table: str, keys: Iterable[_Key]) -> dict[_Key, str]:
        return {key: self.text(table, key) for key in keys}

    def all_texts(self, table: str) -> dict[str, str]:
        """Return a table in which any key may stand, and none must."""
        return self.texts(table, list(self._unread.get(table, ())))

    def months(self, table: str, key: str) -> tuple[str, ...]:
        match self._take(table, key):
            case [*months] if len(months) == _MONTHS and all(isinstance(month, str) for month in months):
                return tuple(months)
            case other:
                return self._wrong(table, key, other, "a list of twelve texts", ("",) * _MONTHS)

    def rules(self, table: str, key: str) -> Rules:
        match self._take(table, key):
            case [*pairs] if all(map(_is_pair, pairs)):
                return tuple((pattern, replacement) for pattern, replacement in pairs)
            case other:
                return self._wrong(table, key, other, "a list of pairs of texts", ())

    def _take(self, table: str, key: str) -> Any:  # noqa: ANN401 - TOML; what it is, is judged by who asked
        return self._unread.get(table, {}).pop(key, None)

    def _wrong(self, table: str, key: str, value: object, wanted: str, instead: _Value) -> _Value:
        if self._is_open:
            what = "is missing" if value is None else f"is {value!r}"
            self._problems.append(f"{self._name}: [{table}] {key} {what}; write {wanted}")
        return instead


def _is_pair(rule: object) -> bool:
    return isinstance(rule, list) and [type(text) for text in rule] == [str, str]
