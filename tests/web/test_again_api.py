from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.web.served import complaint

if TYPE_CHECKING:
    from tests.web.served import Answer, Served

V1 = "/api/v1"


@pytest.fixture
async def job(api: Served) -> Any:  # noqa: ANN401 - JSON
    return await api.painted((await api.ask(width=96, height=64, seed=7, count=2)).json["id"])


async def post(api: Served, path: str, headers: dict[str, str] | None = None, **body: Any) -> Answer:  # noqa: ANN401 - JSON
    return await api.call("POST", f"{V1}{path}", json=body, headers=headers)


async def test_a_job_is_rerolled_once_for_one_key(api: Served, job: Any) -> None:  # noqa: ANN401 - JSON
    key = {"Idempotency-Key": "reroll-1"}

    first = await post(api, f"/jobs/{job['id']}/reroll", key)
    again = await post(api, f"/jobs/{job['id']}/reroll", key)

    assert (first.status, again.status) == (202, 202)
    assert again.headers["Idempotent-Replay"] == "true"
    assert first.json["id"] == again.json["id"] != job["id"]
    assert (first.json["seed"] != 7, first.json["count"], first.json["width"]) == (True, 2, 96)


@pytest.mark.parametrize(
    ("act", "body", "mode", "size"),
    [
        ("vary", {}, "img2img", (96, 64)),
        ("vary", {"strength": 0.5}, "img2img", (96, 64)),
        ("upscale", {"factor": 2}, "upscale", (192, 128)),
        ("outpaint", {"pan": "left"}, "outpaint", (144, 64)),
        ("outpaint", {"zoom": 1.5}, "outpaint", (144, 96)),
    ],
)
async def test_a_picture_is_painted_on(
    api: Served,
    job: Any,  # noqa: ANN401 - JSON
    act: str,
    body: dict[str, Any],
    mode: str,
    size: tuple[int, int],
) -> None:
    answer = await post(api, f"/images/{job['images'][1]['id']}/{act}", **body)
    made = await api.painted(answer.json["id"])

    assert (answer.status, made["status"], made["request"]["mode"]) == (202, "succeeded", mode)
    assert (made["images"][0]["width"], made["images"][0]["height"]) == size


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("upscale", {"factor": 9}, "field_range"),
        ("upscale", {"factor": "2"}, "field_type"),
        ("upscale", {"factr": 2}, "field_unknown"),
        ("outpaint", {"pan": "sideways"}, "field_choice"),
        ("outpaint", {"pan": "left", "zoom": 2.0}, "field_conflict"),
        ("vary", {"strength": 2.0}, "field_range"),
    ],
)
async def test_a_wrong_field_is_named(api: Served, job: Any, path: str, body: dict[str, Any], code: str) -> None:  # noqa: ANN401 - JSON
    answer = await post(api, f"/images/{job['images'][0]['id']}/{path}", **body)

    assert complaint(answer, code, 422) == ""
    assert answer.json["field"]


async def test_favourites_are_kept_listed_and_taken_back(api: Served, job: Any) -> None:  # noqa: ANN401 - JSON
    ids = [image["id"] for image in job["images"]]
    for image in ids:
        assert (await api.call("PUT", f"{V1}/images/{image}/favourite")).status == 200
    first = (await api.call("GET", f"{V1}/favourites?most=1")).json
    second = (await api.call("GET", f"{V1}/favourites?most=1&after={first['after']}")).json
    assert (await api.call("DELETE", f"{V1}/images/{ids[0]}/favourite")).status == 204
    left = (await api.call("GET", f"{V1}/favourites")).json

    assert [first["images"][0]["id"], second["images"][0]["id"]] == ids[::-1]
    assert second["after"] is None
    assert [image["id"] for image in left["images"]] == ids[1:]


async def test_history_is_searched_filtered_and_paged(api: Served, job: Any) -> None:  # noqa: ANN401 - JSON
    whale = (await api.ask(prompt="a blue whale", width=64, height=64)).json["id"]

    newest = (await api.call("GET", f"{V1}/history?most=1")).json
    older = (await api.call("GET", f"{V1}/history?most=1&before={newest['before']}")).json
    found = (await api.call("GET", f"{V1}/history?q=WHALE")).json
    ended = (await api.call("GET", f"{V1}/history?state=succeeded")).json

    assert [each["id"] for each in (*newest["jobs"], *older["jobs"])] == [whale, job["id"]]
    assert [each["id"] for each in found["jobs"]] == [whale]
    assert [image["id"] for image in ended["jobs"][0]["images"]] == [image["id"] for image in job["images"]]


@pytest.mark.parametrize(
    ("query", "code", "status"),
    [
        ("most=0", "field_range", 422),
        ("most=٣", "field_range", 422),
        ("stat=failed", "field_unknown", 422),
        ("state=gone", "field_choice", 422),
        ("before=no-id", "job_unknown", 404),
    ],
)
async def test_a_wrong_filter_is_named(api: Served, query: str, code: str, status: int) -> None:
    assert complaint(await api.call("GET", f"{V1}/history?{query}"), code, status) == ""


async def test_a_picture_and_then_its_job_are_deleted_with_their_files(api: Served, job: Any) -> None:  # noqa: ANN401 - JSON
    first, second = (image["id"] for image in job["images"])

    gone = await api.call("DELETE", f"{V1}/images/{first}")
    looked = await api.call("GET", f"{V1}/images/{first}")
    whole = await api.call("DELETE", f"{V1}/jobs/{job['id']}")

    assert (gone.status, whole.status) == (204, 204)
    assert complaint(looked, "image_gone", 410) == ""
    assert (await api.call("GET", f"{V1}/images/{second}/download")).status == 410
    assert not [path for path in (api.var / "images").rglob("*") if path.is_file()]


async def test_a_job_that_still_waits_cannot_be_deleted(api: Served) -> None:
    waiting = (await api.ask()).json["id"]

    answer = await api.call("DELETE", f"{V1}/jobs/{waiting}")

    assert complaint(answer, "job_not_ended", 409) == ""
    assert (await api.look(waiting))["status"] == "queued"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/jobs/{id}/reroll"),
        ("DELETE", "/jobs/{id}"),
        ("POST", "/images/{id}/vary"),
        ("POST", "/images/{id}/upscale"),
        ("DELETE", "/images/{id}"),
        ("PUT", "/images/{id}/favourite"),
    ],
)
@pytest.mark.parametrize("name", ["-0cUrXC4drGvFPhRApvq6d", "no id", "%00"])
async def test_what_is_not_there_is_said(api: Served, method: str, path: str, name: str) -> None:
    body: dict[str, Any] = {"json": {}} if method == "POST" else {}

    answer = await api.call(method, V1 + path.replace("{id}", name), **body)

    assert complaint(answer, "job_unknown" if path.startswith("/jobs") else "image_unknown", 404) == ""


async def test_a_stranger_needs_a_key_for_all_of_it(api: Served, job: Any) -> None:  # noqa: ANN401 - JSON
    elsewhere = {"X-Forwarded-For": "203.0.113.7"}
    image = job["images"][0]["id"]

    for method, path in (
        ("POST", f"/jobs/{job['id']}/reroll"),
        ("DELETE", f"/jobs/{job['id']}"),
        ("DELETE", f"/images/{image}"),
        ("PUT", f"/images/{image}/favourite"),
        ("GET", "/history"),
        ("GET", "/favourites"),
    ):
        answer = await api.call(method, V1 + path, headers=elsewhere, **({"json": {}} if method == "POST" else {}))
        assert complaint(answer, "key_missing", 401) == "", path
