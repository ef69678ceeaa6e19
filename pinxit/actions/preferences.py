"""What a person's and a guild's settings fill in where a draft says nothing, as far as it can be had."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pinxit.actions.routing import can, route
from pinxit.domain.errors import Refused
from pinxit.domain.request import Json, Mode
from pinxit.domain.resolve import infer_mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import Draft
    from pinxit.domain.generator import Capabilities


@dataclass(frozen=True, slots=True)
class Preferences:
    """The settings that a request can be filled in with. None, "" and False: nothing was chosen."""

    count: int | None = None
    aspect: tuple[int, int] | None = None
    generator: str | None = None
    negative_prompt: str = ""
    private: bool = False


def read_preferences(saved: Mapping[str, Json]) -> Preferences:
    """Return the preferences among saved settings; whatever another version wrote there is passed over."""
    count, generator, unwanted = saved.get("count"), saved.get("generator"), saved.get("negative_prompt")
    aspect: tuple[int, int] | None = None
    match saved.get("aspect"):
        case [int(width), int(height)] if width > 0 and height > 0:
            aspect = width, height
    return Preferences(
        count=count if isinstance(count, int) and count > 0 else None,
        aspect=aspect,
        generator=generator if isinstance(generator, str) and generator else None,
        negative_prompt=unwanted if isinstance(unwanted, str) else "",
        private=saved.get("private") is True,
    )


async def preferred(draft: Draft, caller: Caller, studio: Studio) -> Draft:
    """Return the draft with what its person and guild prefer; one made from a public job only lacks `private`."""
    preferences = read_preferences(await studio.store.people.defaults(caller.person, caller.guild))
    draft = replace(draft, private=preferences.private if draft.private is None else draft.private)
    mode = draft.mode or infer_mode(draft, [source.role for source in draft.sources])
    names_one = draft.generator is not None or draft.chain is not None or draft.model is not None
    liked = preferences.generator
    if not names_one and liked is not None and can(liked, mode, studio, is_local=draft.local):
        draft = replace(draft, generator=liked)
    try:
        first = studio.generators[route(draft, mode, studio.generators, studio.house)[0]].capabilities
    except Refused:
        return draft  # Whoever plans the route says so.
    return replace(draft, **_fitting(draft, mode, preferences, first, studio))


def _fitting(
    draft: Draft, mode: Mode, preferences: Preferences, capabilities: Capabilities, studio: Studio
) -> dict[str, Any]:
    """Return what can be filled in for a generator: a preference must never be the reason of a refusal."""
    filled: dict[str, Any] = {}
    if draft.count is None and preferences.count is not None:
        filled["count"] = min(preferences.count, capabilities.max_count, studio.house.limits.count)
    if draft.negative_prompt is None and preferences.negative_prompt and capabilities.negative_prompt:
        filled["negative_prompt"] = preferences.negative_prompt
    # Where there is a picture, its shape decides.
    is_free = draft.width_px is None and draft.height_px is None and draft.aspect is None
    if is_free and mode is Mode.TXT2IMG and preferences.aspect is not None:
        limits = studio.house.limits
        widest = min(limits.max_side_px, capabilities.max_side_px) // limits.min_side_px
        if max(preferences.aspect) <= widest * min(preferences.aspect):
            filled["aspect"] = preferences.aspect
    return filled
