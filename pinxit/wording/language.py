"""What a language is made of, and how a sentence is filled in.

A sentence is text with blanks: `{value}` is a fact, `{eta_s:duration}` a fact written in a form, and
`{count|picture|pictures}` one of two words by number. `[ … ]` is left out when a fact inside it is missing or empty.

Forms: `duration` (seconds as "20 s" or "3 min"), `wait` (the same, never too short), `percent` (0.5 as "50 %"),
`place` (2 ahead as "3rd"), `moment` (ISO 8601 to the minute), and those of `amounts.py`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pinxit.domain.errors import Code
from pinxit.domain.hints import Hint
from pinxit.wording.amounts import AmountWords, write_amount

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pinxit.domain.errors import Fact


class Phrase(StrEnum):
    """What is said when nothing is wrong."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"
    OTHER_GENERATOR = "other_generator"
    OTHER_GENERATORS = "other_generators"
    RECREATION_PENDING = "recreation_pending"
    RECREATION_IDENTICAL = "recreation_identical"
    RECREATION_CLOSE = "recreation_close"
    RECREATION_SIZE_DIFFERS = "recreation_size_differs"
    RECREATION_ORIGINAL_GONE = "recreation_original_gone"
    RECREATION_UNREADABLE = "recreation_unreadable"
    RECREATION_CHANGE = "recreation_change"
    RECREATION_AS_RECORDED = "recreation_as_recorded"
    RECREATION_FILE_CHANGED = "recreation_file_changed"
    PREPARING = "preparing"
    DELETED = "deleted"
    WITHHELD = "withheld"
    WITHHELD_FLAGGED = "withheld_flagged"
    WITHHELD_UNCHECKED = "withheld_unchecked"
    WITHHELD_HIDDEN = "withheld_hidden"
    FACT_SEED = "fact_seed"
    FACT_STEPS = "fact_steps"
    FACT_CREDITS = "fact_credits"
    FACT_TOOK = "fact_took"
    FACT_ENHANCED = "fact_enhanced"
    FACT_PRIVATE = "fact_private"
    ALT_ONE = "alt_one"
    ALT_OF_MANY = "alt_of_many"
    ACT_REROLL = "act_reroll"
    ACT_VARY = "act_vary"
    ACT_UPSCALE = "act_upscale"
    ACT_OUTPAINT = "act_outpaint"
    ACT_EDIT = "act_edit"
    ACT_DETAILS = "act_details"
    ACT_DELETE = "act_delete"
    ACT_CANCEL = "act_cancel"
    ACT_FAVOURITE = "act_favourite"
    ACT_RECREATE = "act_recreate"
    SAID_ACCEPTED = "said_accepted"
    SAID_ACCEPTED_MANY = "said_accepted_many"
    SAID_PRICE = "said_price"
    SAID_SURE = "said_sure"
    SAID_CANCELLED = "said_cancelled"
    SAID_STOPPING = "said_stopping"
    SAID_DELETED = "said_deleted"
    SAID_FAVOURED = "said_favoured"
    SAID_UNFAVOURED = "said_unfavoured"
    SAID_MODELS = "said_models"
    SAID_MORE_MODELS = "said_more_models"
    SAID_ALIAS = "said_alias"
    SAID_RESTING = "said_resting"
    SAID_SPENT = "said_spent"
    ACT_ORIGINAL = "act_original"
    ACT_REPORT = "act_report"
    ACT_CHANGE = "act_change"
    ACT_FILES = "act_files"
    COMMAND_QUOTA = "command_quota"
    COMMAND_STYLES = "command_styles"
    COMMAND_DESCRIBE = "command_describe"
    COMMAND_REPORT = "command_report"
    COMMAND_ORIGINAL = "command_original"
    COMMAND_MYDATA = "command_mydata"
    COMMAND_ENHANCE = "command_enhance"
    COMMAND_ADMIN = "command_admin"
    COMMAND_LINK = "command_link"
    COMMAND_BLEND = "command_blend"
    COMMAND_LORAS = "command_loras"
    SAID_NO_LIMIT = "said_no_limit"
    SAID_ESTIMATE = "said_estimate"
    SAID_AMOUNT = "said_amount"
    SAID_GRANT = "said_grant"
    SAID_LEFT = "said_left"
    SAID_DESCRIBED_FILE = "said_described_file"
    SAID_DESCRIBED_MODEL = "said_described_model"
    SAID_REPORTED = "said_reported"
    SAID_MYDATA = "said_mydata"
    SAID_MYDATA_SURE = "said_mydata_sure"
    SAID_MYDATA_DELETED = "said_mydata_deleted"
    SAID_ENHANCE = "said_enhance"
    SAID_ENHANCE_OPEN = "said_enhance_open"
    SAID_DONE = "said_done"
    SAID_UNCHANGED = "said_unchanged"
    SAID_CLEARED = "said_cleared"
    SAID_TOP = "said_top"
    SAID_NOTHING = "said_nothing"
    SAID_ADMIN = "said_admin"
    SAID_LINK = "said_link"
    SAID_LINKED = "said_linked"
    SAID_LORAS = "said_loras"
    SAID_NO_LORAS = "said_no_loras"
    COMMAND_IMAGINE = "command_imagine"
    COMMAND_REROLL = "command_reroll"
    COMMAND_VARY = "command_vary"
    COMMAND_UPSCALE = "command_upscale"
    COMMAND_OUTPAINT = "command_outpaint"
    COMMAND_INPAINT = "command_inpaint"
    COMMAND_EDIT = "command_edit"
    COMMAND_RECREATE = "command_recreate"
    COMMAND_INSPECT = "command_inspect"
    COMMAND_CANCEL = "command_cancel"
    COMMAND_DELETE = "command_delete"
    COMMAND_FAVOURITE = "command_favourite"
    COMMAND_FAVOURITES = "command_favourites"
    COMMAND_HISTORY = "command_history"
    COMMAND_DETAILS = "command_details"
    COMMAND_QUEUE = "command_queue"
    COMMAND_MODELS = "command_models"
    COMMAND_SETTINGS = "command_settings"
    COMMAND_HELP = "command_help"
    LABEL_PROMPT = "label_prompt"
    LABEL_ENHANCED = "label_enhanced"
    LABEL_TYPED = "label_typed"
    LABEL_NEGATIVE = "label_negative"
    LABEL_UNDRAWN = "label_undrawn"
    NATURE_SKETCH = "nature_sketch"
    NATURE_CARD = "nature_card"
    LABEL_STATE = "label_state"
    LABEL_MODE = "label_mode"
    LABEL_SEED = "label_seed"
    LABEL_SIZE = "label_size"
    LABEL_COUNT = "label_count"
    LABEL_GENERATOR = "label_generator"
    LABEL_MODEL = "label_model"
    LABEL_MODEL_HASH = "label_model_hash"
    LABEL_STEPS = "label_steps"
    LABEL_GUIDANCE = "label_guidance"
    LABEL_SAMPLER = "label_sampler"
    LABEL_STYLE = "label_style"
    LABEL_QUALITY = "label_quality"
    LABEL_STRENGTH = "label_strength"
    LABEL_LORAS = "label_loras"
    LABEL_CLIP_SKIP = "label_clip_skip"
    LABEL_TILE = "label_tile"
    LABEL_UPSCALE = "label_upscale"
    LABEL_OUTPAINT = "label_outpaint"
    LABEL_SOURCES = "label_sources"
    LABEL_PARENT = "label_parent"
    LABEL_OPTIONS = "label_options"
    LABEL_RECIPE = "label_recipe"
    LABEL_ROUTE = "label_route"
    LABEL_ATTEMPT = "label_attempt"
    LABEL_CREDITS = "label_credits"
    LABEL_CREATED = "label_created"
    LABEL_ENDED = "label_ended"
    LABEL_TOOK = "label_took"
    LABEL_PRIVATE = "label_private"
    LABEL_FILE = "label_file"
    LABEL_SHA256 = "label_sha256"
    LABEL_PIXELS = "label_pixels"
    LABEL_JOB = "label_job"
    LABEL_IMAGE = "label_image"
    QUOTA_USED = "quota_used"
    QUOTA_USED_UP = "quota_used_up"
    QUOTA_LEFT = "quota_left"
    QUOTA_NEVER = "quota_never"


