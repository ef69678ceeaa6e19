"""Who somebody is who comes over a chat, and two accounts that become one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.accounts import Arrival, external_of, meet, person_of
from pinxit.actions.asking import Ask
from pinxit.actions.imagine import imagine
from pinxit.actions.link import offer, redeem
from pinxit.actions.look import find_job
from pinxit.chat.commands import run
from pinxit.chat.replies import Asker
from pinxit.data.keys import KeyScope
from pinxit.domain.caller import ANONYMOUS, OPERATOR, Caller
from pinxit.domain.errors import Code
from pinxit.domain.ids import GuildId, PersonId
from tests.actions.atelier import NOBODY_PAINTS, SKETCH, asked, draft, painted, refusal, running

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.parts import Parts

SERVER, OWN = GuildId("discord:9"), GuildId("api:8")
ADA = Arrival("discord", "1", "ada", SERVER, "Harbour")


async def on_discord(parts: Parts) -> Caller:
    """Return Ada, as Discord shows her."""
    return Caller(SERVER, await meet(ADA, parts.studio), "discord")


async def with_a_key(parts: Parts) -> Caller:
    """Return somebody with an access key."""
    key, _ = await parts.store.keys.create("laptop", {KeyScope.SUBMIT}, parts.clock.now())
    return Caller(key.guild, key.person, "web")


async def test_who_comes_is_known_by_their_account(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        before = await person_of("discord", "1", parts.studio)
        nobody = await external_of(before, parts.studio)
        met = await meet(replace(ADA, name="  ada\n l.  "), parts.studio)

        assert met == before == PersonId("discord:1")
        assert nobody == []
        assert await external_of(met, parts.studio) == [("discord", "1")]
        assert await parts.store.people.names([met]) == {met: "ada l."}


async def test_a_name_that_no_database_takes_is_left_out(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        person = await meet(replace(ADA, name="\ud800", guild_name="a\0b"), parts.studio)

        assert await parts.store.people.names([person]) == {person: person}


async def test_linked_accounts_are_one_person_everywhere(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        ada, laptop = await on_discord(parts), await with_a_key(parts)
        secret = await painted(parts, laptop, private=True)
        code = await offer(ada, parts.studio)

        person = await redeem(f" {code[:4].lower()}-{code[4:]} ", laptop, parts.studio)

        assert person == ada.person
        again = Caller(laptop.guild, ada.person, "web")
        assert (await find_job(secret.id, again, parts.studio)).person == ada.person
        stranger = await refusal(find_job(secret.id, laptop, parts.studio))
        (key,) = await parts.store.keys.all()
        assert (stranger.code, key.person) == (Code.JOB_UNKNOWN, ada.person)
        assert (await refusal(redeem(code, laptop, parts.studio))).code is Code.LINK_WRONG


async def test_a_discord_account_that_was_joined_comes_back_as_the_other(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        ada, laptop = await on_discord(parts), await with_a_key(parts)
        code = await offer(laptop, parts.studio)

        await redeem(code, ada, parts.studio)

        assert await meet(ADA, parts.studio) == await person_of("discord", "1", parts.studio) == laptop.person


async def test_a_list_that_names_a_linked_account_names_its_person(tmp_path: Path) -> None:
    access = '[access]\npersons = ["discord:1"]\n'
    async with running(tmp_path, SKETCH + access) as parts:
        ada, laptop = await on_discord(parts), await with_a_key(parts)
        await redeem(await offer(laptop, parts.studio), ada, parts.studio)
        joined = Caller(SERVER, await meet(ADA, parts.studio), "discord")

        assert joined.person == laptop.person
        await asked(parts, joined)
        stranger = replace(joined, person=PersonId("discord:2"))
        assert (await refusal(asked(parts, stranger))).code is Code.NOT_ADMITTED


async def test_who_still_has_a_job_is_not_joined(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        ada, laptop = await on_discord(parts), await with_a_key(parts)
        code = await offer(ada, parts.studio)
        job = await asked(parts, ada)
        refused = await refusal(redeem(code, laptop, parts.studio))
        await parts.queue.cancel(job.id)

        assert (refused.code, refused.facts) == (Code.JOBS_RUNNING, {"count": 1})
        assert await redeem(code, laptop, parts.studio) == ada.person


async def test_what_is_nobodys_cannot_be_joined(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        code = await offer(OPERATOR, parts.studio)

        assert (await refusal(offer(ANONYMOUS, parts.studio))).code is Code.KEY_MISSING
        assert (await refusal(redeem(code, ANONYMOUS, parts.studio))).code is Code.KEY_MISSING
        assert (await refusal(redeem(code, OPERATOR, parts.studio))).code is Code.LINK_SELF
        ada = await on_discord(parts)
        assert (await refusal(redeem(await offer(ada, parts.studio), OPERATOR, parts.studio))).code is Code.LINK_NOTHING


async def test_guessing_ends_after_five_wrong_codes(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        ada, laptop = await on_discord(parts), await with_a_key(parts)
        code = await offer(ada, parts.studio)
        codes = [(await refusal(redeem("WRONGONE", laptop, parts.studio))).code for _ in range(5)]

        assert codes == [Code.LINK_WRONG] * 5
        assert (await refusal(redeem(code, laptop, parts.studio))).code is Code.LOGIN_TRIES


async def test_link_is_a_command_of_every_chat(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        ada, laptop = await on_discord(parts), await with_a_key(parts)
        told = (await run("/link", Asker(ada, "en"), parts.studio)).said
        code = told.split(".")[0].rpartition(" ")[2]

        linked = await run(f"/link {code}", Asker(laptop, "de"), parts.studio)

        assert linked.said == "Erledigt: deine Konten sind jetzt eins."
        accepted = await imagine(Ask(draft(), Caller(OWN, ada.person, "web")), parts.studio)
        assert accepted.job is not None
