"""What every page of the console shares: who looks, the frame round it, safe headers, and errors as pages."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import Request  # noqa: TC002 - FastAPI reads the annotation when it runs
from starlette.responses import RedirectResponse, Response

from pinxit.domain.delivery import Card
from pinxit.domain.errors import Code, Refused
from pinxit.web.console.rendering import Listed, Person, Shell, place_name, short_name, to_message
from pinxit.web.console.static_files import accepts_gzip
from pinxit.web.console.visitors import Visitors, language, theme
from pinxit.web.leave import Leave
from pinxit.web.refusals import status_of
from pinxit.wording import say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from pinxit.actions.channels import Channel
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.job import Job
    from pinxit.web.console.feed import Feed
    from pinxit.web.console.rendering import Message, Rendering
    from pinxit.web.console.static_files import StaticFiles
    from pinxit.web.console.visitors import Visitor
    from pinxit.web.trust import Trust

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "private, no-cache",
    "Vary": "Accept-Encoding, Accept-Language, Cookie",
}
_PACKED_FROM_BYTES = 1000
_PACKING = 5  # Of 1 to 9: what comes after costs more milliseconds than it saves bytes.
_NOBODY = (Code.KEY_MISSING, Code.KEY_INVALID)


class Site:
    """The parts that pages are made of."""

    def __init__(self, studio: Studio, trust: Trust, feed: Feed, rendering: Rendering, static: StaticFiles) -> None:
        self.studio = studio
        self.trust = trust
        self.feed = feed
        self.rendering = rendering
        self.static = static
        self.visitors = Visitors(studio, trust)

    def page(
        self, make: Callable[[Request, Visitor], Awaitable[Response]], *, is_part: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint of a page. `is_part`: a piece for a script, which reads refusals as JSON."""

        async def endpoint(request: Request) -> Response:
            try:
                visitor = await self.visitors.visitor(request, is_visit=not is_part)
                return await make(request, visitor)
            except Refused as refused:
                if refused.code in _NOBODY:
                    return to_login(request)
                if is_part or "fragment" in request.query_params:
                    raise
                return self.error(request, refused)

        return endpoint

    def leave(self, request: Request, visitor: Visitor) -> Leave:
        """Return what tells for how long a stream's reader may read it."""

        async def ask() -> Caller:
            return (await self.visitors.visitor(request)).caller

        return Leave(visitor.caller, ask, self.studio.clock, self.feed.pace.heartbeat_s)

    async def shell(self, request: Request, visitor: Visitor, page: str) -> Shell:
        """Return the frame of a page."""
        caller = visitor.caller
        me = Person(
            id=caller.person,
            name=visitor.settings.name or short_name(caller.person, visitor.locale),
            is_operator=caller.is_trusted,
            is_admin=caller.is_admin,
            can_log_out=visitor.has_session,
        )
        listed = tuple(
            _listed(channel, visitor.locale, is_open=channel.guild == visitor.guild and page == "channel")
            for channel in await self.visitors.channels(visitor)
        )
        return Shell(visitor.locale, theme(request), page, me, listed)

    def piece(self, visitor: Visitor, page: str) -> Shell:
        """Return the frame of a piece, which shows nothing of it."""
        return Shell(visitor.locale, "", page)

    async def messages(self, jobs: Sequence[Job], visitor: Visitor) -> list[Message]:
        """Return the messages of jobs, in their order."""
        names = await self.studio.store.people.names([job.person for job in jobs])
        now = self.studio.clock.now()
        return [to_message(await self._card(job), names.get(job.person, ""), visitor.locale, now) for job in jobs]

    def answer(
        self,
        request: Request,
        name: str,
        shell: Shell,
        *,
        headers: dict[str, str] | None = None,
        **values: object,
    ) -> Response:
        """Return a page as an answer."""
        return html(request, self.rendering.page(name, shell, **values), headers=headers)

    def error(self, request: Request, refused: Refused, status: int | None = None) -> Response:
        """Return a refusal as a page. `status`: where it is not the code's own."""
        status = status or status_of(refused.code, refused.facts)
        locale = getattr(request.state, "locale", "") or language(request)
        shell = Shell(locale, theme(request), "error")
        facts = {**refused.facts, "correlation_id": str(request.state.correlation_id)}
        message = say(locale, refused.code, facts)
        return html(request, self.rendering.page("error.html", shell, status=status, message=message), status)

    async def _card(self, job: Job) -> Card:
        return Card(job, 1.0) if job.state.is_final else await self.studio.queue.card(job)


def html(request: Request, text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return HTML with the headers of every page, packed where the caller can unpack it.

    There is no secret beside what people wrote in it, so its packed length gives nothing away.
    """
    data = text.encode()
    said = {**HEADERS, **(headers or {})}
    if len(data) >= _PACKED_FROM_BYTES and accepts_gzip(request.headers.get("accept-encoding", "")):
        data, said["Content-Encoding"] = gzip.compress(data, _PACKING, mtime=0), "gzip"
    return Response(data, status, said, media_type="text/html")


def to_login(request: Request) -> Response:
    """Send somebody unknown to the login page, and from there back."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    address = f"/login?next={quote(asked, safe='')}"
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        # A link elsewhere led here, so the browser kept the cookie back; our own next step will have it.
        return Response(headers={**HEADERS, "Refresh": f"0; url={address}"}, media_type="text/html")
    return RedirectResponse(address, 303, HEADERS)


def channel_address(guild: str) -> str:
    """Return where a channel is."""
    return f"/c/{quote(guild, safe=':@')}"


def _listed(channel: Channel, locale: str, *, is_open: bool) -> Listed:
    address = channel_address(channel.guild)
    return Listed(
        channel.guild,
        place_name(channel.guild, channel.name, locale),
        channel.platform,
        channel.unread,
        address,
        is_open,
    )
