"""Which generator a wish goes to: aliases, generators that cannot be had now, and what people are told of both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.admin.guild_settings import save_guild
from pinxit.actions.aliases import named
from pinxit.actions.asking import Ask
from pinxit.actions.away import Away
from pinxit.actions.imagine import imagine
from pinxit.actions.reroll import reroll
from pinxit.actions.routing import local_first
from pinxit.actions.settings import PersonSettings, save_settings
from pinxit.app import embedded
from pinxit.config import load
from pinxit.domain.budget import Budget, Spent
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Code
from pinxit.domain.generator import Capabilities
from pinxit.domain.hints import Hint
from pinxit.domain.job import Ended, Outcome
from pinxit.domain.request import Mode
from pinxit.generators.catalogue import Alias
from pinxit.generators.registry import build
from tests.actions.atelier import draft, refusal
from tests.builders import NOW_AT
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pinxit.actions.imagine import Accepted
    from pinxit.parts import Parts

KIND = "tests.generators_for_tests:build_plain"
SETTINGS = f"""
catalogue = "models.toml"
[generators.first]
kind = "{KIND}"
workers = 0
[generators.second]
kind = "{KIND}"
workers = 0
[generators.sketch]
kind = "sketch"
workers = 0
"""
CATALOGUE = f"""
[aliases.Quick]
means = ["none/none", "{KIND}/"]
sizes = ["64x64", "128x64"]
images = 2
[aliases.nothing]
means = ["none/none"]
[none."none"]
about = "a model that nobody has set up"
"""


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    (tmp_path / "models.toml").write_text(CATALOGUE)
    file = tmp_path / "config.toml"
    file.write_text(SETTINGS.replace("models.toml", str(tmp_path / "models.toml")))
    async with embedded(load({}, file, {"var": tmp_path / "var"})) as parts:
        yield parts


async def wish(parts: Parts, **changes: object) -> Accepted:
    return await imagine(Ask(draft(**changes), OPERATOR), parts.studio)  # type: ignore[arg-type]  # fields of Draft


def pools(accepted: Accepted) -> list[str]:
    return [step.pool for step in accepted.route]


async def test_an_alias_is_the_first_that_is_set_up_and_says_which(parts: Parts) -> None:
    accepted = await wish(parts, model="quick", width_px=110, height_px=70)

    assert pools(accepted) == ["first"]
    assert accepted.request.model == "first"
    told = {one.hint: one.facts for one in accepted.hints}
    assert told[Hint.ALIAS_MEANS] == {"value": "Quick", "model": "first", "generator": "first"}
    assert (accepted.request.width_px, accepted.request.height_px) == (128, 64)
    assert told[Hint.SIZE_NEAREST]["value"] == "110×70"


async def test_an_alias_keeps_its_own_limits(parts: Parts) -> None:
    refused = await refusal(wish(parts, model="Quick", count=3))

    assert (refused.code, refused.facts["field"], refused.facts["allowed"]) == (Code.FIELD_RANGE, "count", ["1 to 2"])


async def test_an_alias_at_a_generator_that_was_named_too(parts: Parts) -> None:
    assert pools(await wish(parts, model="quick", generator="second")) == ["second"]


async def test_an_alias_whose_models_nobody_set_up_is_unknown_and_others_are_named(parts: Parts) -> None:
    refused = await refusal(wish(parts, model="nothing"))

    assert refused.code is Code.MODEL_UNKNOWN
    assert "Quick" in refused.facts["allowed"]  # type: ignore[operator]  # a list of names


async def test_one_that_is_left_alone_is_passed_over_and_people_are_told(parts: Parts) -> None:
    parts.studio.breakers.note("first", Ended(Outcome.BROKEN, retry_after_s=60.0))

    accepted = await wish(parts)

    assert pools(accepted) == ["second", "sketch"]
    assert [(one.hint, one.facts) for one in accepted.hints] == [
        (Hint.GENERATOR_AWAY, {"generator": "first", "value": "second"})
    ]


async def test_one_that_was_picked_and_is_left_alone_is_refused_with_its_return(parts: Parts) -> None:
    parts.studio.breakers.note("first", Ended(Outcome.BROKEN, retry_after_s=60.0))

    refused = await refusal(wish(parts, generator="first"))

    assert refused.code is Code.GENERATOR_RESTING
    assert refused.facts["generator"] == "first"
    assert str(refused.facts["until"]) > parts.studio.clock.now().isoformat()


async def test_local_first_is_there_without_being_written(parts: Parts) -> None:
    assert pools(await wish(parts, chain="local_first")) == ["first", "second", "sketch"]


def test_local_first_keeps_the_prompt_here_as_long_as_it_can() -> None:
    clock = FakeClock()
    made = {name: build(name, "sketch", {}, clock) for name in ("cloud", "sketch", "card", "gpu", "script")}
    for name, changes in (("cloud", {"remote": True}), ("card", {"vector": True})):
        made[name].capabilities = replace(made[name].capabilities, **changes)  # type: ignore[arg-type]  # its fields
    kinds = {"cloud": "openai", "sketch": "sketch", "card": "svg", "gpu": "diffusers", "script": "script"}

    assert local_first(list(made), made, kinds) == ("gpu", "script", "sketch", "card", "cloud")
    assert isinstance(made["gpu"].capabilities, Capabilities)


@pytest.mark.parametrize(
    ("spent", "price_micro", "until"),
    [
        (Spent(), 100, ""),
        (Spent(day_micro=50), 51, "2026-11-22T00:00:00+00:00"),
        (Spent(day_micro=50, reserved_micro=50), 1, "2026-11-22T00:00:00+00:00"),
        (Spent(day_micro=500), 0, ""),
        (Spent(), 101, None),
    ],
)
def test_a_budget_refuses_what_it_has_no_room_for(spent: Spent, price_micro: int, until: str | None) -> None:
    away = Away(NOW_AT, budgets={"flux": Budget(day_micro=100)}, spent={"flux": spent})

    refused = away.refusal("flux", price_micro)

    if until == "":
        assert refused is None
    else:
        assert refused is not None
        assert (refused.code, refused.facts) == (Code.BUDGET_SPENT, {"generator": "flux", "until": until})
    assert away.refusal("another", price_micro) is None


async def test_what_stands_in_and_cannot_is_passed_over_too(parts: Parts) -> None:
    parts.studio.breakers.note("first", Ended(Outcome.BROKEN, retry_after_s=60.0))
    second = parts.studio.generators["second"]
    second.capabilities = replace(second.capabilities, max_count=1)

    assert pools(await wish(parts, count=2)) == ["sketch"]


async def test_nobody_is_told_that_a_generator_is_away_that_only_cannot_do_it_any_more(parts: Parts) -> None:
    accepted = await wish(parts, count=2)
    first = parts.studio.generators["first"]
    first.capabilities = replace(first.capabilities, max_count=1)
    assert accepted.job is not None

    again = await reroll(accepted.job.id, OPERATOR, parts.studio)

    assert pools(again) == ["second", "sketch"]
    assert not again.hints


async def test_an_alias_where_nobody_has_its_model_names_what_is_there(parts: Parts) -> None:
    refused = await refusal(wish(parts, model="quick", generator="sketch"))

    assert refused.code is Code.MODEL_UNKNOWN
    assert refused.facts["allowed"] == list(parts.studio.generators["sketch"].capabilities.models)


async def test_an_alias_means_the_first_that_can_do_what_is_wanted(parts: Parts) -> None:
    first = parts.studio.generators["first"]
    first.capabilities = replace(first.capabilities, modes=frozenset({Mode.IMG2IMG}))

    assert pools(await wish(parts, model="quick")) == ["second"]


async def test_a_guild_that_permits_another_name_permits_what_it_means(parts: Parts) -> None:
    await wish(parts)  # The guild is there from its first job on.
    await save_guild(OPERATOR.guild, {"models": ["Quick"]}, OPERATOR, parts.studio)

    job = (await wish(parts, model="quick")).job
    assert job is not None
    assert pools(await reroll(job.id, OPERATOR, parts.studio)) == ["first"]
    assert pools(await wish(parts)) == ["first", "second"]
    assert (await refusal(wish(parts, generator="sketch"))).code is Code.MODEL_NOT_ALLOWED


async def test_what_a_person_prefers_holds_under_another_name_too(parts: Parts) -> None:
    await save_settings(PersonSettings(count=2), OPERATOR, parts.studio)

    assert (await wish(parts, model="quick")).request.count == 2


def test_a_name_that_a_model_has_stays_that_models(parts: Parts) -> None:
    kinds = dict.fromkeys(parts.studio.generators, KIND)
    alias = Alias("First", means=((KIND, "second"),))

    assert named({"First": alias}, parts.studio.generators, kinds) == {}
    assert list(named({"1st": alias}, parts.studio.generators, kinds)) == ["1st"]
