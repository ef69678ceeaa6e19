"""What people are told of their limits, and what admins may do about them."""

from __future__ import annotations

import ast
import contextlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.admin.amounts import read_amount, read_quota
from pinxit.actions.admin.ledger import COLUMNS, export, verify
from pinxit.actions.admin.quota import SETTABLE, GrantWish, QuotaWish, grant, reset_quota, set_quota, show_quotas, top
from pinxit.actions.quota import Balance, balance
from pinxit.data.ledger import Kind
from pinxit.data.times import to_ms
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import GuildId, JobId, PersonId
from pinxit.domain.quota import Period, Scope, Unit
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, STRANGER, asked, refusal, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Mapping

    from pinxit.parts import Parts

MODERATOR = Caller(ANNA.guild, PersonId("mod"), "discord", is_moderator=True)
DOC = (Path(__file__).parents[2] / "docs" / "quotas.md").read_text(encoding="utf-8")


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        for caller in (ANNA, BORIS, STRANGER):
            await asked(parts, caller)
        yield parts


def wish(scope: str, name: str, amount: int | None, period: str = "day", unit: str = "credit") -> QuotaWish:
    return QuotaWish(scope, name, unit, period, amount)


async def audit(parts: Parts) -> list[tuple[str, str, str, str, Mapping[str, object]]]:
    rows = await parts.store.database.read(
        lambda tx: [dict(row) for row in tx.all("SELECT * FROM audit WHERE act LIKE 'quota.%' ORDER BY rowid")]
    )
    return [(row["actor"], row["act"], row["guild_id"], row["subject"], json.loads(row["details"])) for row in rows]


