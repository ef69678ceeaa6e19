"""What a person's and a guild's settings fill in where a draft says nothing, as far as it can be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.actions.guild_house import has_style
from pinxit.actions.routing import can, may_use, ways_to
from pinxit.domain.changing import changed
from pinxit.domain.errors import Refused
from pinxit.domain.request import Enhance, Json, Mode
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
    enhance: Enhance | None = None
    private: bool = False


def read_preferences(saved: Mapping[str, Json]) -> Preferences:
    """Return the preferences among saved settings; whatever another version wrote there is passed over."""
    if not saved:
        return Preferences()
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
        enhance=Enhance(enhance) if (enhance := saved.get("enhance")) in tuple(Enhance) else None,
        private=saved.get("private") is True,
    )


async def preferred(draft: Draft, caller: Caller, studio: Studio, saved: Mapping[str, Json] | None = None) -> Draft:
    """Return the draft with what its person and guild prefer; one made from a public job only lacks `private`.

    `saved`: the settings of both, as `People.defaults` returns them; None: they are read here.
    """
    if saved is None:
        saved = await studio.store.people.defaults(caller.person, caller.guild)
    preferences = read_preferences(saved)
    draft = changed(draft, private=preferences.private if draft.private is None else draft.private)
    if draft.enhance is None and not draft.raw:
        draft = changed(draft, enhance=_possible(preferences.enhance, studio))
    mode = draft.mode or infer_mode(draft, [source.role for source in draft.sources])
    liked = preferences.generator
    if (draft.generator, draft.chain, draft.model) == (None, None, None) and liked is not None:
        wished = changed(draft, generator=liked)
        draft = wished if _is_open(liked, wished, mode, studio) else draft
    if draft.model is None and draft.chain is None:
        draft = changed(draft, model=_model(draft, mode, studio))
    try:
        way = ways_to(draft, mode, studio)[0]
    except Refused:
        return draft  # Whoever plans the route says so.
    model = str(way.changes.get("model") or draft.model or "")
    first = studio.generators[way.generator].capabilities.of(model)
    return changed(draft, **_fitting(draft, mode, preferences, first, studio))


def _possible(enhance: Enhance | None, studio: Studio) -> Enhance | None:
    """Return the preferred way of rewriting; a language model that is not there any more is no reason to refuse."""
    return None if enhance is Enhance.LLM and not studio.house.can_enhance else enhance


def _is_open(name: str, draft: Draft, mode: Mode, studio: Studio) -> bool:
    return can(name, mode, studio, is_local=draft.local) and may_use(name, draft, studio)


def _model(draft: Draft, mode: Mode, studio: Studio) -> str | None:
    """Return the guild's model, if the generator that was named has it, or any; and if it is permitted there."""
    model = studio.house.model
    if model is None:
        return None
    wished = changed(draft, model=model)
    names = studio.generators if draft.generator is None else (draft.generator,)
    able = (
        name in studio.generators
        and model in studio.generators[name].capabilities.models
        and _is_open(name, wished, mode, studio)
        for name in names
    )
    return model if any(able) else None


def _fitting(
    draft: Draft, mode: Mode, preferences: Preferences, capabilities: Capabilities, studio: Studio
) -> dict[str, Any]:
    """Return what can be filled in for a generator: a preference must never be the reason of a refusal."""
    filled: dict[str, Any] = {}
    if draft.count is None:
        wanted = preferences.count or studio.house.count
        filled["count"] = min(wanted, capabilities.max_count, studio.house.limits.count)
    if draft.style is None and not draft.raw and not draft.suffix and has_style(capabilities, studio.house):
        filled["style"] = studio.house.style
    if draft.negative_prompt is None and not draft.raw and preferences.negative_prompt and capabilities.negative_prompt:
        filled["negative_prompt"] = preferences.negative_prompt
    # Where there is a picture, its shape decides.
    is_free = draft.width_px is None and draft.height_px is None and draft.aspect is None
    if is_free and mode is Mode.TXT2IMG and preferences.aspect is not None:
        limits = studio.house.limits
        widest = min(limits.max_side_px, capabilities.max_side_px) // limits.min_side_px
        if max(preferences.aspect) <= widest * min(preferences.aspect):
            filled["aspect"] = preferences.aspect
    return filled
