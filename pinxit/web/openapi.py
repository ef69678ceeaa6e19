"""The description of the API that its page is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinxit.web.schemas import JobBody, Refusal

if TYPE_CHECKING:
    from fastapi import FastAPI

DESCRIPTION = """Ask for images, follow how they come about, fetch them.

A job that was accepted is durable: it reaches an end whatever happens to the server. Every refusal says what happened,
which field is wrong and what is allowed. From this machine no key is needed; else send `Authorization: Bearer <key>`.
"""
_REFERENCE = "#/components/schemas/{model}"


def refusal(why: str) -> dict[str, Any]:
    """Return what the description of a route says of one refusal.

    By reference: the framework would compile a named model anew for each refusal of each route, and that was
    more than half of what it takes to put the routes together.
    """
    schema = {"$ref": _REFERENCE.format(model=Refusal.__name__)}
    return {"description": why, "content": {"application/json": {"schema": schema}}}


def describe(app: FastAPI) -> None:
    """Add what the framework cannot see: the job's body, which we read ourselves, what a refusal says, and the keys."""
    framework = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = framework()
            components = described.setdefault("components", {})
            schemas = components.setdefault("schemas", {})
            body = JobBody.model_json_schema(ref_template=_REFERENCE)
            refused = Refusal.model_json_schema(ref_template=_REFERENCE, mode="serialization")
            schemas.update(**body.pop("$defs", {}), **{JobBody.__name__: body})
            schemas.update(**refused.pop("$defs", {}), **{Refusal.__name__: refused})
            components["securitySchemes"] = {
                "key": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
            }
            described["security"] = [{"key": []}, {"password": []}, {}]
            app.openapi_schema = described
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI, "Extending OpenAPI", read 2026-11
