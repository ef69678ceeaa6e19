"""A guild's own styles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.admin.guild_settings import load_guild, save_guild
from pinxit.actions.admin.styles import STYLES, add_style, remove_style
from pinxit.domain.caller import Caller
from pinxit.domain.errors import Code
from pinxit.domain.guild_rules import NamedStyle
from pinxit.domain.ids import GuildId, PersonId
from tests.actions.atelier import ANNA, NOBODY_PAINTS, refusal, running

if TYPE_CHECKING:
    from pathlib import Path

GUILD = ANNA.guild
CHIEF = Caller(GUILD, PersonId("chief"), "discord", is_moderator=True)
DUSK = NamedStyle("Blue Dusk", "blue hour, long shadows", "noon", (3, 2), 30, 5.5, "our evenings")


async def test_a_style_comes_back_as_it_was_added_and_a_second_one_replaces_it(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        kept = await add_style(GUILD, replace(DUSK, suffix=" blue hour,\n long shadows "), CHIEF, parts.studio)
        await add_style(GUILD, NamedStyle("plain", "plain"), CHIEF, parts.studio)
        both = (await load_guild(GUILD, CHIEF, parts.studio)).rules.styles
        await add_style(GUILD, replace(DUSK, name="blue-dusk", about=""), CHIEF, parts.studio)
        later = (await load_guild(GUILD, CHIEF, parts.studio)).rules.styles

    assert kept == DUSK
    assert both["bluedusk"] == DUSK
    assert list(both) == ["bluedusk", "plain"]
    assert (later["bluedusk"].name, len(later)) == ("blue-dusk", 2)


async def test_a_removed_style_is_no_longer_the_default(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await add_style(GUILD, DUSK, CHIEF, parts.studio)
        await save_guild(GUILD, {"style": "blue dusk", "count": 2}, CHIEF, parts.studio)
        chosen = (await load_guild(GUILD, CHIEF, parts.studio)).rules
        await remove_style(GUILD, "BLUE dusk", CHIEF, parts.studio)
        after = (await load_guild(GUILD, CHIEF, parts.studio)).rules
        unknown = await refusal(remove_style(GUILD, "Blue Dusk", CHIEF, parts.studio))
        book = await parts.store.database.read(lambda tx: [row["act"] for row in tx.all("SELECT act FROM audit")])

    assert chosen.style == "Blue Dusk"
    assert (after.style, after.styles, after.count, unknown.code) == ("", {}, 2, Code.STYLE_UNKNOWN)
    assert sorted(book) == ["guild.set", "style.added", "style.removed"]


async def test_a_guild_has_at_most_fifty_styles(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        for number in range(STYLES):
            await add_style(GUILD, NamedStyle(f"style {number}", "x"), CHIEF, parts.studio)
        refused = await refusal(add_style(GUILD, DUSK, CHIEF, parts.studio))
        replaced = await add_style(GUILD, NamedStyle("Style 7", "y"), CHIEF, parts.studio)
        kept = (await load_guild(GUILD, CHIEF, parts.studio)).rules.styles

    assert (refused.code, refused.facts["field"], replaced.suffix, len(kept)) == (Code.FIELD_RANGE, "styles", "y", 50)


WRONG = (
    (replace(DUSK, name=""), Code.FIELD_MISSING, "name"),
    (replace(DUSK, name="- _ -"), Code.FIELD_MISSING, "name"),
    (replace(DUSK, name="x" * 41), Code.FIELD_RANGE, "name"),
    (replace(DUSK, suffix="", negative=" "), Code.FIELD_MISSING, "suffix"),
    (replace(DUSK, suffix="x" * 501), Code.FIELD_RANGE, "suffix"),
    (replace(DUSK, suffix="a\x07"), Code.TEXT_INVALID, "suffix"),
    (replace(DUSK, about="x" * 201), Code.FIELD_RANGE, "about"),
    (replace(DUSK, aspect=(0, 1)), Code.FIELD_RANGE, "aspect"),
    (replace(DUSK, aspect=(1000, 1)), Code.FIELD_RANGE, "aspect"),
    (replace(DUSK, steps=100_000), Code.FIELD_RANGE, "steps"),
    (replace(DUSK, guidance_scale=float("nan")), Code.FIELD_RANGE, "guidance_scale"),
)


async def test_a_wrong_style_is_refused_by_field_and_nothing_is_kept(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        refused = [await refusal(add_style(GUILD, style, CHIEF, parts.studio)) for style, *_ in WRONG]
        left = await parts.store.database.read(
            lambda tx: [*tx.all("SELECT * FROM guild"), *tx.all("SELECT * FROM audit")]
        )

    assert [(one.code, one.facts["field"]) for one in refused] == [(code, field) for _, code, field in WRONG]
    assert left == []


async def test_only_a_guilds_admins_change_its_styles(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        codes = [
            (await refusal(add_style(GUILD, DUSK, ANNA, parts.studio))).code,
            (await refusal(add_style(GuildId("discord:2"), DUSK, CHIEF, parts.studio))).code,
            (await refusal(remove_style(GUILD, "x", ANNA, parts.studio))).code,
        ]

    assert codes == [Code.NOT_ADMIN] * 3
