"""What the pages' buttons and the command box do: JSON in, JSON out, refusals as the API's."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from pinxit.actions.asking import Target
from pinxit.actions.channels import make_channel, mark_read
from pinxit.actions.quota import balance
from pinxit.actions.settings import PersonSettings, save_settings
from pinxit.chat.acts import press
from pinxit.chat.cards import Act
from pinxit.chat.commands import run
from pinxit.chat.estimate import estimate
from pinxit.chat.quota_lines import left_said
from pinxit.chat.replies import Asker, Page
from pinxit.domain.errors import Code, Refused, Unavailable
from pinxit.domain.facts import nearest, shown
from pinxit.domain.pricing import credits_of
from pinxit.domain.request import Enhance
from pinxit.web.answers import to_json
from pinxit.web.body import read_object
from pinxit.web.console.bodies import (
    ActBody,
    AnswerOut,
    ChannelBody,
    ChannelOut,
    PriceOut,
    ReadBody,
    SendBody,
    SettingsBody,
)
from pinxit.web.console.login import Done
from pinxit.web.console.platform import WEB
from pinxit.web.console.site import channel_address
from pinxit.web.drafts import SOURCE_FIELDS, to_aspect, to_sources
from pinxit.web.fields import check_fields
from pinxit.web.ids import to_job_id
from pinxit.web.jobs import check_key
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from pinxit.chat.replies import Reply
    from pinxit.domain.draft import SourceDraft
    from pinxit.domain.errors import Fact
    from pinxit.web.console.site import Site
    from pinxit.web.console.visitors import Visitor

_MOST_TEXT_CHARS = 20_000


def acting_router(site: Site) -> APIRouter:
    """Return the routes that change something."""
    router = APIRouter(include_in_schema=False)
    acting = Acting(site)
    for path, endpoint in (
        ("/c/{guild}/send", acting.send),
        ("/c/{guild}/price", acting.price),
        ("/c/{guild}/act", acting.act),
        ("/c/{guild}/read", acting.read),
        ("/channels", acting.make_channel),
        ("/settings", acting.save_settings),
    ):
        router.add_api_route(path, endpoint, methods=["POST"])
    return router


class Acting:
    """Endpoints. Each is refused to a stranger's page, whatever the browser adds to it by itself."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._studio = site.studio

    async def send(self, request: Request) -> Response:
        """Do what was typed."""
        visitor = await self._asking(request)
        text, asker = await self._said(request, visitor)
        return _answer(await run(text, asker, self._studio))

    async def price(self, request: Request) -> Response:
        """Tell what a text would cost, and what is left of the person's limits; nothing is queued or noted."""
        visitor = await self._asking(request)
        text, asker = await self._said(request, visitor)
        found = await estimate(text, asker, self._studio)
        left = left_said(await balance(visitor.here, self._studio), visitor.locale)
        if found is None:
            return to_json(PriceOut(credits=None, jobs=0, price="", left=left))
        credits_asked = credits_of(found.credits_milli)
        facts: dict[str, Fact] = {"credits": credits_asked, "count": found.jobs if found.jobs > 1 else None}
        price = say(visitor.locale, Phrase.SAID_ESTIMATE, facts)
        return to_json(PriceOut(credits=credits_asked, jobs=found.jobs, price=price, left=left))

    async def act(self, request: Request) -> Response:
        """Do what a button says."""
        visitor = await self._asking(request)
        body = check_fields(await read_object(request), ActBody)
        if body.act not in set(Act):
            acts = [act.value for act in Act]
            raise Refused(
                Code.FIELD_CHOICE, field="act", value=shown(body.act), nearest=nearest(body.act, acts), allowed=acts
            )
        asker = self._asker(visitor, body.key)
        reply = await press(Act(body.act), to_job_id(body.job), body.index, asker, self._studio, body.value)
        return _answer(reply)

    async def read(self, request: Request) -> Response:
        """Note that the channel has been read up to a job."""
        visitor = await self._site.visitors.visitor(request)
        body = check_fields(await read_object(request), ReadBody)
        await mark_read(visitor.guild, to_job_id(body.job), visitor.caller, self._studio)
        self._site.feed.tell_news()
        return Response(status_code=204)

    async def make_channel(self, request: Request) -> Response:
        """Make a channel."""
        visitor = await self._asking(request)
        body = check_fields(await read_object(request), ChannelBody)
        made = await make_channel(body.name, visitor.caller, self._studio)
        self._site.feed.tell_news()
        return to_json(ChannelOut(url=channel_address(made.guild)))

    async def save_settings(self, request: Request) -> Response:
        """Save what is to be filled in where the person says nothing."""
        visitor = await self._asking(request)
        body = check_fields(await read_object(request), SettingsBody)
        wanted = PersonSettings(
            name=body.name,
            locale=body.locale,
            count=body.count,
            aspect=to_aspect(body.aspect) if body.aspect else None,
            generator=body.generator or None,
            negative_prompt=body.negative_prompt,
            enhance=_enhance(body.enhance),
            private=body.private,
        )
        await save_settings(wanted, visitor.caller, self._studio)
        return to_json(Done())

    async def _said(self, request: Request, visitor: Visitor) -> tuple[str, Asker]:
        """Return what was typed, and who typed it with what was attached."""
        body = check_fields(await read_object(request, unchecked=SOURCE_FIELDS), SendBody)
        if len(body.text) > _MOST_TEXT_CHARS:
            allowed = [f"at most {_MOST_TEXT_CHARS} characters"]
            raise Refused(Code.PROMPT_TOO_LONG, field="text", value=f"{len(body.text)} characters", allowed=allowed)
        limits = self._studio.house.limits
        sources = await to_sources(body.images or (), body.mask, body.style_image, limits)
        return body.text, self._asker(visitor, body.key, sources)

    async def _asking(self, request: Request) -> Visitor:
        visitor = await self._site.visitors.visitor(request)
        if self._site.feed.is_closed:
            raise Unavailable("the server is stopping")
        return visitor

    def _asker(self, visitor: Visitor, key: str | None, sources: tuple[SourceDraft, ...] = ()) -> Asker:
        target = Target(WEB, visitor.guild)
        return Asker(visitor.here, visitor.locale, None if key is None else check_key(key), target, sources)


def _answer(reply: Reply) -> Response:
    jobs = [str(job.id) for job in reply.jobs]
    answer = AnswerOut(
        said=reply.said,
        jobs=jobs,
        page=_page(reply),
        refill=reply.refill,
        keeps=reply.keeps,
        hints=list(reply.hints),
    )
    return to_json(answer)


def _enhance(level: str | None) -> Enhance | None:
    if not level:
        return None
    if level not in set(Enhance):
        allowed = [each.value for each in Enhance]
        raise Refused(Code.FIELD_CHOICE, field="enhance", value=shown(level), allowed=allowed)
    return Enhance(level)


def _page(reply: Reply) -> str:
    """Return where the page is that the reply wants to be looked at, "" for none; pure."""
    if reply.page is None:
        return ""
    if reply.page in (Page.DETAILS, Page.FILES):
        return f"/details/{reply.about}"
    if reply.page is Page.MYDATA:
        return "/settings#mydata"
    if reply.page is Page.ADMIN:
        return f"/admin/{quote(reply.about, safe='/')}".rstrip("/")
    if reply.page in (Page.QUOTA, Page.STYLES):
        return f"/{reply.page.value}?{urlencode({'guild': reply.about})}"
    query = f"?{urlencode({'q': reply.about})}" if reply.page is Page.HISTORY and reply.about else ""
    return f"/{reply.page.value}{query}"
