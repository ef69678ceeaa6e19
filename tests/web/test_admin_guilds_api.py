from __future__ import annotations

from typing import Any

from pinxit.actions.admin.guild_fields import FIELDS, Kind
from pinxit.web.schemas_guild import GuildFields
from tests.web.served import Served, complaint

V1 = "/api/v1"
ADMIN = f"{V1}/admin"
LOCAL = f"{ADMIN}/guilds/local"
SOMEBODY: dict[str, Any] = {"guild": "discord:1", "person": "discord:2"}
TYPES = {
    Kind.TEXT: "string",
    Kind.CHOICE: "string",
    Kind.ZONE: "string",
    Kind.ASPECT: "string",
    Kind.TEXTS: "array",
    Kind.WHOLE: "integer",
    Kind.NUMBER: "number",
    Kind.FLAG: "boolean",
}
WRONG_SETTINGS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"count": 99}, "field_range", "count"),
    ({"count": 2.5}, "field_type", "count"),
    ({"aspect": "wide"}, "field_type", "aspect"),
    ({"aspect": "999:1"}, "field_range", "aspect"),
    ({"time_zone": "Europe/Berln"}, "field_choice", "time_zone"),
    ({"model": "skech"}, "model_unknown", "model"),
    ({"generator": "skech"}, "generator_unknown", "generator"),
    ({"style": "watercolur"}, "style_unknown", "style"),
    ({"enhance": "llm"}, "field_choice", "enhance"),
    ({"nsfw": "hide"}, "field_choice", "nsfw"),
    ({"blocked_words": ["a", 7]}, "field_type", "blocked_words.1"),
    ({"name": "a\x00"}, "text_invalid", "name"),
    ({"count": 2, "steps": 0}, "field_range", "steps"),
)


async def acts(api: Served) -> list[str]:
    return [row["act"] for row in (await api.call("GET", f"{ADMIN}/audit")).json["rows"]]


def test_the_body_has_every_setting_of_a_guild_with_its_kind() -> None:
    described = GuildFields.model_json_schema()["properties"]

    kinds = {name: [one["type"] for one in about["anyOf"]] for name, about in described.items()}
    assert kinds == {field.name: [TYPES[field.kind], "null"] for field in FIELDS}


async def test_a_guild_s_defaults_hold_for_the_next_wish_and_null_takes_them_back(api: Served) -> None:
    wanted = {"count": 2, "aspect": "3:2", "negative_prompt": "dogs", "blocked_words": ["gore"], "failover": False}

    patched = await api.call("PATCH", LOCAL, json=wanted)
    wish = await api.ask()
    blocked = await api.ask(prompt="so much gore")
    back = await api.call("PATCH", LOCAL, json=dict.fromkeys(wanted))

    said = {name: patched.json["settings"][name] for name in wanted}
    assert said == wanted == {name: (await settings(api))[name] or wanted[name] for name in wanted}
    assert wish.json["count"] == 2
    assert wish.json["width"] * 2 == wish.json["height"] * 3
    assert (await api.look(wish.json["id"]))["request"]["negative_prompt"] == "dogs"
    assert complaint(blocked, "moderated", 422) == ""
    assert {back.json["settings"][name] for name in wanted} == {None}
    assert (await api.ask()).json["count"] == 1
    assert await acts(api) == ["guild.set", "prompt.blocked", "guild.set"]


async def settings(api: Served) -> Any:  # noqa: ANN401 - JSON
    return (await api.call("GET", LOCAL)).json["settings"]


async def test_a_setting_that_is_absent_stays(api: Served) -> None:
    await api.call("PATCH", LOCAL, json={"count": 2, "time_zone": "Europe/Berlin"})

    await api.call("PATCH", LOCAL, json={"steps": 30})

    found = await settings(api)
    assert (found["count"], found["steps"], found["time_zone"]) == (2, 30, "Europe/Berlin")


async def test_a_setting_that_cannot_be_is_refused(api: Served) -> None:
    before = await settings(api)

    for change, code, field in WRONG_SETTINGS:
        answer = await api.call("PATCH", LOCAL, json=change)

        assert complaint(answer, code, 422) == "", change
        assert answer.json["field"] == field
    assert await settings(api) == before


