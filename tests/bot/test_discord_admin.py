"""What the admins of a server do with /admin, on a loopback Discord."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest

from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import GuildId
from tests.bot.living import SKETCH, living
from tests.bot.painted import jobs_of, painted
from tests.platforms.discord.people import person
from tests.platforms.discord.people_commands import PersonError

if TYPE_CHECKING:
    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel, Guild
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.server import DiscordServer

pytestmark = pytest.mark.usefixtures("program")


async def said(who: Person, channel: Channel, path: str, **options: Any) -> str:  # noqa: ANN401 - whatever a command takes
    """Return what somebody alone reads after a command."""
    seen = await (await who.slash(channel, path, **options)).wait()
    assert seen.is_ephemeral
    return seen.text.replace("\\", "")


async def test_a_member_is_not_offered_the_command_and_is_refused_by_the_action(channel: Channel, ada: Person) -> None:
    with pytest.raises(PersonError):
        await ada.slash(channel, "admin stats")
    forced = await (await ada.slash(channel, "admin stats", force=True)).wait()

    assert "admin" in forced.text
    assert not forced.embeds


async def test_a_limit_of_everybody_holds_at_once_and_is_listed(channel: Channel, chief: Person, ada: Person) -> None:
    assert await said(chief, channel, "admin quota set", amount="0.1/day") == "Limits\neveryone: 0.1 credits a day"

    refused = await (await ada.slash(channel, "imagine", prompt="a red fox", count=4)).wait()

    assert refused.is_ephemeral
    assert "0.1" in refused.text
    assert "0.1 credits a day" in await said(chief, channel, "admin quota show")


async def test_limits_of_a_person_and_a_role_are_shown_as_mentions(
    server: DiscordServer, guild: Guild, channel: Channel, chief: Person, ada: Person
) -> None:
    role = server.state.role(guild, "artists")
    await said(chief, channel, "admin quota set", amount="12/day", member=ada.user)
    await said(chief, channel, "admin quota set", amount="5/week", role=role)

    listed = await said(chief, channel, "admin quota show")

    assert f"<@{ada.id}>: 12 credits a day" in listed
    assert f"<@&{role.id}>: 5 credits a week" in listed

    await said(chief, channel, "admin quota set", amount="none/day", member=ada.user)
    assert ada.id not in await said(chief, channel, "admin quota show")


async def test_a_grant_lifts_a_limit_of_somebody_who_was_never_here(
    channel: Channel, chief: Person, ada: Person
) -> None:
    await said(chief, channel, "admin quota set", amount="0/day", member=ada.user)
    await said(chief, channel, "admin quota grant", member=ada.user, amount="5", days=2, note="a contest")

    await painted(ada, channel)

    assert f"<@{ada.id}>" in await said(chief, channel, "admin quota top")


async def test_a_wrong_amount_is_refused_with_what_is_possible(channel: Channel, chief: Person) -> None:
    assert "12/day" in await said(chief, channel, "admin quota set", amount="12")
    assert "period" in await said(chief, channel, "admin quota set", amount="12/fortnight")


async def test_a_setting_is_chosen_from_what_it_can_be_and_holds(channel: Channel, chief: Person) -> None:
    fields = await chief.complete("admin settings set", "field", "nsf", channel=channel)
    values = await chief.complete("admin settings set", "value", "", channel=channel, field="nsfw")

    await said(chief, channel, "admin settings set", field="nsfw", value="spoiler")

    assert [value for _, value in fields] == ["nsfw"]
    assert {"post", "spoiler", "withhold", "none"} <= {value for _, value in values}
    assert "spoiler" in await said(chief, channel, "admin settings show", field="nsfw")


async def test_every_setting_fits_on_the_page_in_both_languages(
    server: DiscordServer, guild: Guild, channel: Channel, chief: Person
) -> None:
    manage = discord.Permissions(manage_guild=True)
    chef = person(server.state, "chef", guild=guild, permissions=manage, locale="de")

    english, german = (
        await said(chief, channel, "admin settings show"),
        await said(chef, channel, "admin settings show"),
    )

    for name in ("name", "reports_channel", "allowed_words"):
        assert f"`{name}`" in english
        assert f"`{name}`" in german
    assert "Language spoken here" in english
    assert english != german


async def test_a_wrong_setting_is_refused_with_the_nearest_one(channel: Channel, chief: Person) -> None:
    assert "time_zone" in await said(chief, channel, "admin settings set", field="timezone", value="UTC")


async def test_a_banned_person_cannot_ask_and_can_again(channel: Channel, chief: Person, ada: Person) -> None:
    await said(chief, channel, "admin ban", member=ada.user, hours=2, reason="*spam*")

    refused = await (await ada.slash(channel, "imagine", prompt="a red fox")).wait()
    listed = (await (await chief.slash(channel, "admin bans")).wait()).text
    lifted = await said(chief, channel, "admin unban", member=ada.user)
    again = await said(chief, channel, "admin unban", member=ada.user)

    assert "\\*spam\\*" in refused.text
    assert f"<@{ada.id}>" in listed
    assert "\\*spam\\*" in listed
    assert (lifted, again) == ("Done.", "Nothing to change: it was so already.")
    await painted(ada, channel)


async def test_nobody_bans_themselves(channel: Channel, chief: Person) -> None:
    assert "themselves" in await said(chief, channel, "admin ban", member=chief.user)


async def test_a_paused_server_waits_and_what_waits_can_be_cleared(
    channel: Channel, chief: Person, ada: Person, program: Living
) -> None:
    assert await said(chief, channel, "admin pause") == "Done."
    waiting = await ada.slash(channel, "imagine", prompt="a red fox")
    await waiting.wait(lambda seen: "Cancel" in seen.buttons)

    stats = await said(chief, channel, "admin stats")
    cleared = await said(chief, channel, "admin clear", member=ada.user)
    await waiting.wait(lambda seen: "cancelled" in seen.text)
    resumed = await said(chief, channel, "admin resume")

    assert "1 waiting, 0 running" in stats
    assert cleared == "1 job was cancelled."
    assert resumed == "Done."
    assert [job.state.value for job in await jobs_of(program.studio)] == ["cancelled"]


async def test_weight_cap_and_pools_are_the_operators(channel: Channel, chief: Person) -> None:
    refusals = {
        await said(chief, channel, "admin weight", weight=2.0),
        await said(chief, channel, "admin cap", cap=3),
        await said(chief, channel, "admin pause", pool="sketch"),
    }

    assert len(refusals) == 1
    assert "operator" in refusals.pop()


async def test_an_operator_who_is_named_in_the_settings_has_them_in_the_chat(
    server: DiscordServer, guild: Guild, channel: Channel, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rights = discord.Permissions(manage_guild=True)
    boss = person(server.state, "boss", guild=guild, permissions=rights)
    named = f'[access]\noperators = ["discord:{boss.id}"]\n{SKETCH}'

    async with living(server, tmp_path_factory.mktemp("operator"), named) as life:
        answers = [
            await said(boss, channel, "admin weight", weight=2.0),
            await said(boss, channel, "admin cap", cap=3),
            await said(boss, channel, "admin pause", pool="sketch"),
        ]
        paused = await life.studio.store.pools.paused()

    assert answers == ["Done."] * 3
    assert paused.pools == {"sketch"}


async def test_a_style_of_the_server_can_be_added_used_and_removed(
    channel: Channel, chief: Person, ada: Person
) -> None:
    await said(chief, channel, "admin style add", name="gothic", words="gothic novel, candle light")

    offered = await ada.complete("imagine", "style", "goth", channel=channel)
    own = await chief.complete("admin style remove", "name", "", channel=channel)
    removed = await said(chief, channel, "admin style remove", name="gothic")

    assert ("gothic", "gothic") in offered
    assert own == [("gothic", "gothic")]
    assert removed == "Done."
    assert "gothic" in await said(chief, channel, "admin style remove", name="gothic")


async def test_the_audit_names_who_did_what_and_is_turned_page_by_page(
    channel: Channel, chief: Person, ada: Person
) -> None:
    for _ in range(10):
        await said(chief, channel, "admin ban", member=ada.user)
        await said(chief, channel, "admin unban", member=ada.user)
    first = await (await chief.slash(channel, "admin audit")).wait()

    older = await (await chief.press(first, "Show older")).wait(lambda seen: "To the newest" in seen.buttons)

    assert f"<@{chief.id}> · `ban.lifted` · <@{ada.id}>" in older.text
    assert older.text.count("ban.") == 5
    assert older.id == first.id


async def test_a_limit_is_noted_under_the_person_who_set_it(channel: Channel, chief: Person, program: Living) -> None:
    await said(chief, channel, "admin quota set", amount="3/day")

    rows = await program.studio.store.database.read(lambda tx: tx.all("SELECT actor, act, guild_id FROM audit"))

    assert [(row["actor"], row["act"]) for row in rows] == [(f"discord:{chief.id}", "quota.set")]
    assert GuildId(rows[0]["guild_id"]) != OPERATOR.guild
