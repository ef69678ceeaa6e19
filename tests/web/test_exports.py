"""Long answers are made as they are read, and end with their reader's leave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from starlette.requests import ClientDisconnect

from pinxit.actions.admin.rights import check_admin
from pinxit.actions.admin.sheets import csv_line, csv_lines, json_lines
from pinxit.data.keys import KeyScope
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Refused
from pinxit.domain.ids import GuildId
from pinxit.web.exports import LEAVE_S, download
from pinxit.web.leave import Leave
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from pinxit.domain.caller import Caller
    from pinxit.domain.ports import Tx
    from tests.web.served import Served

LINE = "a" * 99 + "\n"


async def operator() -> Caller:
    return OPERATOR


class Endless:
    """Lines without end. `asked`: how many were asked for."""

    def __init__(self) -> None:
        self.asked = 0

    async def lines(self) -> AsyncIterator[str]:
        while True:
            self.asked += 1
            yield LINE


async def test_no_more_is_made_than_is_read() -> None:
    endless = Endless()
    answer = await download(endless.lines(), "a.csv", "text/csv", Leave(OPERATOR, operator, FakeClock(), LEAVE_S))

    pieces = aiter(answer.body_iterator)
    sizes = [len(await anext(pieces)) for _ in range(3)]

    assert all(60_000 <= size <= 70_000 for size in sizes)
    assert endless.asked * len(LINE) == sum(sizes)


async def test_an_export_is_cut_off_where_its_reader_may_no_longer_have_it() -> None:
    clock, said = FakeClock(), [replace(OPERATOR, guild=GuildId("another"))]

    async def ask() -> Caller:
        return said.pop()

    answer = await download(Endless().lines(), "a.csv", "text/csv", Leave(OPERATOR, ask, clock, LEAVE_S))
    pieces = aiter(answer.body_iterator)
    await anext(pieces)
    await clock.advance(LEAVE_S)

    with pytest.raises(ClientDisconnect):
        await anext(pieces)


async def test_what_is_refused_is_refused_before_anything_is_sent() -> None:
    async def lines(caller: Caller) -> AsyncIterator[str]:
        check_admin(caller)
        yield LINE

    nobody = replace(OPERATOR, is_admin=False)
    with pytest.raises(Refused):
        await download(lines(nobody), "a.csv", "text/csv", Leave(OPERATOR, operator, FakeClock(), LEAVE_S))


async def test_a_ledger_longer_than_any_page_comes_whole(api: Served) -> None:
    await api.ask()

    def fill(tx: Tx) -> None:
        tx.run(
            """
            INSERT INTO ledger (id, job_id, attempt, kind, unit, amount, person_id, guild_id, provider, day, note,
                at_ms)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            SELECT 'z' || i, 'j' || i, 0, 'reserve', 'credit', 1, 'p', 'g', '', '2026-11-21', '', 1 FROM n
            """
        )

    await api.studio.store.database.write(fill)
    key = await api.studio.store.keys.create("k", (KeyScope.ADMIN,), api.studio.clock.now())

    answer = await api.call("GET", "/api/v1/admin/ledger?format=jsonl", headers={"Authorization": f"Bearer {key[1]}"})

    lines = answer.body.splitlines()
    assert len(lines) == len(set(lines)) == 5001


async def test_no_text_in_a_table_is_taken_for_a_formula() -> None:
    async def rows() -> AsyncIterator[Mapping[str, object]]:
        yield {"a": "=1+1", "b": -5, "c": None}

    assert [line async for line in csv_lines(("a", "b", "c"), rows())] == ["a,b,c\r\n", "'=1+1,-5,\r\n"]
    assert [line async for line in json_lines(rows())] == ['{"a": "=1+1", "b": -5, "c": null}\n']
    for cell in ("=A1", "+1", "-2+5", " @SUM(A1)", "\t=A1", "-cmd|' /C calc'!A0", "＝A1"):  # noqa: RUF001 - a wide form
        assert csv_line([cell]).startswith(("'", "\"'")), cell
    assert csv_line(["-0cUrUhAhlVuBOxyrI4RV_.0.res.cre"]) == "-0cUrUhAhlVuBOxyrI4RV_.0.res.cre\r\n"
