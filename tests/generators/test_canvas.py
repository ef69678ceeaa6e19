"""Canvases for models that paint only a part of a picture."""

from __future__ import annotations

import io

from PIL import Image

from pinxit.domain.request import Outpaint
from pinxit.generators.canvas import cut, filled, inner_px, masked, whole_px, widened
from pinxit.generators.pictures import png
from tests.builders import a_request


def test_a_size_grows_to_whole_steps() -> None:
    assert whole_px((64, 65), 32) == (64, 96)


def test_what_outpainting_keeps_is_the_rest() -> None:
    request = a_request(width_px=100, height_px=80, outpaint=Outpaint(left=10, right=20, top=5))

    assert inner_px(request) == (70, 75)


def test_only_the_room_and_a_seam_are_painted_and_not_what_is_cut_off_again() -> None:
    source = Image.new("RGB", (90, 90), "teal")

    canvas, mask = widened(source, Outpaint(left=64), 32)

    assert canvas.size == mask.size == (160, 96)
    assert [mask.getpixel((x, 50)) for x in (0, 79, 80, 159)] == [255, 255, 0, 0]
    assert mask.getpixel((159, 50)) == mask.getpixel((100, 95)) == 0
    assert canvas.getpixel((64, 0)) == (0, 128, 128)


def test_a_mask_grows_with_its_picture_and_is_white_there() -> None:
    canvas, mask = masked(Image.new("RGB", (60, 64), "teal"), Image.new("RGB", (60, 64), "black"), 32)

    assert (canvas.size, mask.size, mask.mode) == ((64, 64), (64, 64), "L")
    assert [mask.getpixel((x, 9)) for x in (0, 59, 60, 63)] == [0, 0, 255, 255]


def test_a_source_that_fits_is_taken_as_it_is() -> None:
    source = Image.new("RGB", (64, 64), "teal")

    assert filled(source, (64, 64)) is source
    assert filled(source, (72, 64)).getpixel((71, 0)) == (0, 128, 128)


def test_a_cut_is_the_left_upper_part() -> None:
    picture = Image.new("RGB", (64, 64), "teal")
    picture.paste("white", (0, 0, 32, 32))

    with Image.open(io.BytesIO(cut(png(picture), (32, 32)))) as part:
        assert (part.size, part.getcolors()) == ((32, 32), [(1024, (255, 255, 255))])
