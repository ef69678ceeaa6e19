"""What admins type about limits: `set`, `grant`, `reset`, `show` and `top` behind `/admin quota`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.admin.amounts import read_amount, read_quota
from pinxit.actions.admin.quota import (
    GrantWish,
    QuotaWish,
    grant,
    reset_quota,
    set_quota,
    show_quotas,
    top,
)
from pinxit.chat.replies import Page, Reply
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.quota import Period, Scope, Unit
from pinxit.prompt.flag_values import decimal
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from pinxit.actions.admin.quota import LimitLine
    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker

_ACTS = ("set", "grant", "reset", "show", "top")
_SCALE = {Unit.CREDIT: 1000, Unit.DOLLAR: 1_000_000}
_TOP_LINES = 10


async def quota(rest: str, asker: Asker, studio: Studio) -> Reply:
    """Do one of these. Raises Refused."""
    act, _, more = rest.partition(" ")
    words = more.split()
    match act.casefold(), words:
        case "set", [who, amount]:
            await set_quota(_wish(who, amount, asker), asker.caller, studio)
        case "grant", [who, amount, *others]:
            await grant(_grant(who, amount, others, asker), asker.caller, studio)
        case "reset", [who]:
            scope, name = whom(who, asker)
            await reset_quota(scope, name, None, asker.caller, studio)
        case (("show" | ""), _):
            lines = [_line(line) for line in await show_quotas(asker.caller.guild, asker.caller, studio)]
            said = "\n".join(lines) or say(asker.locale, Phrase.SAID_NOTHING, {})
            return Reply(said, page=Page.ADMIN, about="quotas")
        case "top", _:
            return await _top(words[0] if words else Period.DAY.value, asker, studio)
        case (("set" | "grant" | "reset"), _):
            raise Refused(Code.FIELD_MISSING, field=act, allowed=[_EXAMPLES[act.casefold()]])
        case _:
            near = nearest(act.casefold(), _ACTS)
            raise Refused(Code.FIELD_CHOICE, field="quota", value=shown(act), nearest=near, allowed=list(_ACTS))
    return Reply(say(asker.locale, Phrase.SAID_DONE, {}))


_EXAMPLES = {"set": "set everyone 12/day", "grant": "grant anna 5 30d", "reset": "reset anna"}


def whom(who: str, asker: Asker) -> tuple[str, str]:
    """Return scope and name of whom a word means; pure.

    `everyone`: each member of this guild; `guild`: all of them together; `all`: the whole installation; `role:artists`;
    `person:anna`: a person wherever they are; else a member of this guild.
    """
    kind, colon, name = who.partition(":")
    match kind.casefold():
        case "everyone" if not colon:
            return Scope.ROLE.value, "everyone"
        case "guild" if not colon:
            return Scope.GUILD.value, asker.caller.guild
        case "all" if not colon:
            return Scope.EVERYONE.value, ""
        case ("role" | "person" | "member") as scope if colon:
            return scope, name
    return Scope.MEMBER.value, who


def _wish(who: str, amount: str, asker: Asker) -> QuotaWish:
    scope, name = whom(who, asker)
    unit = Unit.DOLLAR if "$" in amount else Unit.CREDIT
    number, _, period = amount.partition("/")
    if number.strip("$").casefold() == "none":
        return QuotaWish(scope, name, unit, period or Period.DAY.value, None)
    in_unit, each = read_quota(amount, unit)
    return QuotaWish(scope, name, unit, each, in_unit)


def _grant(who: str, amount: str, others: list[str], asker: Asker) -> GrantWish:
    """Read `5`, or `5 30d because of the contest`."""
    scope, name = whom(who, asker)
    unit = Unit.DOLLAR if "$" in amount else Unit.CREDIT
    days = None
    if others and others[0].endswith("d"):
        try:
            days = decimal(others[0][:-1])
        except ValueError:
            pass
        else:
            others = others[1:]
    return GrantWish(scope, name, unit, read_amount(amount, unit), days, " ".join(others))


async def _top(period: str, asker: Asker, studio: Studio) -> Reply:
    guild, unit = asker.caller.guild, Unit.CREDIT
    found = await top(guild, period, unit, asker.caller, studio, _TOP_LINES)
    lines = [
        say(
            asker.locale,
            Phrase.SAID_TOP,
            {"name": line.name or line.person, "used": line.used, "unit": unit.value, "count": line.jobs},
        )
        for line in found
    ]
    return Reply("\n".join(lines) or say(asker.locale, Phrase.SAID_NOTHING, {}), page=Page.ADMIN)


def _line(line: LimitLine) -> str:
    amount = f"{line.amount / _SCALE[line.unit]:g}{'$' if line.unit is Unit.DOLLAR else ''}"
    who = line.name if line.scope is Scope.MEMBER else f"{line.scope.value}:{line.name}".rstrip(":")
    return f"{who} {amount}/{line.period.value}"
