"""What the actions answer, in the shape in which a server answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinxit.actions.admin.guild_settings import values_of
from pinxit.domain.quota import Unit

if TYPE_CHECKING:
    from datetime import datetime

    from pinxit.actions.admin.guild_settings import GuildSettings
    from pinxit.actions.admin.lanes import Share
    from pinxit.actions.admin.quota import LimitLine, TopLine
    from pinxit.actions.quota import Balance
    from pinxit.data.bans import Ban
    from pinxit.data.reports import Report
    from pinxit.domain.guild_rules import NamedStyle

OF_ONE = {Unit.CREDIT: 1000, Unit.DOLLAR: 1_000_000}


def whole(amount: int, unit: Unit) -> float:
    """Return thousandths of a credit, or millionths of a dollar, as credits or dollars."""
    return amount / OF_ONE[unit]


def moment(at: datetime | None) -> str | None:
    """Return a moment in ISO 8601."""
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def limit(line: LimitLine) -> dict[str, Any]:
    """Return a limit as it was set."""
    return {
        "scope": line.scope.value,
        "guild": line.guild,
        "name": line.name,
        "unit": line.unit.value,
        "period": line.period.value,
        "amount": whole(line.amount, line.unit),
        "set_by": line.set_by,
        "set_at": moment(line.set_at),
    }


def ranked(line: TopLine, unit: Unit) -> dict[str, Any]:
    """Return one of those who used most."""
    return {"person": line.person, "name": line.name, "used": whole(line.used, unit), "jobs": line.jobs}


def balance(found: Balance) -> dict[str, Any]:
    """Return what somebody may still ask for."""
    left = found.tightest_credits_left
    return {
        "limits": [
            {
                "scope": line.scope.value,
                "name": line.name,
                "unit": line.unit.value,
                "period": line.period.value,
                "limit": whole(line.limit, line.unit),
                "used": whole(line.used, line.unit),
                "left": whole(line.left, line.unit),
                "resets_at": moment(line.resets_at),
                "time_zone": line.time_zone,
            }
            for line in found.lines
        ],
        "grants": [
            {
                "scope": grant.scope.value,
                "unit": grant.unit.value,
                "amount": whole(grant.amount, grant.unit),
                "left": whole(grant.left, grant.unit),
                "expires_at": moment(grant.expires_at),
            }
            for grant in found.grants
        ],
        "credits_left": None if left is None else whole(left, Unit.CREDIT),
        "used_today": whole(found.used_today_milli, Unit.CREDIT),
    }


def guild(name: str, found: GuildSettings) -> dict[str, Any]:
    """Return what a guild's admins decided."""
    return {
        "id": name,
        "settings": {**values_of(found), "aspect": aspect(found.rules.aspect)},
        "styles": [style(one) for one in found.rules.styles.values()],
        "weight": found.weight,
        "running_cap": found.running_cap,
        "paused": found.is_paused,
    }


def style(one: NamedStyle) -> dict[str, Any]:
    """Return a style."""
    return {
        "name": one.name,
        "about": one.about,
        "suffix": one.suffix,
        "negative_prompt": one.negative,
        "aspect": aspect(one.aspect),
        "steps": one.steps,
        "guidance_scale": one.guidance_scale,
    }


def aspect(ratio: tuple[int, int] | None) -> str | None:
    """Write a ratio as 3:2."""
    return None if ratio is None else f"{ratio[0]}:{ratio[1]}"


def share(found: Share) -> dict[str, Any]:
    """Return what a guild gets of every pool."""
    return {
        "guild": found.guild,
        "weight": found.weight,
        "running_cap": found.running_cap,
        "paused": found.is_paused,
    }


def ban(found: Ban) -> dict[str, Any]:
    """Return a ban."""
    return {
        "scope": found.scope,
        "scope_id": found.scope_id,
        "guild": found.guild,
        "reason": found.reason,
        "set_by": found.set_by,
        "created_at": moment(found.created_at),
        "until_at": moment(found.until_at),
    }


def report(found: Report) -> dict[str, Any]:
    """Return a reported picture, with what is to be known to decide."""
    return {
        "id": found.id,
        "guild": found.guild,
        "image": found.picture.id,
        "prompt": found.prompt,
        "verdict": None if found.picture.verdict is None else list(found.picture.verdict.categories),
        "hidden": found.picture.is_hidden,
        "person": found.picture.person,
        "reasons": list(found.reasons),
        "reporters": list(found.reporters),
        "count": found.count,
        "created_at": moment(found.created_at),
    }


def answered_report(said: dict[str, Any]) -> dict[str, Any]:
    """Return a report as a server answers it: of the picture, its id alone."""
    return {**said, "image": said["image"]["id"]}
