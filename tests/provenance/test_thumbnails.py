from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from pinxit.data.blobs import LocalBlobs
from pinxit.data.thumbnails import thumbnail
from pinxit.domain.errors import LeaseLost
from pinxit.domain.generator import Made
from pinxit.domain.ids import PoolName
from pinxit.domain.job import Ended, Outcome
from pinxit.provenance import webp, xmp
from pinxit.provenance.mark import source_type_of
from pinxit.provenance.source_type import SourceType
from tests.provenance.pictures import JPEG, PNG, WEBP, encoded, every_picture
from tests.provenance.shelf import WORKER, open_shelf
from tests.web.served import complaint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.provenance.shelf import Shelf

LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with open_shelf(tmp_path) as shelf:
        yield shelf


def large(size: tuple[int, int] = (1200, 600)) -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(file, "PNG")
    return file.getvalue()


def seen(data: bytes) -> tuple[str | None, tuple[int, int], str]:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture.format, picture.size, picture.mode


@pytest.mark.parametrize(
    ("size", "small"),
    [
        ((1200, 600), (512, 256)),
        ((600, 1200), (256, 512)),
        ((512, 512), (512, 512)),
        ((64, 40), (64, 40)),
        ((4000, 2), (512, 1)),
    ],
)
def test_a_thumbnail_has_512_pixels_a_side_at_most(size: tuple[int, int], small: tuple[int, int]) -> None:
    picture = Image.new("RGB", size, "teal")

    assert seen(thumbnail(picture)) == ("WEBP", small, "RGB")
    assert picture.size == size


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "RGBX", "CMYK", "YCbCr", "HSV", "I;16", "I", "F"]
)
def test_a_picture_of_any_mode_has_a_thumbnail(mode: str) -> None:
    form, size, _ = seen(thumbnail(Image.new(mode, (600, 300))))

    assert (form, size) == ("WEBP", (512, 256))


@pytest.mark.parametrize("name", every_picture())
def test_a_thumbnail_shows_what_the_picture_shows(name: str) -> None:
    _, data = every_picture()[name]
    with Image.open(io.BytesIO(data)) as picture:
        mean = picture.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
        with Image.open(io.BytesIO(thumbnail(picture))) as small:
            like = small.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))

    assert isinstance(mean, tuple)
    assert isinstance(like, tuple)
    assert all(abs(one - other) < 12 for one, other in zip(mean, like, strict=True)), (mean, like)


def test_a_thumbnail_stands_upright_and_keeps_what_is_transparent() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    with Image.open(io.BytesIO(encoded(JPEG, exif=turned.tobytes()))) as picture:
        picture.load()
        assert seen(thumbnail(picture))[1] == (23, 37)
    with Image.open(io.BytesIO(thumbnail(Image.new("RGBA", (9, 9), (255, 0, 0, 0))))) as clear:
        assert clear.convert("RGBA").getpixel((4, 4))[3] == 0  # type: ignore[index]  # RGBA has four channels


async def test_an_image_is_stored_with_a_marked_thumbnail_beside_it(shelf: Shelf) -> None:
    image = await shelf.store(large(), PNG)

    small = await shelf.file(image.thumbnail_path)

    assert image.thumbnail_path == image.path.replace(".png", ".thumb.webp")
    assert seen(small)[:2] == ("WEBP", (512, 256))
    assert source_type_of(small, WEBP) is SourceType.TRAINED
    packet = webp.read_xmp(small)
    assert packet is not None
    assert image.id.encode() in packet
    assert b"a red fox" not in packet
    assert xmp.is_ours(packet)


async def test_a_small_picture_has_a_thumbnail_of_its_own_size(shelf: Shelf) -> None:
    image = await shelf.store(encoded(), PNG)

    assert seen(await shelf.file(image.thumbnail_path))[:2] == ("WEBP", (37, 23))


