"""What a filter says of a finished picture, and what becomes of the picture then. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.guild_rules import ImageRule

if TYPE_CHECKING:
    from pinxit.domain.guild_rules import GuildRules

_MINORS = "minors"  # OpenAI names the category sexual/minors, its SDK sexual_minors; read 2026-11.
_STRICTNESS = (ImageRule.POST, ImageRule.SPOILER, ImageRule.WITHHOLD)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at one picture found. `categories`: as the filter names them.

    `is_checked` False: somebody was to look and could not, because the filter failed.
    """

    is_flagged: bool = False
    categories: tuple[str, ...] = ()
    is_checked: bool = True

    @property
    def is_about_minors(self) -> bool:
        """Tell whether the picture sexualizes minors: then nobody is shown it, whatever any rule says."""
        return any(_MINORS in category for category in self.categories)


@dataclass(frozen=True, slots=True)
class ImageRules:
    """The operator's rules: for pictures that a filter flagged, and for those that it failed to look at."""

    flagged: ImageRule = ImageRule.SPOILER
    unchecked: ImageRule = ImageRule.WITHHOLD


def shown_as(
    finding: Finding | None,
    guild: GuildRules,
    house: ImageRules,
    *,
    is_hidden: bool = False,
    is_adult: bool | None = None,
) -> ImageRule:
    """Return what becomes of a picture. `finding` None: nobody was to look at it. `is_hidden`: an admin hid it.

    The guild's rule goes before the operator's. For a picture that nobody could look at it may only be stricter: it
    may be of the kind that no rule lets through. `is_adult`: whether its channel is for adults only, None where
    channels do not say. Where it is not, a picture is never simply posted, and withheld unless the guild says
    otherwise.
    """
    if is_hidden:
        return ImageRule.WITHHOLD
    if finding is None:
        return ImageRule.POST
    if not finding.is_checked:
        rules = (house.unchecked, guild.nsfw or ImageRule.POST, _among_children(guild, is_adult=is_adult))
        return max(rules, key=_STRICTNESS.index)
    if finding.is_about_minors:
        return ImageRule.WITHHOLD
    if finding.is_flagged:
        return max(guild.nsfw or house.flagged, _among_children(guild, is_adult=is_adult), key=_STRICTNESS.index)
    return ImageRule.POST


def _among_children(guild: GuildRules, *, is_adult: bool | None) -> ImageRule:
    """Return the mildest that can become of a doubtful picture where not everybody is an adult."""
    if is_adult is not False:
        return ImageRule.POST
    return ImageRule.WITHHOLD if guild.nsfw is None else ImageRule.SPOILER


UNCHECKED = Finding(is_checked=False)
_UNCHECKED_WORD = "unchecked"


def finding_to_text(finding: Finding | None) -> str:
    """Write a finding as it is kept with the picture: "" for none, "unchecked", or JSON."""
    if finding is None:
        return ""
    if not finding.is_checked:
        return _UNCHECKED_WORD
    return json.dumps({"flagged": finding.is_flagged, "categories": list(finding.categories)})


def finding_from_text(text: str) -> Finding | None:
    """Read what `finding_to_text` wrote; what cannot be read counts as not looked at, though somebody should have."""
    if not text:
        return None
    try:
        match json.loads(text):
            case {"flagged": bool(is_flagged), "categories": [*categories]}:
                return Finding(is_flagged, tuple(str(category) for category in categories))
    except ValueError:
        pass
    return UNCHECKED
