"""The queue view: computed once a second for everybody who may see the same."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pinxit.actions.lines import queue_view
from pinxit.web.console.rendering import place_name

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller

_MOST_KEPT = 1000
_Key = tuple[bool, str, str]


class Lanes:
    """Pools and lanes as JSON. `every_s`: how often they are looked at anew."""

    def __init__(self, studio: Studio, every_s: float = 1.0) -> None:
        self.every_s = every_s
        self._studio = studio
        self._kept: OrderedDict[_Key, tuple[float, list[dict[str, Any]]]] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def look(self, caller: Caller, locale: str) -> list[dict[str, Any]]:
        """Return the pools with their lanes as the caller may see them, in the caller's language."""
        key = (caller.is_trusted, "" if caller.is_trusted else caller.guild, locale)
        async with self._one_at_a_time:
            now_s = self._studio.clock.monotonic()
            kept = self._kept.get(key)
            if kept is None or now_s - kept[0] >= self.every_s:
                kept = now_s, [asdict(pool) for pool in await queue_view(caller, self._studio)]
                for lane in (lane for pool in kept[1] for lane in pool["lanes"]):
                    lane["name"] = place_name(lane["guild"], lane["name"], locale)
                self._kept[key] = kept
                self._kept.move_to_end(key)
                if len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
        return kept[1]
