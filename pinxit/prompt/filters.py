"""The operator's filter of texts and those of the guilds, each compiled once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

from pinxit.domain.errors import Code, Refused
from pinxit.prompt.minors import check_minors
from pinxit.prompt.text_filter import TextFilter

if TYPE_CHECKING:
    from pinxit.domain.guild_rules import GuildRules

_KEPT = 256  # Guilds whose filters are kept compiled.
# Look-alikes of other scripts are read in several ways: 2,000 of them take 20 ms, and everybody would wait for that.
_QUICK_CHARS = 200
_Key = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


class Filters:
    """Checks a text against the operator's words, and against those of the guild that it is asked in."""

    def __init__(self, house: TextFilter) -> None:
        self._house = house
        self._is_ready = False  # Until somebody was looked at: the first one waits for the lists of minors, too.
        self._guilds: OrderedDict[_Key, TextFilter] = OrderedDict()

    async def admit(self, text: str, rules: GuildRules) -> None:
        """Return if the text may be painted; what takes long is done beside the event loop.

        Raises Refused: MINORS, whatever is configured; MODERATED, with `rule` as it was written.
        """
        own = await self._of(rules)
        if self._is_ready and (text.isascii() or len(text) <= _QUICK_CHARS):
            self._admit(text, own)
        else:
            self._is_ready = True
            await asyncio.to_thread(self._admit, text, own)

    def _admit(self, text: str, own: TextFilter | None) -> None:
        check_minors(text)
        for one in (self._house,) if own is None else (self._house, own):
            if (found := one.find(text)) is not None:
                raise Refused(Code.MODERATED, field="prompt", rule=found.rule)

    async def _of(self, rules: GuildRules) -> TextFilter | None:
        """Return the guild's filter, None where it blocks nothing."""
        key = rules.blocked_words, rules.blocked_patterns, rules.allowed_words
        if not rules.blocked_words and not rules.blocked_patterns:
            return None
        compiled = self._guilds.get(key)
        if compiled is None:
            compiled = self._guilds[key] = await asyncio.to_thread(TextFilter.compile, *key)
        self._guilds.move_to_end(key)
        while len(self._guilds) > _KEPT:
            self._guilds.popitem(last=False)
        return compiled
