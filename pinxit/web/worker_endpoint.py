"""The Broker for workers elsewhere: six POSTs. `pinxit.queue.http_broker` is the other end."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from pinxit.domain.errors import Broken, Code, LeaseLost, Refused, Unavailable
from pinxit.queue import wire
from pinxit.queue.wire import Call

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from pinxit.domain.ids import WorkerId
    from pinxit.domain.job import Lease
    from pinxit.domain.ports import Broker

log = structlog.get_logger(__name__)

MAX_BODY_BYTES = 128 * 2**20  # One image as its generator encoded it; a PNG of 6,000² pixels of noise has 108 MB.
MAX_BATCH = 64

_STATUS = {
    Code.KEY_MISSING: HTTPStatus.UNAUTHORIZED,
    Code.KEY_INVALID: HTTPStatus.UNAUTHORIZED,
    Code.SCOPE_MISSING: HTTPStatus.FORBIDDEN,
    Code.SOURCE_MISSING: HTTPStatus.GONE,
    Code.BODY_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.BODY_NOT_JSON: HTTPStatus.BAD_REQUEST,
    Code.BODY_TOO_DEEP: HTTPStatus.BAD_REQUEST,
}


def worker_router(
    broker: Broker,
    allowed: Callable[..., object],
    *,
    heard: Callable[[WorkerId], None] = lambda _: None,
    max_body_bytes: int = MAX_BODY_BYTES,
) -> APIRouter:
    """Return the routes under `/worker/v1`.

    `allowed`: a FastAPI dependency that raises Refused (KEY_MISSING, KEY_INVALID, SCOPE_MISSING) unless the request
    bears a key of scope `worker`. `heard`: told whenever a worker claims or beats, which a live one does at least every
    30 seconds. Every error is answered here, in the form that the proxy reads.
    """
    router = APIRouter(
        prefix=wire.PATH,
        dependencies=[Depends(allowed)],
        route_class=_Answering,
        include_in_schema=False,  # Two halves of one program; nobody else is to build on it.
    )

    async def body(request: Request) -> bytes:
        return await _body(request, max_body_bytes)

    @router.post(f"/{Call.CLAIM}")
    async def claim(request: Request) -> Response:
        asked = wire.read(wire.Claim, await body(request))
        heard(asked.worker)
        if not 1 <= asked.most <= MAX_BATCH:
            raise Refused(Code.FIELD_RANGE, field="most", value=asked.most, allowed=[f"1 to {MAX_BATCH}"])
        return _json(wire.Leases(asked.worker, tuple(await _claim(broker, asked, request))))

    @router.post(f"/{Call.BEAT}")
    async def beat(request: Request) -> Response:
        asked = wire.read(wire.Beats, await body(request))
        heard(asked.worker)
        return _json(wire.Orders(await broker.beat(asked.worker, asked.beats)))

    @router.post(f"/{Call.FETCH_SOURCE}")
    async def fetch_source(request: Request) -> Response:
        asked = wire.read(wire.FetchSource, await body(request))
        data = await broker.fetch_source(asked.lease, asked.source)
        return Response(data, media_type="application/octet-stream")

    @router.post(f"/{Call.PUT_IMAGE}")
    async def put_image(request: Request) -> Response:
        asked, data = wire.unpack(wire.PutImage, await body(request))
        made = dataclasses.replace(asked.made, data=data)
        return _json(wire.Stored(await broker.put_image(asked.lease, made)))

    @router.post(f"/{Call.FINISH}")
    async def finish(request: Request) -> Response:
        asked = wire.read(wire.Finish, await body(request))
        await broker.finish(asked.lease, asked.ended)
        return _json(wire.Done())

    @router.post(f"/{Call.RELEASE}")
    async def release(request: Request) -> Response:
        asked = wire.read(wire.Leases, await body(request))
        await broker.release(asked.worker, asked.leases)
        return _json(wire.Done())

    return router


class _Answering(APIRoute):
    """A route that answers our errors as the proxy reads them; the dependency's too."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handle(request)
            except LeaseLost:
                return _json(wire.Failure(wire.LEASE_LOST), HTTPStatus.CONFLICT)
            except Refused as refused:
                failure = wire.Failure(wire.REFUSED, str(refused.code), dict(refused.facts))
                return _json(failure, _STATUS.get(refused.code, HTTPStatus.UNPROCESSABLE_ENTITY))
            except Broken as broken:
                return _json(wire.Failure(wire.BROKEN, message=str(broken)), HTTPStatus.UNPROCESSABLE_ENTITY)
            except ClientDisconnect:
                return Response(status_code=HTTPStatus.BAD_REQUEST)  # Nobody hears it.
            except (Unavailable, OSError) as error:
                # The worker asks again; the operator sees why it must.
                log.warning("a worker is told to ask again", path=request.url.path, why=str(error))
                return _json(wire.Failure(wire.UNAVAILABLE), HTTPStatus.SERVICE_UNAVAILABLE)

        return answered


async def _body(request: Request, most_bytes: int) -> bytes:
    parts, size_bytes = [], 0
    async for part in request.stream():
        size_bytes += len(part)
        if size_bytes > most_bytes:
            raise Refused(Code.BODY_TOO_LARGE, value=size_bytes, allowed=[most_bytes])
        parts.append(part)
    return b"".join(parts)


async def _claim(broker: Broker, asked: wire.Claim, request: Request) -> Sequence[Lease]:
    """Claim as long as the asker is there: a job that is given to nobody stays silent for a whole lease."""
    wait_s = min(max(asked.wait_s, 0.0), wire.MAX_WAIT_S)
    claim = asyncio.ensure_future(
        broker.claim(asked.worker, asked.pool, most=asked.most, loaded=asked.loaded, wait_s=wait_s)
    )
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait((claim, gone), return_when=asyncio.FIRST_COMPLETED)
        if not gone.done():
            return claim.result()
        claim.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await broker.release(asked.worker, await claim)
        return ()
    finally:
        for task in (claim, gone):
            task.cancel()
        await asyncio.wait((claim, gone))


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _json(value: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(wire.write(value), status, media_type="application/json")
