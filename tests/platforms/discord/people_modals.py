"""A form that the bot opened: its fields, what a person writes into them, and how that is sent.

Source: discord.com/developers/docs/components/reference and /interactions/receiving-and-responding, read 2026-11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.platforms.discord.people_commands import PersonError
from tests.platforms.discord.people_sight import SELECTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.platforms.discord.people_payloads import Resolved

Json = dict[str, Any]
ROW, STRING_SELECT, TEXT_INPUT, TEXT_DISPLAY, LABEL = 1, 3, 4, 10, 18
FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 19, 21, 22, 23
_TEXT_MAX_CHARS = 4000
_KINDS = {5: 6, 6: 8, 7: 9, 8: 7}  # A select's type → the option type of what it chooses.


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in: `json` is the component; `label` is what stands above it."""

    label: str
    json: Json

    @property
    def custom_id(self) -> str:
        """Return the name that the bot reads it by."""
        return str(self.json["custom_id"])

    @property
    def value(self) -> str:
        """Return what is written in it when the form opens."""
        return str(self.json.get("value") or "")


class Modal:
    """An open form. `interaction_id`: of the press or command that opened it."""

    def __init__(self, data: Json, interaction_id: str) -> None:
        self.json = data
        self.interaction_id = interaction_id

    @property
    def title(self) -> str:
        """Return the title."""
        return str(self.json["title"])

    @property
    def custom_id(self) -> str:
        """Return what the bot knows the form by."""
        return str(self.json["custom_id"])

    @property
    def fields(self) -> list[Field]:
        """Return the fields, from top to bottom."""
        return list(_fields(self.json["components"]))

    def field(self, name: str) -> Field:
        """Return the field of this label or custom id. Raises PersonError naming what there is."""
        for field in self.fields:
            if name in {field.label, field.custom_id}:
                return field
        names = [(field.custom_id, field.label) for field in self.fields]
        raise PersonError(f"the form {self.title!r} has no field {name!r}; it has {names}")

    def filled(self, given: Mapping[str, Any], resolved: Resolved, *, force: bool = False) -> list[Json]:
        """Return the components of MODAL_SUBMIT. Fields not given keep what is in them when the form opens.

        Values: a text; the value or values of a select (or their labels); files as (name, bytes) or a list of them;
        True or False of a checkbox. Raises PersonError for what the client would not send; `force` sends it.
        """
        answers = {self.field(name).custom_id: value for name, value in given.items()}
        sent: list[Json] = []
        for number, one in enumerate(self.json["components"], start=1):
            base = {"type": one["type"], "id": one.get("id") or number}
            if one["type"] == ROW:
                inner = [_answer(each, answers, resolved, force=force) for each in one["components"]]
                sent.append(base | {"components": inner})
            elif one["type"] == LABEL:
                sent.append(base | {"component": _answer(one["component"], answers, resolved, force=force)})
            else:
                sent.append(base)
        return sent


def _fields(components: Iterable[Json]) -> Iterable[Field]:
    for one in components:
        if one["type"] == ROW:
            for each in one["components"]:
                yield Field(str(each.get("label") or each.get("placeholder") or ""), each)
        elif one["type"] == LABEL:
            yield Field(one["label"], one["component"])


def _answer(one: Json, answers: Mapping[str, Any], resolved: Resolved, *, force: bool) -> Json:
    kind, name = one["type"], one["custom_id"]
    base = {"type": kind, "id": one.get("id") or 100, "custom_id": name}
    given = answers.get(name)
    if kind == TEXT_INPUT:
        text = str(one.get("value") or "") if given is None else str(given)
        if not force:
            _check_text(one, text)
        return base | {"value": text}
    if kind == CHECKBOX:
        return base | {"value": bool(one.get("default")) if given is None else bool(given)}
    values = _listed(given)
    if kind == FILE_UPLOAD:
        picked = [resolved.file(*each) if isinstance(each, tuple) else str(each) for each in values]
    elif kind in {STRING_SELECT, RADIO_GROUP, CHECKBOX_GROUP}:
        picked = chosen_values(one, values, force=force) if values else _defaults(one)
    elif kind in SELECTS:
        picked = [resolved.value(_KINDS[kind], each) for each in values]
    else:
        raise PersonError(f"a form holds no component of type {kind}")
    if not force:
        _check_count(one, picked)
    return base | ({"value": next(iter(picked), None)} if kind == RADIO_GROUP else {"values": picked})


def _listed(given: Any) -> list[Any]:  # noqa: ANN401 - as a test gives it
    if given is None:
        return []
    return list(given) if isinstance(given, list) else [given]


def _defaults(one: Json) -> list[str]:
    return [str(each["value"]) for each in one.get("options", ()) if each.get("default")]


def _check_text(one: Json, text: str) -> None:
    required = one.get("required", True) is not False
    least, most = one.get("min_length") or 0, one.get("max_length") or _TEXT_MAX_CHARS
    if required and not text.strip():
        raise PersonError(f"the field {one['custom_id']!r} must be filled in")
    if text and not least <= len(text) <= most:
        raise PersonError(f"the field {one['custom_id']!r} takes {least} to {most} characters, not {len(text)}")


def _check_count(one: Json, chosen: Sequence[object]) -> None:
    required = one.get("required", True) is not False
    least = one.get("min_values")
    least = (1 if required else 0) if least is None else least
    most = one.get("max_values") or 1
    if not chosen and not required:
        return
    if not least <= len(chosen) <= max(most, least):
        raise PersonError(f"{one['custom_id']!r} takes {least} to {most} choices, not {len(chosen)}")


def chosen_values(one: Json, wanted: Iterable[Any], *, force: bool = False) -> list[str]:
    """Return the values of a string select's options that a person picks by value or label. Raises PersonError."""
    options = one.get("options") or ()
    values: list[str] = []
    for each in wanted:
        found = next((option for option in options if each in {option["value"], option["label"]}), None)
        if found is None and not force:
            raise PersonError(f"{one['custom_id']!r} has no choice {each!r}; it has {[o['label'] for o in options]}")
        values.append(str(each) if found is None else str(found["value"]))
    return values


def chosen(one: Json, wanted: Sequence[Any], resolved: Resolved, *, force: bool = False) -> list[str]:
    """Return the values that a person chooses in a message's select. Raises PersonError, unless `force`."""
    if one["type"] == STRING_SELECT:
        values = chosen_values(one, wanted, force=force)
    else:
        values = [str(resolved.value(_KINDS[one["type"]], each)) for each in wanted]
    if not force:
        _check_count({**one, "required": one.get("min_values") != 0}, values)
    return values
