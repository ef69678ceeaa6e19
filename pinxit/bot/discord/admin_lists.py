"""What admins look at: limits, who used most, settings, bans, the audit and numbers, each as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.admin.audit import AuditQuery, audit_page
from pinxit.actions.admin.bans import bans
from pinxit.actions.admin.guild_settings import FIELDS, load_guild, values_of
from pinxit.actions.admin.quota import show_quotas, top
from pinxit.actions.admin.stats import guild_stats
from pinxit.bot.discord.custom_ids import CustomId
from pinxit.bot.discord.lists import PAGE
from pinxit.bot.discord.naming import person_said, persons_said, role_said, time_said
from pinxit.bot.discord.sheets import Press, Sheet
from pinxit.bot.discord.texts import cut, escape
from pinxit.chat.admin_commands import fields_shown
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.ids import PersonId
from pinxit.domain.quota import EVERY_MEMBER, Scope, Unit
from pinxit.wording import AdminUi, Phrase, Slash, Ui, admin_ui, say, say_slash, ui

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.actions.admin.quota import LimitLine, TopLine
    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker
    from pinxit.domain.errors import Fact

AUDIT = "audit"  # What a button of the audit turns.
_A_PAGE = 15
_LIMITS = 60
_BANS = 40
_VALUE_CHARS = 120
_PERIODS = {
    "day": AdminUi.PER_DAY,
    "week": AdminUi.PER_WEEK,
    "month": AdminUi.PER_MONTH,
    "total": AdminUi.PER_TOTAL,
}
_SINCE = {"day": Slash.PER_DAY, "week": Slash.PER_WEEK, "month": Slash.PER_MONTH, "total": Slash.PER_TOTAL}


async def limits_sheet(asker: Asker, studio: Studio) -> Sheet:
    """Return the limits of this server, its roles and members. Raises Refused (NOT_ADMIN)."""
    words = admin_ui(asker.locale)
    found = await show_quotas(asker.caller.guild, asker.caller, studio)
    people = await persons_said([PersonId(line.name) for line in found if line.scope is Scope.MEMBER], studio)
    lines = [_limit_line(line, people, asker.locale) for line in found]
    return _listed(words[AdminUi.QUOTAS], lines, _LIMITS, words[AdminUi.NO_LIMITS])


async def top_sheet(period: str, asker: Asker, studio: Studio) -> Sheet:
    """Return who has used most in this day, week, month or in all. Raises Refused."""
    found = await top(asker.caller.guild, period, Unit.CREDIT, asker.caller, studio, _A_PAGE)
    lines = await _top_lines(found, asker, studio)
    title = f"{admin_ui(asker.locale)[AdminUi.USED]}: {say_slash(asker.locale, _SINCE[period])}"
    return _listed(title, lines, _A_PAGE, say(asker.locale, Phrase.SAID_NOTHING, {}))


async def settings_sheet(field: str | None, asker: Asker, studio: Studio) -> Sheet:
    """Return what is set in this server, or one field of it. Raises Refused: NOT_ADMIN, FIELD_UNKNOWN."""
    guild = await load_guild(asker.caller.guild, asker.caller, studio)
    values = fields_shown(values_of(guild))
    if field is not None and field not in values:
        near = nearest(field, values)
        raise Refused(Code.FIELD_UNKNOWN, field=shown(field), value=shown(field), nearest=near, allowed=list(values))
    words = admin_ui(asker.locale)
    lines = [
        f"`{each.name}` {_value_said(each.name, values[each.name])} · {words[AdminUi(f'field_{each.name}')]}"
        for each in FIELDS
        if field in (None, each.name)
    ]
    how = "" if field is not None else say_slash(asker.locale, Slash.SERVER_SETTINGS_HOW)
    return Sheet(ui(asker.locale)[Ui.SETTINGS], "\n".join(lines), footer=how)


async def bans_sheet(asker: Asker, studio: Studio) -> Sheet:
    """Return the bans that hold in this server. Raises Refused (NOT_ADMIN)."""
    words = admin_ui(asker.locale)
    found = await bans(asker.caller.guild, asker.caller, studio)
    people = await persons_said([PersonId(one.scope_id) for one in found[:_BANS]], studio)
    lines = []
    for one in found[:_BANS]:
        until = words[AdminUi.FOR_GOOD] if one.until_at is None else time_said(one.until_at, "f")
        who = people[PersonId(one.scope_id)]
        lines.append(" · ".join(filter(None, (who, until, escape(cut(one.reason, _VALUE_CHARS))))))
    lines += ["…"] * (len(found) > _BANS)
    return _listed(words[AdminUi.BANS], lines, _BANS + 1, words[AdminUi.NO_BANS])


async def stats_sheet(asker: Asker, studio: Studio) -> Sheet:
    """Return how much goes on in this server. Raises Refused (NOT_ADMIN)."""
    stats = await guild_stats(asker.caller.guild, asker.caller, studio)
    tally, words = stats.tally, admin_ui(asker.locale)
    now = {"queued": tally.queued, "running": tally.running}
    day = {"succeeded": tally.succeeded, "failed": tally.failed, "cancelled": tally.cancelled}
    used = say(asker.locale, Phrase.SAID_AMOUNT, {"amount": stats.credits_milli, "unit": Unit.CREDIT.value})
    lines = [
        f"**{say_slash(asker.locale, Slash.STATS_NOW)}** {say_slash(asker.locale, Slash.STATS_NOW_COUNTS, now)}",
        f"**{say_slash(asker.locale, Slash.STATS_DAY)}** {say_slash(asker.locale, Slash.STATS_DAY_COUNTS, day)}",
        f"**{words[AdminUi.USED]}** {used} ({say_slash(asker.locale, Slash.PER_DAY)})",
        "",
        f"**{words[AdminUi.TOP_TODAY]}**",
        *(await _top_lines(stats.most, asker, studio) or [words[AdminUi.NOBODY_TODAY]]),
    ]
    return Sheet(words[AdminUi.OVERVIEW], "\n".join(lines))


async def audit_sheet(before: str, asker: Asker, studio: Studio) -> Sheet:
    """Return a page of what admins did here and what was refused. Raises Refused (NOT_ADMIN)."""
    query = AuditQuery(asker.caller.guild, before=before or None, most=_A_PAGE)
    page = await audit_page(query, asker.caller, studio)
    people = await persons_said([PersonId(row.entry.actor) for row in page.rows], studio)
    lines = []
    for row in page.rows:
        whom = _subject_said(row.entry.subject, asker)
        facts = (time_said(row.noted_at), people[PersonId(row.entry.actor)], f"`{row.entry.act}`", whom)
        lines.append(" · ".join(filter(None, facts)))
    words = admin_ui(asker.locale)
    ways = [(ui(asker.locale)[Ui.NEWEST], "")] if before else []
    ways += [(ui(asker.locale)[Ui.OLDER], page.before)] if page.before else []
    buttons = [Press(label, CustomId(PAGE, AUDIT, place)) for label, place in ways]
    return Sheet(words[AdminUi.AUDIT], "\n".join(lines) or words[AdminUi.NO_ROWS], buttons)


def _subject_said(subject: str, asker: Asker) -> str:
    """Return whom or what an act was about: people and roles as their names, nothing where it was all of this place."""
    here = asker.caller.guild
    kind, _, named = subject.partition(":")
    match kind:
        case "person":
            return person_said(named)
        case "member" if named.startswith(f"{here}/"):
            return person_said(named.removeprefix(f"{here}/"))
        case "role" if named == f"{here}/{EVERY_MEMBER}":
            return say_slash(asker.locale, Slash.EACH_MEMBER)
        case "role" if named.startswith(f"{here}/"):
            return role_said(named.removeprefix(f"{here}/"))
        case "guild" if named == here:
            return ""
    return escape(subject)


async def _top_lines(found: Sequence[TopLine], asker: Asker, studio: Studio) -> list[str]:
    people = await persons_said([line.person for line in found], studio)
    lines = []
    for line in found:
        facts: dict[str, Fact] = {"name": "", "used": line.used, "unit": Unit.CREDIT.value, "count": line.jobs}
        said = say(asker.locale, Phrase.SAID_TOP, facts)
        lines.append(f"{people[line.person]} {said.partition(': ')[2]}")
    return lines


def _limit_line(line: LimitLine, people: Mapping[PersonId, str], locale: str) -> str:
    words = admin_ui(locale)
    match line.scope:
        case Scope.MEMBER:
            who = people[PersonId(line.name)]
        case Scope.ROLE if line.name == EVERY_MEMBER:
            who = say_slash(locale, Slash.EACH_MEMBER)
        case Scope.ROLE:
            who = role_said(line.name)
        case _:
            who = words[AdminUi(f"scope_{line.scope.value}")]
    amount = say(locale, Phrase.SAID_AMOUNT, {"amount": line.amount, "unit": line.unit.value})
    return f"{who}: {amount} {words[_PERIODS[line.period.value]]}"


def _value_said(name: str, value: str) -> str:
    if not value:
        return "–"
    if name == "reports_channel" and value.isdecimal():
        return f"<#{value}>"
    return f"**{escape(cut(value, _VALUE_CHARS))}**"


def _listed(title: str, lines: Sequence[str], most: int, nothing: str) -> Sheet:
    more = ["…"] if len(lines) > most else []
    return Sheet(title, "\n".join([*lines[:most], *more]) or nothing)
