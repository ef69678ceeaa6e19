"""From values to HTML: the templates, and the messages that they show."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pinxit import __version__
from pinxit.chat.cards import view
from pinxit.domain.caller import OPERATOR
from pinxit.wording import ui
from pinxit.wording.dates import clock, day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from pinxit.chat.cards import View
    from pinxit.domain.delivery import Card
    from pinxit.domain.ids import PersonId
    from pinxit.domain.job import Job
    from pinxit.web.console.static_files import StaticFiles

FOLDER = Path(__file__).parent / "templates"
_DIGEST_CHARS = 12
_NAME_CHARS = 24


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the stream, the same for everybody who may see it.

    `at`: ISO 8601 in UTC; `clock` and `day` are the same moment in words. `version`: changes when the message must be
    shown anew; how far it is and where it stands do not count, for these are told by themselves.
    """

    view: View
    who: str
    at: str
    clock: str
    day: str
    version: str
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Who looks at the page."""

    id: str
    name: str
    is_operator: bool
    is_admin: bool = False
    can_log_out: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A channel in the list at the side."""

    guild: str
    name: str
    platform: str
    unread: int
    url: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """What every page has round its contents. `me` None: nobody has come in yet."""

    lang: str
    theme: str
    page: str
    me: Person | None = None
    channels: tuple[Listed, ...] = ()


class Rendering:
    """The templates, with escaping that no template can forget."""

    def __init__(self, static: StaticFiles) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["static"] = static.address

    def page(self, name: str, shell: Shell, **values: object) -> str:
        """Return a page or a part of one."""
        return self._environment.get_template(name).render(
            lang=shell.lang,
            theme=shell.theme,
            page=shell.page,
            me=shell.me,
            channels=shell.channels,
            t=ui(shell.lang),
            version=__version__,
            **values,
        )

    def message(self, message: Message, locale: str) -> str:
        """Return one message."""
        return self._environment.get_template("message.html").render(message=message, lang=locale, t=ui(locale))


def to_message(card: Card, who: str, locale: str, now: datetime) -> Message:
    """Return what is shown of a job; pure."""
    job = card.job
    return Message(
        view=view(card, locale, now),
        who=who or short_name(job.person, locale),
        at=job.created_at.isoformat(),
        clock=clock(job.created_at),
        day=day(locale, job.created_at),
        version=version_of(job),
    )


def version_of(job: Job) -> str:
    """Return what changes when a job's message must be shown anew; equal in every language and process."""
    images = [(image.id, image.is_deleted, image.shown) for image in job.images if image.is_ready]
    shown = (job.state, job.step, images, job.error_code, dict(job.error_facts), job.cancel_wanted, job.private)
    enhanced = job.request.enhanced if job.state.is_final else ""
    return _digest(repr((shown, enhanced, job.recreation)))


def digest(messages: Iterable[tuple[str, str]]) -> str:
    """Return what names a list of (job, version): a page that shows it has nothing to catch up on."""
    return _digest(" ".join(f"{job}:{version}" for job, version in messages))


def place_name(guild: str, name: str, locale: str) -> str:
    """Return what to call a channel; the operator's own one has no name until it is given one."""
    return ui(locale)["own_channel"] if name == guild == OPERATOR.guild else name


def short_name(person: PersonId, locale: str) -> str:
    """Return what to call somebody who has told no name."""
    if person == OPERATOR.person:
        return ui(locale)["operator"]
    return person if len(person) <= _NAME_CHARS else f"{person[: _NAME_CHARS - 1]}…"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_CHARS]