async def test_the_example_of_the_docs_works(parts: Parts) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", DOC, re.DOTALL)
    names = {name: value for name, value in globals().items() if name in example} | {"studio": parts.studio}

    found = (
        await eval(  # noqa: S307 - our own page
            compile(example, "docs/quotas.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names
        )
        or names["found"]
    )

    assert isinstance(found, Balance)
    assert [(line.scope, line.limit) for line in found.lines] == [(Scope.ROLE, 1200)]
    assert found.tightest_credits_left == 1600


def test_the_docs_name_every_column_scope_and_kind() -> None:
    for name in (*COLUMNS, *SETTABLE, *Kind, *Period):
        assert f"`{name}`" in DOC


async def test_a_balance_names_every_limit_that_binds_and_the_grants(parts: Parts) -> None:
    await set_quota(wish("role", "discord:1/everyone", 1200), OPERATOR, parts.studio)
    await set_quota(wish("guild", "discord:1", 90_000, "month"), OPERATOR, parts.studio)
    await grant(GrantWish("person", "anna", "credit", 500, expires_days=2), OPERATOR, parts.studio)

    found = await balance(ANNA, parts.studio)

    assert [(line.scope, line.name, line.period, line.limit, line.used, line.left) for line in found.lines] == [
        (Scope.ROLE, "everyone", Period.DAY, 1200, 100, 1100),
        (Scope.GUILD, "discord:1", Period.MONTH, 90_000, 200, 89_800),
    ]
    assert [(line.amount, line.left, line.scope, line.unit) for line in found.grants] == [
        (500, 500, Scope.PERSON, Unit.CREDIT)
    ]
    assert (found.tightest_credits_left, found.used_today_milli) == (1600, 100)


async def test_what_grants_paid_for_was_used_today_as_well(parts: Parts) -> None:
    await set_quota(wish("member", "anna", 100), MODERATOR, parts.studio)
    await grant(GrantWish("member", "anna", "credit", 300), MODERATOR, parts.studio)
    await asked(parts, ANNA)

    found = await balance(ANNA, parts.studio)

    assert [line.used for line in found.lines] == [100]
    assert (found.grants[0].left, found.used_today_milli) == (200, 200)


async def test_without_limits_a_balance_says_so(parts: Parts) -> None:
    found = await balance(ANNA, parts.studio)

    assert (found.lines, found.grants, found.tightest_credits_left, found.used_today_milli) == ((), (), None, 100)


async def test_what_an_admin_sets_binds_the_next_request(parts: Parts) -> None:
    assert await set_quota(wish("member", "anna", 150), MODERATOR, parts.studio) is None

    refused = await refusal(asked(parts, ANNA))

    assert (refused.code, refused.facts["limit"], refused.facts["used"]) == (Code.QUOTA_SPENT, 150, 100)
    await asked(parts, BORIS)
    assert await set_quota(wish("member", "anna", None), MODERATOR, parts.studio) == 150
    await asked(parts, ANNA)


async def test_a_grant_of_an_admin_is_used_and_a_reset_forgives(parts: Parts) -> None:
    await set_quota(wish("member", "anna", 100), MODERATOR, parts.studio)
    await grant(GrantWish("member", "anna", "credit", 100, note="for the contest"), MODERATOR, parts.studio)
    await asked(parts, ANNA)
    assert (await refusal(asked(parts, ANNA))).code is Code.QUOTA_SPENT

    queued = await parts.store.database.read(lambda tx: tx.all("SELECT id FROM job WHERE person_id = 'anna'"))
    for row in queued:
        await parts.studio.queue.cancel(JobId(row["id"]))
    await reset_quota("member", "anna", None, MODERATOR, parts.studio)

    found = await balance(ANNA, parts.studio)
    assert (found.lines[0].used, found.grants[0].left) == (0, 100)
    assert await verify(OPERATOR, parts.studio) == []


@pytest.mark.parametrize(
    ("caller", "may"),
    [
        (OPERATOR, {"member", "role", "guild", "everyone", "person", "dollar", "other"}),
        (MODERATOR, {"member", "role"}),
        (ANNA, set()),
        (Caller(GuildId("discord:2"), PersonId("mod"), "discord", is_moderator=True), {"other"}),
    ],
)
async def test_a_guilds_admin_decides_on_credits_in_the_guild_and_the_operator_on_all(
    parts: Parts, caller: Caller, may: set[str]
) -> None:
    wishes = {
        "member": wish("member", "discord:1/anna", 100),
        "role": wish("role", "discord:1/vip", 100),
        "guild": wish("guild", "discord:1", 100_000),
        "everyone": wish("everyone", "", 100_000),
        "person": wish("person", "anna", 100_000),
        "dollar": wish("member", "discord:1/anna", 100, unit="dollar"),
        "other": wish("role", "discord:2/vip", 100),
    }
    done = set()
    for name, each in wishes.items():
        with contextlib.suppress(Refused):
            await set_quota(each, caller, parts.studio)
            done.add(name)

    assert done == may


async def test_nobody_else_grants_resets_or_looks(parts: Parts) -> None:
    studio = parts.studio
    attempts: list[Awaitable[object]] = [
        grant(GrantWish("member", "anna", "credit", 100), ANNA, studio),
        reset_quota("member", "anna", None, ANNA, studio),
        show_quotas(ANNA.guild, ANNA, studio),
        show_quotas(None, MODERATOR, studio),
        top(ANNA.guild, "day", "credit", ANNA, studio),
        top(GuildId("discord:2"), "day", "credit", MODERATOR, studio),
        verify(MODERATOR, studio),
        anext(export(MODERATOR, studio)),
    ]

    for attempt in attempts:
        assert (await refusal(attempt)).code is Code.NOT_ADMIN
    assert await audit(parts) == []


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        (wish("guld", "x", 1), "scope", Code.FIELD_CHOICE),
        (wish("provider", "x", 1), "scope", Code.FIELD_CHOICE),
        (wish("everyone", "", 1, period="year"), "period", Code.FIELD_CHOICE),
        (wish("everyone", "", 1, unit="euro"), "unit", Code.FIELD_CHOICE),
        (wish("everyone", "", -1), "amount", Code.FIELD_RANGE),
        (wish("everyone", "", 10**30), "amount", Code.FIELD_RANGE),
        (wish("person", " ", 1), "name", Code.FIELD_MISSING),
        (wish("person", "nobody", 1), "name", Code.PERSON_UNKNOWN),
        (wish("guild", "nowhere", 1), "name", Code.GUILD_UNKNOWN),
        (wish("member", "nowhere/anna", 1), "name", Code.GUILD_UNKNOWN),
    ],
)
async def test_a_wrong_wish_is_named_and_leaves_nothing(parts: Parts, wrong: QuotaWish, field: str, code: Code) -> None:
    refused = await refusal(set_quota(wrong, OPERATOR, parts.studio))

    assert (refused.code, refused.facts["field"]) == (code, field)
    assert (await show_quotas(None, OPERATOR, parts.studio), await audit(parts)) == ([], [])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (GrantWish("role", "vip", "credit", 1), "scope"),
        (GrantWish("person", "anna", "credit", 0), "amount"),
        (GrantWish("person", "anna", "credit", 1, expires_days=0), "expires_days"),
        (GrantWish("person", "anna", "credit", 1, expires_days=float("nan")), "expires_days"),
        (GrantWish("person", "anna", "credit", 1, note="x" * 201), "note"),
    ],
)
async def test_a_wrong_grant_is_named(parts: Parts, wrong: GrantWish, field: str) -> None:
    assert (await refusal(grant(wrong, OPERATOR, parts.studio))).facts["field"] == field
    assert (await balance(ANNA, parts.studio)).grants == ()


