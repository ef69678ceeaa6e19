"""The operator's decisions as they hold in one guild, with what its admins decided on top. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.domain.changing import changed
from pinxit.domain.errors import Refused
from pinxit.domain.guild_rules import GuildRules, style_key
from pinxit.prompt.styles import find, styled

if TYPE_CHECKING:
    from pinxit.actions.studio import House, Studio
    from pinxit.domain.draft import Draft
    from pinxit.domain.generator import Capabilities


_UNDECIDED = GuildRules()
_NO_STYLE = "none"  # What somebody says who wants the guild's choice left out.


def ruled(studio: Studio, rules: GuildRules) -> Studio:
    """Return the studio as a guild's rules leave it: they narrow what the operator allows, and choose within it."""
    house = studio.house
    if rules == _UNDECIDED and _is_of_no_guild(house):
        return studio  # As for most, and what follows takes 12 µs.
    limits = replace(
        house.limits,
        max_side_px=_least(house.limits.max_side_px, rules.max_side_px),
        count=_least(house.limits.count, rules.max_count),
    )
    return replace(
        studio,
        house=replace(
            house,
            limits=limits,
            count=min(rules.count or house.count, limits.count),
            steps=rules.steps or house.steps,
            max_steps=rules.max_steps,
            models=rules.models,
            model=rules.model,
            failover=rules.failover,
            style=rules.style,
            own_styles=rules.styles,
            enhance=rules.enhance or house.enhance,
            person_cooldown_s=rules.person_cooldown_s or house.person_cooldown_s,
            guild_cooldown_s=rules.guild_cooldown_s or house.guild_cooldown_s,
        ),
    )


def capped(capabilities: Capabilities, house: House) -> Capabilities:
    """Return what a generator can do within the guild's cap of steps."""
    if house.max_steps is None or house.max_steps >= capabilities.max_steps:
        return capabilities
    most = house.max_steps
    return replace(capabilities, max_steps=most, default_steps=min(most, capabilities.default_steps))


def in_style(draft: Draft, capabilities: Capabilities, house: House) -> Draft:
    """Return the draft in the style that it names: the guild's, the generator's own, else a shipped one in words.

    Raises Refused: STYLE_UNKNOWN.
    """
    if not draft.style or draft.suffix:  # The second: it is in words already.
        return draft
    if style_key(draft.style) == _NO_STYLE and _NO_STYLE not in house.own_styles:
        return changed(draft, style="")
    native = {style_key(name): name for name in capabilities.styles}.get(style_key(draft.style))
    if native is not None and style_key(draft.style) not in house.own_styles:
        return changed(draft, style=native)
    style = find(draft.style, house.own_styles, house.styles)
    if style.aspect is not None and not _fits(style.aspect, capabilities, house):
        style = replace(style, aspect=None)  # A mere suggestion must never be the reason of a refusal.
    return styled(draft, style, capabilities)


def has_style(capabilities: Capabilities, house: House) -> bool:
    """Tell whether there is a style of the guild's choice, and this generator can paint in it."""
    if not house.style:
        return False
    if style_key(house.style) in {style_key(name) for name in capabilities.styles}:
        return True
    try:
        find(house.style, house.own_styles, house.styles)
    except Refused:  # It was another generator's own.
        return False
    return True


def _fits(aspect: tuple[int, int], capabilities: Capabilities, house: House) -> bool:
    widest = min(house.limits.max_side_px, capabilities.max_side_px) // house.limits.min_side_px
    return max(aspect) <= widest * min(aspect)


def _is_of_no_guild(house: House) -> bool:
    """Tell whether nothing here is what only a guild decides."""
    own = house.max_steps, house.models, house.model, house.failover, house.style, house.own_styles
    return own == (None, (), None, None, "", {}) and house.count <= house.limits.count


def _least(most: int, wanted: int | None) -> int:
    return most if wanted is None else min(most, wanted)
