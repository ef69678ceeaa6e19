from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pinxit.data.keys import KeyScope
from tests.web.served import Served, complaint

if TYPE_CHECKING:
    from collections.abc import Iterator

V1 = "/api/v1"
ADMIN = f"{V1}/admin"
LOCAL = f"{ADMIN}/guilds/local"
SOMEBODY: dict[str, Any] = {"guild": "discord:1", "person": "discord:2"}


async def a_key(api: Served, *scopes: KeyScope) -> dict[str, str]:
    made = await api.studio.store.keys.create("a key", scopes, api.studio.clock.now())
    return {"Authorization": f"Bearer {made[1]}"}


async def routes(api: Served) -> list[tuple[str, str, dict[str, Any]]]:
    """Return method, path and description of every route for admins."""
    described = (await api.call("GET", "/openapi.json")).json["paths"]
    return [
        (method.upper(), re.sub(r"\{\w+\}", "local", path), about)
        for path, methods in described.items()
        if path.startswith(ADMIN)
        for method, about in methods.items()
    ]


async def test_only_the_operator_and_keys_of_scope_admin_may(api: Served) -> None:
    other = await a_key(api, KeyScope.SUBMIT, KeyScope.ACT_AS)
    admin = await a_key(api, KeyScope.ADMIN)
    found = await routes(api)

    for method, path, _ in found:
        body: dict[str, Any] = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
        stranger = await api.call(method, path, headers={"X-Forwarded-For": "203.0.113.7"}, **body)
        assert complaint(stranger, "key_missing", 401) == "", path
        assert complaint(await api.call(method, path, headers=other, **body), "scope_missing", 403) == "", path
        assert (await api.call(method, path, headers=admin, **body)).status not in (401, 403), path
    assert len(found) == 24


async def test_a_key_of_scope_admin_may_administer_every_guild(api: Served) -> None:
    await api.ask(**SOMEBODY)
    key = await a_key(api, KeyScope.ADMIN)

    answer = await api.call("PATCH", f"{ADMIN}/guilds/discord:1", json={"count": 2}, headers=key)

    assert (answer.status, answer.json["settings"]["count"]) == (200, 2)
    assert (await api.ask(**SOMEBODY)).json["count"] == 2


# What every body and every query has in common


async def test_every_wrong_name_in_a_body_is_answered_with_the_nearest(api: Served) -> None:
    before = await api.stored()
    for method, path, about in await routes(api):
        if "requestBody" not in about:
            continue
        names = list(about["requestBody"]["content"]["application/json"]["schema"]["properties"])

        answer = await api.call(method, path, json={f"{names[0]}x": 1})

        problems = answer.json.get("errors") or [answer.json]
        unknown = next(problem for problem in problems if problem["error"] == "field_unknown")
        assert unknown["field"] == f"{names[0]}x", path
        assert f"Did you mean {names[0]}?" in unknown["message"]
        assert unknown["allowed"] == names
    assert await api.stored() == before


async def test_every_field_of_a_wrong_kind_is_named(api: Served) -> None:
    for method, path, about in await routes(api):
        if "requestBody" not in about:
            continue
        for name in about["requestBody"]["content"]["application/json"]["schema"]["properties"]:
            answer = await api.call(method, path, json={name: {"a": [1]}})

            problems = answer.json.get("errors") or [answer.json]
            assert answer.status == 422, (path, name)
            assert name in {problem["field"] for problem in problems}, (path, name)


async def test_every_wrong_name_in_a_query_is_answered(api: Served) -> None:
    for method, path, about in await routes(api):
        names = [one["name"] for one in about.get("parameters", ()) if one["in"] == "query"]
        if not names:
            continue
        answer = await api.call(method, path, params={f"{names[0]}x": "1"})

        assert complaint(answer, "field_unknown", 422) == "", path
        assert answer.json["allowed"] == names


async def test_the_description_of_the_api_is_whole(api: Served) -> None:
    described = (await api.call("GET", "/openapi.json")).json

    for path, methods in described["paths"].items():
        for method, about in methods.items():
            assert about.get("description"), (method, path)
            if method in ("put", "patch"):
                assert "requestBody" in about or "favourite" in path, path
    for reference in references(described):
        found: Any = described
        for name in reference.removeprefix("#/").split("/"):
            assert name in found, reference
            found = found[name]


def references(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        if isinstance(named := value.get("$ref"), str):
            yield named
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


async def test_who_is_banned_may_not_ask_until_the_ban_ends(api: Served) -> None:
    await api.ask(**SOMEBODY)
    whom = {"scope": "person", "scope_id": "discord:2"}

    made = await api.call("POST", f"{ADMIN}/bans", json={**whom, "reason": "rude", "hours": 2})
    refused = await api.ask(**SOMEBODY)
    (listed,) = (await api.call("GET", f"{ADMIN}/bans")).json["bans"]
    lifted = await api.call("DELETE", f"{ADMIN}/bans", params=whom)
    again = await api.call("DELETE", f"{ADMIN}/bans", params=whom)

    assert made.status == 201
    said = ("scope", "scope_id", "guild", "reason", "set_by")
    assert [made.json[name] for name in said] == [listed[name] for name in said]
    assert [listed[name] for name in said] == ["person", "discord:2", "", "rude", "local"]
    assert listed["until_at"] > listed["created_at"]
    assert complaint(refused, "banned", 403) == ""
    assert "rude" in refused.json["message"]
    assert lifted.status == 204
    assert complaint(again, "not_found", 404) == ""
    assert (await api.ask(**SOMEBODY)).status == 202


async def test_a_banned_guild_may_not_ask_and_nobody_bans_the_operator(api: Served) -> None:
    await api.ask(**SOMEBODY)
    await api.call("POST", f"{ADMIN}/bans", json={"scope": "guild", "scope_id": "discord:1"})

    refused = await api.ask(**SOMEBODY)
    operator = await api.call("POST", f"{ADMIN}/bans", json={"scope": "person", "scope_id": "local"})
    nobody = await api.call("POST", f"{ADMIN}/bans", json={"scope": "person", "scope_id": "nobody"})
    nothing = await api.call("DELETE", f"{ADMIN}/bans")

    assert complaint(refused, "guild_banned", 403) == ""
    assert complaint(operator, "not_bannable", 422) == ""
    assert complaint(nobody, "person_unknown", 422) == ""
    assert complaint(nothing, "field_missing", 422) == ""


async def test_a_report_that_is_none_is_unknown(api: Served) -> None:
    answer = await api.call("POST", f"{ADMIN}/reports/-0cUrUhAhlVuBOxyrI4RV_", json={"verdict": "hide"})
    wrong = await api.call("POST", f"{ADMIN}/reports/-0cUrUhAhlVuBOxyrI4RV_", json={"verdict": "hied"})

    assert complaint(answer, "report_unknown", 404) == ""
    assert complaint(wrong, "field_choice", 422) == ""
    assert "hide" in wrong.json["message"]


async def test_a_cooldown_says_when_to_try_again(api: Served) -> None:
    await api.call("PATCH", LOCAL, json={"person_cooldown_s": 600})
    await api.ask(prompt="a {red, blue} fox")

    answer = await api.ask()

    assert complaint(answer, "cooldown", 429) == ""
    assert 590 < answer.json["retry_after_s"] <= 600
    assert answer.headers["Retry-After"] == str(answer.json["retry_after_s"])
