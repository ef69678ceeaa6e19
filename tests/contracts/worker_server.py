"""The worker endpoint on loopback, in the test's own loop."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI, Request

from pinxit.data.keys import KeyScope
from pinxit.domain.errors import Code, Refused
from pinxit.web.worker_endpoint import worker_router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pinxit.data.keys import Keys
    from pinxit.domain.ports import Broker, Clock


@asynccontextmanager
async def serve(app: FastAPI) -> AsyncIterator[str]:
    """Serve an application on a free port of loopback and give its address."""
    # IPPROTO_TCP by name: asyncio switches Nagle's algorithm off only where it sees it, and 40 ms per answer matter.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1))
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve([listening]))
            try:
                yield f"http://127.0.0.1:{listening.getsockname()[1]}"
            finally:
                server.should_exit = True


def worker_app(broker: Broker, keys: Keys, clock: Clock, *, max_body_bytes: int = 2**26) -> FastAPI:
    """Return an application with the worker endpoint only, behind real keys."""

    async def allowed(request: Request) -> None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not secret:
            raise Refused(Code.KEY_MISSING)
        key = await keys.find(secret, clock.now())
        if key is None:
            raise Refused(Code.KEY_INVALID)
        if KeyScope.WORKER not in key.scopes:
            raise Refused(Code.SCOPE_MISSING, scope=str(KeyScope.WORKER))

    app = FastAPI(openapi_url=None)
    app.include_router(worker_router(broker, allowed, max_body_bytes=max_body_bytes))
    return app
