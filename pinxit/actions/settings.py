"""A person's settings: what they are called, their language, and what is filled in where they say nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pinxit.actions.preferences import read_preferences
from pinxit.actions.routing import open_to
from pinxit.data.people import Person
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, nearest, shown
from pinxit.domain.request import Enhance
from pinxit.wording import LANGUAGES

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.request import Json

NAME_CHARS = 40


@dataclass(frozen=True, slots=True)
class PersonSettings:
    """None and "": nothing chosen, so the guild or the operator decides. `private`: so is a job that does not say."""

    name: str = ""
    locale: str = ""
    count: int | None = None
    aspect: tuple[int, int] | None = None
    generator: str | None = None
    negative_prompt: str = ""
    enhance: Enhance | None = None
    private: bool = False


async def load_settings(caller: Caller, studio: Studio) -> PersonSettings:
    """Return the caller's settings."""
    person = await studio.store.people.person(caller.person)
    return PersonSettings(person.name, person.locale, **asdict(read_preferences(person.settings)))


async def save_settings(settings: PersonSettings, caller: Caller, studio: Studio) -> PersonSettings:
    """Check and store the caller's settings, and return them as they are stored. Raises Refused."""
    name = " ".join(settings.name.split())
    unwanted = settings.negative_prompt.strip()
    _check_text("name", settings.name, name, NAME_CHARS)
    _check_text("negative_prompt", settings.negative_prompt, unwanted, studio.house.limits.prompt_chars)
    if settings.locale and settings.locale not in LANGUAGES:
        raise Refused(Code.FIELD_CHOICE, field="locale", value=shown(settings.locale), allowed=list(LANGUAGES))
    _check_count(settings.count, studio)
    if settings.enhance is Enhance.LLM and not studio.house.can_enhance:
        allowed = [Enhance.OFF.value, Enhance.RULES.value]
        raise Refused(Code.FIELD_CHOICE, field="enhance", value=settings.enhance.value, allowed=allowed)
    _check_aspect(settings.aspect, studio)
    generator = settings.generator or None
    known = list(open_to(caller, studio).generators)
    if generator is not None and generator not in known:
        near = nearest(generator, known)
        raise Refused(Code.GENERATOR_UNKNOWN, field="generator", value=shown(generator), nearest=near, allowed=known)
    saved: dict[str, Json] = {
        "count": settings.count,
        "aspect": None if settings.aspect is None else list(settings.aspect),
        "generator": generator,
        "negative_prompt": unwanted,
        "enhance": None if settings.enhance is None else settings.enhance.value,
        "private": settings.private,
    }
    await studio.store.people.save(caller.person, Person(name, settings.locale, saved), studio.clock.now())
    return await load_settings(caller, studio)


def _check_text(field: str, text: str, kept: str, most: int) -> None:
    if not is_text(text):
        raise Refused(Code.TEXT_INVALID, field=field, value="", allowed=[])
    if len(kept) > most:
        allowed = [f"at most {most} characters"]
        raise Refused(Code.FIELD_RANGE, field=field, value=f"{len(kept)} characters", allowed=allowed)


def _check_count(count: int | None, studio: Studio) -> None:
    most = studio.house.limits.count
    if count is not None and not 1 <= count <= most:
        raise Refused(Code.FIELD_RANGE, field="count", value=shown(count), allowed=[f"1 to {most}"])


def _check_aspect(aspect: tuple[int, int] | None, studio: Studio) -> None:
    limits = studio.house.limits
    widest = limits.max_side_px // limits.min_side_px
    if aspect is None or (min(aspect) >= 1 and max(aspect) <= widest * min(aspect)):
        return
    value = ":".join(shown(side) for side in aspect)
    raise Refused(Code.FIELD_RANGE, field="aspect", value=value, allowed=[f"1:{widest} to {widest}:1"])
