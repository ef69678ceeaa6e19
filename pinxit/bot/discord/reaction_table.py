"""What each reaction asks for, and whether it was just asked for already."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pinxit.chat.acts import REACTIONS
from pinxit.chat.cards import Act

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

AGAIN_S = 10.0  # The same reaction twice within this time is one.
_MOST_REMEMBERED = 10_000
_VARIATION = "\N{VARIATION SELECTOR-16}"
_ACT = re.compile(r"(?P<act>[a-z]+)(?P<number>[1-9]?)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reaction asks for. `index`: of the picture meant, from 0; None: the job."""

    act: Act
    index: int | None = None


def table_of(chosen: Mapping[str, str] | None) -> Mapping[str, Asked]:
    """Return what is asked by which emoji, written plainly (see `plain`).

    `chosen`: act by emoji as the operator wrote them, a picture's number behind the act ("upscale2"); None: ours. What
    is no act is left out.
    """
    if chosen is None:
        return {plain(emoji): Asked(act, index) for emoji, (act, index) in REACTIONS.items()}
    found = {plain(emoji): _asked(act) for emoji, act in chosen.items()}
    return {emoji: asked for emoji, asked in found.items() if asked is not None}


def signs_of(chosen: Mapping[str, str] | None) -> Mapping[Act, str]:
    """Return the emoji that ask for each act as people see them, several in a row. `chosen`: as in `table_of`."""
    table, found = table_of(chosen), dict[Act, str]()
    for emoji in REACTIONS if chosen is None else chosen:
        asked = table.get(plain(emoji))
        if asked is not None:
            found[asked.act] = found.get(asked.act, "") + emoji
    return found


def plain(emoji: str) -> str:
    """Return an emoji without the sign that only says how it is drawn: some programs send it, some do not."""
    return emoji.replace(_VARIATION, "")


def _asked(name: str) -> Asked | None:
    found = _ACT.fullmatch(name)
    if found is None or found["act"] not in set(Act):
        return None
    return Asked(Act(found["act"]), int(found["number"]) - 1 if found["number"] else None)


class Recent:
    """The reactions of the last seconds, so that one which is taken back and given again is not two wishes.

    It forgets what is older, and never holds more than ten thousand. A restart forgets everything, but a wish has
    its window in its key too (see `key_of`), and Discord tells a new connection of no old reactions.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str, str], datetime] = OrderedDict()

    def is_new(self, user: str, message: str, emoji: str, now: datetime) -> bool:
        """Tell whether this was not there within the last ten seconds, and remember it from now on."""
        while self._seen:
            oldest, seen_at = next(iter(self._seen.items()))
            if (now - seen_at) < timedelta(seconds=AGAIN_S) and len(self._seen) < _MOST_REMEMBERED:
                break
            del self._seen[oldest]
        this = (user, message, emoji)
        if this in self._seen:
            return False
        self._seen[this] = now
        return True


def key_of(message: str, emoji: str, now: datetime) -> str:
    """Return what makes repeating a reaction's wish harmless after a restart, too: one key for ten seconds.

    Two reactions with one key are never ten seconds apart, so this joins none that are two.
    """
    code = "-".join(f"{ord(sign):x}" for sign in plain(emoji))
    return f"r{message}.{code}.{int(now.timestamp() // AGAIN_S)}"