async def test_the_api_gives_the_thumbnail(shelf: Shelf) -> None:
    image = await shelf.store(large(), PNG)
    details = (await shelf.api.call("GET", f"/api/v1/images/{image.id}")).json
    whole = await shelf.get(image, "download")

    small = await shelf.get(image, "thumbnail")
    again = await shelf.get(image, "thumbnail", If_None_Match=small.headers["ETag"])
    other = await shelf.get(image, "thumbnail", If_None_Match=whole.headers["ETag"])

    assert details["thumbnail_url"] == f"{shelf.api.url}/api/v1/images/{image.id}/thumbnail"
    assert (small.status, small.headers["Content-Type"]) == (200, "image/webp")
    assert small.body == await shelf.file(image.thumbnail_path)
    assert small.headers["Cache-Control"] == whole.headers["Cache-Control"] == "private, no-cache"
    assert small.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert small.headers["Content-Disposition"] == f'inline; filename="pinxit-{image.id}.thumb.webp"'
    assert (again.status, again.body, other.status) == (304, b"", 200)


async def test_an_image_from_before_there_were_thumbnails_shows_its_file(shelf: Shelf) -> None:
    image = await shelf.store(large(), PNG)
    await shelf.api.studio.store.database.write(lambda tx: tx.run("UPDATE image SET thumbnail_path = NULL"))

    answer = await shelf.get(image, "thumbnail")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.body == await shelf.file(image.path)


async def test_a_thumbnail_is_for_whoever_the_image_is_for(shelf: Shelf) -> None:
    image = await shelf.store(large(), PNG)
    elsewhere = {"Forwarded": "for=1.2.3.4"}

    stranger = await shelf.api.call("GET", f"/api/v1/images/{image.id}/thumbnail", headers=elsewhere)
    unknown = await shelf.api.call("GET", "/api/v1/images/-0cUrUhAhlVuBOxyrI4RV-/thumbnail")
    await shelf.api.studio.store.database.write(lambda tx: tx.run("UPDATE image SET state = 'made'"))
    early = await shelf.get(image, "thumbnail")
    await shelf.api.studio.store.database.write(lambda tx: tx.run("UPDATE image SET state = 'deleted'"))
    gone = await shelf.get(image, "thumbnail")

    assert stranger.status in (401, 404)
    assert not complaint(unknown, "image_unknown", 404)
    assert not complaint(early, "image_unknown", 404)
    assert not complaint(gone, "image_gone", 410)


async def test_a_thumbnail_that_is_not_there_is_named(shelf: Shelf) -> None:
    image = await shelf.store(large(), PNG)
    await shelf.api.studio.blobs.delete(str(image.thumbnail_path))

    assert not complaint(await shelf.get(image, "thumbnail"), "image_broken", 410)


async def test_a_thumbnail_goes_with_its_image(shelf: Shelf) -> None:
    await shelf.api.ask(count=1)
    broker = shelf.api.broker
    (lease,) = await broker.claim(WORKER, PoolName("sketch"), most=1)
    made = Made(lease.job, 0, large(), PNG, 1200, 600, 1, "p")
    await broker.put_image(lease, made)
    before = await shelf.api.stored()
    await broker.put_image(lease, made)
    again = await shelf.api.stored()
    await shelf.api.studio.queue.cancel(lease.job)
    await broker.finish(lease, Ended(Outcome.CANCELLED))
    with pytest.raises(LeaseLost):
        await broker.put_image(lease, made)

    assert (before["files"], again["files"]) == (3, 3)
    assert (await shelf.api.stored())["files"] == 0


async def test_the_sweep_keeps_thumbnails_that_a_row_names_and_no_others(shelf: Shelf) -> None:
    image = await shelf.store(large(), PNG)
    blobs = shelf.api.studio.blobs
    assert isinstance(blobs, LocalBlobs)
    await blobs.put("images/2026/11/21/orphan.thumb.webp", b"x")
    await blobs.put("images/2026/11/21/orphan.png", b"x")

    swept = await blobs.sweep(await shelf.api.studio.store.images.paths(), LATER)

    assert swept == 2
    assert (await shelf.get(image, "thumbnail")).status == 200
