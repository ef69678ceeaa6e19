"""What a guild's admins decided holds for its requests: narrower than the operator's limits, chosen within them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.admin.guild_settings import save_guild
from pinxit.actions.asking import Ask
from pinxit.actions.imagine import imagine, price
from pinxit.actions.reroll import reroll
from pinxit.actions.settings import PersonSettings, save_settings
from pinxit.domain.caller import OPERATOR
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code
from pinxit.domain.request import Enhance
from tests.actions.atelier import ANNA, NOBODY_PAINTS, PLAIN, STRANGER, refusal, running

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.actions.imagine import Accepted
    from pinxit.domain.caller import Caller
    from pinxit.domain.request import Json
    from pinxit.parts import Parts

TWO = f"{NOBODY_PAINTS}{PLAIN}"


async def decided(parts: Parts, **changes: Json) -> None:
    await imagine(Ask(Draft("a fox"), ANNA), parts.studio)  # The guild is there from its first job on.
    await save_guild(ANNA.guild, changes, OPERATOR, parts.studio)


async def priced(parts: Parts, caller: Caller = ANNA, **said: object) -> Accepted:
    return await price(Ask(Draft(**{"prompt": "a red fox", **said}), caller), parts.studio)  # type: ignore[arg-type]  # fields of Draft


async def test_caps_narrow_what_may_be_asked_here_and_nowhere_else(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await decided(parts, max_side_px=512, max_steps=10, max_count=2)
        silent = await priced(parts)
        large = await refusal(priced(parts, width_px=768, height_px=512))
        many = await refusal(priced(parts, count=3))
        long = await refusal(priced(parts, steps=11))
        elsewhere = await priced(parts, STRANGER, width_px=768, height_px=768, count=3, steps=30)

    assert max(silent.request.width_px, silent.request.height_px) <= 512
    assert silent.request.steps <= 10
    assert (large.code, large.facts["allowed"]) == (Code.SIZE_TOO_LARGE, ["64 to 512"])
    assert (many.code, many.facts["allowed"]) == (Code.FIELD_RANGE, ["1 to 2"])
    assert (long.code, long.facts["allowed"]) == (Code.FIELD_RANGE, ["1 to 10"])
    assert elsewhere.request.steps == 30


async def test_only_permitted_models_paint_here(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        await decided(parts, models=["plain"])
        silent = await priced(parts)
        named = await refusal(priced(parts, generator="sketch"))
        elsewhere = await priced(parts, STRANGER, generator="sketch")

    assert [step.pool for step in silent.route] == ["plain"]
    assert (named.code, named.facts["allowed"]) == (Code.MODEL_NOT_ALLOWED, ["plain"])
    assert elsewhere.route[0].pool == "sketch"


async def test_without_failover_nobody_steps_in(tmp_path: Path) -> None:
    async with running(tmp_path, TWO) as parts:
        before = await priced(parts)
        await decided(parts, failover=False)
        after = await priced(parts)

    assert len(before.route) == 2
    assert [step.pool for step in after.route] == [before.route[0].pool]


async def test_defaults_fill_in_what_nobody_said(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await decided(parts, style="steampunk", negative_prompt="text", steps=12, count=2, enhance="off")
        silent = (await priced(parts)).request
        raw = (await priced(parts, raw=True)).request
        said = (await priced(parts, style="watercolour", negative_prompt="fog", steps=9, count=1)).request

        plain = (await priced(parts, style="None")).request

    assert (plain.style, plain.suffix) == ("", "")
    assert (silent.steps, silent.count, silent.enhance) == (12, 2, Enhance.OFF)
    assert silent.negative_prompt.startswith("text")
    assert "steampunk" in silent.style.casefold()
    assert (raw.style, raw.suffix, raw.negative_prompt) == ("", "", "")
    assert "steampunk" not in said.style.casefold()
    assert (said.steps, said.count) == (9, 1)
    assert said.negative_prompt.startswith("fog")


@pytest.mark.parametrize(
    ("guild", "person", "said", "used"),
    [
        (None, None, None, Enhance.RULES),
        ("off", None, None, Enhance.OFF),
        ("off", Enhance.RULES, None, Enhance.RULES),
        (None, Enhance.OFF, None, Enhance.OFF),
        ("off", Enhance.OFF, Enhance.RULES, Enhance.RULES),
        (None, None, Enhance.OFF, Enhance.OFF),
    ],
)
async def test_rewriting_is_decided_by_request_then_person_then_guild_then_operator(
    tmp_path: Path, guild: str | None, person: Enhance | None, said: Enhance | None, used: Enhance
) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await decided(parts, enhance=guild)
        await save_settings(PersonSettings(enhance=person), ANNA, parts.studio)
        request = (await priced(parts, enhance=said)).request

    assert request.enhance is used
    assert bool(request.enhanced) is (used is Enhance.RULES)


async def test_a_language_model_that_is_not_there_is_refused_where_it_was_asked_for(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        refused = await refusal(priced(parts, enhance=Enhance.LLM))

    assert (refused.code, refused.facts["allowed"]) == (Code.FEATURE_UNSUPPORTED, ["off", "rules"])


async def test_a_reroll_keeps_style_and_rewriting_whatever_was_decided_since(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        accepted = await imagine(Ask(Draft("a red fox", style="steampunk"), ANNA), parts.studio)
        await decided(parts, style="watercolour", enhance="off")
        assert accepted.job is not None
        again = await reroll(accepted.job.id, ANNA, parts.studio)

    first = accepted.request
    assert first.enhanced
    assert replace(again.request, seed=first.seed) == first


async def test_a_blocked_word_of_the_guild_is_refused_there_alone_and_noted(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await decided(parts, blocked_words=["gargoyle"])
        refused = await refusal(priced(parts, prompt="a G4RGOYLE on a roof"))
        elsewhere = await priced(parts, STRANGER, prompt="a gargoyle on a roof")
        rows = await parts.store.database.read(lambda tx: tx.all("SELECT act, details FROM audit ORDER BY id"))

    assert refused.code is Code.MODERATED
    assert elsewhere.request.prompt == "a gargoyle on a roof"
    assert [row["act"] for row in rows][-1] == "prompt.blocked"
    assert "roof" not in rows[-1]["details"]


async def test_the_rule_about_minors_holds_with_moderation_switched_off(tmp_path: Path) -> None:
    async with running(tmp_path, f"{NOBODY_PAINTS}[moderation]\nenabled = false\nblocked_words = ['fox']\n") as parts:
        refused = await refusal(priced(parts, prompt="a naked child"))
        fine = await priced(parts, prompt="a fox")

    assert refused.code is Code.MINORS
    assert fine.request.prompt == "a fox"


async def test_an_installation_that_is_not_open_to_everybody_says_so(tmp_path: Path) -> None:
    async with running(tmp_path, f'{NOBODY_PAINTS}[access]\nguilds = ["discord:1"]\n') as parts:
        inside = await priced(parts)
        outside = await refusal(priced(parts, STRANGER))
        operator = await priced(parts, OPERATOR)

    assert outside.code is Code.NOT_ADMITTED
    assert inside.request.prompt == operator.request.prompt
