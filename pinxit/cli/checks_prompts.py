"""What the doctor looks at about prompts: who may send them, and what happens to words before they are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.cli.exits import LOCALE
from pinxit.domain.checkup import Check, State, split
from pinxit.domain.errors import ConfigError, Refused
from pinxit.domain.request import Enhance
from pinxit.prompt.styles import load_styles
from pinxit.prompt.text_filter import TextFilter
from pinxit.prompt.wildcards import Wildcards
from pinxit.wording import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.config import Settings


def check_prompts(settings: Settings) -> Iterator[Check]:
    """Look at everything about prompts."""
    yield from _bots(settings)
    yield _enhancement(settings)
    yield Check("styles", State.GOOD, f"{len(load_styles())} can be named; `pinxit styles` lists them")
    yield from _wildcards(settings)
    yield _moderation(settings)


def _bots(settings: Settings) -> Iterator[Check]:
    if settings.discord.token is None and settings.telegram.token is None:
        return
    guilds, persons = len(settings.access.guilds), len(settings.access.persons)
    if guilds or persons:
        yield Check("bot", State.GOOD, f"open to {_count(guilds, 'guild')} and {_count(persons, 'person')} of [access]")
        return
    message = "the bot is open to everybody: whoever can write to it may ask for pictures"
    yield Check("bot", State.ODD, message, "name guilds or persons in [access] unless you want just that")


def _enhancement(settings: Settings) -> Check:
    chosen = settings.enhancement
    messages = {
        Enhance.OFF: "off: prompts are painted as they are typed, unless somebody asks otherwise",
        Enhance.RULES: "rules: light, medium and the like are filled in here where a prompt names none",
        Enhance.LLM: f"llm: {chosen.model} at {chosen.base_url} rewrites prompts",
    }
    return Check("enhancement", State.GOOD, messages[chosen.mode])


def _wildcards(settings: Settings) -> Iterator[Check]:
    try:
        lists = Wildcards.load(settings.wildcards_path).lists
    except ConfigError as error:
        for problem in error.problems:
            yield Check("wildcards", State.BAD, *split(problem.removeprefix("wildcards: ")))
        return
    entries = sum(len(entries) for entries in lists.values())
    yield Check("wildcards", State.GOOD, f"{len(lists)} lists with {entries} entries; {settings.wildcards_path}/ wins")


def _moderation(settings: Settings) -> Check:
    chosen = settings.moderation
    if not chosen.enabled:
        message = "off: nothing is refused but what sexualizes minors"
        return Check("moderation", State.ODD, message, "set moderation.enabled = true unless you want just that")
    try:
        TextFilter.compile(chosen.blocked_words, chosen.blocked_patterns, chosen.allowed_words)
    except Refused as refused:
        message = f"moderation.blocked_patterns: {say(LOCALE, refused.code, refused.facts)}"
        return Check("moderation", State.BAD, message, "mend that expression; the server does not start with it")
    rules = f"{_count(len(chosen.blocked_words), 'word')} and {_count(len(chosen.blocked_patterns), 'pattern')} blocked"
    if chosen.base_url is None:
        return Check("moderation", State.GOOD, rules)
    what = "prompts and pictures" if chosen.images else "prompts"
    return Check("moderation", State.GOOD, f"{rules}; {chosen.base_url} checks {what}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
