"""Who asks over a chat, and what a chat answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pinxit.domain.pricing import credits_of
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.asking import Target
    from pinxit.actions.imagine import Accepted
    from pinxit.actions.studio import Studio
    from pinxit.data.people import Saved
    from pinxit.domain.caller import Caller
    from pinxit.domain.delivery import Place
    from pinxit.domain.draft import SourceDraft
    from pinxit.domain.errors import Fact
    from pinxit.domain.ids import JobId
    from pinxit.domain.job import Job


class Page(StrEnum):
    """Something to look at beside the messages; each platform shows it its own way, or what was `said` instead."""

    HISTORY = "history"
    FAVOURITES = "favourites"
    QUEUE = "queue"
    SETTINGS = "settings"
    QUOTA = "quota"
    STYLES = "styles"
    MYDATA = "mydata"
    ADMIN = "admin"
    DETAILS = "details"
    INSPECT = "inspect"
    HELP = "help"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in which language, and what came along.

    `key`: makes repeating the wish harmless. `target`: the message that is to show the job; None: nothing is
    delivered. `sources`: pictures that were attached. `saved`: what the asker and the guild chose, where it was read
    just now.
    """

    caller: Caller
    locale: str
    key: str | None = None
    target: Target | None = None
    sources: tuple[SourceDraft, ...] = ()
    saved: Saved | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of it. `said`: for the asker's eyes only, plain text.

    `jobs`: new ones, each with a message of its own. `page`, `about`: what to show, and of what (an id, a query).
    `refill`: text for the command box. `keeps`: what was attached is wanted again with it. `hints`: the part of `said`
    that a message of the job does not say. `removed`: jobs whose messages are not wanted any more. `confirm`: the
    ticket that does it after all, for a platform with buttons, which shows `question` above them instead of `said`; ""
    where there is none. `place`: where the first job waits; None: nobody looked, or it does not wait any more.
    """

    said: str = ""
    jobs: tuple[Job, ...] = ()
    page: Page | None = None
    about: str = ""
    refill: str = ""
    keeps: bool = False
    hints: tuple[str, ...] = ()
    removed: tuple[JobId, ...] = ()
    confirm: str = ""
    question: str = ""
    place: Place | None = None


async def queued(accepted: Accepted, asker: Asker, studio: Studio) -> Reply:
    """Return the reply to a wish that became a job."""
    return await all_queued((accepted,), asker, studio)


async def all_queued(group: Sequence[Accepted], asker: Asker, studio: Studio) -> Reply:
    """Return the reply to wishes that became jobs, or that were only priced, with what is worth telling."""
    jobs = tuple(one.job for one in group if one.job is not None)
    place = None
    facts: dict[str, Fact]
    if not jobs:
        credits_milli = sum(one.quote.credits_milli for one in group)
        seconds = sum(one.quote.seconds for one in group)
        about = Phrase.SAID_PRICE
        facts = {"count": len(group), "credits": credits_of(credits_milli), "eta_s": seconds}
    else:
        place = None if studio.rush.is_crowded else await studio.queue.place(jobs[0].id)
        about = Phrase.SAID_ACCEPTED if len(jobs) == 1 else Phrase.SAID_ACCEPTED_MANY
        facts = {"count": len(jobs)}
        facts |= {} if place is None else {"ahead": place.ahead, "eta_s": place.eta_s}
    hints = dict.fromkeys(say(asker.locale, told.hint, told.facts) for one in group for told in one.hints)
    return Reply("\n".join([say(asker.locale, about, facts), *hints]), jobs, hints=tuple(hints), place=place)
