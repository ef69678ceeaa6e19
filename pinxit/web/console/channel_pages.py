"""The pages of a channel: the chat itself, pieces of it, and its stream."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from pinxit.actions.favourite import favoured
from pinxit.actions.history import HistoryQuery, history, named_jobs
from pinxit.actions.quota import balance
from pinxit.actions.routing import open_to
from pinxit.actions.styles import list_styles
from pinxit.chat.commands import commands_for
from pinxit.chat.quota_lines import left_said
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import JobId, is_id
from pinxit.domain.job import Priority
from pinxit.domain.request import Enhance
from pinxit.prompt.flags import FLAGS
from pinxit.web.console.hub import SHOWN
from pinxit.web.console.rendering import digest
from pinxit.web.console.site import HEADERS, channel_address
from pinxit.web.console.streams import EventStream, channel_blocks
from pinxit.web.ids import to_job_id
from pinxit.wording import allowed, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pinxit.actions.studio import Studio
    from pinxit.domain.job import Job
    from pinxit.web.console.rendering import Message
    from pinxit.web.console.site import Site
    from pinxit.web.console.visitors import Visitor

_MOST_NAMED = 60
_RATIOS = ("1:1", "3:2", "2:3", "4:3", "3:4", "16:9", "9:16")
_SIZES = ("512x512", "768x768", "1024x1024", "1216x832", "832x1216")


def channel_router(site: Site) -> APIRouter:
    """Return the routes of channels that are read."""
    router = APIRouter(include_in_schema=False)
    pages = ChannelPages(site)
    router.add_api_route("/", site.page(pages.start), methods=["GET"])
    router.add_api_route("/c/{guild}", site.page(pages.channel), methods=["GET"])
    router.add_api_route("/c/{guild}/messages", site.page(pages.messages, is_part=True), methods=["GET"])
    router.add_api_route("/c/{guild}/stream", pages.stream, methods=["GET"])
    return router


class ChannelPages:
    """Endpoints."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._studio = site.studio

    async def start(self, request: Request, visitor: Visitor) -> Response:  # noqa: ARG002 - every page is asked so
        """Lead to the visitor's own channel."""
        return RedirectResponse(channel_address(visitor.guild), 303, HEADERS)

    async def channel(self, request: Request, visitor: Visitor) -> Response:
        """Show the newest messages, or those around the job that `at` names."""
        at = _job(request, "at")
        jobs, older, is_newest = await (self._newest(visitor) if at is None else self._around(at, visitor))
        messages = await self._site.messages(jobs, visitor)
        shell = await self._site.shell(request, visitor, "channel")
        name = next((channel.name for channel in shell.channels if channel.guild == visitor.guild), visitor.guild)
        return self._site.answer(
            request,
            "channel.html",
            shell,
            channel={"guild": visitor.guild, "name": name},
            messages=messages,
            older=older or "",
            newer=not is_newest,
            seen=_seen(messages) if is_newest else "",
            favourites=await self._favourites(jobs, visitor),
            data=await page_data(visitor, self._studio),
            left=left_said(await balance(visitor.here, self._studio), visitor.locale),
        )

    async def messages(self, request: Request, visitor: Visitor) -> Response:
        """Return the newest messages, those beside another one, or those that are named."""
        before, after = _job(request, "before"), _job(request, "after")
        older: JobId | None = None
        if (named := request.query_params.get("ids")) is not None:
            ids = [JobId(job) for job in named.split(",")[:_MOST_NAMED] if is_id(job)]
            jobs = await self._among(ids, visitor)
        elif after is not None:
            page = await history(self._query(visitor, after=after), visitor.caller, self._studio)
            jobs = tuple(reversed(page.jobs))
        else:
            page = await history(self._query(visitor, before=before), visitor.caller, self._studio)
            jobs, older = tuple(reversed(page.jobs)), page.older
        return self._site.answer(
            request,
            "messages.html",
            self._site.piece(visitor, "channel"),
            headers={"X-Older": older or ""},
            messages=await self._site.messages(jobs, visitor),
            older=older or "",
            favourites=await self._favourites(jobs, visitor),
        )

    async def stream(self, request: Request) -> Response:
        """Tell what changes in a channel, as server-sent events."""
        visitor = await self._site.visitors.visitor(request)
        self._site.feed.check_room()
        seen = request.query_params.get("seen", "")[:100]
        return EventStream(partial(channel_blocks, self._site.feed, visitor, seen, self._site.leave(request, visitor)))

    async def _newest(self, visitor: Visitor) -> tuple[Sequence[Job], JobId | None, bool]:
        page = await history(self._query(visitor), visitor.caller, self._studio)
        return tuple(reversed(page.jobs)), page.older, True

    async def _around(self, at: JobId, visitor: Visitor) -> tuple[Sequence[Job], JobId | None, bool]:
        """Return a page with the job in it, what is older, and whether nothing newer is left out."""
        half = SHOWN // 2
        own = await self._among([at], visitor)
        if not own:
            raise Refused(Code.JOB_UNKNOWN, job=at)
        later = await history(self._query(visitor, after=at, most=half), visitor.caller, self._studio)
        page = await history(self._query(visitor, before=at, most=half), visitor.caller, self._studio)
        return (*reversed(page.jobs), *own, *reversed(later.jobs)), page.older, len(later.jobs) < half

    async def _among(self, named: Sequence[JobId], visitor: Visitor) -> Sequence[Job]:
        """Return those of the jobs that are in this channel and for these eyes, oldest first."""
        jobs = await named_jobs(named, visitor.caller, self._studio)
        return sorted((job for job in jobs if job.guild == visitor.guild), key=lambda job: job.id)

    async def _favourites(self, jobs: Iterable[Job], visitor: Visitor) -> list[str]:
        return await favourites_among(jobs, visitor, self._studio)

    def _query(
        self, visitor: Visitor, *, before: JobId | None = None, after: JobId | None = None, most: int = SHOWN
    ) -> HistoryQuery:
        return HistoryQuery(guild=visitor.guild, before=before, after=after, most=most)


