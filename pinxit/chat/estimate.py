"""What a text in the command box would cost, told while it is still being typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.actions.imagine import price
from pinxit.actions.wishes import asks_of
from pinxit.chat.commands import split_command
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Refused
from pinxit.domain.request import Mode

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker

_MODES = {"imagine": None, "inpaint": Mode.INPAINT}


@dataclass(frozen=True, slots=True)
class Estimate:
    """The price of a wish, and how many jobs it is."""

    credits_milli: int
    jobs: int


async def estimate(text: str, asker: Asker, studio: Studio) -> Estimate | None:
    """Return what sending this text would cost, None where it is no prompt, or not one that can be painted (yet)."""
    name, rest = split_command(text)
    if name not in _MODES or not rest.strip():
        return None
    fields = Draft(prompt="", mode=_MODES[name], sources=asker.sources)
    try:
        asks = asks_of(rest, fields, asker.caller, studio)
        priced = [await price(ask, studio, is_noted=False) for ask in asks]
    except Refused:
        return None
    return Estimate(sum(one.quote.credits_milli for one in priced), len(priced))
