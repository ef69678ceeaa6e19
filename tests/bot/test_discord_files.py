"""Pictures reach Discord as they are stored, or as marked copies that fit, and what cannot be shown is told."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import random
from typing import TYPE_CHECKING, cast

import pytest
from PIL import Image as Pillow

from pinxit.bot.discord.drawing import Attached
from pinxit.bot.discord.files import Gathered, Room, gather, in_parcels, smaller
from pinxit.chat.cards import view
from pinxit.domain.delivery import Card
from pinxit.domain.guild_rules import ImageRule
from pinxit.provenance.mark import source_type_of
from tests.bot.delivery_room import Shelf
from tests.builders import NOW_AT, a_finished_job, a_request, an_image

if TYPE_CHECKING:
    from pinxit.domain.image import Image

NOISE = random.Random(7)  # noqa: S311 - pixels, not secrets


def noise(side_px: int = 256, mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    size = side_px * side_px * len(mode)
    Pillow.frombytes(mode, (side_px, side_px), NOISE.randbytes(size)).save(file, "PNG")
    return file.getvalue()


def a_shelf_with(*files: bytes, **changes: object) -> tuple[Shelf, list[Image]]:
    shelf, images = Shelf(), cast("list[Image]", [])
    for index, data in enumerate(files):
        image = an_image(
            index=index,
            size_bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            path=f"{index}.png",
            width_px=256,
            height_px=256,
            **changes,
        )
        shelf.files[image.path] = data
        images.append(image)
    return shelf, images


async def gathered(shelf: Shelf, images: list[Image], room: Room = Room(), public_url: str | None = None) -> Gathered:  # noqa: B008 - frozen
    job = a_finished_job(request=a_request(count=len(images)), images=tuple(images))
    shown = view(Card(job), "en", NOW_AT)
    return await gather(job, shown, shelf, room, locale="en", public_url=public_url)


async def test_originals_go_as_they_are_stored() -> None:
    first, second = noise(), noise()
    shelf, images = a_shelf_with(first, second)

    found = await gathered(shelf, images)

    assert [file.data for file in found.files] == [first, second]
    assert [file.name for file in found.files] == [f"pinxit-{image.id}.png" for image in images]
    assert [file.alt for file in found.files] == [
        "Picture 1 of 2 of: a red fox in snow",
        "Picture 2 of 2 of: a red fox in snow",
    ]
    assert found.notes == ()


async def test_a_picture_over_the_limit_goes_as_a_marked_copy_that_fits() -> None:
    shelf, images = a_shelf_with(noise())
    room = Room(file_bytes=90_000)

    found = await gathered(shelf, images, room)

    assert len(found.files[0].data) <= 90_000
    assert found.files[0].name.endswith((".webp", ".jpg"))
    media_type = "image/webp" if found.files[0].name.endswith(".webp") else "image/jpeg"
    assert source_type_of(found.files[0].data, media_type) is not None
    (note,) = found.notes
    assert note.startswith("Picture 1 is larger than Discord takes here, so this is a smaller copy of it.")
    assert note.endswith("Its original is kept; /inspect shows what is known of it.")


async def test_the_original_is_linked_where_the_web_server_is_public() -> None:
    shelf, images = a_shelf_with(noise())

    found = await gathered(shelf, images, Room(file_bytes=90_000), "https://paint.example/")

    assert f"https://paint.example/api/v1/images/{images[0].id}/download" in found.notes[0]


async def test_pictures_that_are_too_much_together_share_the_room() -> None:
    shelf, images = a_shelf_with(*(noise() for _ in range(4)))
    weight = sum(image.size_bytes for image in images)

    found = await gathered(shelf, images, Room(all_bytes=weight // 2))

    assert len(found.files) == 4
    assert sum(len(file.data) for file in found.files) <= weight // 2
    assert len(found.notes) == 4


async def test_a_transparent_picture_stays_one_as_webp_and_lies_on_white_as_jpeg() -> None:
    data = noise(64, "RGBA")
    image = an_image(size_bytes=len(data))

    as_webp = smaller(image, data, 30_000)
    as_jpeg = smaller(image, data, 2_500)

    assert as_webp is not None
    assert as_jpeg is not None
    assert (as_webp[1], Pillow.open(io.BytesIO(as_webp[0])).mode) == ("image/webp", "RGBA")
    assert (as_jpeg[1], Pillow.open(io.BytesIO(as_jpeg[0])).mode) == ("image/jpeg", "RGB")


async def test_a_picture_that_no_copy_fits_of_is_told_and_left_out() -> None:
    shelf, images = a_shelf_with(noise())

    found = await gathered(shelf, images, Room(file_bytes=17_000))

    assert found.files == ()
    assert "not shown" in found.notes[0]


async def test_a_vector_is_never_sent() -> None:
    shelf, images = a_shelf_with(b"<svg/>", media_type="image/svg+xml")

    found = await gathered(shelf, images)

    assert found.files == ()
    assert "SVG" in found.notes[0]


@pytest.mark.parametrize("harm", ["gone", "cut"])
async def test_a_file_that_is_gone_or_cut_is_told_and_the_others_go(harm: str) -> None:
    shelf, images = a_shelf_with(noise(), noise())
    if harm == "gone":
        del shelf.files["0.png"]
    else:
        shelf.files["0.png"] = shelf.files["0.png"][:-9]

    found = await gathered(shelf, images)

    assert [file.name for file in found.files] == [f"pinxit-{images[1].id}.png"]
    assert "gone or damaged" in found.notes[0]


async def test_a_disk_that_does_not_answer_is_no_lost_picture() -> None:
    shelf, images = a_shelf_with(noise())
    shelf.broken.add("0.png")

    with pytest.raises(OSError, match="Input/output"):
        await gathered(shelf, images)


async def test_what_is_to_be_covered_is() -> None:
    shelf, images = a_shelf_with(noise())
    covered = dataclasses.replace(images[0], shown=ImageRule.SPOILER)

    found = await gathered(shelf, [covered])

    assert found.files[0].spoiler


def test_a_file_that_is_no_picture_gives_no_copy() -> None:
    assert smaller(an_image(), b"no picture at all", 10_000) is None


def test_parcels_hold_what_a_message_takes() -> None:
    files = [Attached(str(number), bytes(size)) for number, size in enumerate((6, 5, 4, 9, 1))]

    parcels = [[file.name for file in parcel] for parcel in in_parcels(files, Room(all_bytes=10))]

    assert parcels == [["0"], ["1", "2"], ["3", "4"]]
    assert [len(parcel) for parcel in in_parcels([Attached("a", b"")] * 23, Room())] == [10, 10, 3]
