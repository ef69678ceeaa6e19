"""Bans: who may ban whom, where, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pinxit.actions.admin.bans import BanWish, ban, bans, unban
from pinxit.data.bans import active_ban
from pinxit.data.times import to_ms
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.errors import Code
from pinxit.domain.ids import GuildId, PersonId
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, STRANGER, asked, refusal, running
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from pinxit.parts import Parts

GUILD = ANNA.guild
CHIEF = Caller(GUILD, PersonId("chief"), "discord", is_moderator=True)
BORIS_HERE = BanWish("person", BORIS.person, GUILD, "spams  all\nday")


async def keeps_out(parts: Parts, caller: Caller, at: datetime | None = None) -> Mapping[str, Any] | None:
    now_ms = to_ms(at or parts.studio.clock.now())
    row = await parts.store.database.read(lambda tx: active_ban(tx, caller.person, caller.guild, now_ms))
    return None if row is None else dict(row)


async def test_a_guilds_admin_bans_a_person_there_and_only_there(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, BORIS)
        made = await ban(BORIS_HERE, CHIEF, parts.studio)
        here = await keeps_out(parts, BORIS)
        elsewhere = await keeps_out(parts, replace(BORIS, guild=STRANGER.guild))
        other = await keeps_out(parts, ANNA)
        listed = await bans(GUILD, CHIEF, parts.studio)
        lifted = await unban(BORIS_HERE, CHIEF, parts.studio)
        again = await unban(BORIS_HERE, CHIEF, parts.studio)
        after = await keeps_out(parts, BORIS)
        book = await parts.store.database.read(lambda tx: tx.all("SELECT act, guild_id, subject, details FROM audit"))

    assert here is not None
    assert (here["scope"], here["reason"], here["until_ms"]) == ("person", "spams all day", None)
    assert (elsewhere, other, after, lifted, again) == (None, None, None, True, False)
    assert [(one.scope_id, one.reason, one.set_by) for one in listed] == [("boris", "spams all day", "chief")]
    assert (made.guild, made.until_at) == (GUILD, None)
    assert [(row["act"], row["guild_id"], row["subject"]) for row in book] == [
        ("ban.set", GUILD, "person:boris"),
        ("ban.lifted", GUILD, "person:boris"),
    ]
    assert "spams" not in book[0]["details"]


async def test_the_operator_bans_a_person_everywhere_and_a_whole_guild(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, BORIS)
        await asked(parts, STRANGER)
        await ban(BanWish("person", BORIS.person), OPERATOR, parts.studio)
        # A guild's ban is one everywhere, whatever is written beside it.
        await ban(BanWish("guild", STRANGER.guild, STRANGER.guild), OPERATOR, parts.studio)
        everywhere = await keeps_out(parts, replace(BORIS, guild=GuildId("discord:77")))
        guild = await keeps_out(parts, STRANGER)
        nobody = await keeps_out(parts, ANNA)
        listed = {(one.scope, one.scope_id) for one in await bans(None, OPERATOR, parts.studio)}
        ours = await bans(GUILD, OPERATOR, parts.studio)

    assert everywhere is not None
    assert guild is not None
    assert (everywhere["scope"], guild["scope"], nobody) == ("person", "guild", None)
    assert listed == {("person", "boris"), ("guild", "discord:2")}
    assert list(ours) == []


async def test_a_ban_with_hours_ends_by_itself_and_the_longest_one_counts(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, BORIS)
        clock = FakeClock()
        studio = replace(parts.studio, clock=clock)
        start = clock.now()
        short = await ban(replace(BORIS_HERE, hours=1.5), CHIEF, studio)
        await ban(BanWish("person", BORIS.person, hours=2), OPERATOR, studio)
        ends = [
            await keeps_out(parts, BORIS, start + timedelta(hours=hours)) is not None for hours in (0, 1.4, 1.9, 2, 3)
        ]
        first = await keeps_out(parts, BORIS, start)
        await clock.advance(2 * 3600)
        listed = await bans(None, OPERATOR, studio)
        gone = await unban(BORIS_HERE, CHIEF, studio)

    assert short.until_at == start + timedelta(hours=1.5)
    assert ends == [True, True, True, False, False]
    assert first is not None
    assert first["until_ms"] == to_ms(start + timedelta(hours=2))
    assert (list(listed), gone) == ([], False)


async def test_a_second_ban_takes_the_place_of_the_first(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, BORIS)
        await ban(BORIS_HERE, CHIEF, parts.studio)
        await ban(replace(BORIS_HERE, reason="calmer now", hours=1), CHIEF, parts.studio)
        (one,) = await bans(GUILD, CHIEF, parts.studio)

    assert one.reason == "calmer now"
    assert one.until_at is not None


WRONG = (
    (BORIS_HERE, ANNA, Code.NOT_ADMIN),
    (replace(BORIS_HERE, guild=""), CHIEF, Code.NOT_ADMIN),
    (replace(BORIS_HERE, guild="discord:2"), CHIEF, Code.NOT_ADMIN),
    (BanWish("guild", "discord:2"), CHIEF, Code.NOT_ADMIN),
    (BanWish("guild", GUILD), CHIEF, Code.NOT_ADMIN),
    (BanWish("person", "chief", GUILD), CHIEF, Code.NOT_BANNABLE),
    (BanWish("person", "local", GUILD), CHIEF, Code.NOT_BANNABLE),
    (BanWish("person", "local"), OPERATOR, Code.NOT_BANNABLE),
    (BanWish("guild", "local"), OPERATOR, Code.NOT_BANNABLE),
    (BanWish("person", "borris", GUILD), CHIEF, Code.PERSON_UNKNOWN),
    (BanWish("guild", "discord:99"), OPERATOR, Code.GUILD_UNKNOWN),
    (BanWish("role", "boris", GUILD), CHIEF, Code.FIELD_CHOICE),
    (replace(BORIS_HERE, hours=0), CHIEF, Code.FIELD_RANGE),
    (replace(BORIS_HERE, hours=float("nan")), CHIEF, Code.FIELD_RANGE),
    (replace(BORIS_HERE, hours=1e9), CHIEF, Code.FIELD_RANGE),
    (replace(BORIS_HERE, reason="x" * 201), CHIEF, Code.FIELD_RANGE),
    (replace(BORIS_HERE, reason="a\x00b"), CHIEF, Code.TEXT_INVALID),
)


async def test_a_ban_that_may_not_be_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await asked(parts, BORIS)
        codes = [(await refusal(ban(wish, caller, parts.studio))).code for wish, caller, _ in WRONG]
        left = await parts.store.database.read(
            lambda tx: [*tx.all("SELECT * FROM ban"), *tx.all("SELECT * FROM audit")]
        )

    assert codes == [code for _, _, code in WRONG]
    assert left == []


async def test_only_admins_read_and_end_bans(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        codes = [
            (await refusal(bans(GUILD, ANNA, parts.studio))).code,
            (await refusal(bans(None, CHIEF, parts.studio))).code,
            (await refusal(unban(BanWish("person", "boris"), CHIEF, parts.studio))).code,
        ]

    assert codes == [Code.NOT_ADMIN] * 3
