"""What is worth telling a person about a request that was accepted: nothing is wrong, but something was understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.errors import Fact


class Hint(StrEnum):
    """What a hint is about. `wording` has one sentence per hint and language; a test holds that."""

    STYLIZE = "stylize"
    CHAOS = "chaos"
    WILDCARD_UNKNOWN = "wildcard_unknown"
    WEIGHTS_STRIPPED = "weights_stripped"
    NO_FLAG_OF_OURS = "no_flag_of_ours"
    SIZE_NEAREST = "size_nearest"
    NEGATIVE_IN_WORDS = "negative_in_words"
    SEED_UNUSED = "seed_unused"
    STEPS_UNUSED = "steps_unused"
    GUIDANCE_UNUSED = "guidance_unused"
    STRENGTH_UNUSED = "strength_unused"
    ALIAS_MEANS = "alias_means"
    GENERATOR_AWAY = "generator_away"


@dataclass(frozen=True, slots=True)
class Told:
    """One hint; `facts` fill the sentence's blanks."""

    hint: Hint
    facts: Mapping[str, Fact] = field(default_factory=dict)
