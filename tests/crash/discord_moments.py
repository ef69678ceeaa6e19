"""The moments at which a call to Discord can be cut off from its answer, and what goes wrong besides."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.platforms.discord.faults import Fault, Kind
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.platforms.discord.faults import Faults
    from tests.platforms.discord.log import Call
    from tests.platforms.discord.state import State

_MESSAGE, _EPHEMERAL = 4, 1 << 6


@dataclass(frozen=True, slots=True)
class Moment:
    """A call that is held or cut off while the program dies. `needs`: what somebody has to do for it to come.

    `when`: which of the calls, besides method and route; it is handed the state too. `at_start`: it comes of what the
    life before left.
    """

    name: str
    method: str
    route: Route
    kind: Kind
    needs: str
    when: Callable[[Call, State], bool]
    at_start: bool = False


def _answers_job(call: Call, _: State) -> bool:
    data = call.body.get("data") or {}
    return call.body["type"] == _MESSAGE and bool(data.get("components"))


def _answers_privately(call: Call, state: State) -> bool:
    return _answers_job(call, state) and bool(call.body["data"].get("flags", 0) & _EPHEMERAL)


def _has_files(call: Call, _: State) -> bool:
    return bool(call.files)


def _has_none(call: Call, _: State) -> bool:
    return not call.files


def _is_direct(call: Call, state: State) -> bool:
    return state.channels[call.path["channel_id"]].guild_id is None


def _is_of_server(call: Call, state: State) -> bool:
    return not _is_direct(call, state)


# In this order: a private answer that never arrived leads to the direct message of the life after it.
MOMENTS = (
    Moment("callback taken", "POST", Route.CALLBACK, Kind.SLOW, "imagine", _answers_job),
    Moment("callback lost", "POST", Route.CALLBACK, Kind.RESET, "imagine", _answers_job),
    Moment("message made", "POST", Route.MESSAGES, Kind.SLOW, "permute", _is_of_server),
    Moment("private callback lost", "POST", Route.CALLBACK, Kind.RESET, "private", _answers_privately),
    Moment("direct message made", "POST", Route.MESSAGES, Kind.SLOW, "private", _is_direct, at_start=True),
    Moment("answer's final taken", "PATCH", Route.FOLLOW_UP_MESSAGE, Kind.SLOW, "imagine", _has_files),
    Moment("answer's final lost", "PATCH", Route.FOLLOW_UP_MESSAGE, Kind.RESET, "imagine", _has_files),
    Moment("answer's progress late", "PATCH", Route.FOLLOW_UP_MESSAGE, Kind.LATE, "imagine", _has_none),
    Moment("message's final taken", "PATCH", Route.MESSAGE, Kind.SLOW, "permute", _has_files),
)


@dataclass(slots=True)
class Trap:
    """A moment that is waited for. `sprung`: the call is there, and held or cut off; `let_go` when the program is dead.

    Whatever was to be carried out late is carried out then.
    """

    moment: Moment
    sprung: asyncio.Event = field(default_factory=asyncio.Event)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    def set_in(self, faults: Faults, state: State) -> None:
        """Wait for the moment from now on."""
        moment = self.moment

        def fits(call: Call) -> bool:
            is_it = moment.when(call, state)
            if is_it:
                self.sprung.set()
            return is_it

        faults.add(moment.method, moment.route, Fault(moment.kind, hold=self.let_go), when=fits)


_MOOD: tuple[tuple[str, Route, Any, float], ...] = (
    ("POST", Route.CALLBACK, Kind.LOST, 0.06),
    ("POST", Route.CALLBACK, Fault(Kind.STATUS, status=500), 0.03),
    ("POST", Route.MESSAGES, Kind.LOST, 0.10),
    ("POST", Route.MESSAGES, Fault(Kind.STATUS, status=503), 0.08),
    ("PATCH", Route.FOLLOW_UP_MESSAGE, Kind.LOST, 0.06),
    ("PATCH", Route.FOLLOW_UP_MESSAGE, Kind.RESET, 0.04),
    ("PATCH", Route.FOLLOW_UP_MESSAGE, Fault(Kind.STATUS, status=503), 0.05),
    ("PATCH", Route.FOLLOW_UP_MESSAGE, Fault(Kind.STATUS, status=502), 0.03),
    ("PATCH", Route.FOLLOW_UP_MESSAGE, Fault(Kind.RATE_LIMITED, retry_after_s=0.2), 0.04),
    ("PATCH", Route.MESSAGE, Kind.LOST, 0.10),
    ("PATCH", Route.MESSAGE, Fault(Kind.STATUS, status=503), 0.06),
    ("PATCH", Route.ORIGINAL, Kind.LOST, 0.10),
    ("PATCH", Route.ORIGINAL, Fault(Kind.STATUS, status=500), 0.05),
)


def be_moody(faults: Faults, random: Random) -> None:
    """Let calls fail now and then, in the ways of a bad day."""
    for method, route, fault, odds in _MOOD:

        def strikes(_: Call, odds: float = odds) -> bool:
            return random.random() < odds

        faults.add(method, route, fault, times=None, when=strikes)
