"""From a wish to its rows: what is taken as it was read before, and what must be the same for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.asking import Ask, Target
from pinxit.actions.guild_house import ruled
from pinxit.actions.readying import digest_of, new_job, ready
from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.errors import Code
from pinxit.domain.guild_rules import GuildRules
from pinxit.domain.job import Priority
from pinxit.domain.request import Enhance, Lora, Mode, Outpaint, Role, request_from_json
from tests.actions.atelier import ANNA, NOBODY_PAINTS, refusal, running

if TYPE_CHECKING:
    from pathlib import Path

FULL = Draft(
    "a fox",
    typed="a fox --ar 3:2",
    aspect=(3, 2),
    mode=Mode.IMG2IMG,
    loras=(Lora("ink", 0.8),),
    outpaint=Outpaint(left=8),
    options={"a": 1},
    enhance=Enhance.RULES,
    priority=Priority.LOW,
    sources=(SourceDraft(Role.IMAGE, data=b"x"),),
    confirmed=True,
)


async def test_settings_that_were_read_already_are_not_read_again(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        wish = await ready(Ask(Draft("a fox"), ANNA), parts.studio, rules=GuildRules(), saved={"count": 3})
        nobody = await ready(Ask(Draft("a fox"), ANNA), parts.studio, rules=GuildRules(), saved={})

    assert (wish.request.count, nobody.request.count) == (3, parts.studio.house.count)


async def test_where_a_guild_decided_nothing_the_studio_is_as_it_was(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        studio = parts.studio
        of_a_guild = ruled(studio, GuildRules(model="sketch", max_steps=9, style="noir"))

    assert ruled(studio, GuildRules(reports_channel="5")).house == ruled(studio, GuildRules()).house == studio.house
    assert of_a_guild.house != studio.house
    assert ruled(of_a_guild, GuildRules()).house == studio.house


async def test_the_rows_of_a_job_say_what_its_request_says(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        wish = await ready(Ask(Draft("a red fox", typed="a red fox --n 2", count=2), ANNA), parts.studio)
        new = new_job(wish, None, "key", "digest", parts.studio)

    assert request_from_json(new.request) == wish.request
    assert (new.first["pool"], new.first["cost_s"]) == (wish.route[0].pool, wish.route[0].cost_s)
    assert new.texts == ("a red fox", "a red fox --n 2")


async def test_what_a_generator_alone_can_judge_is_refused_before_the_queue(tmp_path: Path) -> None:
    async with running(tmp_path, '[generators.horde]\nkind = "horde"\nworkers = 0\n') as parts:
        refused = await refusal(ready(Ask(Draft("a fox", sampler="k_heun", steps=21), ANNA), parts.studio))

    assert (refused.code, refused.facts["field"], refused.facts["allowed"]) == (Code.FIELD_RANGE, "steps", ["1 to 20"])


def test_a_key_that_was_used_before_an_upgrade_is_known_after_it() -> None:
    target = Target("discord", "5", '{"token": "t"}')

    # As they were stored in 2026-11. A new field of Draft changes them: then such a wish is taken for another one.
    assert digest_of(Ask(Draft("a fox"), ANNA), 1) == "7a42c88c74b6a43eccbd9bed1eb9fa22c8ec84870cbf1da5c99717b88c8f8256"
    assert (
        digest_of(Ask(FULL, ANNA, target=target), 2)
        == "ff640f2ea4da4c4ff85c7f1ef66b7f970354311ce868194e163fcbe16b702bcf"
    )