@dataclass(frozen=True, slots=True)
class Language:
    """One language. `allowed` translates what a refusal says is allowed, which our own code writes in English.

    `ordinal`: 3 as "3rd". `both`: the word between the last two of several choices. `something`: what stands for a
    fact that is missing where it cannot be left out.
    """

    sentences: Mapping[Code, str]
    hints: Mapping[Hint, str]
    phrases: Mapping[Phrase, str]
    ordinal: Callable[[int], str]
    allowed: Callable[[str], str]
    amounts: AmountWords
    both: str
    something: str


_CHOICES = 12  # More than that nobody reads; the rest is counted.
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_BLANK = re.compile(r"\{(?P<name>\w+)(?::(?P<form>\w+))?(?:\|(?P<one>[^|}]*)\|(?P<many>[^}]*))?\}")
_MINUTE_S, _HOUR_S = 60, 3600
_FINELY = 90  # So many seconds, or minutes, are told before the next larger unit is.


def template_of(language: Language, about: Code | Hint | Phrase) -> str:
    """Return the language's sentence with its blanks still open."""
    match about:
        case Phrase():
            return language.phrases[about]
        case Hint():
            return language.hints[about]
    return language.sentences[about]


def render(language: Language, about: Code | Hint | Phrase, facts: Mapping[str, Fact]) -> str:
    """Return the language's sentence with its blanks filled. Never raises for facts that are missing or odd."""
    template = template_of(language, _quota(facts) if about is Code.QUOTA_SPENT and "limit" in facts else about)
    kept = _OPTIONAL.sub(lambda part: part[1] if _is_full(part[1], facts) else "", template)
    # One pass, so that braces inside a fact stay what they are.
    return _BLANK.sub(lambda blank: _fill(language, blank, facts), kept)


