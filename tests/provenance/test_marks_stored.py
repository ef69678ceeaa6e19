"""What the files of real jobs say of themselves."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image as Picture

from pinxit.data.pictures import read_picture
from pinxit.domain.errors import Broken
from pinxit.domain.generator import Made, Origin
from pinxit.domain.ids import PoolName
from pinxit.domain.request import Role
from pinxit.provenance.mark import mark, source_type_of
from pinxit.provenance.record import from_json
from pinxit.provenance.source_type import SourceType
from tests.provenance.pictures import JPEG, PNG, encoded, some_marks
from tests.provenance.shelf import WORKER, open_shelf

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from tests.provenance.shelf import Shelf


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with open_shelf(tmp_path) as shelf:
        yield shelf


def as_upload(data: bytes) -> str:
    return base64.b64encode(data).decode()


def texts_of(data: bytes) -> Mapping[Any, Any]:
    with Picture.open(io.BytesIO(data)) as picture:
        return dict(picture.info)


async def test_a_file_holds_all_that_makes_its_image_again(shelf: Shelf) -> None:
    photo = encoded(JPEG)
    asked = {"prompt": "a red fox --seed 5 --ar 1:1", "negative_prompt": "text", "images": [as_upload(photo)]}

    image = await shelf.store(
        encoded(), PNG, asked=asked, model="sketch", model_hash="abc", recipe={"version": 2}, origin=Origin.ALGORITHMIC
    )

    data = await shelf.file(image.path)
    record = from_json(texts_of(data)["pinxit"])
    assert (record.job, record.image, record.index, record.seed) == (image.job, image.id, 0, 5)
    assert (record.generator, record.model, record.model_hash, record.recipe) == (
        "sketch",
        "sketch",
        "abc",
        {"version": 2},
    )
    assert record.pixels_sha256 == image.pixels_sha256 == read_picture(data, max_pixels=10**6).pixels_sha256
    assert (record.request.prompt, record.request.negative_prompt) == ("a red fox", "text")
    assert [(source.role, source.sha256) for source in record.sources] == [
        (Role.IMAGE, hashlib.sha256(photo).hexdigest())
    ]
    assert image.sha256 == hashlib.sha256(data).hexdigest()


async def test_a_file_says_nothing_of_who_asked_and_what_they_typed(shelf: Shelf) -> None:
    asked = {"prompt": "a red fox --seed 5", "guild": "the-guild-of-it", "person": "the-person-of-it"}

    image = await shelf.store(encoded(), PNG, asked=asked)

    data = await shelf.file(image.path)
    for secret in (b"the-guild-of-it", b"the-person-of-it", b"--seed", b'"typed"', str(shelf.api.var).encode()):
        assert secret not in data
    record = json.loads(await shelf.file(image.path.replace(".png", ".json")))
    assert (record["id"], record["thumbnail_path"], record["request"]["prompt"]) == (
        image.id,
        image.thumbnail_path,
        "a red fox",
    )


async def test_the_sketch_paints_files_with_parameters(shelf: Shelf) -> None:
    accepted = await shelf.api.ask(prompt="ein Fuchs 🦊", negative_prompt="Text", seed=5, width=96, height=64)
    job = await shelf.api.painted(accepted.json["id"])

    data = (await shelf.api.call("GET", job["images"][0]["url"].removeprefix(shelf.api.url))).body

    assert texts_of(data)["parameters"].startswith("ein Fuchs 🦊\nNegative prompt: Text\nSteps: 20, ")
    assert ", CFG scale: 7, Seed: 5, Size: 96x64, Model: sketch, Version: " in texts_of(data)["parameters"]
    assert source_type_of(data, PNG) is SourceType.ALGORITHMIC


@pytest.mark.parametrize(
    ("origin", "source", "mode", "said"),
    [
        (Origin.TRAINED, None, "img2img", SourceType.EDITED_WITH_TRAINED),
        (Origin.TRAINED, SourceType.TRAINED, "img2img", SourceType.TRAINED),
        (Origin.ALGORITHMIC, None, "img2img", SourceType.COMPOSITE),
        (Origin.ALGORITHMIC, SourceType.ALGORITHMIC, "img2img", SourceType.ALGORITHMIC),
        (Origin.ALGORITHMIC, SourceType.TRAINED, "img2img", SourceType.COMPOSITE_WITH_TRAINED),
    ],
)
async def test_a_file_says_from_what_it_was_painted(
    shelf: Shelf, origin: Origin, source: SourceType | None, mode: str, said: SourceType
) -> None:
    photo = encoded() if source is None else mark(encoded(), PNG, some_marks(source_type=source))

    image = await shelf.store(encoded(), PNG, asked={"images": [as_upload(photo)], "mode": mode}, origin=origin)

    assert source_type_of(await shelf.file(image.path), PNG) is said


async def test_a_mask_says_where_and_not_what(shelf: Shelf) -> None:
    painting = mark(encoded(), PNG, some_marks(source_type=SourceType.TRAINED))
    asked = {"images": [as_upload(painting)], "mask": as_upload(encoded(mode="L")), "mode": "inpaint"}

    image = await shelf.store(encoded(), PNG, asked=asked)

    data = await shelf.file(image.path)
    assert source_type_of(data, PNG) is SourceType.TRAINED
    assert {source.role for source in from_json(texts_of(data)["pinxit"]).sources} == {Role.IMAGE, Role.MASK}


async def test_a_source_that_is_gone_from_the_disk_counts_as_a_photo(shelf: Shelf) -> None:
    await shelf.api.ask(images=[as_upload(encoded())])
    (lease,) = await shelf.api.broker.claim(WORKER, PoolName("sketch"), most=1)
    (source,) = await shelf.api.studio.store.images.sources(lease.job)
    await shelf.api.studio.blobs.delete(str(source.path))

    stored = await shelf.api.broker.put_image(lease, Made(lease.job, 0, encoded(), PNG, 37, 23, 1, "p"))

    image = await shelf.api.studio.store.images.image(stored)
    assert image is not None
    assert source_type_of(await shelf.file(image.path), PNG) is SourceType.EDITED_WITH_TRAINED


async def test_what_has_no_place_for_marks_is_not_stored(shelf: Shelf) -> None:
    await shelf.api.ask()
    (lease,) = await shelf.api.broker.claim(WORKER, PoolName("sketch"), most=1)
    # The picture decodes, but its chunks do not begin with the header that they must begin with.
    good = encoded()
    odd = good[:8] + b"\0\0\0\0tEXt" + (0).to_bytes(4) + good[8:]
    before = await shelf.api.stored()

    for data in (odd, b"BM" + bytes(60), b"<svg"):
        with pytest.raises(Broken):
            await shelf.api.broker.put_image(lease, Made(lease.job, 0, data, PNG, 37, 23, 1, "p"))

    assert await shelf.api.stored() == before
