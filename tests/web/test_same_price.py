"""A wish costs what `dry_run` says, over the API as anywhere else, and that is what a quota loses."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from tests.prices import WISHES, Priced, source
from tests.web.served import JOBS

if TYPE_CHECKING:
    from tests.web.served import Answer, Served

QUOTA = {"scope": "person", "name": "local", "period": "day", "amount": 1000}


def body(wish: Priced) -> dict[str, Any]:
    if wish.factor is None:
        return {"prompt": wish.text}
    return {"prompt": wish.text, "upscale": wish.factor, "images": [base64.b64encode(source()).decode()]}


async def left(api: Served) -> float:
    credits_left: float = (await api.call("GET", "/api/v1/quota")).json["credits_left"]
    return credits_left


async def send(api: Served, wish: Priced, **more: Any) -> Answer:  # noqa: ANN401 - fields of a body
    return await api.call("POST", JOBS, json={**body(wish), **more})


async def test_a_dry_run_s_price_is_the_one_reckoned_by_hand_and_leaves_the_quota_alone(api: Served) -> None:
    await api.ask()  # Whose first wish makes the person known.
    await api.call("PUT", "/api/v1/admin/quotas", json=QUOTA)
    before = await left(api)

    priced = {wish: (await send(api, wish, dry_run=True)).json for wish in WISHES}

    assert {wish: said["total_credits"] for wish, said in priced.items()} == {wish: wish.credits for wish in WISHES}
    assert {wish: said["job_count"] for wish, said in priced.items()} == {wish: wish.jobs for wish in WISHES}
    assert await left(api) == before == pytest.approx(999.4)


async def test_every_wish_takes_from_the_quota_what_was_priced(api: Served) -> None:
    await api.ask()
    await api.call("PUT", "/api/v1/admin/quotas", json=QUOTA)
    wrong = []

    for wish in WISHES:
        before = await left(api)
        said = (await send(api, wish)).json
        taken = round(before - await left(api), 6)
        if (said["total_credits"], taken, len(said["jobs"])) != (wish.credits, wish.credits, wish.jobs):
            wrong.append((wish, said["total_credits"], taken, len(said["jobs"])))

    assert not wrong
    verified = await api.call("POST", "/api/v1/admin/ledger/verify")
    assert (verified.json["is_right"], verified.json["differences"]) == (True, [])


async def test_the_jobs_of_a_group_have_reserved_together_what_was_priced(api: Served) -> None:
    for wish in WISHES:
        said = (await send(api, wish)).json
        group = (await api.call("GET", f"/api/v1/groups/{said['group_id']}")).json

        assert {job["id"] for job in group["jobs"]} == set(said["jobs"])
        assert round(sum(job["credits"] for job in group["jobs"]), 6) == group["credits"] == wish.credits, wish
