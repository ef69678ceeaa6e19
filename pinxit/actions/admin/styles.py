"""A guild's own styles."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.admin.rights import check_manages
from pinxit.actions.admin.texts import one_line
from pinxit.data.audit import Entry, note
from pinxit.data.guilds import founded_guild, write_guild
from pinxit.data.times import to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.guild_rules import NamedStyle, read_rules, style_key, style_to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.guild_rules import GuildRules
    from pinxit.domain.ids import GuildId
    from pinxit.domain.ports import Tx
    from pinxit.domain.request import Json

STYLES = 50
NAME_CHARS, TEXT_CHARS, ABOUT_CHARS = 40, 500, 200
_GUIDANCE = 30.0


async def add_style(guild: GuildId, style: NamedStyle, caller: Caller, studio: Studio) -> NamedStyle:
    """Keep a style of a guild, in place of its own one of that name if there is one, and return it as it is kept.

    It comes before a shipped style of the same name. Raises Refused: NOT_ADMIN, GUILD_UNKNOWN, FIELD_MISSING (no name,
    or nothing that it adds), FIELD_RANGE (a text, a number, or the 51st style), TEXT_INVALID.
    """
    check_manages(caller, guild)
    kept = _checked(style, studio)

    def change(rules: GuildRules) -> tuple[Mapping[str, NamedStyle], Mapping[str, Json]]:
        styles = {**rules.styles, style_key(kept.name): kept}
        if len(styles) > STYLES:
            raise Refused(Code.FIELD_RANGE, field="styles", value=f"{len(styles)}", allowed=[f"at most {STYLES}"])
        return styles, {}

    await _change(guild, "style.added", kept.name, change, caller, studio)
    return kept


async def remove_style(guild: GuildId, name: str, caller: Caller, studio: Studio) -> None:
    """Forget a style of a guild. Where it was the guild's default, no style is the default then.

    Raises Refused: NOT_ADMIN, GUILD_UNKNOWN, STYLE_UNKNOWN.
    """
    check_manages(caller, guild)
    key = style_key(name)

    def change(rules: GuildRules) -> tuple[Mapping[str, NamedStyle], Mapping[str, Json]]:
        if key not in rules.styles:
            names = [style.name for style in rules.styles.values()]
            raise Refused(
                Code.STYLE_UNKNOWN, field="style", value=shown(name), nearest=nearest(name, names), allowed=names
            )
        # A shipped style of that name would be another one, which nobody has chosen.
        taken_back: Mapping[str, Json] = {"style": None} if style_key(rules.style) == key else {}
        return {each: style for each, style in rules.styles.items() if each != key}, taken_back

    await _change(guild, "style.removed", name, change, caller, studio)


async def _change(
    guild: GuildId,
    act: str,
    name: str,
    change: Callable[[GuildRules], tuple[Mapping[str, NamedStyle], Mapping[str, Json]]],
    caller: Caller,
    studio: Studio,
) -> None:
    now_ms = to_ms(studio.clock.now())
    platform = caller.platform if caller.guild == guild else None

    def work(tx: Tx) -> None:
        record = founded_guild(tx, guild, platform, now_ms)
        styles, others = change(read_rules(record.settings))
        written: dict[str, Json] = {key: style_to_json(style) for key, style in styles.items()}
        settings = {**record.settings, "styles": written, **others}
        write_guild(tx, replace(record, settings=settings))
        note(tx, Entry(caller.person, act, guild, f"guild:{guild}", {"style": shown(name)}), now_ms)

    await studio.store.database.write(work)


def _checked(style: NamedStyle, studio: Studio) -> NamedStyle:
    kept = replace(
        style,
        name=one_line("name", style.name, NAME_CHARS),
        suffix=one_line("suffix", style.suffix, TEXT_CHARS),
        negative=one_line("negative", style.negative, TEXT_CHARS),
        about=one_line("about", style.about, ABOUT_CHARS),
    )
    if not style_key(kept.name):  # Nothing in it that names are compared by.
        raise Refused(Code.FIELD_MISSING, field="name", allowed=[f"1 to {NAME_CHARS} characters"])
    if not kept.suffix and not kept.negative:
        raise Refused(Code.FIELD_MISSING, field="suffix", allowed=[f"1 to {TEXT_CHARS} characters"])
    limits = studio.house.limits
    widest = limits.max_side_px // limits.min_side_px
    if kept.aspect is not None and not (min(kept.aspect) >= 1 and max(kept.aspect) <= widest * min(kept.aspect)):
        value = ":".join(shown(side) for side in kept.aspect)
        raise Refused(Code.FIELD_RANGE, field="aspect", value=value, allowed=[f"1:{widest} to {widest}:1"])
    most = max((one.capabilities.max_steps for one in studio.generators.values()), default=1)
    if kept.steps is not None and not 1 <= kept.steps <= most:
        raise Refused(Code.FIELD_RANGE, field="steps", value=shown(kept.steps), allowed=[f"1 to {most}"])
    guidance = kept.guidance_scale
    if guidance is not None and not (math.isfinite(guidance) and 0 <= guidance <= _GUIDANCE):
        allowed = [f"0 to {_GUIDANCE:g}"]
        raise Refused(Code.FIELD_RANGE, field="guidance_scale", value=shown(guidance), allowed=allowed)
    return kept
