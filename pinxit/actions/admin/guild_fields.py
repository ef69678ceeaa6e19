"""What the admins of a guild can set, and what each value may be. Pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pinxit.actions.admin.texts import one_line
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.guild_rules import ImageRule
from pinxit.domain.request import Enhance
from pinxit.prompt.styles import find
from pinxit.prompt.text_filter import TextFilter
from pinxit.wording import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pinxit.actions.studio import Studio
    from pinxit.domain.guild_rules import NamedStyle
    from pinxit.domain.request import Json

DAY_S = 86_400
RETENTION_DAYS = 3650
_WORDS, _WORD_CHARS = 1000, 100
_PATTERNS, _PATTERN_CHARS = 50, 200
_LINE_CHARS = 100


class Kind(StrEnum):
    """What a value is in JSON: ASPECT is [3, 2], FLAG is true or false, TEXTS is a list, ZONE is Europe/Berlin."""

    TEXT = "text"
    TEXTS = "texts"
    WHOLE = "whole"
    NUMBER = "number"
    CHOICE = "choice"
    FLAG = "flag"
    ASPECT = "aspect"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to set. `about`: a short English text."""

    name: str
    kind: Kind
    about: str


FIELDS = (
    Field("name", Kind.TEXT, "what the guild is called"),
    Field("locale", Kind.CHOICE, "the language that Pinxit speaks here"),
    Field("time_zone", Kind.ZONE, "whose midnight begins a day of quotas, such as Europe/Berlin"),
    Field("generator", Kind.CHOICE, "the generator where nobody names one"),
    Field("model", Kind.CHOICE, "the model where nobody names one"),
    Field("models", Kind.TEXTS, "the only models and generators that may be used"),
    Field("negative_prompt", Kind.TEXT, "what no picture is to show where nobody says anything"),
    Field("style", Kind.CHOICE, "the style where nobody names one"),
    Field("count", Kind.WHOLE, "how many pictures a request makes where nobody says"),
    Field("steps", Kind.WHOLE, "how many steps where nobody says"),
    Field("aspect", Kind.ASPECT, "the shape where nobody says, such as 3:2"),
    Field("max_side_px", Kind.WHOLE, "the longest side of a picture, in pixels"),
    Field("max_steps", Kind.WHOLE, "the most steps of a request"),
    Field("max_count", Kind.WHOLE, "the most pictures of a request"),
    Field("enhance", Kind.CHOICE, "who may enhance prompts where nobody says: off, rules or llm"),
    Field("failover", Kind.FLAG, "whether another generator may step in for one that fails"),
    Field("nsfw", Kind.CHOICE, "what becomes of pictures that are not safe for everybody: post, spoiler or withhold"),
    Field("reports_channel", Kind.TEXT, "the channel that reports are shown in"),
    Field("retention_days", Kind.WHOLE, "after how many days pictures and prompts go"),
    Field("person_cooldown_s", Kind.NUMBER, "seconds between two requests of one person"),
    Field("guild_cooldown_s", Kind.NUMBER, "seconds between two requests of anybody here"),
    Field("blocked_words", Kind.TEXTS, "words and phrases that no prompt may hold"),
    Field("blocked_patterns", Kind.TEXTS, "regular expressions that no prompt may match"),
    Field("allowed_words", Kind.TEXTS, "words that are never blocked, whatever they hold"),
)
KINDS = {field.name: field.kind for field in FIELDS}


def known(name: str) -> Kind:
    """Return the kind of a field. Raises Refused (FIELD_UNKNOWN) with the nearest name."""
    if name not in KINDS:
        raise Refused(
            Code.FIELD_UNKNOWN, field=shown(name), value=shown(name), nearest=nearest(name, KINDS), allowed=list(KINDS)
        )
    return KINDS[name]


