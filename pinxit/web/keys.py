"""The routes of access keys, for the operator's own tools."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations when it runs
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from pinxit.actions.make_key import NewKey, make_key
from pinxit.data.keys import KeyScope
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import KeyId, is_id
from pinxit.web.answers import API, to_json
from pinxit.web.body import read_object
from pinxit.web.fields import check_fields
from pinxit.web.openapi import refusal
from pinxit.web.schemas import Answered, Sent

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.data.keys import AccessKey
    from pinxit.web.trust import Trust

_REFUSED: dict[int | str, dict[str, Any]] = {
    401: refusal("A key is needed, or the one sent is not valid."),
    403: refusal("The key has not the scope admin."),
}


class KeyBody(Sent):
    """A key to be made."""

    name: str = Field(description="Whose it is, for the list of keys.", examples=["gallery"])
    scopes: list[str] = Field(
        description="What it may do.", json_schema_extra={"items": {"enum": [scope.value for scope in KeyScope]}}
    )
    expires_days: int | None = Field(default=None, description="After how many days it opens nothing; null: never.")


class KeyAnswer(Answered):
    """A key without its secret."""

    id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None


class NewKeyAnswer(KeyAnswer):
    """A key that was just made."""

    secret: str = Field(description="What opens; it cannot be had again.")


class KeysAnswer(Answered):
    """Every key, revoked ones included, oldest first."""

    keys: list[KeyAnswer]


def keys_router(studio: Studio, trust: Trust) -> APIRouter:
    """Return the routes of keys: for the operator, programs on this machine, and keys of the scope admin."""
    router = APIRouter(prefix=f"{API}/keys", tags=["keys"])
    keys, clock = studio.store.keys, studio.clock

    @router.get("", response_model=KeysAnswer, responses=_REFUSED)
    async def show(request: Request) -> Response:
        """List the keys, without their secrets."""
        await trust.require(request, KeyScope.ADMIN)
        return to_json(KeysAnswer(keys=[KeyAnswer(**_said(key)) for key in await keys.all()]))

    @router.post(
        "",
        status_code=201,
        response_model=NewKeyAnswer,
        responses=_REFUSED,
        openapi_extra={
            "requestBody": {"required": True, "content": {"application/json": {"schema": KeyBody.model_json_schema()}}}
        },
    )
    async def create(request: Request) -> Response:
        """Make a key. Its secret is in this answer and nowhere else."""
        caller = await trust.admin(request)
        body = check_fields(await read_object(request), KeyBody)
        wanted = NewKey(body.name, tuple(body.scopes), body.expires_days)
        key, secret = await make_key(wanted, keys, clock, caller.person)
        return to_json(NewKeyAnswer(**_said(key), secret=secret), 201)

    @router.post(
        "/{key_id}/revoke",
        response_model=KeyAnswer,
        responses={**_REFUSED, 404: refusal("There is no valid key of this id.")},
    )
    async def revoke(key_id: str, request: Request) -> Response:
        """Make a key invalid at once."""
        caller = await trust.admin(request)
        if not is_id(key_id) or not await keys.revoke(KeyId(key_id), clock.now(), caller.person):
            raise Refused(Code.NOT_FOUND, value=shown(key_id))
        (key,) = [key for key in await keys.all() if key.id == key_id]
        return to_json(KeyAnswer(**_said(key)))

    return router


def _said(key: AccessKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "used_at": key.used_at,
    }
