"""Reading files and making images again, over the real API."""

from __future__ import annotations

import asyncio
import base64
import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image as Picture

from pinxit.config.tree import WebSettings
from tests.provenance.foreign_files import png_with
from tests.web.served import Answer, Served, complaint, serving

if TYPE_CHECKING:
    from pathlib import Path

INSPECT, RECREATE = "/api/v1/images/inspect", "/api/v1/recreate"
FORGE = "a fox <lora:x:0.5>\nSteps: 9, Sampler: Euler, CFG scale: 1, Distilled CFG Scale: 3.5, Seed: 7, Size: 8x8, \
Hires upscale: 2, Model: flux, Beta schedule alpha: 0.6, Version: f2.0.1"


async def send(api: Served, path: str, data: bytes, **headers: str) -> Answer:
    body = {"image": base64.b64encode(data).decode()}
    return await api.call(
        "POST", path, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()}
    )


async def ended(api: Served, job: str) -> Any:  # noqa: ANN401 - JSON
    """Let the sketch paint, and return the job when it has ended."""
    async with asyncio.timeout(30):
        return await api.painted(job)


async def painted(api: Served) -> Any:  # noqa: ANN401 - JSON
    """Return the second image of a new job."""
    job = await ended(api, (await api.ask(width=64, height=64, seed=7, count=2, steps=5)).json["id"])
    return job["images"][1]


async def file_of(api: Served, image: Any) -> bytes:  # noqa: ANN401 - JSON
    return (await api.call("GET", f"/api/v1/images/{image['id']}/download")).body


async def test_a_file_of_another_program_tells_its_fields(api: Served) -> None:
    answer = await send(api, INSPECT, png_with({"parameters": FORGE}))

    said = answer.json
    assert answer.status == 200
    assert (said["program"], said["prompt"], said["seed"]) == ("forge", "a fox <lora:x:0.5>", 7)
    assert (said["width"], said["height"], said["distilled_guidance"]) == (8, 8, 3.5)
    assert said["loras"] == [{"name": "x", "weight": 0.5}]
    assert said["hires"]["upscale"] == 2
    assert said["not_understood"] == ["Beta schedule alpha"]
    assert (said["request"], said["known"]) == (None, None)


async def test_our_own_file_tells_everything_and_is_known(api: Served) -> None:
    image = await painted(api)

    said = (await send(api, INSPECT, await file_of(api, image))).json

    assert (said["program"], said["seed"], said["generator"]) == ("pinxit", 8, "sketch")
    assert said["request"]["steps"] == 5
    assert said["known"]["id"] == image["id"]


async def test_inspecting_stores_nothing(api: Served) -> None:
    data = await file_of(api, await painted(api))
    before = await api.stored()

    await send(api, INSPECT, data)

    assert await api.stored() == before


async def test_an_image_is_made_again_and_judged(api: Served) -> None:
    image = await painted(api)

    accepted = await api.call("POST", f"/api/v1/images/{image['id']}/recreate")
    pending = await api.look(accepted.json["id"])
    job = await ended(api, accepted.json["id"])

    assert (accepted.status, accepted.json["seed"], accepted.json["count"]) == (202, 8, 1)
    assert (pending["recreation"]["verdict"], pending["recreation"]["image_id"]) == ("pending", image["id"])
    assert job["recreation"] == {
        "image_id": image["id"],
        "verdict": "identical",
        "reason": None,
        "difference": None,
        "as_recorded": None,
        "changes": [],
        "message": "Identical: every pixel is the same.",
    }


async def test_a_sent_file_is_made_again_once_for_each_key(api: Served) -> None:
    data = await file_of(api, await painted(api))
    with Picture.open(io.BytesIO(data)) as picture:
        said = picture.text  # type: ignore[attr-defined]  # PNG files have it

    first = await send(api, RECREATE, data, Idempotency_Key="k")
    again = await send(api, RECREATE, data, Idempotency_Key="k")
    other = await send(api, RECREATE, png_with(said), Idempotency_Key="k")
    job = await ended(api, first.json["id"])

    assert (first.status, again.status) == (202, 202)
    assert again.json["id"] == first.json["id"]
    assert again.headers["Idempotent-Replay"] == "true"
    assert not complaint(other, "idempotency_mismatch", 422)
    assert (job["recreation"]["verdict"], job["recreation"]["image_id"]) == ("identical", None)


async def test_the_verdict_comes_in_the_caller_s_language(api: Served) -> None:
    accepted = await api.call("POST", f"/api/v1/images/{(await painted(api))['id']}/recreate")
    await ended(api, accepted.json["id"])

    german = await api.call("GET", f"/api/v1/jobs/{accepted.json['id']}", headers={"Accept-Language": "de"})

    assert german.json["recreation"]["message"] == "Identisch: jedes Pixel ist gleich."


@pytest.mark.parametrize("path", [INSPECT, RECREATE])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "field_missing"),
        ({"image": 7}, "field_type"),
        ({"image": "no base64!"}, "source_invalid"),
        ({"image": "https://example.org/fox.png"}, "source_invalid"),
        ({"image": ""}, "source_invalid"),
        ({"image": base64.b64encode(b"<html>").decode()}, "source_invalid"),
        ({"image": "x", "more": 1}, "field_unknown"),
    ],
)
async def test_what_is_no_picture_is_refused_in_a_sentence(api: Served, path: str, body: Any, code: str) -> None:  # noqa: ANN401 - JSON
    answer = await api.call("POST", path, json=body)

    assert not complaint(answer, code, 422)


async def test_what_cannot_be_made_again_is_refused_in_a_sentence(api: Served) -> None:
    silent = await send(api, RECREATE, png_with({}))
    unknown = await api.call("POST", "/api/v1/images/-0cUrUhAhlVuBOxyrI4RV_/recreate")
    no_id = await api.call("POST", "/api/v1/images/x/recreate")

    assert not complaint(silent, "recreate_nothing_said", 422)
    assert not complaint(unknown, "image_unknown", 404)
    assert not complaint(no_id, "image_unknown", 404)


async def test_a_stranger_needs_a_key(tmp_path: Path) -> None:
    async with serving(tmp_path, web=WebSettings(public_url="http://pinxit.example")) as api:
        for path in (INSPECT, RECREATE, "/api/v1/images/x/recreate"):
            answer = await send(api, path, png_with({}), Forwarded="for=1.2.3.4")

            assert not complaint(answer, "key_missing", 401), path
