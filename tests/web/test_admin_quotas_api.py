from __future__ import annotations

from typing import Any

from tests.web.served import JOBS, Served, complaint

V1 = "/api/v1"
ADMIN = f"{V1}/admin"
SOMEBODY: dict[str, Any] = {"guild": "discord:1", "person": "discord:2"}
WRONG_LIMITS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"scope": "everybody"}, "field_choice", "scope"),
    ({"period": "year"}, "field_choice", "period"),
    ({"unit": "euro"}, "field_choice", "unit"),
    ({"amount": -1}, "field_type", "amount"),
    ({"amount": 0.0001}, "field_range", "amount"),
    ({"amount": 1e300}, "field_type", "amount"),
    ({"amount": "12"}, "field_type", "amount"),
    ({"scope": "person", "name": ""}, "field_missing", "name"),
    ({"scope": "person", "name": "nobody"}, "person_unknown", "name"),
    ({"scope": "guild", "name": "nowhere"}, "guild_unknown", "name"),
    ({"guild": "discord:1"}, "field_conflict", "guild"),
)


async def acts(api: Served) -> list[str]:
    return [row["act"] for row in (await api.call("GET", f"{ADMIN}/audit")).json["rows"]]


async def test_a_limit_is_set_replaced_listed_and_taken_away(api: Served) -> None:
    await api.ask(**SOMEBODY)
    role = {"scope": "role", "name": "patron", "guild": "discord:1", "period": "week"}

    first = await api.call("PUT", f"{ADMIN}/quotas", json={**role, "amount": 7.5})
    second = await api.call("PUT", f"{ADMIN}/quotas", json={**role, "amount": 12})
    await api.call("PUT", f"{ADMIN}/quotas", json={"scope": "everyone", "period": "day", "unit": "dollar", "amount": 1})
    every = (await api.call("GET", f"{ADMIN}/quotas")).json["quotas"]
    own = (await api.call("GET", f"{ADMIN}/quotas?guild=discord:1")).json["quotas"]
    gone = await api.call("DELETE", f"{ADMIN}/quotas", params=role)

    assert (first.json, second.json) == ({"amount": 7.5, "before": None}, {"amount": 12.0, "before": 7.5})
    assert {(quota["scope"], quota["guild"], quota["name"], quota["amount"]) for quota in every} == {
        ("role", "discord:1", "patron", 12.0),
        ("everyone", "", "", 1.0),
    }
    assert [quota["name"] for quota in own] == ["patron"]
    assert gone.status == 204
    assert len((await api.call("GET", f"{ADMIN}/quotas")).json["quotas"]) == 1
    assert (await acts(api)).count("quota.set") == 4


async def test_a_limit_that_cannot_be_is_refused(api: Served) -> None:
    for change, code, field in WRONG_LIMITS:
        answer = await api.call(
            "PUT", f"{ADMIN}/quotas", json={"scope": "everyone", "period": "day", "amount": 12} | change
        )

        assert complaint(answer, code, 422) == "", change
        assert answer.json["field"] == field
    assert (await api.call("GET", f"{ADMIN}/quotas")).json == {"quotas": []}


async def test_a_grant_goes_on_where_a_limit_ends_and_a_reset_forgives(api: Served) -> None:
    await api.ask(**SOMEBODY)
    member = {"scope": "member", "name": "discord:2", "guild": "discord:1"}
    await api.call("PUT", f"{ADMIN}/quotas", json={**member, "period": "total", "amount": 0.6})
    spent = await api.ask(**SOMEBODY)

    granted = await api.call("POST", f"{ADMIN}/grants", json={**member, "amount": 0.6, "note": "sorry"})
    helped = await api.ask(**SOMEBODY)
    again = await api.ask(**SOMEBODY)
    await api.call("POST", f"{JOBS}/{helped.json['id']}/cancel")

    assert complaint(spent, "quota_spent", 429) == ""
    assert "Retry-After" not in spent.headers  # A limit in all never frees.
    assert (granted.status, helped.status, again.status) == (201, 202, 429)
    assert (await api.ask(**SOMEBODY)).status == 202  # What was cancelled is given back.
    for job in (await api.call("GET", f"{V1}/history")).json["jobs"]:
        if job["status"] == "queued":
            await api.painted(job["id"])
    reset = await api.call("POST", f"{ADMIN}/quotas/reset", json=member)
    assert reset.status == 204
    assert (await api.ask(**SOMEBODY)).status == 202
    verified = (await api.call("POST", f"{ADMIN}/ledger/verify")).json
    assert (verified["is_right"], verified["differences"], verified["grants"]) == (True, [], 1)
    assert verified["rows"] >= 6
    assert verified["counters"] > 0


async def test_who_used_most_stands_first(api: Served) -> None:
    for person, count in (("a", 1), ("b", 4), ("c", 2)):
        await api.ask(guild="discord:1", person=person, count=count)

    answer = (await api.call("GET", f"{ADMIN}/top?guild=discord:1&period=week&most=2")).json["top"]
    wrong = await api.call("GET", f"{ADMIN}/top?period=yaer")

    assert [(line["person"], line["used"], line["jobs"]) for line in answer] == [("b", 2.3, 1), ("c", 1.2, 1)]
    assert complaint(wrong, "field_choice", 422) == ""
