"""A guild's settings: every field checked, kept, taken back, and told in the audit without its texts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.admin.guild_settings import (
    FIELDS,
    GuildSettings,
    Kind,
    from_text,
    load_guild,
    save_guild,
    values_of,
)
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.errors import Code, Refused
from pinxit.domain.guild_rules import GuildRules, ImageRule
from pinxit.domain.ids import GuildId, PersonId
from pinxit.domain.request import Enhance
from tests.actions.atelier import ANNA, NOBODY_PAINTS, PLAIN, asked, refusal, running
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.request import Json

GUILD = ANNA.guild
TWO = f"{PLAIN}{NOBODY_PAINTS}"
CHIEF = Caller(GUILD, PersonId("chief"), "discord", is_moderator=True)
ALL: Mapping[str, Json] = {
    "name": "The Painters",
    "locale": "de",
    "time_zone": "Europe/Berlin",
    "generator": "sketch",
    "model": "plain",
    "models": ["sketch"],
    "negative_prompt": "gore, text",
    "style": "watercolour",
    "count": 2,
    "steps": 12,
    "aspect": [3, 2],
    "max_side_px": 1024,
    "max_steps": 20,
    "max_count": 3,
    "enhance": "off",
    "failover": False,
    "nsfw": "withhold",
    "reports_channel": "4711",
    "retention_days": 30,
    "person_cooldown_s": 2.5,
    "guild_cooldown_s": 1.0,
    "blocked_words": ["gnarl", "two words"],
    "blocked_patterns": [r"\bcats?\b"],
    "allowed_words": ["gnarly"],
}


async def test_every_field_comes_back_as_it_was_saved_in_the_next_program(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        empty = await load_guild(GUILD, CHIEF, parts.studio)
        saved = await save_guild(GUILD, ALL, CHIEF, parts.studio)
    async with running(tmp_path, TWO) as parts:
        loaded = await load_guild(GUILD, CHIEF, parts.studio)
        rules, zone = await parts.store.guilds.rules(GUILD)

    assert empty == GuildSettings()
    assert loaded == saved
    assert values_of(loaded) == ALL
    assert (rules, zone) == (loaded.rules, "Europe/Berlin")
    assert (rules.enhance, rules.nsfw, rules.aspect) == (Enhance.OFF, ImageRule.WITHHOLD, (3, 2))


async def test_nothing_takes_a_value_back_and_leaves_the_others(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        await save_guild(GUILD, ALL, CHIEF, parts.studio)
        after = await save_guild(GUILD, {"count": None, "failover": None, "blocked_words": []}, CHIEF, parts.studio)
        empty = await save_guild(GUILD, dict.fromkeys(ALL), CHIEF, parts.studio)

    assert (after.rules.count, after.rules.failover, after.rules.blocked_words) == (None, None, ())
    assert (after.rules.steps, after.name) == (12, "The Painters")
    assert empty == GuildSettings()


async def test_settings_of_another_version_and_weight_and_pause_stay(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        await asked(parts, ANNA)
        sql = """UPDATE guild SET settings = '{"sounds": [1], "count": 3}', weight = 2, paused = 1"""
        await parts.store.database.write(lambda tx: tx.run(sql))
        saved = await save_guild(GUILD, {"count": None}, CHIEF, parts.studio)
        (row,) = await parts.store.database.read(lambda tx: [dict(row) for row in tx.all("SELECT settings FROM guild")])

    assert (json.loads(row["settings"]), saved.weight, saved.is_paused) == ({"sounds": [1]}, 2, True)


async def test_the_audit_tells_what_changed_and_no_text(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        clock = FakeClock()
        studio = replace(parts.studio, clock=clock)
        for count, unwanted in ((2, "gore"), (3, "blood"), (3, "blood")):
            await save_guild(GUILD, {"count": count, "negative_prompt": unwanted, "nsfw": "post"}, CHIEF, studio)
            await clock.advance(1)
        rows = await parts.store.database.read(
            lambda tx: [dict(row) for row in tx.all("SELECT actor, guild_id, details FROM audit ORDER BY at_ms")]
        )

    first, second = [json.loads(row["details"]) for row in rows]
    assert first["changed"] == ["negative_prompt", "count", "nsfw"]
    assert first["after"] == {"count": 2, "nsfw": "post"}
    assert second == {"changed": ["negative_prompt", "count"], "before": {"count": 2}, "after": {"count": 3}}
    assert (rows[0]["actor"], rows[0]["guild_id"]) == ("chief", GUILD)


WRONG: Sequence[tuple[str, Json, Code, str | None]] = (
    ("cuont", 2, Code.FIELD_UNKNOWN, "count"),
    ("weight", 2, Code.FIELD_UNKNOWN, None),
    ("styles", {}, Code.FIELD_UNKNOWN, None),
    ("count", "2", Code.FIELD_TYPE, None),
    ("count", True, Code.FIELD_TYPE, None),
    ("count", 5, Code.FIELD_RANGE, None),
    ("max_count", 99, Code.FIELD_RANGE, None),
    ("max_side_px", 4096, Code.FIELD_RANGE, None),
    ("max_side_px", 8, Code.FIELD_RANGE, None),
    ("max_steps", 10**6, Code.FIELD_RANGE, None),
    ("retention_days", 0, Code.FIELD_RANGE, None),
    ("person_cooldown_s", -1, Code.FIELD_RANGE, None),
    ("person_cooldown_s", float("nan"), Code.FIELD_RANGE, None),
    ("guild_cooldown_s", 86_401, Code.FIELD_RANGE, None),
    ("aspect", [1, 100], Code.FIELD_RANGE, None),
    ("aspect", [3, 2, 1], Code.FIELD_TYPE, None),
    ("aspect", [True, True], Code.FIELD_TYPE, None),
    ("failover", "yes", Code.FIELD_TYPE, None),
    ("generator", "skech", Code.GENERATOR_UNKNOWN, "sketch"),
    ("model", "sdxll", Code.MODEL_UNKNOWN, None),
    ("models", ["skech"], Code.MODEL_UNKNOWN, "sketch"),
    ("models", [7], Code.FIELD_TYPE, None),
    ("style", "watercolro", Code.STYLE_UNKNOWN, None),
    ("enhance", "llm", Code.FIELD_CHOICE, None),
    ("nsfw", "spoilr", Code.FIELD_CHOICE, "spoiler"),
    ("locale", "tlh", Code.FIELD_CHOICE, None),
    ("time_zone", "Europe/Berln", Code.FIELD_CHOICE, "Europe/Berlin"),
    ("time_zone", "../../etc/passwd", Code.FIELD_CHOICE, None),
    ("time_zone", 1, Code.FIELD_TYPE, None),
    ("negative_prompt", "x" * 2001, Code.FIELD_RANGE, None),
    ("negative_prompt", "a\x00", Code.TEXT_INVALID, None),
    ("name", "x" * 101, Code.FIELD_RANGE, None),
    ("reports_channel", ["x"], Code.FIELD_TYPE, None),
    ("blocked_words", ["x"] * 1001, Code.FIELD_RANGE, None),
    ("blocked_words", ["x" * 101], Code.FIELD_RANGE, None),
    ("blocked_patterns", ["x" * 201], Code.FIELD_RANGE, None),
)


async def test_a_wrong_value_is_refused_by_name_and_nothing_is_kept(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        answers = [
            await refusal(save_guild(GUILD, {"steps": 9, name: value}, CHIEF, parts.studio))
            for name, value, *_ in WRONG
        ]
        kept = await load_guild(GUILD, CHIEF, parts.studio)

    said = [(refused.facts["field"], refused.code) for refused in answers]
    assert said == [(name, code) for name, _, code, _ in WRONG]
    near = [
        (name, refused.facts["nearest"]) for (name, _, _, near), refused in zip(WRONG, answers, strict=True) if near
    ]
    assert near == [(name, near) for name, _, _, near in WRONG if near]
    assert kept == GuildSettings()


@pytest.mark.parametrize("pattern", ["(unclosed", r"(a)\1", "(?=a)b"])
async def test_a_pattern_that_the_filter_cannot_take_is_refused(tmp_path: Path, pattern: str) -> None:
    async with running(tmp_path, TWO) as parts:
        refused = await refusal(save_guild(GUILD, {"blocked_patterns": ["fine", pattern]}, CHIEF, parts.studio))
        kept = await load_guild(GUILD, CHIEF, parts.studio)

    assert (refused.facts["field"], kept) == ("blocked_patterns", GuildSettings())


async def test_a_guild_that_nobody_knows_is_made_only_by_who_stands_in_it(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        nowhere = GuildId("discord:9")
        codes = [
            (await refusal(load_guild(nowhere, OPERATOR, parts.studio))).code,
            (await refusal(save_guild(nowhere, {"count": 2}, OPERATOR, parts.studio))).code,
            (await refusal(load_guild(nowhere, CHIEF, parts.studio))).code,
            (await refusal(save_guild(GUILD, {"count": 2}, ANNA, parts.studio))).code,
        ]
        await save_guild(GUILD, {"count": 2}, CHIEF, parts.studio)
        by_operator = await load_guild(GUILD, OPERATOR, parts.studio)
        rows = await parts.store.database.read(
            lambda tx: [dict(row) for row in tx.all("SELECT id, platform FROM guild")]
        )

    assert codes == [Code.GUILD_UNKNOWN, Code.GUILD_UNKNOWN, Code.NOT_ADMIN, Code.NOT_ADMIN]
    assert by_operator.rules == GuildRules(count=2)
    assert rows == [{"id": GUILD, "platform": "discord"}]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("count", " 3 ", 3),
        ("count", "three", "three"),
        ("count", "none", None),
        ("failover", "Off", False),
        ("failover", "maybe", "maybe"),
        ("person_cooldown_s", "2.5", 2.5),
        ("aspect", "3:2", [3, 2]),
        ("aspect", "wide", "wide"),
        ("blocked_words", "gore, two words", ["gore", "two words"]),
        ("blocked_patterns", "a{1,2}\nb", ["a{1,2}", "b"]),
        ("negative_prompt", "gore, text", "gore, text"),
        ("locale", "", None),
    ],
)
def test_a_value_is_read_as_it_is_typed(name: str, text: str, value: Json) -> None:
    assert from_text(name, text) == value


def test_an_unknown_field_is_said_with_the_nearest_one() -> None:
    with pytest.raises(Refused) as caught:
        from_text("timezone", "UTC")

    assert (caught.value.code, caught.value.facts["nearest"]) == (Code.FIELD_UNKNOWN, "time_zone")


def test_every_field_can_be_listed() -> None:
    assert {field.name for field in FIELDS} == set(ALL)
    assert all(field.about and isinstance(field.kind, Kind) for field in FIELDS)


def test_the_page_lists_every_field_in_its_order() -> None:
    page = (Path(__file__).parents[2] / "docs/admin.md").read_text(encoding="utf-8")
    rows = page.split("<!-- fields:")[1].split("\n\n")[0]

    assert re.findall(r"^\| `(\w+)` \|", rows, re.MULTILINE) == [field.name for field in FIELDS]
