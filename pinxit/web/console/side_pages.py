"""The pages beside the channels: what was painted, what is kept, whose turn it is, settings, files, help."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fastapi import APIRouter, Request

from pinxit.actions.details import details_of_image, details_of_job
from pinxit.actions.favourite import favourites
from pinxit.actions.history import HistoryQuery, history
from pinxit.actions.look import find_job
from pinxit.actions.routing import open_to
from pinxit.chat.cards import Picture, nature_of, view
from pinxit.chat.commands import commands_for
from pinxit.domain.delivery import Card
from pinxit.domain.ids import GuildId, JobId, PersonId, is_id
from pinxit.domain.request import Enhance
from pinxit.web.console.channel_pages import favourites_among, page_data
from pinxit.web.console.hub import SHOWN
from pinxit.web.console.lanes import Lanes
from pinxit.web.console.site import channel_address
from pinxit.web.console.streams import EventStream, lane_blocks
from pinxit.web.ids import to_job_id
from pinxit.wording import LANGUAGES, say

if TYPE_CHECKING:
    from starlette.responses import Response

    from pinxit.domain.job import Job
    from pinxit.web.console.site import Site
    from pinxit.web.console.visitors import Visitor

_MOST_WORDS_CHARS = 200
_MOST_FAVOURITES = 30


def side_router(site: Site) -> APIRouter:
    """Return the routes of the other pages."""
    router = APIRouter(include_in_schema=False)
    pages = SidePages(site)
    for path, make in (
        ("/history", pages.history),
        ("/favourites", pages.favourites),
        ("/queue", pages.queue),
        ("/settings", pages.settings),
        ("/details/{job}", pages.details),
        ("/inspect", pages.inspect),
        ("/help", pages.help),
    ):
        router.add_api_route(path, site.page(make), methods=["GET"])
    router.add_api_route("/queue/stream", pages.queue_stream, methods=["GET"])
    return router


class SidePages:
    """Endpoints."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._studio = site.studio
        self._lanes = Lanes(site.studio)

    async def history(self, request: Request, visitor: Visitor) -> Response:
        """Search what was painted."""
        names = ("q", "guild", "person", "model")
        query = {name: request.query_params.get(name, "")[:_MOST_WORDS_CHARS] for name in names}
        before = request.query_params.get("before", "")
        wanted = HistoryQuery(
            text=query["q"],
            guild=GuildId(query["guild"]) if query["guild"] else None,
            person=PersonId(query["person"]) if query["person"] else None,
            model=query["model"] or None,
            before=JobId(before) if is_id(before) else None,
            most=SHOWN,
        )
        found = await history(wanted, visitor.caller, self._studio)
        older = ""
        if found.older is not None:
            said = {name: value for name, value in query.items() if value}
            older = f"/history?{urlencode({**said, 'before': found.older})}"
        is_part = "fragment" in request.query_params
        shell = self._site.piece(visitor, "history") if is_part else await self._site.shell(request, visitor, "history")
        return self._site.answer(
            request,
            "history_items.html" if is_part else "history.html",
            shell,
            query=query,
            items=await self._site.messages(found.jobs, visitor),
            older=older,
            favourites=await favourites_among(found.jobs, visitor, self._studio),
        )

    async def favourites(self, request: Request, visitor: Visitor) -> Response:
        """Show what the visitor keeps."""
        after = request.query_params.get("after", "")[:_MOST_WORDS_CHARS]
        found = await favourites(visitor.caller, self._studio, after=after, most=_MOST_FAVOURITES)
        jobs = {job.id: job for job in await self._studio.store.history.named([image.job for image in found.items])}
        items = [
            {
                "picture": picture,
                "job": image.job,
                "guild": image.guild,
                "prompt": jobs[image.job].request.prompt,
                "url": f"{channel_address(image.guild)}?at={image.job}",
            }
            for image in found.items
            if image.job in jobs and (picture := self._picture(jobs[image.job], image.index, visitor)) is not None
        ]
        older = f"/favourites?{urlencode({'after': found.after})}" if found.after else ""
        shell = await self._site.shell(request, visitor, "favourites")
        return self._site.answer(request, "favourites.html", shell, items=items, older=older)

    async def queue(self, request: Request, visitor: Visitor) -> Response:
        """Show whose turn it is."""
        shell = await self._site.shell(request, visitor, "queue")
        return self._site.answer(
            request, "queue.html", shell, pools=await self._lanes.look(visitor.caller, visitor.locale)
        )

    async def queue_stream(self, request: Request) -> Response:
        """Tell how the lanes change, as server-sent events."""
        visitor = await self._site.visitors.visitor(request)
        self._site.feed.check_room()
        leave = self._site.leave(request, visitor)
        return EventStream(partial(lane_blocks, self._site.feed, self._lanes, visitor, leave))

    async def settings(self, request: Request, visitor: Visitor) -> Response:
        """Show what the visitor has set."""
        return self._site.answer(
            request,
            "settings.html",
            await self._site.shell(request, visitor, "settings"),
            settings=visitor.settings,
            generators=list(open_to(visitor.caller, self._studio).generators),
            locales={name: each.name for name, each in LANGUAGES.items()},
            levels=[level.value for level in Enhance if level is not Enhance.LLM or self._studio.house.can_enhance],
        )

    async def details(self, request: Request, visitor: Visitor) -> Response:
        """Show everything that is known of a job, or of one of its pictures."""
        job_id, index = to_job_id(request.path_params["job"]), request.query_params.get("index", "")
        job = await find_job(job_id, visitor.caller, self._studio)
        number = int(index) if index.isascii() and index.isdecimal() and len(index) < 4 else None  # noqa: PLR2004 - digits
        image = next((each for each in job.images if each.index == number and each.is_ready), None)
        if image is None:
            known = await details_of_job(job.id, visitor.caller, self._studio)
        else:
            known = await details_of_image(image.id, visitor.caller, self._studio)
        card = Card(job, 1.0) if job.state.is_final else await self._studio.queue.card(job)
        seen = view(card, visitor.locale, self._studio.clock.now())
        first = 0 if image is None else image.index
        nature = "" if known.image is None else nature_of(known.image, visitor.locale)
        details = {
            "title": seen.status,
            "image": "",
            "picture": self._picture(job, first, visitor),
            "facts": [(say(visitor.locale, label, {}), value) for label, value in known.facts],
            "job": job.id,
            "guild": job.guild,
            "index": first,
            "notes": [note for note in (*seen.notes, nature, seen.error) if note],
            "prompt": job.request.prompt,
            "typed": job.request.typed,
        }
        is_part = "fragment" in request.query_params
        shell = self._site.piece(visitor, "details") if is_part else await self._site.shell(request, visitor, "details")
        return self._site.answer(request, "details_body.html" if is_part else "details.html", shell, details=details)

    async def inspect(self, request: Request, visitor: Visitor) -> Response:
        """Offer to read a file."""
        return self._site.answer(request, "inspect.html", await self._site.shell(request, visitor, "inspect"))

    async def help(self, request: Request, visitor: Visitor) -> Response:
        """Show commands and flags."""
        data = await page_data(visitor, self._studio)
        commands = [
            {"name": one.name, "summary": say(visitor.locale, one.summary, {}), "example": one.example}
            for one in commands_for(visitor.here)
        ]
        shell = await self._site.shell(request, visitor, "help")
        return self._site.answer(request, "help.html", shell, commands=commands, flags=data["flags"])

    def _picture(self, job: Job, index: int, visitor: Visitor) -> Picture | None:
        pictures = view(Card(job, 1.0), visitor.locale, self._studio.clock.now()).pictures
        return next((picture for picture in pictures if picture.index == index), None)
