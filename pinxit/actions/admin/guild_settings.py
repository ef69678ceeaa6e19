"""What the admins of a guild decide about it: read, checked and kept."""

from __future__ import annotations

import asyncio
import zoneinfo
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from pinxit.actions.admin.guild_fields import FIELDS, KINDS, Field, Kind, checked, from_text, known
from pinxit.actions.admin.rights import check_manages
from pinxit.data.audit import Entry, note
from pinxit.data.guilds import GuildRecord, founded_guild, write_guild
from pinxit.data.times import to_ms
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, shown
from pinxit.domain.guild_rules import GuildRules, read_rules

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import GuildId
    from pinxit.domain.ports import Tx
    from pinxit.domain.request import Json

__all__ = ["FIELDS", "Field", "GuildSettings", "Kind", "from_text", "load_guild", "save_guild", "values_of"]

UTC = "UTC"  # The time zone of a guild that has named none.


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """A guild's rules and what stands beside them. `running_cap`: None: the operator's number.

    Weight, cap and pause are changed by the actions of `admin.lanes`, the styles among the rules by `admin.styles`.
    """

    rules: GuildRules = GuildRules()  # noqa: RUF009 - frozen, so one may serve all
    time_zone: str = UTC
    locale: str = ""
    name: str = ""
    weight: float = 1.0
    running_cap: int | None = None
    is_paused: bool = False


async def load_guild(guild: GuildId, caller: Caller, studio: Studio) -> GuildSettings:
    """Return a guild's settings. Raises Refused: NOT_ADMIN, GUILD_UNKNOWN."""
    check_manages(caller, guild)
    record = await studio.store.guilds.record(guild) if is_text(guild) else None
    if record is None and caller.guild != guild:
        raise Refused(Code.GUILD_UNKNOWN, field="guild", value=shown(guild))
    return GuildSettings() if record is None else _settings(record)


async def save_guild(guild: GuildId, changes: Mapping[str, Json], caller: Caller, studio: Studio) -> GuildSettings:
    """Check and keep these values by name of their field, all or none, and return what holds then; null takes one back.

    Settings that are not named stay. Raises Refused: NOT_ADMIN, GUILD_UNKNOWN, and for a value what `FIELDS` says of
    it: FIELD_UNKNOWN, FIELD_TYPE, FIELD_RANGE, FIELD_CHOICE, TEXT_INVALID, GENERATOR_UNKNOWN, MODEL_UNKNOWN,
    STYLE_UNKNOWN.
    """
    check_manages(caller, guild)
    for name in changes:
        known(name)
    zones: Collection[str] = ()
    if "time_zone" in changes:
        zones = await asyncio.to_thread(zoneinfo.available_timezones)  # It reads a folder.
    now_ms = to_ms(studio.clock.now())
    platform = caller.platform if caller.guild == guild else None

    def work(tx: Tx) -> GuildSettings:
        before = founded_guild(tx, guild, platform, now_ms)
        styles = read_rules(before.settings).styles
        values = {name: checked(name, value, styles, zones, studio) for name, value in changes.items()}
        after = _changed(before, values)
        if after != before:
            write_guild(tx, after)
            note(tx, Entry(caller.person, "guild.set", guild, f"guild:{guild}", _details(before, after)), now_ms)
        return _settings(after)

    return await studio.store.database.write(work)


def values_of(settings: GuildSettings) -> dict[str, Json]:
    """Return every field's value as JSON has it; None: nothing is set."""
    own: dict[str, Json] = {
        "name": settings.name or None,
        "locale": settings.locale or None,
        "time_zone": settings.time_zone,
    }
    return own | {field.name: _plain(getattr(settings.rules, field.name)) for field in FIELDS if field.name not in own}


def _plain(value: object) -> Json:
    match value:
        case StrEnum():
            return value.value
        case tuple():
            return list(value) or None
        case bool() | int() | float() | str():
            return value if isinstance(value, bool) else value or None
    return None


def _settings(record: GuildRecord) -> GuildSettings:
    return GuildSettings(
        rules=read_rules(record.settings),
        time_zone=record.time_zone,
        locale=record.locale,
        name=record.name,
        weight=record.weight,
        running_cap=record.running_cap,
        is_paused=record.is_paused,
    )


def _changed(record: GuildRecord, values: Mapping[str, Json]) -> GuildRecord:
    """Return the guild with these values; a field that was taken back is not kept at all."""
    kept = {**record.settings, **{name: value for name, value in values.items() if name not in _COLUMNS}}
    columns = {name: value or _COLUMNS[name] for name, value in values.items() if name in _COLUMNS}
    settings = {name: value for name, value in kept.items() if value is not None or name not in KINDS}
    return replace(record, settings=settings, **columns)  # type: ignore[arg-type]  # checked as texts


# Fields that are columns, with what holds where nothing is set.
_COLUMNS = {"name": "", "locale": "", "time_zone": UTC}


def _details(before: GuildRecord, after: GuildRecord) -> dict[str, Json]:
    """Return what changed, with old and new values where those are numbers and names, never texts."""
    old, new = values_of(_settings(before)), values_of(_settings(after))
    changed = [name for name in KINDS if old[name] != new[name]]
    told = [name for name in changed if KINDS[name] not in (Kind.TEXT, Kind.TEXTS)]
    return {
        "changed": list(changed),
        "before": {name: old[name] for name in told},
        "after": {name: new[name] for name in told},
    }
