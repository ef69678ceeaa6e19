"""The audit: read in pages, taken away as a file, and filled with blocks up to a number."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.admin.audit import (
    BLOCKS_A_MINUTE,
    AuditQuery,
    audit_page,
    audit_rows,
    note_block,
    to_csv,
    to_json_lines,
)
from pinxit.data.audit import Entry, note
from pinxit.data.keys import KeyScope
from pinxit.data.times import to_ms
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import GuildId, PersonId
from tests.actions.atelier import ANNA, BORIS, NOBODY_PAINTS, painted, refusal, running
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from pinxit.data.audit import Noted
    from pinxit.domain.ports import Tx
    from pinxit.parts import Parts

REFUSES = '[generators.strict]\nkind = "tests.generators_for_tests:build_refuses"\nprocess = false\n'

GUILD = ANNA.guild
CHIEF = Caller(GUILD, PersonId("chief"), "discord", is_moderator=True)
START = FakeClock().now()


async def filled(parts: Parts, *entries: Entry, start: datetime = START) -> None:
    """Write one entry a second."""

    def work(tx: Tx) -> None:
        for number, entry in enumerate(entries):
            note(tx, entry, to_ms(start + timedelta(seconds=number)))

    await parts.store.database.write(work)


def acts(rows: Sequence[Noted]) -> list[str]:
    return [row.entry.act for row in rows]


async def test_pages_go_back_in_time_without_a_gap(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await filled(parts, *(Entry("chief", f"act.{number}", GUILD) for number in range(5)))
        pages, before = [], None
        for _ in range(3):
            page = await audit_page(AuditQuery(GUILD, before=before, most=2), CHIEF, parts.studio)
            pages.append(acts(page.rows))
            before = page.before
        whole = await audit_page(AuditQuery(GUILD, most=5), CHIEF, parts.studio)

    assert pages == [["act.4", "act.3"], ["act.2", "act.1"], ["act.0"]]
    assert (before, whole.before) == (None, None)


async def test_rows_are_found_by_guild_actor_act_and_time(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await filled(
            parts,
            Entry("chief", "ban.set", GUILD),
            Entry("local", "pool.paused"),
            Entry("local", "ban.set", "discord:2"),
            Entry("chief", "guild.set", GUILD),
        )

        async def found(**wanted: object) -> list[str]:
            query = AuditQuery(**wanted)  # type: ignore[arg-type]  # its fields
            return acts((await audit_page(query, OPERATOR, parts.studio)).rows)

        answers = [
            await found(),
            await found(guild=GUILD),
            await found(guild=""),
            await found(actor="local"),
            await found(act="ban.set"),
            await found(actor="chief", act="ban.set"),
            await found(since=START + timedelta(seconds=2)),
            await found(since=START + timedelta(seconds=1), until=START + timedelta(seconds=3)),
        ]

    assert answers == [
        ["guild.set", "ban.set", "pool.paused", "ban.set"],
        ["guild.set", "ban.set"],
        ["pool.paused"],
        ["ban.set", "pool.paused"],
        ["ban.set", "ban.set"],
        ["ban.set"],
        ["guild.set", "ban.set"],
        ["ban.set", "pool.paused"],
    ]


async def test_an_admin_reads_the_own_guild_and_nobody_else_reads_anything(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        refused = [
            (await refusal(audit_page(AuditQuery(guild), caller, parts.studio))).code
            for guild, caller in ((None, CHIEF), (GuildId(""), CHIEF), (GuildId("discord:2"), CHIEF), (GUILD, ANNA))
        ]
        with pytest.raises(Refused) as caught:
            # At once: an answer that has begun cannot be refused any more.
            audit_rows(AuditQuery(), CHIEF, parts.studio)
        size = await refusal(audit_page(AuditQuery(GUILD, most=1000), CHIEF, parts.studio))

    assert refused == [Code.NOT_ADMIN] * 4
    assert (caught.value.code, size.code) == (Code.NOT_ADMIN, Code.FIELD_RANGE)


async def test_an_export_holds_every_row_as_csv_and_as_json_lines(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await filled(parts, Entry('Анна, "A"', "ban.set", GUILD, "person:boris", {"hours": 2, "é": "ü"}))
        await filled(parts, *(Entry("x", "many", GUILD) for _ in range(1100)), start=START + timedelta(seconds=1))
        lines = [line async for line in to_csv(audit_rows(AuditQuery(GUILD), CHIEF, parts.studio))]
        objects = [line async for line in to_json_lines(audit_rows(AuditQuery(GUILD), CHIEF, parts.studio))]

    read = list(csv.DictReader(io.StringIO("".join(lines), newline="")))
    last = json.loads(objects[-1])
    assert (len(read), len(objects)) == (1101, 1101)
    assert read[-1] == {
        "at": "2026-11-21T12:00:00.000+00:00",
        "actor": 'Анна, "A"',
        "act": "ban.set",
        "guild": GUILD,
        "subject": "person:boris",
        "details": '{"hours": 2, "é": "ü"}',
    }
    assert {name: last[name] for name in ("actor", "details")} == {
        "actor": 'Анна, "A"',
        "details": {"hours": 2, "é": "ü"},
    }
    assert all(line.endswith("\n") and "\n" not in line[:-1] for line in objects)


@pytest.mark.parametrize("text", ["=1+1", "+49", "-2+3", "@x", " =1", "\t=1", "\n=cmd|' /C calc'!A0", "\uff1d1"])
async def test_no_cell_of_a_csv_is_taken_for_a_formula(tmp_path: Path, text: str) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        await filled(parts, Entry(text, "ban.set", GUILD, text))
        lines = [line async for line in to_csv(audit_rows(AuditQuery(GUILD), CHIEF, parts.studio))]

    (row,) = csv.DictReader(io.StringIO("".join(lines), newline=""))
    assert (row["actor"], row["subject"], row["act"]) == (f"'{text}", f"'{text}", "ban.set")


async def test_a_block_is_noted_without_its_text_and_only_so_often(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        clock = FakeClock()
        studio = replace(parts.studio, clock=clock)
        block = partial(note_block, ANNA, "words: gnarl", "prompt", studio, "a secret gnarl")
        await asyncio.gather(*(block() for _ in range(3 * BLOCKS_A_MINUTE)))
        await block()
        await note_block(BORIS, "minors", "negative_prompt", studio)
        first = await audit_page(AuditQuery(GUILD), CHIEF, studio)
        await clock.advance(61)
        await note_block(ANNA, "words", "prompt", studio)
        later = await audit_page(AuditQuery(GUILD, actor="anna"), CHIEF, studio)

    his = [row.entry for row in first.rows if row.entry.actor == "boris"]
    hers = [row.entry for row in first.rows if row.entry.actor == "anna"]
    assert (len(hers), len(his), len(later.rows)) == (BLOCKS_A_MINUTE, 1, BLOCKS_A_MINUTE + 1)
    assert (hers[0].act, hers[0].subject) == ("prompt.blocked", "person:anna")
    assert (hers[0].details["rule"], hers[0].details["chars"]) == ("words: gnarl", 14)
    assert len(str(hers[0].details["sha256"])) == 64
    assert his[0].details == {"rule": "minors", "where": "negative_prompt"}
    assert not any("secret" in json.dumps(entry.details) for entry in hers)


async def test_a_prompt_that_a_generator_refuses_is_noted_without_its_words(tmp_path: Path) -> None:
    async with running(tmp_path, REFUSES) as parts:
        job = await painted(parts, ANNA, "a fox on the run")
        page = await audit_page(AuditQuery(act="prompt.blocked"), OPERATOR, parts.studio)

    (row,) = page.rows
    assert (row.entry.actor, row.entry.guild, row.entry.details["job"]) == (ANNA.person, ANNA.guild, job.id)
    assert row.entry.details["where"] == "strict"
    assert "fox" not in str(row.entry.details)


async def test_keys_are_noted_without_their_secrets(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        now = parts.clock.now()
        key, secret = await parts.store.keys.create("a shop", {KeyScope.SUBMIT}, now)
        await parts.store.keys.revoke(key.id, now)
        await parts.store.keys.revoke(key.id, now)
        page = await audit_page(AuditQuery(), OPERATOR, parts.studio)

    assert sorted(row.entry.act for row in page.rows) == ["key.made", "key.revoked"]
    assert {row.entry.subject for row in page.rows} == {f"key:{key.id}"}
    assert secret not in str(page.rows)