async def test_a_guild_that_was_never_here_is_unknown(api: Served) -> None:
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"count": 2}),
        ("PUT", "/styles/mine", {"suffix": "blue"}),
        ("DELETE", "/styles/mine", None),
        ("PUT", "/weight", {"weight": 2}),
        ("PUT", "/running_cap", {"running_cap": None}),
    ):
        for guild in ("discord:9", "%00"):
            how: dict[str, Any] = {} if body is None else {"json": body}
            answer = await api.call(method, f"{ADMIN}/guilds/{guild}{path}", **how)
            assert complaint(answer, "guild_unknown", 404) == "", (method, path, guild)
    paused = await api.call("POST", f"{ADMIN}/pause", json={"guild": "discord:9"})
    assert complaint(paused, "guild_unknown", 422) == ""


async def test_a_guild_s_own_style_can_be_named_and_forgotten(api: Served) -> None:
    body = {"suffix": "in deep blue ink", "negative_prompt": "red", "aspect": "2:1", "about": "Ours"}

    put = await api.call("PUT", f"{LOCAL}/styles/Our Blue", json=body)
    wish = await api.ask(style="our-blue", enhance="off")
    listed = (await api.call("GET", f"{V1}/styles")).json["styles"][0]
    gone = await api.call("DELETE", f"{LOCAL}/styles/our_blue")

    assert put.json == {"name": "Our Blue", "steps": None, "guidance_scale": None, **body}
    assert (await api.call("GET", LOCAL)).json["styles"] == []
    assert wish.json["width"] == 2 * wish.json["height"]
    assert (await api.look(wish.json["id"]))["request"]["negative_prompt"] == "red"
    assert (listed["name"], listed["suffix"]) == ("Our Blue", "in deep blue ink")
    assert gone.status == 204
    assert complaint(await api.ask(style="our-blue"), "style_unknown", 422) == ""
    assert complaint(await api.call("DELETE", f"{LOCAL}/styles/our_blue"), "style_unknown", 422) == ""


async def test_weight_and_cap_are_told_and_kept(api: Served) -> None:
    weight = await api.call("PUT", f"{LOCAL}/weight", json={"weight": 2})
    cap = await api.call("PUT", f"{LOCAL}/running_cap", json={"running_cap": 1})
    wrong = await api.call("PUT", f"{LOCAL}/weight", json={"weight": 0})
    none = await api.call("PUT", f"{LOCAL}/running_cap", json={})

    found = (await api.call("GET", LOCAL)).json
    assert weight.json == {"guild": "local", "weight": 2.0, "running_cap": None, "paused": False}
    assert cap.json == {"guild": "local", "weight": 2.0, "running_cap": 1, "paused": False}
    assert (found["weight"], found["running_cap"]) == (2.0, 1)
    assert complaint(wrong, "field_range", 422) == ""
    assert complaint(none, "field_missing", 422) == ""


async def test_a_paused_guild_s_jobs_wait_until_it_goes_on(api: Served) -> None:
    paused = await api.call("POST", f"{ADMIN}/pause", json={"guild": "local"})
    again = await api.call("POST", f"{ADMIN}/pause", json={"guild": "local"})
    waiting = (await api.ask()).json["id"]
    other = await api.painted((await api.ask(**SOMEBODY)).json["id"])
    still = await api.look(waiting)
    told = (await api.call("GET", LOCAL)).json["paused"]

    resumed = await api.call("POST", f"{ADMIN}/resume", json={"guild": "local"})

    assert (paused.json, again.json, resumed.json) == ({"changed": True}, {"changed": False}, {"changed": True})
    assert (other["status"], still["status"], told) == ("succeeded", "queued", True)
    assert (await api.painted(waiting))["status"] == "succeeded"


async def test_a_pool_is_paused_by_name(api: Served) -> None:
    both = await api.call("POST", f"{ADMIN}/pause", json={"guild": "local", "pool": "sketch"})
    none = await api.call("POST", f"{ADMIN}/pause", json={"pool": "skech"})
    paused = await api.call("POST", f"{ADMIN}/pause", json={"pool": "sketch"})
    resumed = await api.call("POST", f"{ADMIN}/resume", json={})

    assert (both.status, none.json["error"]) == (422, "generator_unknown")
    assert (paused.json, resumed.json) == ({"changed": True}, {"changed": True})


async def test_what_waits_is_cleared_and_paid_back(api: Served) -> None:
    mine = [(await api.ask(**SOMEBODY)).json["id"] for _ in range(3)]
    other = (await api.ask()).json["id"]

    answer = await api.call("POST", f"{ADMIN}/clear", json={"guild": "discord:1"})

    assert answer.json == {"cleared": 3}
    assert [(await api.look(job))["status"] for job in mine] == ["cancelled"] * 3
    assert (await api.look(other))["status"] == "queued"
    assert (await api.call("GET", f"{V1}/quota?guild=discord:1&person=discord:2")).json["used_today"] == 0
    assert "queue.cleared" in await acts(api)
