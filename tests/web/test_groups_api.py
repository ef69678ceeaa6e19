from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinxit.data.keys import KeyScope
from tests.web.served import JOBS, Served, complaint, house, serving

if TYPE_CHECKING:
    from pathlib import Path

GROUPS = "/api/v1/groups"
ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}


async def a_key(api: Served) -> dict[str, str]:
    made = await api.studio.store.keys.create("a key", (KeyScope.SUBMIT,), api.studio.clock.now())
    return {"Authorization": f"Bearer {made[1]}"}


async def test_choices_make_a_group_of_jobs(api: Served) -> None:
    answer = await api.ask(prompt="a {red, blue} fox --seed 7")

    group = await api.call("GET", f"{GROUPS}/{answer.json['group_id']}")

    assert (answer.status, len(answer.json["jobs"]), answer.json["job_count"]) == (202, 2, 2)
    assert answer.json["id"] == answer.json["jobs"][0] == answer.json["group_id"]
    assert {job["id"]: job["request"]["prompt"] for job in group.json["jobs"]} == dict(
        zip(answer.json["jobs"], ("a red fox", "a blue fox"), strict=True)
    )
    assert (group.json["group_id"], group.json["ended"]) == (answer.json["group_id"], 0)


async def test_a_group_says_how_many_of_its_jobs_have_ended(api: Served) -> None:
    answer = await api.ask(prompt="a {red, blue} fox")
    await api.call("POST", f"{JOBS}/{answer.json['jobs'][1]}/cancel")

    group = await api.call("GET", f"{GROUPS}/{answer.json['group_id']}")

    assert group.json["ended"] == 1
    assert sorted(job["status"] for job in group.json["jobs"]) == ["cancelled", "queued"]


async def test_the_same_group_with_the_same_key_is_there_once(api: Served) -> None:
    key = {"Idempotency-Key": "a group"}
    first = await api.ask(key, prompt="a {red, blue} __animal__")

    again = await api.ask(key, prompt="a {red, blue} __animal__")

    assert again.json["jobs"] == first.json["jobs"]
    assert again.headers["Idempotent-Replay"] == "true"
    assert (await api.stored())["job"] == 2


async def test_many_jobs_at_once_are_to_be_confirmed(tmp_path: Path) -> None:
    async with serving(tmp_path, decisions=house(confirm_jobs=3)) as api:
        unsure = await api.ask(prompt="a {red, blue, green} fox")
        before = await api.stored()
        sure = await api.ask(prompt="a {red, blue, green} fox", confirmed=True)

    assert complaint(unsure, "confirm_needed", 409) == ""
    assert "1.8 credits" in unsure.json["message"]
    assert before["job"] == 0
    assert len(sure.json["jobs"]) == 3


async def test_too_many_jobs_are_refused_before_they_are_made(api: Served) -> None:
    answer = await api.ask(prompt="{a, b, c, d, e, f, g, h, i, j} " * 9)

    assert complaint(answer, "too_many_jobs", 422) == ""


async def test_a_field_asks_for_several_jobs_as_the_flag_does(api: Served) -> None:
    answer = await api.ask(repeat=3, seed=7, count=2)

    group = await api.call("GET", f"{GROUPS}/{answer.json['group_id']}")
    assert sorted(job["seed"] for job in group.json["jobs"]) == [7, 9, 11]


async def test_more_jobs_than_can_be_are_a_wrong_field(api: Served) -> None:
    answer = await api.ask(repeat=41)

    assert complaint(answer, "field_range", 422) == ""
    assert answer.json["field"] == "repeat"


async def test_raw_words_make_one_job(api: Served) -> None:
    answer = await api.ask(prompt="a {red, blue} fox", raw=True)

    job = await api.look(answer.json["id"])
    assert (answer.json["job_count"], answer.json["prompt_enhanced"]) == (1, None)
    assert job["request"]["prompt"] == "a {red, blue} fox"


async def test_what_is_worth_telling_is_told_in_the_caller_s_language(api: Served) -> None:
    english = await api.ask(prompt="a fox --stylize 250", dry_run=True)
    german = await api.ask({"Accept-Language": "de"}, prompt="a fox --stylize 250", dry_run=True)

    assert len(english.json["hints"]) == len(german.json["hints"]) == 1
    assert "250" in english.json["hints"][0]
    assert english.json["hints"] != german.json["hints"]


async def test_a_group_of_another_guild_is_as_unknown_as_none(api: Served) -> None:
    group = (await api.ask(prompt="a {red, blue} fox")).json["group_id"]

    theirs = await api.call("GET", f"{GROUPS}/{group}", headers=await a_key(api))
    none = await api.call("GET", f"{GROUPS}/-0cUrUhAhlVuBOxyrI4RV_")
    no_id = await api.call("GET", f"{GROUPS}/%00")
    nobody = await api.call("GET", f"{GROUPS}/{group}", headers=ELSEWHERE)

    for answer in (theirs, none, no_id):
        assert complaint(answer, "job_unknown", 404) == ""
    assert complaint(nobody, "key_missing", 401) == ""


async def test_of_a_private_group_others_of_the_guild_see_nothing(api: Served) -> None:
    made = await api.studio.store.keys.create("a mate", (KeyScope.SUBMIT,), api.studio.clock.now())
    mate = {"Authorization": f"Bearer {made[1]}"}
    person: dict[str, Any] = {"guild": made[0].guild, "person": "discord:2"}
    private = await api.ask(prompt="a {red, blue} fox", private=True, **person)
    shared = await api.ask(prompt="a {red, blue} fox", **person)

    hidden = await api.call("GET", f"{GROUPS}/{private.json['group_id']}", headers=mate)
    seen = await api.call("GET", f"{GROUPS}/{shared.json['group_id']}", headers=mate)

    assert complaint(hidden, "job_unknown", 404) == ""
    assert len(seen.json["jobs"]) == 2


async def test_a_deleted_job_is_no_longer_in_its_group(api: Served) -> None:
    answer = await api.ask(prompt="a {red, blue} fox")
    kept, gone = answer.json["jobs"]
    await api.call("POST", f"{JOBS}/{gone}/cancel")
    await api.call("DELETE", f"{JOBS}/{gone}")

    group = await api.call("GET", f"{GROUPS}/{answer.json['group_id']}")

    assert [job["id"] for job in group.json["jobs"]] == [kept]
