"""What admins type: `/admin quota set everyone 12/day`, `/admin pause`, `/admin settings nsfw withhold`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.actions.admin.audit import AuditQuery, audit_page
from pinxit.actions.admin.bans import BanWish, ban, bans, unban
from pinxit.actions.admin.guild_settings import FIELDS, from_text, load_guild, save_guild, values_of
from pinxit.actions.admin.lanes import clear, pause, resume, set_running_cap, set_weight
from pinxit.actions.admin.reports import handle, open_reports
from pinxit.actions.admin.styles import add_style, remove_style
from pinxit.chat.admin_quota import quota
from pinxit.chat.replies import Page, Reply
from pinxit.data.bans import PERSON
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.guild_rules import NamedStyle
from pinxit.domain.ids import PersonId, PoolName
from pinxit.prompt.flag_values import decimal
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker
    from pinxit.domain.request import Json

_ALL = "all"
_AUDIT_LINES = 20


@dataclass(frozen=True, slots=True)
class AdminCommand:
    """One thing to do. `takes`: as it is typed; `only_operator`: the admins of a guild may not."""

    name: str
    takes: str
    run: Callable[[str, Asker, Studio], Awaitable[Reply]]
    only_operator: bool = False


async def run_admin(rest: str, asker: Asker, studio: Studio) -> Reply:
    """Do what an admin typed behind `/admin`, in the guild where it was typed. Raises Refused (NOT_ADMIN, …)."""
    if not asker.caller.may_manage(asker.caller.guild):
        raise Refused(Code.NOT_ADMIN)
    name, _, more = rest.partition(" ")
    known = {command.name: command for command in ADMIN_COMMANDS}
    if not name:
        lines = [f"/admin {command.name} {command.takes}".rstrip() for command in commands_of(asker)]
        return Reply("\n".join([say(asker.locale, Phrase.SAID_ADMIN, {}), *lines]), page=Page.ADMIN)
    if name.casefold() not in known:
        raise _unknown("admin", name, list(known))
    return await known[name.casefold()].run(more.strip(), asker, studio)


def commands_of(asker: Asker) -> list[AdminCommand]:
    """Return what this admin may do."""
    return [command for command in ADMIN_COMMANDS if asker.caller.is_admin or not command.only_operator]


async def _weight(rest: str, asker: Asker, studio: Studio) -> Reply:
    await set_weight(asker.caller.guild, _number("weight", rest), asker.caller, studio)
    return _done(asker)


async def _cap(rest: str, asker: Asker, studio: Studio) -> Reply:
    cap = None if rest.casefold() == "none" else int(_number("running_cap", rest))
    await set_running_cap(asker.caller.guild, cap, asker.caller, studio)
    return _done(asker)


async def _pause(rest: str, asker: Asker, studio: Studio) -> Reply:
    return _done(asker, is_changed=await _flip(pause, rest, asker, studio))


async def _resume(rest: str, asker: Asker, studio: Studio) -> Reply:
    return _done(asker, is_changed=await _flip(resume, rest, asker, studio))


async def _flip(do: Callable[..., Awaitable[bool]], rest: str, asker: Asker, studio: Studio) -> bool:
    """Pause or resume this guild, or, where one is named, a pool or `all` of them."""
    guild = None if rest else asker.caller.guild
    pool = None if not rest or rest.casefold() == _ALL else PoolName(rest)
    return await do(guild, pool, asker.caller, studio)


async def _clear(rest: str, asker: Asker, studio: Studio) -> Reply:
    words = rest.split()
    also_running = "running" in words
    person = next((PersonId(word) for word in words if word != "running"), None)
    count = await clear(asker.caller.guild, person, asker.caller, studio, also_running=also_running)
    return Reply(say(asker.locale, Phrase.SAID_CLEARED, {"count": count}))


async def _ban(rest: str, asker: Asker, studio: Studio) -> Reply:
    person, _, more = rest.partition(" ")
    hours, _, reason = more.partition(" ")
    try:
        limit: float | None = decimal(hours)
    except ValueError:
        limit, reason = None, more
    await ban(BanWish(PERSON, person, asker.caller.guild, reason, limit), asker.caller, studio)
    return _done(asker)


async def _unban(rest: str, asker: Asker, studio: Studio) -> Reply:
    lifted = await unban(BanWish(PERSON, rest, asker.caller.guild), asker.caller, studio)
    return _done(asker, is_changed=lifted)


async def _bans(_rest: str, asker: Asker, studio: Studio) -> Reply:
    found = await bans(asker.caller.guild, asker.caller, studio)
    lines = [
        " · ".join(
            filter(None, (one.scope_id, one.reason, "" if one.until_at is None else f"{one.until_at:%Y-%m-%d %H:%M}"))
        )
        for one in found
    ]
    return _listed(lines, asker, "bans")


async def _settings(rest: str, asker: Asker, studio: Studio) -> Reply:
    guild = asker.caller.guild
    name, _, text = rest.partition(" ")
    if not text:
        values = values_of(await load_guild(guild, asker.caller, studio))
        if name and name not in values:
            raise _unknown("field", name, list(values), Code.FIELD_UNKNOWN)
        lines = [
            f"{field.name}: {_shown(values[field.name])} ({field.about})"
            for field in FIELDS
            if name in ("", field.name)
        ]
        return _listed(lines, asker, f"guilds/{guild}")
    await save_guild(guild, {name: from_text(name, text)}, asker.caller, studio)
    return _done(asker)


async def _style(rest: str, asker: Asker, studio: Studio) -> Reply:
    """Add `name: suffix`, or remove a name."""
    act, _, more = rest.partition(" ")
    match act.casefold():
        case "add":
            name, colon, suffix = more.partition(":")
            if not colon:
                raise Refused(Code.FIELD_MISSING, field="suffix", allowed=["add gothic: gothic novel, candle light"])
            await add_style(asker.caller.guild, NamedStyle(name.strip(), suffix.strip()), asker.caller, studio)
        case "remove":
            await remove_style(asker.caller.guild, more.strip(), asker.caller, studio)
        case _:
            raise _unknown("style", act, ["add", "remove"])
    return _done(asker)


async def _reports(_rest: str, asker: Asker, studio: Studio) -> Reply:
    found = await open_reports(asker.caller.guild, asker.caller, studio)
    lines = [
        " · ".join(filter(None, (one.id, one.picture.person, f"×{one.count}", one.prompt[:80], *one.reasons[:3])))
        for one in found
    ]
    return _listed(lines, asker, "reports")


async def _report(rest: str, asker: Asker, studio: Studio) -> Reply:
    report, _, more = rest.partition(" ")
    verdict, _, hours = more.partition(" ")
    await handle(report, verdict.casefold(), asker.caller, studio, _number("hours", hours) if hours else None)
    return _done(asker)


async def _audit(_rest: str, asker: Asker, studio: Studio) -> Reply:
    page = await audit_page(AuditQuery(asker.caller.guild, most=_AUDIT_LINES), asker.caller, studio)
    lines = [
        " · ".join(filter(None, (f"{row.noted_at:%Y-%m-%d %H:%M}", row.entry.actor, row.entry.act, row.entry.subject)))
        for row in page.rows
    ]
    return _listed(lines, asker, "audit")


ADMIN_COMMANDS = (
    AdminCommand("quota", "set|grant|reset|show|top …", quota),
    AdminCommand("weight", "2", _weight, only_operator=True),
    AdminCommand("cap", "4|none", _cap, only_operator=True),
    AdminCommand("pause", "[pool|all]", _pause),
    AdminCommand("resume", "[pool|all]", _resume),
    AdminCommand("clear", "[person] [running]", _clear),
    AdminCommand("ban", "person [hours] [reason]", _ban),
    AdminCommand("unban", "person", _unban),
    AdminCommand("bans", "", _bans),
    AdminCommand("settings", "[field] [value|none]", _settings),
    AdminCommand("style", "add name: words | remove name", _style),
    AdminCommand("reports", "", _reports),
    AdminCommand("report", "id dismiss|hide|delete|ban [hours]", _report),
    AdminCommand("audit", "", _audit),
)


def _done(asker: Asker, *, is_changed: bool = True) -> Reply:
    return Reply(say(asker.locale, Phrase.SAID_DONE if is_changed else Phrase.SAID_UNCHANGED, {}))


def _listed(lines: list[str], asker: Asker, about: str) -> Reply:
    said = "\n".join(lines) or say(asker.locale, Phrase.SAID_NOTHING, {})
    return Reply(said, page=Page.ADMIN, about=about)


def _number(field: str, text: str) -> float:
    try:
        return decimal(text)
    except ValueError:
        raise Refused(Code.FIELD_TYPE, field=field, value=shown(text), allowed=["a number such as 7.5"]) from None


def _unknown(field: str, value: str, known: list[str], code: Code = Code.FIELD_CHOICE) -> Refused:
    return Refused(code, field=field, value=shown(value), nearest=nearest(value.casefold(), known), allowed=known)


def _shown(value: Json) -> str:
    match value:
        case None:
            return "–"
        case bool():
            return "on" if value else "off"
        case [int(width), int(height)]:
            return f"{width}:{height}"
        case list():
            return ", ".join(map(str, value))
    return str(value)


def fields_shown(values: Mapping[str, Json]) -> dict[str, str]:
    """Return values as `from_text` reads them; what is not set is ""."""
    return {name: "" if value is None else _shown(value) for name, value in values.items()}
