from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.data.store import Numbers
from pinxit.data.submitting import Waiting
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import GuildId, JobId, PoolName
from pinxit.domain.place import LaneLoad
from pinxit.web.refusals import retry_after_s
from tests.web.served import JOBS, Served, as_base64, complaint, serving

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


async def test_a_wish_becomes_a_job_and_the_job_a_picture(api: Served) -> None:
    accepted = await api.ask(prompt="a red fox in snow --ar 3:2 --seed 7", steps=12, count=2)

    job = await api.painted(accepted.json["id"])

    assert accepted.status == 202
    assert accepted.json["status"] == "queued"
    assert (accepted.json["seed"], accepted.json["count"], accepted.json["position"]) == (7, 2, 0)
    assert accepted.json["generator"] == "sketch"
    assert (job["status"], job["progress"], job["error"], job["eta_s"]) == ("succeeded", 1.0, None, None)
    assert [image["seed"] for image in job["images"]] == [7, 8]
    assert job["images"][0]["width"] * 2 == job["images"][0]["height"] * 3
    assert [(attempt["number"], attempt["outcome"]) for attempt in job["attempts"]] == [(1, "succeeded")]
    assert job["request"]["prompt"] == "a red fox in snow"
    assert job["request"]["typed"] == "a red fox in snow --ar 3:2 --seed 7"
    assert job["request"]["steps"] == 12


async def test_addresses_in_an_answer_lead_there(api: Served) -> None:
    accepted = await api.ask()
    job = await api.painted(accepted.json["id"])

    for url in (accepted.json["url"], accepted.json["events_url"], job["url"], job["images"][0]["url"]):
        async with api.session.get(url) as response:
            assert response.status == 200, url


async def test_the_same_key_and_wish_are_one_job(api: Served) -> None:
    headers = {"Idempotency-Key": "order 1"}
    first = await api.ask(headers, images=[as_base64()])
    before = await api.stored()

    again = await api.ask(headers, images=[as_base64()])

    assert (again.status, again.json["id"]) == (202, first.json["id"])
    assert again.json["seed"] == first.json["seed"]
    assert "Idempotent-Replay" not in first.headers
    assert again.headers["Idempotent-Replay"] == "true"
    assert await api.stored() == before


async def test_the_same_key_at_the_same_time_is_one_job(api: Served) -> None:
    answers = await asyncio.gather(*(api.ask({"Idempotency-Key": "k"}, images=[as_base64()]) for _ in range(8)))

    assert len({answer.json["id"] for answer in answers}) == 1
    assert (await api.stored())["job"] == 1
    assert (await api.stored())["files"] == 1


async def test_the_same_key_with_another_wish_is_refused(api: Served) -> None:
    headers = {"Idempotency-Key": "k"}
    await api.ask(headers, seed=1)

    answer = await api.ask(headers, seed=2)

    assert not complaint(answer, "idempotency_mismatch", 422)
    assert answer.json["field"] == "Idempotency-Key"


async def test_a_dry_run_tells_the_price_and_leaves_nothing_behind(api: Served) -> None:
    before = await api.stored()

    answer = await api.ask(dry_run=True, width=1024, height=1024, count=2, images=[as_base64()])

    assert answer.status == 200
    assert (answer.json["id"], answer.json["status"], answer.json["url"]) == (None, "priced", None)
    assert (answer.json["credits"], answer.json["dollars"]) == (2.0, 0.0)
    assert answer.json["seconds"] > 0
    assert await api.stored() == before


async def test_a_dry_run_is_refused_as_the_wish_would_be(api: Served) -> None:
    answer = await api.ask(dry_run=True, count=99)

    assert not complaint(answer, "field_range", 422)


@pytest.mark.parametrize("form", ["{}", " {} ", "data:image/png;base64,{}"])
async def test_a_picture_may_come_in_any_form(api: Served, form: str) -> None:
    size: dict[str, Any] = {"width": 64, "height": 64}
    first = await api.painted((await api.ask(images=[form.format(as_base64())], strength=0.3, **size)).json["id"])

    again = await api.painted((await api.ask(images=[first["images"][0]["id"]], **size)).json["id"])

    assert first["request"]["mode"] == again["request"]["mode"] == "img2img"
    assert (first["status"], again["status"]) == ("succeeded", "succeeded")


async def test_a_picture_behind_an_address_is_left_to_be_fetched(api: Served) -> None:
    answer = await api.ask(images=["https://images.example.org/a.png"])

    assert answer.status == 202
    assert (await api.look(answer.json["id"]))["generator"] == "sketch"


async def test_null_is_as_good_as_absent(api: Served) -> None:
    answer = await api.ask(seed=None, images=None, options=None, outpaint=None, priority=None, guild=None, tile=None)

    assert answer.status == 202


