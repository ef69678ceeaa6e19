from __future__ import annotations

import csv
import io
import json
from typing import Any

from tests.web.served import Served, complaint

V1 = "/api/v1"
ADMIN = f"{V1}/admin"
LOCAL = f"{ADMIN}/guilds/local"
SOMEBODY: dict[str, Any] = {"guild": "discord:1", "person": "discord:2"}
WRONG_QUESTIONS = (
    ("most=0", "field_range"),
    ("most=201", "field_range"),
    ("since=yesterday", "field_type"),
    ("until=0001-01-01", "field_range"),
    ("before=a", "field_type"),
    ("actor=%00", "text_invalid"),
)


async def test_the_audit_is_read_page_by_page_and_by_what_was_done(api: Served) -> None:
    for count in (2, 3, 4):
        await api.call("PATCH", LOCAL, json={"count": count})
    await api.call("PUT", f"{LOCAL}/weight", json={"weight": 2})

    first = (await api.call("GET", f"{ADMIN}/audit?act=guild.set&most=2")).json
    second = (await api.call("GET", f"{ADMIN}/audit?act=guild.set&most=2&before={first['before']}")).json
    today = (await api.call("GET", f"{ADMIN}/audit?since=2020-01-01&actor=local&guild=local")).json
    later = (await api.call("GET", f"{ADMIN}/audit?since=2099-01-01T00:00:00+01:00")).json

    counts = [row["details"]["after"]["count"] for row in (*first["rows"], *second["rows"])]
    assert (counts, second["before"]) == ([4, 3, 2], None)
    assert (first["rows"][0]["actor"], first["rows"][0]["guild"]) == ("local", "local")
    assert len(today["rows"]) == 4
    assert later["rows"] == []


async def test_the_audit_comes_as_a_file_of_either_kind(api: Served) -> None:
    await api.ask(**SOMEBODY)
    await api.call("PATCH", f"{ADMIN}/guilds/discord:1", json={"count": 2})
    await api.call("PUT", f"{ADMIN}/guilds/discord:1/styles/=2+5", json={"suffix": "blue"})

    table = await api.call("GET", f"{ADMIN}/audit?format=csv")
    lines = await api.call("GET", f"{ADMIN}/audit?format=jsonl&act=guild.set")
    wrong = await api.call("GET", f"{ADMIN}/audit?format=xml")

    rows = list(csv.DictReader(io.StringIO(table.body.decode())))
    assert [row["act"] for row in rows] == ["style.added", "guild.set"]
    assert table.headers["Content-Type"].startswith("text/csv")
    assert table.headers["Content-Disposition"] == 'attachment; filename="pinxit-audit.csv"'
    (line,) = [json.loads(line) for line in lines.body.decode().splitlines()]
    assert (line["act"], line["details"]["after"]) == ("guild.set", {"count": 2})
    assert complaint(wrong, "field_choice", 422) == ""


async def test_a_question_that_cannot_be_is_refused(api: Served) -> None:
    for query, code in WRONG_QUESTIONS:
        assert complaint(await api.call("GET", f"{ADMIN}/audit?{query}"), code, 422) == "", query


async def test_the_ledger_comes_whole_and_adds_up(api: Served) -> None:
    jobs = {(await api.ask(**SOMEBODY)).json["id"] for _ in range(3)}

    table = await api.call("GET", f"{ADMIN}/ledger")
    lines = await api.call("GET", f"{ADMIN}/ledger?format=jsonl&since=2020-01-01")
    none = await api.call("GET", f"{ADMIN}/ledger?format=jsonl&since=2099-01-01")

    rows = list(csv.DictReader(io.StringIO(table.body.decode())))
    assert {row["job_id"] for row in rows} == jobs
    assert sum(int(row["amount"]) for row in rows if row["unit"] == "credit") == 1800
    assert [json.loads(line)["id"] for line in lines.body.decode().splitlines()] == [row["id"] for row in rows]
    assert (none.status, none.body) == (200, b"")


async def test_a_balance_that_was_changed_behind_our_back_is_found(api: Served) -> None:
    await api.ask()
    await api.studio.store.database.write(lambda tx: tx.run("UPDATE usage SET used = used + 1 WHERE scope = 'person'"))

    answer = (await api.call("POST", f"{ADMIN}/ledger/verify")).json

    assert not answer["is_right"]
    assert len(answer["differences"]) == answer["difference_count"] == 1