async def test_every_act_is_an_audit_row(parts: Parts) -> None:
    await set_quota(wish("member", "anna", 100), MODERATOR, parts.studio)
    await set_quota(wish("member", "anna", 300), MODERATOR, parts.studio)
    made = await grant(GrantWish("guild", "discord:1", "dollar", 7, 1.5, "never in the audit"), OPERATOR, parts.studio)
    await reset_quota("everyone", "", "credit", OPERATOR, parts.studio)

    where = ("discord:1", "member:discord:1/anna")
    assert await audit(parts) == [
        ("mod", "quota.set", *where, {"unit": "credit", "period": "day", "amount": 100, "before": None}),
        ("mod", "quota.set", *where, {"unit": "credit", "period": "day", "amount": 300, "before": 100}),
        (
            "local",
            "quota.grant",
            "discord:1",
            "guild:discord:1",
            {"grant": made, "unit": "dollar", "amount": 7, "expires_days": 1.5},
        ),
        ("local", "quota.reset", "", "everyone:", {"credit": 0}),
    ]


async def test_limits_are_listed_for_a_guild_or_for_all(parts: Parts) -> None:
    for each in (wish("member", "anna", 100), wish("role", "a/b", 200)):
        await set_quota(each, MODERATOR, parts.studio)
    for each in (wish("role", "discord:2/vip", 300), wish("everyone", "", 400, "total")):
        await set_quota(each, OPERATOR, parts.studio)

    here = await show_quotas(ANNA.guild, MODERATOR, parts.studio)
    everywhere = await show_quotas(None, OPERATOR, parts.studio)

    assert [(line.scope, line.guild, line.name, line.amount, line.set_by) for line in here] == [
        (Scope.MEMBER, "discord:1", "anna", 100, "mod"),
        (Scope.ROLE, "discord:1", "a/b", 200, "mod"),
    ]
    assert [line.amount for line in everywhere] == [400, 100, 200, 300]


async def test_who_uses_most_comes_first(parts: Parts) -> None:
    await asked(parts, BORIS)
    await parts.store.people.save(BORIS.person, await parts.store.people.person(BORIS.person), parts.studio.clock.now())

    here = await top(ANNA.guild, "week", "credit", MODERATOR, parts.studio)
    everywhere = await top(None, "total", "credit", OPERATOR, parts.studio, most=2)

    assert [(line.person, line.name, line.used, line.jobs) for line in here] == [
        ("boris", "boris", 200, 2),
        ("anna", "anna", 100, 1),
    ]
    assert [line.person for line in everywhere] == ["boris", "anna"]


async def test_the_export_holds_every_row_from_a_moment_on(parts: Parts) -> None:
    await grant(GrantWish("person", "anna", "credit", 500), OPERATOR, parts.studio)

    rows = [row async for row in export(OPERATOR, parts.studio)]
    later = [row async for row in export(OPERATOR, parts.studio, since=parts.studio.clock.now())]

    assert [tuple(row) for row in rows] == [COLUMNS] * 4
    assert sorted(str(row["kind"]) for row in rows) == ["grant", "reserve", "reserve", "reserve"]
    assert [row["id"] for row in rows] == sorted(str(row["id"]) for row in rows)
    assert [row for row in later if int(str(row["at_ms"])) < to_ms(parts.studio.clock.now()) - 60_000] == []
    assert len(later) < len(rows)


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("12", Unit.CREDIT, 12_000),
        (" 1.5 ", Unit.CREDIT, 1500),
        ("0,25", Unit.DOLLAR, 250_000),
        ("0,125", Unit.CREDIT, 125),
        ("1.125", Unit.CREDIT, 1125),
        ("$5", Unit.DOLLAR, 5_000_000),
        ("0", Unit.CREDIT, 0),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, unit: Unit, amount: int) -> None:
    assert read_amount(text, unit) == amount


@pytest.mark.parametrize(
    "text", ["", "-1", "1e3", "twelve", "١٢", "1,000", "12,500", "0.0001", "9" * 13, "9" * 12 + ".5.5"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_amount(text, Unit.CREDIT)

    assert refused.value.facts["field"] == "amount"


def test_a_limit_is_read_with_its_period() -> None:
    assert read_quota("12/day") == (12_000, Period.DAY)
    assert read_quota("2.5 / Month", Unit.DOLLAR) == (2_500_000, Period.MONTH)
    for text, field in (("12", "period"), ("12/days", "period"), ("x/day", "amount")):
        with pytest.raises(Refused) as refused:
            read_quota(text)
        assert refused.value.facts["field"] == field