def from_text(name: str, text: str) -> Json:
    """Read a value as it is typed: `on`, `12`, `3:2`, or a list with commas between; nothing and `none` take it back.

    A regular expression may hold commas, so those stand on lines of their own. Raises Refused.
    """
    kind, said = known(name), text.strip()
    if said.casefold() in ("", "none"):
        return None
    match kind:
        case Kind.TEXTS:
            return [part.strip() for part in re.split(r"\n" if name == "blocked_patterns" else r"[,\n]", said)]
        case Kind.FLAG if said.casefold() in _SWITCH:
            return _SWITCH[said.casefold()]
        case Kind.WHOLE if re.fullmatch(r"[+-]?[0-9]{1,18}", said):
            return int(said)
        case Kind.NUMBER if re.fullmatch(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?", said):
            return float(said)
        case Kind.ASPECT if pair := re.fullmatch(r"([0-9]{1,9}):([0-9]{1,9})", said):
            return [int(pair[1]), int(pair[2])]
    return said


_SWITCH = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


def checked(name: str, value: Json, styles: Mapping[str, NamedStyle], zones: Collection[str], studio: Studio) -> Json:
    """Return a value as it is kept; None takes back what was set. Raises Refused with field, value and what is allowed.

    `styles`: the guild's own. `zones`: every time zone there is.
    """
    kind = known(name)
    if value is None or value in ("", []):
        return None
    match kind, value:
        case Kind.TEXT, str():
            return _text(name, value, studio)
        case Kind.TEXTS, list():
            return _texts(name, value, studio)
        case Kind.CHOICE, str():
            return _choice(name, value, styles, studio)
        case Kind.ZONE, str():
            return _one_of(Code.FIELD_CHOICE, name, value, zones, ["a name such as Europe/Berlin"])
        case Kind.FLAG, bool():
            return value
        case Kind.WHOLE, int() if not isinstance(value, bool):
            return _within(name, value, *_bounds(name, studio))
        case Kind.NUMBER, int() | float() if not isinstance(value, bool):
            return _within(name, float(value), 0, DAY_S)
        case Kind.ASPECT, [int(width), int(height)] if not any(isinstance(side, bool) for side in value):
            return _aspect(name, width, height, studio)
    raise Refused(Code.FIELD_TYPE, field=name, value=shown(value), allowed=[_SENT[kind]])


_SENT = {
    Kind.TEXT: "a text",
    Kind.TEXTS: "a list of texts",
    Kind.WHOLE: "a whole number such as 20",
    Kind.NUMBER: "a number such as 7.5",
    Kind.CHOICE: "a text",
    Kind.FLAG: "true or false",
    Kind.ASPECT: "two whole numbers such as 3:2",
    Kind.ZONE: "a text",
}


def _text(name: str, text: str, studio: Studio) -> str | None:
    most = studio.house.limits.prompt_chars if name == "negative_prompt" else _LINE_CHARS
    return one_line(name, text, most) or None


def _texts(name: str, texts: list[Json], studio: Studio) -> Json:
    is_pattern = name == "blocked_patterns"
    most, chars = (_PATTERNS, _PATTERN_CHARS) if is_pattern else (_WORDS, _WORD_CHARS)
    if len(texts) > most:
        raise Refused(Code.FIELD_RANGE, field=name, value=f"{len(texts)}", allowed=[f"at most {most}"])
    kept: list[Json] = []
    for text in texts:
        if not isinstance(text, str):
            raise Refused(Code.FIELD_TYPE, field=name, value=shown(text), allowed=[_SENT[Kind.TEXTS]])
        line = one_line(name, text, chars)
        one = text.strip() if is_pattern else line  # Two spaces in an expression are two.
        if one and one not in kept:
            kept.append(one)
    if is_pattern:
        TextFilter.compile((), [str(one) for one in kept])  # It refuses what it cannot read.
    if name == "models":
        there = sorted({*studio.generators, *_models(studio), *studio.house.aliases})
        kept = [_one_of(Code.MODEL_UNKNOWN, name, str(one), there, there) for one in kept]
    return kept or None


def _choice(name: str, value: str, styles: Mapping[str, NamedStyle], studio: Studio) -> str:
    match name:
        case "generator":
            there = list(studio.generators)
            return _one_of(Code.GENERATOR_UNKNOWN, name, value, there, there)
        case "model":
            there = _models(studio)
            return _one_of(Code.MODEL_UNKNOWN, name, value, there, there)
        case "style":
            native = {style for one in studio.generators.values() for style in one.capabilities.styles}
            return value if value in native else find(value, styles, studio.house.styles).name
        case "locale":
            there = list(LANGUAGES)
        case "nsfw":
            there = [rule.value for rule in ImageRule]
        case _:
            there = [by.value for by in Enhance if by is not Enhance.LLM or studio.house.can_enhance]
    return _one_of(Code.FIELD_CHOICE, name, value, there, there)


def _models(studio: Studio) -> list[str]:
    return sorted({model for one in studio.generators.values() for model in one.capabilities.models})


def _one_of(code: Code, name: str, value: str, there: Collection[str], allowed: list[str]) -> str:
    if value not in there:
        raise Refused(code, field=name, value=shown(value), nearest=nearest(value, there), allowed=allowed)
    return value


def _bounds(name: str, studio: Studio) -> tuple[int, int]:
    limits = studio.house.limits
    match name:
        case "count" | "max_count":
            return 1, limits.count
        case "max_side_px":
            return limits.min_side_px, limits.max_side_px
        case "retention_days":
            return 1, studio.house.retention_days or RETENTION_DAYS
    return 1, max((one.capabilities.max_steps for one in studio.generators.values()), default=1)


def _within(name: str, value: float, least: float, most: float) -> float:
    if not (math.isfinite(value) and least <= value <= most):
        raise Refused(Code.FIELD_RANGE, field=name, value=shown(value), allowed=[f"{least} to {most}"])
    return value


def _aspect(name: str, width: int, height: int, studio: Studio) -> Json:
    limits = studio.house.limits
    widest = limits.max_side_px // limits.min_side_px
    if min(width, height) < 1 or max(width, height) > widest * min(width, height):
        value = f"{shown(width)}:{shown(height)}"
        raise Refused(Code.FIELD_RANGE, field=name, value=value, allowed=[f"1:{widest} to {widest}:1"])
    return [width, height]
