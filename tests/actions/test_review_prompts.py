"""What a prompt becomes on its way to a job: styles, rules, settings and filters together."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.admin.bans import BanWish, ban
from pinxit.actions.admin.guild_settings import save_guild
from pinxit.actions.admin.styles import add_style
from pinxit.actions.asking import Ask
from pinxit.actions.describe import describe
from pinxit.actions.imagine import imagine, imagine_all, price
from pinxit.actions.recreate import recreate
from pinxit.actions.reroll import reroll
from pinxit.actions.settings import PersonSettings, save_settings
from pinxit.actions.vary import vary
from pinxit.actions.wishes import asks_of
from pinxit.domain.caller import OPERATOR
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code
from pinxit.domain.guild_rules import NamedStyle
from pinxit.domain.verdict import Likeness
from pinxit.prompt.describing import Describer
from tests.actions.atelier import ANNA, NOBODY_PAINTS, PLAIN, STRANGER, asked, draft, ended, painted, refusal, running
from tests.builders import a_png

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from pinxit.domain.request import Json
    from pinxit.parts import Parts

MODERATOR = replace(ANNA, is_moderator=True)
TWO = f"{NOBODY_PAINTS}{PLAIN}"
FLEXIBLE = "".join(
    f'[generators.{name}]\nkind = "tests.generators_for_tests:build_plain"\nprocess = false\nworkers = 0\n'
    for name in ("first", "second")
)


async def decided(parts: Parts, **changes: Json) -> None:
    await save_guild(ANNA.guild, changes, MODERATOR, parts.studio)


async def audited(parts: Parts) -> list[Mapping[str, Any]]:
    rows = await parts.store.database.read(lambda tx: tx.all("SELECT act, details FROM audit ORDER BY id"))
    return [{"act": row["act"], **json.loads(row["details"])} for row in rows]


@pytest.mark.parametrize(
    ("prompt", "suffix", "code"),
    [("a little girl", "naked, erotic", Code.MINORS), ("a fox", "gory", Code.MODERATED)],
)
async def test_a_guilds_own_style_brings_in_nothing_that_is_refused(
    tmp_path: Path, prompt: str, suffix: str, code: Code
) -> None:
    async with running(tmp_path, f'[moderation]\nblocked_words = ["gory"]\n{NOBODY_PAINTS}') as parts:
        await add_style(ANNA.guild, NamedStyle("beach", suffix), MODERATOR, parts.studio)
        refused = await refusal(imagine(Ask(draft(prompt, style="beach"), ANNA), parts.studio))
        last = (await audited(parts))[-1]
        harmless = await asked(parts, ANNA, prompt)

    assert refused.code is code
    assert (last["act"], last["where"]) == ("prompt.blocked", "style")
    assert prompt not in json.dumps(last)
    assert harmless.request.suffix == ""


async def test_a_guilds_default_style_is_looked_at_too(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await add_style(ANNA.guild, NamedStyle("beach", "naked, erotic"), MODERATOR, parts.studio)
        await decided(parts, style="beach")
        refused = await refusal(imagine(Ask(draft("a little girl"), ANNA), parts.studio))

    assert refused.code is Code.MINORS


async def test_words_of_the_rules_that_a_guild_has_blocked_are_left_out(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        before = await asked(parts, ANNA)
        await decided(parts, blocked_words=["light"])
        after = await asked(parts, ANNA)

    assert "light" in before.request.enhanced
    assert after.request.final_prompt == "a red fox in snow"


async def test_a_price_that_is_only_looked_up_notes_no_block(tmp_path: Path) -> None:
    async with running(tmp_path, f'[moderation]\nblocked_words = ["gory"]\n{NOBODY_PAINTS}') as parts:
        ask = Ask(draft("a gory fox"), ANNA)
        await refusal(price(ask, parts.studio, is_noted=False))
        before = await audited(parts)
        await refusal(price(ask, parts.studio))
        after = await audited(parts)

    assert before == []
    assert [row["act"] for row in after] == ["prompt.blocked"]


async def test_a_file_in_a_style_in_words_is_made_again_with_those_words_once(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, style="baroque")
        data = await parts.blobs.get(job.images[0].path)
        again = await ended(await recreate(data, STRANGER, parts.studio), parts)

    assert job.request.suffix
    assert again.request.final_prompt == job.request.final_prompt
    assert again.request.style == job.request.style
    assert again.recreation is not None
    assert again.recreation.verdict is not None
    assert again.recreation.verdict.likeness is Likeness.IDENTICAL


async def test_a_reroll_keeps_a_generators_own_style_that_the_guild_has_since_replaced(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        job = await asked(parts, ANNA, style="oil")
        await add_style(ANNA.guild, NamedStyle("oil", "an oil rig"), MODERATOR, parts.studio)
        again = await reroll(job.id, ANNA, parts.studio)

    assert (again.request.style, again.request.suffix) == ("oil", "")


@pytest.mark.parametrize(
    "changes",
    [
        {"generator": "plain", "models": ["sketch"]},
        {"model": "plain", "models": ["sketch"]},
        {"steps": 30, "max_steps": 10},
        {"style": "oil", "generator": "plain"},
        {"style": "cinematic", "generator": "plain", "max_side_px": 64},
    ],
)
async def test_what_a_guild_prefers_is_never_the_reason_of_a_refusal(
    tmp_path: Path, changes: Mapping[str, Json]
) -> None:
    async with running(tmp_path, TWO) as parts:
        await decided(parts, **changes)
        accepted = await imagine(Ask(Draft("a red fox"), ANNA), parts.studio)

    assert accepted.job is not None


async def test_a_liked_generator_that_the_guild_does_not_permit_is_passed_over(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        await save_settings(PersonSettings(generator="plain"), ANNA, parts.studio)
        await decided(parts, models=["sketch"])
        accepted = await imagine(Ask(Draft("a red fox"), ANNA), parts.studio)

    assert accepted.route[0].pool == "sketch"


async def test_a_refused_default_names_what_was_to_paint(tmp_path: Path) -> None:
    async with running(tmp_path, f'[defaults]\ngenerator = "sketch"\n{TWO}') as parts:
        await decided(parts, models=["plain"])
        refused = await refusal(imagine(Ask(Draft("a red fox"), ANNA), parts.studio))

    assert (refused.code, refused.facts["value"]) == (Code.MODEL_NOT_ALLOWED, "sketch")


async def test_a_model_is_painted_by_the_generator_that_the_guild_permits(tmp_path: Path) -> None:
    async with running(tmp_path, FLEXIBLE) as parts:
        for generator in parts.studio.generators.values():
            generator.capabilities = replace(generator.capabilities, models=("common", generator.name))
        await decided(parts, models=["second"])
        named = await imagine(Ask(Draft("a red fox", model="common"), ANNA), parts.studio)
        await decided(parts, models=None, generator="second", model="second")
        silent = await imagine(Ask(Draft("a red fox"), ANNA), parts.studio)

    assert [step.pool for step in named.route] == ["second"]
    assert ([step.pool for step in silent.route], silent.request.model) == (["second"], "second")


async def test_one_key_for_groups_that_begin_alike_is_noticed(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:

        async def wished(text: str) -> int:
            asks = asks_of(text, Draft(prompt="", width_px=96, height_px=64), ANNA, parts.studio, key="one")
            return len(await imagine_all(asks, parts.studio))

        first = await wished("a {red, blue} fox")
        again = await wished("a {red, blue} fox")
        refused = await refusal(wished("a {red, blue, grey} fox"))

    assert (first, again) == (2, 2)
    assert refused.code is Code.IDEMPOTENCY_MISMATCH


async def test_whoever_is_banned_has_no_model_look_at_pictures(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, ANNA)
        wish = BanWish("person", ANNA.person, ANNA.guild)
        await ban(wish, OPERATOR, parts.studio)
        # Nobody answers there, and nobody is asked.
        async with Describer("http://127.0.0.1:9/v1", "", "eyes", 1.0) as describer:
            refused = await refusal(describe(a_png(3), ANNA, parts.studio, describer))

    assert refused.code is Code.BANNED


async def test_a_variation_of_a_picture_from_before_a_cap_is_painted_within_the_cap(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job = await painted(parts, ANNA, count=2, width_px=192, height_px=128)
        await decided(parts, max_side_px=128, max_count=1)
        accepted = await vary(job.images[0].id, ANNA, parts.studio)

    assert (accepted.request.count, accepted.request.width_px) == (1, 128)


async def test_weights_in_a_guilds_style_are_stripped_where_they_would_be_painted(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        able = parts.studio.generators["plain"]
        able.capabilities = replace(able.capabilities, weights=True)
        await add_style(ANNA.guild, NamedStyle("misty", "(mist:1.2), dawn"), MODERATOR, parts.studio)
        plain = await imagine(Ask(draft(style="misty", generator="sketch"), ANNA), parts.studio)
        weighted = await imagine(Ask(draft(style="misty", generator="plain"), ANNA), parts.studio)

    assert plain.request.suffix == "mist, dawn"
    assert weighted.request.suffix == "(mist:1.2), dawn"
