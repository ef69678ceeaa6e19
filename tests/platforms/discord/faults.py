"""What goes wrong on purpose: set by a test, per route and so many times."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from tests.platforms.discord.log import Call
    from tests.platforms.discord.routes import Route


class Kind(Enum):
    """How a request fails. Only LOST, SLOW and LATE let it take effect."""

    RATE_LIMITED = "429 as Discord's own API says it: a body, headers and `Via`"
    BLOCKED = "429 as Cloudflare says it: HTML, no `Via`"
    STATUS = "another status, such as 500, 502, 503: no effect"
    RESET = "the connection is reset before any effect"
    HUNG_UP = "the connection is closed in order, before any effect"
    LOST = "it takes effect, then the connection is reset instead of an answer"
    SLOW = "it takes effect at once, the answer waits"
    LATE = "it waits, then takes effect, whoever asked for it being gone or not"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail. `retry_after_s`: of RATE_LIMITED and BLOCKED. `is_global`: of RATE_LIMITED.

    `hold`: of SLOW, the answer leaves when it is set; of LATE, it is carried out then. `code`: with STATUS,
    Discord's code in the body (0: no JSON body for 5XX, as from a proxy).
    """

    kind: Kind
    status: int = 503
    code: int = 0
    retry_after_s: float = 0.01
    is_global: bool = False
    hold: asyncio.Event | None = None


@dataclass(slots=True)
class _Rule:
    method: str
    route: Route
    fault: Fault
    left: int | None
    when: Callable[[Call], bool] | None


@dataclass(slots=True)
class Faults:
    """The rules in force, first set first used. `struck`: how often each kind happened."""

    struck: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    _rules: list[_Rule] = field(default_factory=list)

    def add(
        self,
        method: str,
        route: Route,
        fault: Fault | Kind,
        *,
        times: int | None = 1,
        when: Callable[[Call], bool] | None = None,
    ) -> None:
        """Let the next `times` requests (None: all) fail, of those that `when` is true of if it is given.

        `when` sees the call before it is carried out: method, route, ids and the body.
        """
        chosen = fault if isinstance(fault, Fault) else Fault(fault)
        self._rules.append(_Rule(method.upper(), route, chosen, times, when))

    def clear(self) -> None:
        """Let everything succeed again."""
        self._rules.clear()

    def take(self, call: Call) -> Fault | None:
        """Return how this request fails, None when it does not."""
        for rule in self._rules:
            fits = rule.method == call.method and rule.route is call.route
            if not fits or (rule.when is not None and not rule.when(call)):
                continue
            if rule.left is not None:
                rule.left -= 1
                if rule.left == 0:
                    self._rules.remove(rule)
            self.struck[rule.fault.kind] += 1
            return rule.fault
        return None
