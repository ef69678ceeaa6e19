"""Who looks at a page: the caller, their language and what they have set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinxit.actions.channels import channels
from pinxit.actions.settings import load_settings
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, shown
from pinxit.domain.ids import GuildId
from pinxit.web.console.platform import WEB
from pinxit.web.refusals import locale_of
from pinxit.wording import LANGUAGES

if TYPE_CHECKING:
    from starlette.requests import Request

    from pinxit.actions.channels import Channel
    from pinxit.actions.settings import PersonSettings
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.web.trust import Trust

_THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Visitor:
    """One request's person. `guild`: the channel that is looked at, their own where the address names none."""

    caller: Caller
    guild: GuildId
    locale: str
    settings: PersonSettings
    has_session: bool

    @property
    def here(self) -> Caller:
        """Return the caller as one who asks in this channel."""
        return replace(self.caller, guild=self.guild)


class Visitors:
    """Finds out who looks."""

    def __init__(self, studio: Studio, trust: Trust) -> None:
        self._studio = studio
        self._trust = trust

    async def visitor(self, request: Request, *, is_visit: bool = False) -> Visitor:
        """Return who asks, and note the language for refusals. Raises Refused: nobody we know, no such channel.

        `is_visit`: the request is for a page, to which a link from elsewhere may lead.
        """
        caller = replace(await self._trust.caller(request, is_visit=is_visit), platform=WEB)
        settings = await load_settings(caller, self._studio)
        locale = settings.locale if settings.locale in LANGUAGES else language(request)
        request.state.locale = locale
        has_session = await self._trust.session_caller(request) is not None
        named = request.path_params.get("guild")
        guild = caller.guild if named is None else await self._channel(named, caller)
        return Visitor(caller, guild, locale, settings, has_session)

    async def channels(self, visitor: Visitor) -> tuple[Channel, ...]:
        """Return the channels that the visitor may see."""
        return await channels(visitor.caller, self._studio)

    async def _channel(self, named: str, caller: Caller) -> GuildId:
        guild = GuildId(named)
        is_there = guild == caller.guild or (
            caller.is_trusted and is_text(named) and bool(await self._studio.store.guilds.seen_by(caller.person, guild))
        )
        if not is_there:
            raise Refused(Code.CHANNEL_UNKNOWN, value=shown(named))
        return guild


def language(request: Request) -> str:
    """Return the language of a request of nobody in particular."""
    return locale_of(request.headers.get("accept-language", ""))


def theme(request: Request) -> str:
    """Return the theme that the page has chosen, or "" where the browser decides."""
    said = request.cookies.get("theme", "")
    return said if said in _THEMES else ""