async def test_a_waiting_job_is_cancelled_at_once_and_only_once(api: Served) -> None:
    job = (await api.ask()).json["id"]

    first = await api.call("POST", f"{JOBS}/{job}/cancel")
    second = await api.call("POST", f"{JOBS}/{job}/cancel")

    assert (first.status, first.json["status"]) == (200, "cancelled")
    assert first.json["error"]["code"] == "cancelled"
    assert not complaint(second, "job_ended", 409)


async def test_a_running_job_is_cancelled_as_soon_as_its_worker_hears_of_it(tmp_path: Path) -> None:
    async with serving(tmp_path, options={"pace_s": 60.0}) as api:
        job = (await api.ask()).json["id"]
        async with api.painting():
            with api.studio.events.listen(job) as heard:
                while (await api.look(job))["status"] != "running":
                    await heard.wait()
                    heard.clear()

            answer = await api.call("POST", f"{JOBS}/{job}/cancel")

        assert answer.json["cancel_requested"]
        assert (answer.json["status"], answer.json["position"]) == ("running", None)
        assert (await api.look(job))["status"] == "cancelled"


async def test_the_preview_is_the_last_one_that_the_worker_sent(api: Served) -> None:
    job = (await api.ask()).json["id"]
    path = f"{JOBS}/{job}/preview"

    before = await api.call("GET", path)
    api.studio.events.advance(JobId(job), 0.5, b"\xff\xd8 a picture")
    after = await api.call("GET", path)

    assert not complaint(before, "not_found", 404)
    assert (after.status, after.headers["Content-Type"], after.body) == (200, "image/jpeg", b"\xff\xd8 a picture")


async def test_who_waits_is_told_its_place(api: Served) -> None:
    await api.ask()
    await api.ask()
    await api.studio.queue.look()

    answer = await api.ask()

    assert answer.json["position"] == 2
    assert answer.json["eta_s"] > answer.json["seconds"]


async def test_a_full_queue_says_when_to_try_again(tmp_path: Path) -> None:
    waiting = {
        "full_person": Waiting(per_person=1),
        "full_guild": Waiting(per_guild=1),
        "full_all": Waiting(total=1),
    }
    for code, limits in waiting.items():
        async with serving(tmp_path / code, numbers=Numbers(waiting=limits)) as api:
            await api.ask()
            before = await api.stored()

            answer = await api.ask(images=[as_base64()])

            assert not complaint(answer, code, 429)
            assert int(answer.headers["Retry-After"]) == answer.json["retry_after_s"] >= 1
            assert await api.stored() == before


async def test_a_spent_quota_says_when_it_is_full_again(api: Served) -> None:
    spent = round((await api.ask()).json["credits"] * 1000)
    await api.studio.store.database.write(
        lambda tx: tx.run(
            "INSERT INTO quota (scope, scope_id, unit, period, amount, set_ms) VALUES (:a, :b, :c, :d, :amount, 0)",
            a="person",
            b="local",
            c="credit",
            d="day",
            amount=spent,
        )
    )

    answer = await api.ask()

    assert not complaint(answer, "quota_spent", 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 86_400


def test_a_longer_line_with_fewer_workers_is_worth_a_longer_wait() -> None:
    full = Refused(Code.FULL_ALL, limit=100)
    lane = LaneLoad(GuildId("g"), 0.0, 1.0, queued=10, running=0, backlog_s=200.0)

    assert retry_after_s(full, [lane], {PoolName("gpu"): 1}, NOW) == 20
    assert retry_after_s(full, [lane], {PoolName("gpu"): 4}, NOW) == 5
    assert retry_after_s(full, [], {}, NOW) == 1


def test_a_quota_that_never_comes_back_is_not_worth_a_wait() -> None:
    spent = Refused(Code.QUOTA_SPENT, resets_at=None)
    soon = Refused(Code.QUOTA_SPENT, resets_at=(NOW + timedelta(seconds=90.5)).isoformat())

    assert retry_after_s(spent, [], {}, NOW) is None
    assert retry_after_s(soon, [], {}, NOW) == 91


async def test_the_caller_s_correlation_id_comes_back_where_it_is_sane(api: Served) -> None:
    sane = await api.call("GET", "/health/live", headers={"X-Correlation-ID": "order-1"})
    odd = await api.call("GET", "/health/live", headers={"X-Correlation-ID": "a b\u00ff"})

    assert sane.headers["X-Correlation-ID"] == "order-1"
    assert odd.headers["X-Correlation-ID"] != "a b\u00ff"
    assert sane.headers["X-Content-Type-Options"] == "nosniff"