async def favourites_among(jobs: Iterable[Job], visitor: Visitor, studio: Studio) -> list[str]:
    """Return which of the jobs' images the visitor keeps."""
    images = [image.id for job in jobs for image in job.images if image.is_ready]
    return sorted(await favoured(images, visitor.caller, studio)) if images else []


async def page_data(visitor: Visitor, studio: Studio) -> dict[str, Any]:
    """Return what the command box completes from."""
    able = [generator.capabilities for generator in open_to(visitor.caller, studio).generators.values()]

    def union(names: Iterable[Sequence[str]]) -> list[str]:
        return list(dict.fromkeys(name for each in names for name in each))

    is_trusted = visitor.caller.is_trusted
    styles = [style.name for style in await list_styles(visitor.here, studio)]
    return {
        "guild": visitor.guild,
        "me": visitor.caller.person,
        "commands": [
            {
                "name": command.name,
                "summary": say(visitor.locale, command.summary, {}),
                "takes": command.takes,
            }
            for command in commands_for(visitor.here)
        ],
        "flags": [
            {"name": flag.name, "allowed": [allowed(visitor.locale, text) for text in flag.allowed]} for flag in FLAGS
        ],
        "values": {
            "model": [*union(one.models for one in able), *studio.house.aliases],
            "style": union([styles, *(one.styles for one in able)]),
            "sampler": union(one.samplers for one in able),
            "__": sorted(studio.wildcards.lists),
            "ar": list(_RATIOS),
            "size": list(_SIZES),
            "enhance": [level.value for level in Enhance if level is not Enhance.LLM or studio.house.can_enhance],
            "priority": [level.name.lower() for level in Priority if level is not Priority.HIGH or is_trusted],
        },
    }


def _seen(messages: Sequence[Message]) -> str:
    return digest((message.view.job, message.version) for message in reversed(messages))


def _job(request: Request, name: str) -> JobId | None:
    said = request.query_params.get(name)
    if not said:
        return None
    return to_job_id(said)
