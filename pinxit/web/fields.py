"""A body's fields: the right names with values of the right kind, or a refusal for each that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_core import ErrorDetails

    from pinxit.domain.request import Json

M = TypeVar("M", bound=BaseModel)

_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}
_MOST = 20  # Problems that are told at once; nobody reads more.


class SeveralRefused(Refused):
    """More than one thing is wrong; it speaks for the first, and `all` are all."""

    def __init__(self, every: Sequence[Refused]) -> None:
        super().__init__(every[0].code, **every[0].facts)
        self.all = tuple(every)


def check_fields(body: Mapping[str, Json], model: type[M]) -> M:
    """Return the body as `model`. Raises Refused for one wrong field, SeveralRefused for more."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=True)
        refused = [_refused(detail, model) for detail in found[:_MOST]]
        raise (refused[0] if len(refused) == 1 else SeveralRefused(refused)) from None


def _refused(detail: ErrorDetails, model: type[BaseModel]) -> Refused:
    field = shown(".".join(map(str, detail["loc"])))
    kind, value = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        known = list(_model_at(model, detail["loc"][:-1]).model_fields)
        near = nearest(str(detail["loc"][-1]), known)
        return Refused(Code.FIELD_UNKNOWN, field=field, nearest=near, allowed=known)
    if kind == "missing":
        return Refused(Code.FIELD_MISSING, field=field, value="", allowed=[])
    if kind == "string_unicode":
        return Refused(Code.TEXT_INVALID, field=field, value="", allowed=[])
    if kind in ("enum", "literal_error"):
        # pydantic writes: 'low', 'normal' or 'high'
        choices = str(detail["ctx"]["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
        near = nearest(value, choices) if isinstance(value, str) else ""
        return Refused(Code.FIELD_CHOICE, field=field, value=_written(value), nearest=near, allowed=list(choices))
    return Refused(Code.FIELD_TYPE, field=field, value=_written(value), allowed=[_KINDS.get(kind, detail["msg"])])


def _model_at(model: type[BaseModel], loc: Sequence[str | int]) -> type[BaseModel]:
    """Return the model that stands at `loc` in `model`."""
    for name in loc:
        if isinstance(name, str):
            model = _models_in(model.model_fields[name].annotation)[0]
    return model


def _models_in(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - whatever a field may be annotated with
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models_in(inner)]


def _written(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else shown(value)
