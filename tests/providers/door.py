"""The door of every provider's server: each request passes it, known path or not, and whoever wants to may look on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aiohttp.typedefs import Handler, Middleware

LOOKERS: list[Callable[[object, web.Request], None]] = []


def guarded(server: object, *, middlewares: Iterable[Middleware] = (), **options: Any) -> web.Application:  # noqa: ANN401 - aiohttp's
    """Return an application of the server's, whose requests are shown to the lookers once they are answered."""

    @web.middleware
    async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        finally:
            for look in LOOKERS:
                look(server, request)

    return web.Application(middlewares=[door, *middlewares], **options)
