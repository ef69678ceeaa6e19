"""What must be true of every answer of the bot, and of everything that it logs on the way."""

from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from structlog.testing import capture_logs

from pinxit.log import without_prompts
from pinxit.wording import Phrase, Slash, say, say_slash
from tests.bot.table_values import MARK, MENTIONS, WORKING
from tests.platforms.discord.entities import Callback
from tests.platforms.discord.rest_interactions import ACKNOWLEDGE_S
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.platforms.discord.log import Call
    from tests.platforms.discord.people_sight import Seen
    from tests.platforms.discord.people_use import Used
    from tests.platforms.discord.server import DiscordServer

_INTERNAL = "went wrong here"
_DONE = frozenset(say("en", phrase, {}) for phrase in (Phrase.SAID_DONE, Phrase.SAID_UNCHANGED))
_NOT_READ = re.compile(r"(?s)```.*?```|\\.")  # What Discord takes for no markup: code, and whatever is escaped.
_OURS = re.compile(r"px\d+:")


@dataclass(slots=True)
class Lines:
    """What the program and its libraries have logged so far. `events`: ours; `others`: of the libraries."""

    events: list[Any] = field(default_factory=list)
    others: list[logging.LogRecord] = field(default_factory=list)
    looked_at: int = 0
    others_looked_at: int = 0

    def check(self, *secrets: str) -> None:
        """Fail on what was logged since the last look: an error, a secret, or anybody's words."""
        events, self.looked_at = self.events[self.looked_at :], len(self.events)
        others, self.others_looked_at = self.others[self.others_looked_at :], len(self.others)
        for event in events:
            assert event["log_level"] not in {"error", "critical"}, event
            assert not event.get("exc_info"), event
            if event["log_level"] != "debug":
                told = str(without_prompts(None, event["log_level"], event))
                assert not [secret for secret in (*secrets, MARK) if secret in told], told
        for record in others:
            told = record.getMessage()
            assert record.levelno < logging.ERROR, told
            assert record.exc_info is None, told
            assert not [secret for secret in (*secrets, MARK) if secret in told], told


@dataclass(slots=True)
class Judge:
    """Looks at the answers that a server was given, and at what was logged meanwhile. `looked_at`: so many calls."""

    server: DiscordServer
    lines: Lines
    looked_at: int = 0

    async def answered(self, used: Used) -> Seen | None:
        """Wait for the answer to an interaction and check what is true of every one; None: it was a form."""
        await used.acknowledged(ACKNOWLEDGE_S)
        calls = [one for one in self.server.log.of("POST", Route.CALLBACK) if one.path["interaction_id"] == used.id]
        assert [one.status // 100 for one in calls] == [2], calls
        seen = None
        if used.callback is Callback.MODAL:
            form = await used.modal()
            assert form.title
            assert form.fields
        else:
            seen = await used.wait()
            assert seen.text or seen.attachments or seen.components, seen
            assert _INTERNAL not in seen.text, seen
            assert seen.is_ephemeral or _names_a_job(seen) or used.callback is Callback.UPDATE, seen
            read = _NOT_READ.sub("", _marked_up(seen))
            assert not [markup for markup in (*WORKING, *MENTIONS) if markup in read], seen
        self.check(used.interaction.token)
        return seen

    def check(self, *secrets: str) -> None:
        """Fail on what must never be: a ping, something that Discord turned down, a line in the log that tells."""
        assert not self.server.problems, self.server.problems
        calls = self.server.log[self.looked_at :]
        self.looked_at += next((at for at, call in enumerate(calls) if not call.status), len(calls))
        for call in calls:
            said, shown = _new_message(call), call.shown or {}
            assert said is None or (said.get("allowed_mentions") or {}).get("parse") == [], call
            assert not shown.get("mentions"), shown
            assert not shown.get("mention_everyone"), shown
        self.lines.check(self.server.token, *secrets)


def refused(seen: Seen | None) -> bool:
    """Tell whether an answer is a bare sentence for one person's eyes, and not that something was done."""
    bare = seen is not None and not (seen.embeds or seen.attachments or seen.components)
    return bare and seen is not None and seen.is_ephemeral and plain(seen) not in _DONE


def taken(seen: Seen | None, said: str) -> bool:
    """Tell whether an answer shows that a command was done. `said`: a word of it where it is a bare sentence."""
    if seen is None:
        return True
    shows = bool(seen.embeds or seen.components or seen.attachments) or plain(seen) in _DONE
    return shows or plain(seen) == say_slash("en", Slash.ON_ITS_WAY) or (bool(said) and said in plain(seen))


def plain(seen: Seen) -> str:
    """Return a message's words as they are read."""
    return seen.text.replace("\\", "")


def _new_message(call: Call) -> dict[str, Any] | None:
    """Return the message that a call brings, None for one that brings none or only changes one."""
    if call.method != "POST" or not isinstance(call.body, dict):
        return None
    if call.route is Route.CALLBACK:
        data: dict[str, Any] | None = call.body.get("data")
        return data if call.body["type"] == Callback.MESSAGE else None
    return call.body if call.route in {Route.MESSAGES, Route.FOLLOW_UP} else None


def _marked_up(seen: Seen) -> str:
    """Return what Discord reads markup in: neither titles' small print nor footers."""
    return "\n".join([seen.content, *(str(embed.get("description") or "") for embed in seen.embeds)])


def _names_a_job(seen: Seen) -> bool:
    return any(_OURS.match(str(one.get("custom_id"))) for one in seen.components)


@contextmanager
def listening() -> Iterator[Lines]:
    """Collect whatever is logged while the block lasts, by us and by libraries from INFO on."""
    lines = Lines()
    handler = _Collecting(lines.others)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        with capture_logs() as events:
            lines.events = events
            yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


class _Collecting(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.INFO)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record."""
        self._records.append(record)
