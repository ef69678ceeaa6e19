"""What the admins of a guild decide about its requests; the operator's settings hold where they said nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from pinxit.domain.request import Enhance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.request import Json


class ImageRule(StrEnum):
    """What becomes of a finished image that a filter calls not safe for everybody."""

    POST = "post"
    SPOILER = "spoiler"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True)
class NamedStyle:
    """A style by name: what it adds to prompt and negative prompt, and what it suggests where nobody says anything.

    `aspect`: (3, 2) for 3:2.
    """

    name: str
    suffix: str
    negative: str = ""
    aspect: tuple[int, int] | None = None
    steps: int | None = None
    guidance_scale: float | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class GuildRules:
    """None, "" and (): nothing decided. `models`: the only ones that may be used, by model or generator name.

    `max_side_px`, `max_steps`, `max_count`: of one request. `failover`: whether another generator may step in.
    `reports_channel`: where reports are shown, as the platform names it. `person_cooldown_s`, `guild_cooldown_s`:
    seconds between two requests of one person here, or of anybody. `styles`: the guild's own, by folded name.
    """

    generator: str | None = None
    model: str | None = None
    models: tuple[str, ...] = ()
    negative_prompt: str = ""
    style: str = ""
    styles: Mapping[str, NamedStyle] = field(default_factory=dict)
    count: int | None = None
    steps: int | None = None
    aspect: tuple[int, int] | None = None
    max_side_px: int | None = None
    max_steps: int | None = None
    max_count: int | None = None
    enhance: Enhance | None = None
    failover: bool | None = None
    nsfw: ImageRule | None = None
    reports_channel: str = ""
    retention_days: int | None = None
    person_cooldown_s: float = 0.0
    guild_cooldown_s: float = 0.0
    blocked_words: tuple[str, ...] = ()
    blocked_patterns: tuple[str, ...] = ()
    allowed_words: tuple[str, ...] = ()


def read_rules(saved: Mapping[str, Json]) -> GuildRules:
    """Return the rules among a guild's saved settings; whatever another version wrote there is passed over."""
    if not saved:  # As most guilds, and everybody waits for this.
        return GuildRules()
    return GuildRules(
        generator=_text(saved, "generator") or None,
        model=_text(saved, "model") or None,
        models=_texts(saved, "models"),
        negative_prompt=_text(saved, "negative_prompt"),
        style=_text(saved, "style"),
        styles=_styles(saved.get("styles")),
        count=_whole(saved.get("count")),
        steps=_whole(saved.get("steps")),
        aspect=_pair(saved.get("aspect")),
        max_side_px=_whole(saved.get("max_side_px")),
        max_steps=_whole(saved.get("max_steps")),
        max_count=_whole(saved.get("max_count")),
        enhance=Enhance(enhance) if (enhance := _text(saved, "enhance")) in set(Enhance) else None,
        failover=failover if isinstance(failover := saved.get("failover"), bool) else None,
        nsfw=ImageRule(nsfw) if (nsfw := _text(saved, "nsfw")) in set(ImageRule) else None,
        reports_channel=_text(saved, "reports_channel"),
        retention_days=_whole(saved.get("retention_days")),
        person_cooldown_s=_number(saved.get("person_cooldown_s")) or 0.0,
        guild_cooldown_s=_number(saved.get("guild_cooldown_s")) or 0.0,
        blocked_words=_texts(saved, "blocked_words"),
        blocked_patterns=_texts(saved, "blocked_patterns"),
        allowed_words=_texts(saved, "allowed_words"),
    )


def style_to_json(style: NamedStyle) -> Json:
    """Write a style as it is kept among a guild's settings."""
    return {
        "name": style.name,
        "suffix": style.suffix,
        "negative": style.negative,
        "aspect": None if style.aspect is None else list(style.aspect),
        "steps": style.steps,
        "guidance_scale": style.guidance_scale,
        "about": style.about,
    }


def style_key(name: str) -> str:
    """Return the form in which names of styles are compared: case, spaces, - and _ do not matter."""
    return "".join(char for char in name.casefold() if char.isalnum())


def _styles(saved: Json) -> Mapping[str, NamedStyle]:
    if not isinstance(saved, dict):
        return {}
    found = (_style(value) for value in saved.values() if isinstance(value, dict))
    return {style_key(style.name): style for style in found if style.name}


def _style(saved: Mapping[str, Json]) -> NamedStyle:
    return NamedStyle(
        name=_text(saved, "name"),
        suffix=_text(saved, "suffix"),
        negative=_text(saved, "negative"),
        aspect=_pair(saved.get("aspect")),
        steps=_whole(saved.get("steps")),
        guidance_scale=_number(saved.get("guidance_scale")),
        about=_text(saved, "about"),
    )


def _text(saved: Mapping[str, Json], name: str) -> str:
    value = saved.get(name)
    return value if isinstance(value, str) else ""


def _texts(saved: Mapping[str, Json], name: str) -> tuple[str, ...]:
    value = saved.get(name)
    return tuple(one for one in value if isinstance(one, str) and one) if isinstance(value, list) else ()


def _whole(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _number(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else None


def _pair(value: Json) -> tuple[int, int] | None:
    match value:
        case [int(width), int(height)] if width > 0 and height > 0:
            return width, height
    return None
