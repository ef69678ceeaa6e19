"""From our own values to what the API answers about quotas, styles and descriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from pinxit.domain.quota import Unit
from pinxit.web.answers import API
from pinxit.web.inspecting import reading_answer
from pinxit.web.schemas_own import BalanceAnswer, DescriptionAnswer, GrantLeftAnswer, LimitAnswer, StyleAnswer

if TYPE_CHECKING:
    from pinxit.actions.describe import Description
    from pinxit.actions.quota import Balance
    from pinxit.domain.guild_rules import NamedStyle
    from pinxit.web.answers import Links

_OF_ONE = {Unit.CREDIT: 1000, Unit.DOLLAR: 1_000_000}


def whole(amount: int, unit: Unit) -> float:
    """Return thousandths of a credit, or millionths of a dollar, as credits or dollars."""
    return amount / _OF_ONE[unit]


def balance_answer(found: Balance) -> BalanceAnswer:
    """Return what somebody may still ask for."""
    left = found.tightest_credits_left
    return BalanceAnswer(
        limits=[
            LimitAnswer(
                scope=line.scope.value,
                name=line.name,
                unit=line.unit.value,
                period=line.period.value,
                limit=whole(line.limit, line.unit),
                used=whole(line.used, line.unit),
                left=whole(line.left, line.unit),
                resets_at=line.resets_at,
                time_zone=line.time_zone,
            )
            for line in found.lines
        ],
        grants=[
            GrantLeftAnswer(
                scope=grant.scope.value,
                unit=grant.unit.value,
                amount=whole(grant.amount, grant.unit),
                left=whole(grant.left, grant.unit),
                expires_at=grant.expires_at,
            )
            for grant in found.grants
        ],
        credits_left=None if left is None else whole(left, Unit.CREDIT),
        used_today=whole(found.used_today_milli, Unit.CREDIT),
    )


def style_answer(style: NamedStyle, link: Links) -> StyleAnswer:
    """Return a style with the address of its picture."""
    return StyleAnswer(
        name=style.name,
        about=style.about,
        suffix=style.suffix,
        negative_prompt=style.negative,
        aspect=None if style.aspect is None else aspect_text(style.aspect),
        steps=style.steps,
        guidance_scale=style.guidance_scale,
        preview_url=f"{link.root}{API}/styles/{quote(style.name, safe='')}/preview",
    )


def aspect_text(aspect: tuple[int, int]) -> str:
    """Write a ratio as 3:2."""
    return f"{aspect[0]}:{aspect[1]}"


def description_answer(found: Description, link: Links) -> DescriptionAnswer:
    """Return a picture in words."""
    return DescriptionAnswer(
        prompt=found.prompt,
        negative_prompt=found.negative,
        by=found.by,
        reading=None if found.reading is None else reading_answer(found.reading, link),
    )
