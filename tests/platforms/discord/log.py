"""Everything that was asked of the loopback Discord, in order, and what can be read from it afterwards."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.platforms.discord.faults import Kind
    from tests.platforms.discord.routes import Route

_CUSTOM_ID = re.compile(r"px\d+:(?P<act>[a-z]+):(?P<subject>[^:]*):")
_CANCEL = "cancel"


@dataclass(slots=True)
class Call:
    """One request. `body`: its JSON (payload_json of a multipart one). `files`: names of the files it brought.

    `status` and `code`: what was answered, 0 while it was not, or when the connection was reset. `message_id`: the
    message that it made, showed, changed or deleted. `shown`: that message as it was after the change, None where
    nothing changed (a repeated nonce included). `fault`: what was made to go wrong. `lost`: it took effect, and nobody
    heard of it. `at_s`: when it came, seconds on the server's clock.
    """

    at_s: float
    method: str
    route: Route
    path: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    files: list[str] = field(default_factory=list)
    status: int = 0
    code: int = 0
    message_id: str | None = None
    channel_id: str | None = None
    interaction_id: str | None = None
    shown: dict[str, Any] | None = None
    fault: Kind | None = None
    lost: bool = False

    @property
    def jobs(self) -> frozenset[str]:
        """Return the jobs (or other subjects) that the custom ids of the shown message name."""
        return frozenset(subject for _, subject in self._custom_ids() if subject)

    @property
    def is_final(self) -> bool:
        """Return whether the call showed a card that bears a job's buttons and none to cancel it."""
        acts = {act for act, _ in self._custom_ids()}
        return bool(self.jobs) and _CANCEL not in acts

    def _custom_ids(self) -> Iterator[tuple[str, str]]:
        for row in (self.shown or {}).get("components", ()):
            for one in row["components"]:
                if found := _CUSTOM_ID.match(one.get("custom_id") or ""):
                    yield found["act"], found["subject"]


class Log(list[Call]):
    """The calls, in the order in which they came."""

    def of(self, method: str, *routes: Route) -> list[Call]:
        """Return the calls of a method to any of the routes (to all, if none is named)."""
        return [one for one in self if one.method == method and (not routes or one.route in routes)]

    @property
    def changes(self) -> list[Call]:
        """Return the calls that made or changed a message, heard of or lost."""
        return [one for one in self if one.shown is not None]

    def finals(self, is_final: Callable[[Call], bool] = lambda call: call.is_final) -> Counter[str]:
        """Return how often each message (id) became final: 1 each, where the bot behaves."""
        return Counter(one.message_id for one in self.changes if one.message_id and is_final(one))

    def messages_by_job(self) -> dict[str, set[str]]:
        """Return the ids of the messages that ever showed each job, by its buttons."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for one in self.changes:
            for job in one.jobs:
                if one.message_id is not None:
                    found[job].add(one.message_id)
        return dict(found)

    def messages_by_nonce(self) -> dict[str, set[str]]:
        """Return the ids of the messages that each nonce made: one each, however often it was sent."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for one in self:
            if isinstance(one.body, dict) and one.body.get("nonce") and one.message_id is not None:
                found[str(one.body["nonce"])].add(one.message_id)
        return dict(found)

    @property
    def invalid_requests(self) -> int:
        """Return how many count against the 10,000 per ten minutes: 401, 403 and 429.

        Source: discord.com/developers/docs/topics/rate-limits#invalid-request-limit, read 2026-11.
        """
        return sum(one.status in {401, 403, 429} for one in self)
