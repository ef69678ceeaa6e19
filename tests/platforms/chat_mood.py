"""How the test chat misbehaves: probabilities, and what is drawn from them for one request. Pure."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random


@dataclass(frozen=True, slots=True)
class Mood:
    """Probabilities, 0 … 1, drawn anew for each create and edit; an all-zero mood is an honest chat.

    delay        act only after a while (less than the server's late_s)
    reorder      hold an edit until a later edit of the same message is applied, or nearly late_s has passed
    lose_answer  act, then close the connection without a word
    slow_answer  act, then answer only after the server's slow_s, when the client has given up
    refuse       answer 500 and do nothing
    limit        answer 429 with retry_after and do nothing
    forget       delete the message, so that this edit and all later ones are answered 404
    expire       end the token that came with the request, so that it is answered 401 token_expired
    close        forbid the channel for good, so that this and everything later in it is answered 403
    """

    delay: float = 0.0
    reorder: float = 0.0
    lose_answer: float = 0.0
    slow_answer: float = 0.0
    refuse: float = 0.0
    limit: float = 0.0
    forget: float = 0.0
    expire: float = 0.0
    close: float = 0.0

    def __post_init__(self) -> None:
        """Raise ValueError for what is not a probability."""
        for name, value in dataclasses.asdict(self).items():
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"{name} is {value}; write a probability from 0 to 1")


MOODS = tuple(field.name for field in dataclasses.fields(Mood))


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens to one request. `wait_s`: before it acts, at least 0 and less than late_s; None acts at once.

    `overtaken`: the wait also ends as soon as a later edit of the same message has been applied.
    """

    wait_s: float | None = None
    overtaken: bool = False
    lose_answer: bool = False
    slow_answer: bool = False
    refuse: bool = False
    limit: bool = False
    forget: bool = False
    expire: bool = False
    close: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return what is hostile in it, in the words of Mood."""
        marks: Mapping[str, bool] = {
            "delay": self.wait_s is not None and not self.overtaken,
            "reorder": self.overtaken,
            "lose_answer": self.lose_answer,
            "slow_answer": self.slow_answer,
            "refuse": self.refuse,
            "limit": self.limit,
            "forget": self.forget,
            "expire": self.expire,
            "close": self.close,
        }
        return tuple(name for name, marked in marks.items() if marked)


def draw(mood: Mood, random: Random, late_s: float) -> Plan:
    """Draw one request's plan. It takes the same number of draws in every mood, so a seed means the same throughout."""
    drawn = {name: random.random() < getattr(mood, name) for name in MOODS}
    share = random.random()
    if drawn["refuse"] or drawn["limit"]:
        # Whoever is turned away at the door has no effect at all, not even a hostile one.
        return Plan(refuse=drawn["refuse"], limit=not drawn["refuse"])
    wait_s = None
    if drawn["reorder"]:
        wait_s = late_s * (0.5 + 0.4 * share)
    elif drawn["delay"]:
        wait_s = late_s * 0.9 * share
    return Plan(
        wait_s=wait_s,
        overtaken=drawn["reorder"],
        lose_answer=drawn["lose_answer"],
        slow_answer=drawn["slow_answer"] and not drawn["lose_answer"],
        forget=drawn["forget"],
        expire=drawn["expire"],
        close=drawn["close"],
    )
