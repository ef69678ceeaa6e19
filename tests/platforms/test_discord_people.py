"""The people of the loopback Discord, using a real discord.py client with a command tree of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
import pytest

from tests.platforms.discord.entities import Callback, ChannelType, InteractionType, Overwrite
from tests.platforms.discord.painter import at_work
from tests.platforms.discord.people import person
from tests.platforms.discord.people_commands import PersonError
from tests.platforms.discord.people_sight import NotSeen

if TYPE_CHECKING:
    from tests.platforms.discord.entities import Guild


async def test_a_slash_command_reaches_the_bot_with_every_kind_of_option() -> None:
    async with at_work() as studio:
        used = await studio.ada.slash(
            studio.channel,
            "paint",
            prompt="a cat",
            steps=30,
            style="Gothic art",
            friend=studio.bob,
            image=("cat.txt", b"miaow"),
        )

        assert await used.acknowledged() < 3
        assert used.message.content == "a cat|30|gothic||bob|cat.txt|5"
        assert used.callback is Callback.MESSAGE


async def test_the_payload_says_who_and_where() -> None:
    async with at_work() as studio:
        thread = studio.state.thread(studio.channel)
        boss = person(studio.state, "boss", guild=studio.guild, permissions=discord.Permissions(manage_guild=True))
        boss.user.locale = "de"

        await (await boss.slash(thread, "paint", prompt="x")).acknowledged()

        got = studio.painter.got[-1]
        assert got.context.guild
        assert got.is_guild_integration()
        assert not got.is_user_integration()
        assert got.permissions.manage_guild
        assert got.app_permissions.send_messages
        assert got.locale is discord.Locale.german
        assert got.guild_locale is discord.Locale.american_english
        assert isinstance(got.channel, discord.Thread)
        assert got.channel.parent_id == int(studio.channel.id)
        assert got.filesize_limit == studio.guild.attachment_size_limit


async def test_a_command_for_servers_is_not_used_by_an_own_install() -> None:
    async with at_work() as studio:
        eve = person(studio.state, "eve", guild=studio.guild, own_install=True)

        await eve.slash(studio.channel, "paint", prompt="x")
        await eve.slash(studio.channel, "secret")
        both, servers_only = await studio.painter.until("interaction", 2)

        assert (both.is_guild_integration(), both.is_user_integration()) == (True, True)
        assert (servers_only.is_guild_integration(), servers_only.is_user_integration()) == (True, False)


async def test_a_forum_post_a_direct_chat_and_a_foreign_server_are_places_too() -> None:
    async with at_work() as studio:
        forum = studio.state.channel(studio.guild, "art", type=ChannelType.FORUM)
        post = studio.state.thread(forum, "my cat")
        abroad = studio.state.guild("abroad", with_bot=False)
        street = studio.state.channel(abroad)
        eve = person(studio.state, "eve", guild=abroad, own_install=True)
        group = studio.state.dm(eve.id, studio.ada.id, studio.bob.id)
        eve.join(studio.guild)

        for place in (post, eve.dm, street, group):
            await (await eve.slash(place, "paint", prompt="x")).acknowledged()

        in_post, in_dm, in_street, in_group = studio.painter.got[-4:]
        assert isinstance(in_post.channel, discord.Thread)
        assert (in_post.context.guild, in_dm.context.dm_channel) == (True, True)
        assert in_dm.guild_id is None
        assert in_street.guild_id == int(abroad.id)
        assert in_street.is_user_integration()
        assert not in_street.is_guild_integration()
        assert in_group.context.private_channel
        assert isinstance(in_group.channel, discord.GroupChannel)


@pytest.mark.parametrize(
    ("path", "options", "why"),
    [
        ("draw", {"prompt": "x"}, "no command"),
        ("paint", {}, "without"),
        ("paint", {"prompt": "x", "colour": "red"}, "no option"),
        ("paint", {"prompt": ""}, "not a text"),
        ("paint", {"prompt": "x" * 101}, "101 characters"),
        ("paint", {"prompt": "x", "steps": "many"}, "not a whole number"),
        ("paint", {"prompt": "x", "steps": 51}, "1 to 50"),
        ("paint", {"prompt": "x", "style": "baroque"}, "none of"),
        ("paint", {"prompt": "x", "hidden": 1}, "true or false"),
        ("paint", {"prompt": "x", "friend": "7"}, "nobody"),
        ("paint", {"prompt": "x", "image": b"raw"}, "as (name, bytes)"),
        ("admin quota set", {"credits": 3}, "permissions"),
        ("admin quota", {}, "go on with"),
        ("admin quota get", {}, "no 'get'"),
    ],
)
async def test_what_a_client_would_not_send_is_refused(path: str, options: dict[str, Any], why: str) -> None:
    async with at_work() as studio:
        with pytest.raises(PersonError) as refused:
            await studio.ada.slash(studio.channel, path, **options)

        assert why in str(refused.value)
        assert studio.painter.got == []


async def test_a_place_that_the_command_is_not_for_is_refused() -> None:
    async with at_work() as studio:
        quiet = studio.state.channel(studio.guild, "quiet", overwrites=[_no_commands(studio.guild)])
        abroad = studio.state.guild("abroad", with_bot=False)
        eve = person(studio.state, "eve", guild=abroad)

        with pytest.raises(PersonError, match="context 1"):
            await studio.ada.slash(studio.ada.dm, "secret")
        with pytest.raises(PersonError, match="cannot use commands"):
            await studio.ada.slash(quiet, "paint", prompt="x")
        with pytest.raises(PersonError, match="installs"):
            await eve.slash(studio.state.channel(abroad), "paint", prompt="x")
        with pytest.raises(PersonError, match="cannot use commands"):
            await eve.slash(studio.channel, "paint", prompt="x")


def _no_commands(guild: Guild) -> Overwrite:
    return Overwrite(guild.id, is_role=True, deny=discord.Permissions(use_application_commands=True).value)


async def test_a_wrong_value_can_be_forced_upon_the_bot() -> None:
    async with at_work() as studio:
        await studio.ada.slash(studio.channel, "paint", force=True, prompt="x", steps=9000, colour="red")

        got = await studio.painter.until("interaction")

        data = got[0].data
        assert [one["value"] for one in data["options"]] == ["x", 9000, "red"]


async def test_a_subcommand_is_found_by_who_may() -> None:
    async with at_work() as studio:
        boss = person(studio.state, "boss", guild=studio.guild, permissions=discord.Permissions(manage_guild=True))

        used = await boss.slash(studio.channel, "admin quota set", credits=7)

        assert (await used.wait()).content == "7 credits"


async def test_autocompletion_suggests_what_fits() -> None:
    async with at_work() as studio:
        assert await studio.ada.complete("paint", "model", "flu") == [("Model flux", "flux")]
        assert len(await studio.ada.complete("paint", "model", prompt="x")) == 2
        with pytest.raises(PersonError, match="does not complete"):
            await studio.ada.complete("paint", "prompt", "x")


async def test_an_ephemeral_answer_is_for_one_person() -> None:
    async with at_work() as studio:
        used = await studio.ada.slash(studio.channel, "paint", prompt="x", hidden=True)
        seen = await used.wait()

        assert seen.is_ephemeral
        assert studio.ada.visible(seen)
        assert not studio.bob.visible(seen)
        with pytest.raises(PersonError, match="does not see"):
            await studio.bob.press(seen, "Reroll")
        with pytest.raises(PersonError, match="ephemeral"):
            await studio.ada.react(seen, "🔁")


async def test_buttons_and_selects_do_what_they_say() -> None:
    async with at_work() as studio:
        seen = await (await studio.ada.slash(studio.channel, "paint", prompt="x")).wait()
        assert [*seen.buttons] == ["Reroll", "Edit", "Sold", "Site"]

        pressed = await studio.bob.press(seen, "Reroll")
        await pressed.acknowledged()
        assert pressed.callback is Callback.UPDATE
        assert seen.content == "reroll"
        chosen = await studio.bob.choose(seen, "Fine")
        await chosen.wait(lambda seen: seen.content == "speed ['q']")
        got = studio.painter.got[-1]
        assert got.message is not None
        assert got.message.id == int(seen.id)

        for name, why in (("Vary", "0 buttons"), ("Sold", "disabled"), ("Site", "a link")):
            with pytest.raises(PersonError, match=why):
                await studio.ada.press(seen, name)
        with pytest.raises(PersonError, match="no choice"):
            await studio.ada.choose(seen, "Slow")
        with pytest.raises(PersonError, match="takes 1 to 1"):
            await studio.ada.choose(seen, ["Fast", "Fine"])


async def test_a_form_is_filled_in_and_sent() -> None:
    async with at_work() as studio:
        seen = await (await studio.ada.slash(studio.channel, "paint", prompt="x")).wait()
        form = await (await studio.ada.press(seen, "Edit")).modal()
        assert (form.title, form.field("Prompt").value) == ("Edit", "a cat")

        sent = await studio.ada.submit(form, {"Size": "Large"}, file=("a.png", b"..."))

        assert (await sent.wait()).content.startswith("sent {'prompt': 'a cat', 'size': ['l'], 'file': ['")
        data: Any = studio.painter.got[-1].data
        assert [one["filename"] for one in data["resolved"]["attachments"].values()] == ["a.png"]
        with pytest.raises(PersonError, match="1 to 1 choices"):
            await studio.ada.submit(form, prompt="y")
        with pytest.raises(PersonError, match="0 to 20 characters"):
            await studio.ada.submit(form, prompt="y" * 21, size="s")
        with pytest.raises(PersonError, match="no field"):
            await studio.ada.submit(form, colour="red")
        with pytest.raises(PersonError, match="somebody else"):
            await studio.bob.submit(form, size="s")


async def test_menus_bring_their_target() -> None:
    async with at_work() as studio:
        said = await studio.bob.say(studio.channel, "look at this")

        on_message = await (await studio.ada.menu(said, "Inspect this")).wait()
        on_person = await (await studio.ada.menu(studio.bob, "Avatar as source")).wait()

        assert on_message.content == "it says look at this"
        assert on_person.content == "avatar of bob"


async def test_reactions_come_and_go() -> None:
    async with at_work() as studio:
        said = await studio.bob.say(studio.channel, "look")

        await studio.ada.react(said, "❤️")
        assert said.json["reactions"][0]["count"] == 1
        await studio.ada.unreact(said, "❤️")
        with pytest.raises(PersonError, match="has not reacted"):
            await studio.ada.unreact(said, "❤️")

        added = await studio.painter.until("raw_reaction_add")
        await studio.painter.until("raw_reaction_remove")
        assert [(str(one.emoji), one.user_id) for one in added] == [("❤️", int(studio.ada.id))]


async def test_a_double_delivery_is_the_same_interaction_twice() -> None:
    async with at_work() as studio:
        used = await studio.ada.slash(studio.channel, "secret")
        studio.ada.send(used.interaction.payload)

        first, second = await studio.painter.until("interaction", 2)

        assert (first.id, first.token) == (second.id, second.token)


async def test_waiting_in_vain_says_what_was_there_instead() -> None:
    async with at_work() as studio:
        used = await studio.ada.slash(studio.channel, "paint", prompt="a cat")
        await used.acknowledged()

        with pytest.raises(NotSeen) as failed:
            await used.wait(lambda seen: "dog" in seen.content, timeout_s=0.01)
        silent = await studio.ada.slash(studio.channel, "secret")
        with pytest.raises(NotSeen, match="no answer to"):
            await silent.acknowledged(timeout_s=0.01)

        assert "a cat|20" in str(failed.value)
        assert silent.interaction.type is InteractionType.COMMAND
