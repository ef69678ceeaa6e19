from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image as Picture

from tests.web.served import Answer, Served, complaint

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
async def image(api: Served) -> Any:  # noqa: ANN401 - JSON
    job = await api.painted((await api.ask(width=64, height=64, seed=7)).json["id"])
    return job["images"][0]


async def download(api: Served, image: Any, method: str = "GET", **headers: str) -> Answer:  # noqa: ANN401 - JSON
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await api.call(method, f"/api/v1/images/{image['id']}/download", headers=named)


def file_of(api: Served) -> Path:
    (path,) = (api.var / "images").rglob("*.png")
    return path


async def test_an_image_tells_all_that_is_needed_to_make_it_again(api: Served, image: Any) -> None:  # noqa: ANN401 - JSON
    answer = await api.call("GET", f"/api/v1/images/{image['id']}")

    assert answer.status == 200
    assert {name: answer.json[name] for name in image} == image
    assert (answer.json["prompt"], answer.json["seed"], answer.json["generator"]) == ("a red fox", 7, "sketch")
    assert answer.json["sha256"] == hashlib.sha256(file_of(api).read_bytes()).hexdigest()
    assert answer.json["recipe"]["kind"] == "sketch"


async def test_a_file_comes_with_its_true_type_and_a_name(api: Served, image: Any) -> None:  # noqa: ANN401 - JSON
    answer = await download(api, image)

    assert Picture.open(io.BytesIO(answer.body)).size == (64, 64)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == f'inline; filename="pinxit-{image["id"]}.png"'
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.body).hexdigest()}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_file_that_the_caller_has_is_not_sent_again(api: Served, image: Any) -> None:  # noqa: ANN401 - JSON
    whole = await download(api, image)

    again = await download(api, image, If_None_Match=f'"other", W/{whole.headers["ETag"]}')

    assert (again.status, again.body) == (304, b"")


async def test_a_part_of_a_file_can_be_had(api: Served, image: Any) -> None:  # noqa: ANN401 - JSON
    whole = await download(api, image)

    part = await download(api, image, Range="bytes=10-19")
    none = await download(api, image, Range="bytes=999999999-")
    head = await download(api, image, "HEAD")

    assert (part.status, part.body) == (206, whole.body[10:20])
    assert none.status == 416
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(whole.body)))


async def test_a_file_that_is_not_what_was_stored_is_named(api: Served, image: Any) -> None:  # noqa: ANN401 - JSON
    path = file_of(api)
    whole = path.read_bytes()
    await download(api, image)

    for damage in (whole[:-100], whole + b"x", b"", bytes([*whole[:-1], whole[-1] ^ 1])):
        path.write_bytes(damage)
        assert not complaint(await download(api, image), "image_broken", 410), len(damage)

    path.write_bytes(whole)
    assert (await download(api, image)).status == 200


async def test_a_file_that_is_not_there_is_named(api: Served, image: Any) -> None:  # noqa: ANN401 - JSON
    path = file_of(api)
    path.unlink()
    missing = await download(api, image)
    path.mkdir()
    folder = await download(api, image)

    assert not complaint(missing, "image_broken", 410)
    assert not complaint(folder, "image_broken", 410)


async def test_an_image_that_was_deleted_is_gone(api: Served, image: Any) -> None:  # noqa: ANN401 - JSON
    await api.studio.store.database.write(lambda tx: tx.run("UPDATE image SET state = 'deleted', deleted_ms = 1"))

    assert not complaint(await download(api, image), "image_gone", 410)


async def test_an_image_of_a_job_that_still_runs_is_unknown(api: Served, image: Any) -> None:  # noqa: ANN401 - JSON
    await api.studio.store.database.write(lambda tx: tx.run("UPDATE image SET state = 'made'"))

    assert not complaint(await download(api, image), "image_unknown", 404)


async def test_an_image_that_does_not_exist_is_unknown(api: Served) -> None:
    for image in ("x", "%00", "..%2f..%2fpinxit.db", "-0cUrUhAhlVuBOxyrI4RV_"):
        for part in ("", "/download"):
            answer = await api.call("GET", f"/api/v1/images/{image}{part}")

            assert answer.status == 404, image
            assert answer.json["success"] is False


async def test_a_broken_image_is_no_source(api: Served, image: Any) -> None:  # noqa: ANN401 - JSON
    file_of(api).unlink()

    answer = await api.ask(images=[image["id"]])

    assert not complaint(answer, "image_broken", 422)
    assert answer.json["field"] == "images"
