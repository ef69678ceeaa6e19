"""The HTTP server: everything put together, and run inside the caller's event loop."""

from __future__ import annotations

import asyncio
import socket
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import uvicorn
from fastapi import FastAPI

from pinxit import __version__
from pinxit.domain.errors import ConfigError
from pinxit.queue import wire
from pinxit.web.admin import admin_router
from pinxit.web.again import again_router
from pinxit.web.closing import Closing
from pinxit.web.edge import Edge, Patience
from pinxit.web.groups import groups_router
from pinxit.web.health import health_router
from pinxit.web.images import images_router
from pinxit.web.inspecting import inspecting_router
from pinxit.web.jobs import jobs_router
from pinxit.web.metrics import Metrics
from pinxit.web.openapi import DESCRIPTION, describe
from pinxit.web.own import own_router
from pinxit.web.past import past_router
from pinxit.web.refusals import Refusals
from pinxit.web.tries import Tries
from pinxit.web.trust import Trust
from pinxit.web.worker_endpoint import MAX_BODY_BYTES, worker_router

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import APIRouter

    from pinxit.actions.studio import Studio
    from pinxit.config.tree import WebSettings
    from pinxit.domain.ports import Broker
    from pinxit.web.refusals import ErrorPage
    from pinxit.web.stream import Pace

_BACKLOG = 1024
_LOGIN_BYTES = 16_384  # Anybody may send it.
_UNTAKEN_S = 180.0  # Linux, tcp(7), TCP_USER_TIMEOUT, read 2026-11; longer than Patience.stall_s.
_KEEP_ALIVE_S = 75  # Longer than the pools of clients and proxies keep a connection, so that they close it, not we.


@dataclass(frozen=True, slots=True)
class ApiParts:
    """What the API is made of.

    `broker`: serves workers elsewhere; None leaves their endpoint out. `worker_token`: opens that endpoint for this
    program's own child processes, besides keys of scope `worker`. `routers`: whatever else is served.
    `patience`, `pace`: None takes what the settings and the defaults say. `tries`: wrong passwords so far.
    `error_page`: what a browser is shown that opens an address of the console; None: JSON, as the API answers.
    """

    studio: Studio
    settings: WebSettings
    broker: Broker | None = None
    worker_token: str = ""
    routers: tuple[APIRouter, ...] = ()
    patience: Patience | None = None
    pace: Pace | None = None
    tries: Tries = field(default_factory=Tries)
    error_page: ErrorPage | None = None

    @property
    def trust(self) -> Trust:
        """Return who tells who is calling, for routers of others too."""
        store = self.studio.store
        return Trust(store.keys, store.sessions, self.settings, self.studio.clock, self.tries)


def build_api(parts: ApiParts) -> FastAPI:
    """Put the routes together."""
    studio, settings, trust = parts.studio, parts.settings, parts.trust
    closing, metrics = Closing(studio.events), Metrics()
    app = FastAPI(
        title="Pinxit",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,  # The framework's pages load their scripts from elsewhere; the console has its own.
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.closing = closing
    refusals = Refusals(studio, has_password=settings.password is not None, page=parts.error_page)
    refusals.attach(app)
    app.add_middleware(
        Edge,
        clock=studio.clock,
        patience=parts.patience
        or Patience(settings.max_body_bytes, longer={wire.PATH: MAX_BODY_BYTES, "/login": _LOGIN_BYTES}),
        refusals=refusals,
        metrics=metrics,
    )
    public_url = settings.public_url
    app.include_router(jobs_router(studio, trust, closing, public_url=public_url, pace=parts.pace))
    app.include_router(images_router(studio, trust, public_url=public_url))
    app.include_router(inspecting_router(studio, trust, closing, public_url=public_url))
    app.include_router(again_router(studio, trust, closing, public_url=public_url))
    app.include_router(past_router(studio, trust, public_url=public_url))
    app.include_router(groups_router(studio, trust, public_url=public_url))
    app.include_router(own_router(studio, trust, closing, public_url=public_url))
    app.include_router(admin_router(studio, trust, public_url=public_url))
    app.include_router(health_router(studio, trust, closing, metrics))
    if parts.broker is not None:
        app.include_router(worker_router(parts.broker, trust.gate(parts.worker_token)))
    for router in parts.routers:
        app.include_router(router)
    describe(app)
    return app


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to `host` and `port` (0: a free one). Raises ConfigError with the cure."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigError([f"web.host is {host}, which is no address of this machine; write 127.0.0.1"]) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(_BACKLOG)  # From now on callers wait in line rather than be refused.
        bound.settimeout(0)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Else what is left for a reader that takes nothing would be kept for as long as it likes.
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(_UNTAKEN_S * 1000))
    except OSError as error:
        bound.close()
        reason = error.strerror or type(error).__name__
        raise ConfigError(
            [f"web.port is {port} on {host}, which cannot be opened ({reason}); stop what uses it, or set web.port"]
        ) from error
    return bound


class ApiServer:
    """Serves an app on a socket from `listen`; `run` is one task of the caller's group.

    `stop_s`: how long requests may take to end once `stop` was called.
    """

    def __init__(self, app: FastAPI, listener: socket.socket, *, stop_s: float = 10.0) -> None:
        self._closing: Closing = app.state.closing
        self._listener = listener
        host, port = listener.getsockname()[:2]
        self.host, self.port = str(host), int(port)
        config = uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            lifespan="off",
            ws="none",
            server_header=False,
            # Else a header could say that the caller is this machine.
            proxy_headers=False,
            backlog=_BACKLOG,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=max(1, round(stop_s)),
        )
        self._server = _Server(config)

    @property
    def url(self) -> str:
        """Return the address to call from this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    async def started(self) -> None:
        """Return when requests are answered."""
        await self._server.is_up.wait()

    def stop(self) -> None:
        """Take no new connections, end streams, and let `run` return when the last request has its answer."""
        self._closing.begin()
        self._server.should_exit = True

    async def run(self) -> None:
        """Serve until `stop`; being cancelled is the same, and raised after."""
        serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            self.stop()
            await serving  # Waited for here, so it needs no group, which would cut off its requests.
            raise
        finally:
            self._listener.close()


class _Server(uvicorn.Server):
    """uvicorn without its hold on the process: signals belong to the program that runs it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()
