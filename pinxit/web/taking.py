"""Bodies, which we read ourselves and so the framework does not see: how one is taken, and how it is described."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from pinxit.web.body import read_object
from pinxit.web.fields import check_fields
from pinxit.web.openapi import refusal

if TYPE_CHECKING:
    from starlette.requests import Request

B = TypeVar("B", bound=BaseModel)

_WHY = {
    400: "The body is no JSON object.",
    401: "A key is needed, or the one sent is not valid.",
    403: "The key may not do this.",
    404: "There is no such thing, or it is not for you.",
    409: "Not as things are; the sentence says why.",
    410: "It was deleted.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "A field is wrong; `field` and `allowed` say how.",
    429: "Too much at once; Retry-After says when to try again.",
    503: "The server is stopping; Retry-After says when to try again.",
}


async def take(request: Request, model: type[B]) -> B:
    """Return the body. Raises Refused as `read_object` and `check_fields` do."""
    return check_fields(await read_object(request), model)


def takes(model: type[BaseModel], *, headers: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return what the description of a route says of its body. `headers`: parameters of the route besides it."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"parameters": headers or [], "requestBody": {"required": True, "content": content}}


def asks(**about: str) -> dict[str, Any]:
    """Return what the description of a route says of its query: each name with a sentence."""
    return {
        "parameters": [
            {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, "description": sentence}
            for name, sentence in about.items()
        ]
    }


def refuses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what the description of a route says of its refusals; one that takes a body (400) has some more."""
    of_bodies = (413, 415) if 400 in statuses else ()  # noqa: PLR2004 - what a body that is no JSON is refused with
    return {status: refusal(_WHY[status]) for status in sorted({*statuses, *of_bodies})}
