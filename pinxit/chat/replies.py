"""Who asks over a chat, and what a chat answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from pinxit.actions.imagine import Accepted, Target
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import SourceDraft
    from pinxit.domain.ids import JobId
    from pinxit.domain.job import Job


class Page(StrEnum):
    """Something to look at beside the messages; each platform shows it its own way."""

    HISTORY = "history"
    FAVOURITES = "favourites"
    QUEUE = "queue"
    SETTINGS = "settings"
    DETAILS = "details"
    INSPECT = "inspect"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, in which language, and what came along.

    `key`: makes repeating the wish harmless. `target`: the message that is to show the job; None: nothing is
    delivered. `sources`: pictures that were attached.
    """

    caller: Caller
    locale: str
    key: str | None = None
    target: Target | None = None
    sources: tuple[SourceDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of it. `said`: for the asker's eyes only, plain text.

    `jobs`: new ones, each with a message of its own. `page`, `about`: what to show, and of what (an id, a query).
    `refill`: text for the command box. `removed`: jobs whose messages are not wanted any more.
    """

    said: str = ""
    jobs: tuple[Job, ...] = ()
    page: Page | None = None
    about: str = ""
    refill: str = ""
    removed: tuple[JobId, ...] = ()


async def queued(accepted: Accepted, asker: Asker, studio: Studio) -> Reply:
    """Return the reply to a wish that became a job."""
    job = accepted.job
    if job is None:
        return Reply()
    place = await studio.queue.place(job.id)
    facts = {} if place is None else {"ahead": place.ahead, "eta_s": place.eta_s}
    return Reply(say(asker.locale, Phrase.SAID_ACCEPTED, facts), (job,))
