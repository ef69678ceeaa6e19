"""The operator's filter and a guild's, as everybody who asks meets them."""

from __future__ import annotations

import pytest

from pinxit.domain.errors import Code, Refused
from pinxit.domain.guild_rules import GuildRules
from pinxit.prompt.filters import Filters
from pinxit.prompt.text_filter import TextFilter

LONG = "лиса в снегу " * 40  # Long and of another script: looked at beside the event loop.


@pytest.mark.parametrize("around", ["", LONG], ids=["short", "long"])
@pytest.mark.parametrize(
    ("text", "code"),
    [("a gory fox", Code.MODERATED), ("a gargoyle", Code.MODERATED), ("a naked little girl", Code.MINORS)],
)
async def test_whatever_is_blocked_is_refused_however_long_the_text(text: str, code: Code, around: str) -> None:
    filters = Filters(TextFilter.compile(["gory"]))

    with pytest.raises(Refused) as refused:
        await filters.admit(f"{around}{text}", GuildRules(blocked_words=("gargoyle",)))

    assert refused.value.code is code


@pytest.mark.parametrize("text", ["a red fox", LONG], ids=["short", "long"])
async def test_everything_else_is_admitted(text: str) -> None:
    filters = Filters(TextFilter.compile(["gory"]))

    await filters.admit(text, GuildRules())
    await filters.admit(text, GuildRules(blocked_words=("gargoyle",)))


async def test_a_change_of_a_guilds_words_holds_at_once() -> None:
    filters = Filters(TextFilter.compile(()))
    await filters.admit("a gargoyle", GuildRules(blocked_words=("gory",)))

    with pytest.raises(Refused):
        await filters.admit("a gargoyle", GuildRules(blocked_words=("gory", "gargoyle")))