def _quota(facts: Mapping[str, Fact]) -> Phrase:
    """Return what is said of a limit: that it is too small, that something is left, that it is spent or used up."""
    needed, limit, granted = facts.get("needed"), facts.get("limit"), facts.get("granted") or 0
    if isinstance(needed, int) and isinstance(limit, int) and isinstance(granted, int) and needed > limit + granted:
        return Phrase.QUOTA_NEVER  # Who waited would be refused again.
    if facts.get("left") or facts.get("granted"):
        return Phrase.QUOTA_LEFT
    return Phrase.QUOTA_USED if facts.get("resets_at") else Phrase.QUOTA_USED_UP


def blanks(template: str) -> set[str]:
    """Return the names of the facts that a sentence speaks of."""
    return {blank["name"] for blank in _BLANK.finditer(template)}


def _is_full(part: str, facts: Mapping[str, Fact]) -> bool:
    return all(facts.get(name) not in (None, "", []) for name in blanks(part))


def _fill(language: Language, blank: re.Match[str], facts: Mapping[str, Fact]) -> str:
    fact = facts.get(blank["name"])
    if blank["one"] is not None:
        return blank["one"] if fact == 1 else blank["many"]
    if fact is None or fact in ("", []):
        return language.something
    match blank["form"], fact:
        case "place", int(ahead):
            return language.ordinal(ahead + 1)
        case "duration", int() | float() as seconds:
            return _duration(float(seconds))
        case "wait", int() | float() as seconds:
            return _wait(float(seconds))
        case "moment", str(moment):
            return moment[:16].replace("T", " ")
        case "percent", int() | float() as share:
            return f"{100 * share:.0f} %"
        case str(form), _ if (written := write_amount(language.amounts, form, fact, facts)) is not None:
            return written
        case _, list(choices):
            return _choices(language, [language.allowed(str(choice)) for choice in choices])
        case _, float(number):
            return str(number).replace(".", language.amounts.point)
        case _:
            return str(fact)


def _choices(language: Language, choices: list[str]) -> str:
    if len(choices) > _CHOICES:
        return f"{', '.join(choices[:_CHOICES])} … ({len(choices)})"
    return f" {language.both} ".join([*filter(None, [", ".join(choices[:-1])]), choices[-1]])


def _duration(seconds: float) -> str:
    if not seconds < 100 * _HOUR_S:
        return "> 99 h"
    if seconds < _MINUTE_S:
        return f"{max(1, round(seconds))} s"
    if seconds < _HOUR_S:
        return f"{round(seconds / _MINUTE_S)} min"
    return f"{round(seconds / _HOUR_S)} h"


def _wait(seconds: float) -> str:
    """Return how long to wait, rounded up: who comes back then is not too early."""
    if not seconds < _FINELY * _MINUTE_S:
        return _duration(_HOUR_S * math.ceil(min(seconds, 100 * _HOUR_S) / _HOUR_S))
    if seconds > _FINELY:
        return f"{math.ceil(seconds / _MINUTE_S)} min"
    return f"{max(1, math.ceil(seconds))} s"
