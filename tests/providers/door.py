"""The door of every provider's server: each request passes it, known path or not, and whoever wants to may look on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aiohttp.typedefs import Handler, Middleware

LOOKERS: list[Callable[[object, web.Request, str], None]] = []


def guarded(server: object, *, middlewares: Iterable[Middleware] = (), **options: Any) -> web.Application:  # noqa: ANN401 - aiohttp's
    """Return an application of the server's; its requests are shown to the lookers, bodies too, once answered."""

    @web.middleware
    async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
        body = ""
        try:
            answer = await handler(request)
            # A form was taken apart while it came, and is not there a second time.
            if not request.content_type.startswith("multipart/"):
                body = (await request.read()).decode("utf-8", "replace")
            return answer
        finally:
            for look in LOOKERS:
                look(server, request, body)

    return web.Application(middlewares=[door, *middlewares], **options)
