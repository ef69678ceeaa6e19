from __future__ import annotations

import io
import warnings
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from pinxit import __version__
from pinxit.provenance import exif, gif, jpeg, png, webp, xmp
from pinxit.provenance.infotext import write
from pinxit.provenance.mark import mark, source_type_of
from pinxit.provenance.marks import Unmarkable
from pinxit.provenance.record import from_json, to_json
from pinxit.provenance.source_type import SourceType
from tests.provenance.pictures import (
    GIF,
    JPEG,
    MARKED,
    PACKET_HEAD,
    PNG,
    WEBP,
    a_record,
    encoded,
    every_picture,
    frames,
    some_marks,
)

_READ = {PNG: png.read_xmp, JPEG: jpeg.read_xmp, WEBP: webp.read_xmp, GIF: gif.read_xmp}


def said_in(data: bytes, media_type: str) -> dict[str, str]:
    """Return what a file's XMP says, as any XML reader finds it; fails where a property is there twice."""
    packet = _READ[media_type](data)
    assert packet is not None
    found: dict[str, str] = {}
    tree = ET.fromstring(packet.decode().strip("\ufeff"))  # noqa: S314 - our own
    for description in tree.iter(f"{{{xmp.RDF}}}Description"):
        for name, value in [*description.items(), *((child.tag, child.text or "") for child in description)]:
            assert name not in found or name.endswith("about"), name
            found[name] = value
    return found


def parameters_in(data: bytes) -> str:
    """Return AUTOMATIC1111's text as its own reader would find it."""
    with Image.open(io.BytesIO(data)) as picture:
        if picture.format == "PNG":
            return str(picture.info.get("parameters", ""))
        comment: Any = picture.getexif().get_ifd(0x8769).get(0x9286, b"")
        return str(comment.removeprefix(b"UNICODE\0").decode("utf-16-be"))


@pytest.mark.parametrize("name", every_picture())
def test_a_marked_file_shows_the_same_pixels(name: str) -> None:
    media_type, data = every_picture()[name]

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        marked = mark(data, media_type, some_marks(a_record()))
        again = mark(marked, media_type, some_marks(a_record()))

    assert frames(data) == frames(marked) == frames(again)
    assert marked != data
    assert (marked.count(PACKET_HEAD), again.count(PACKET_HEAD)) == (1, 1)
    assert source_type_of(again, media_type) is SourceType.TRAINED


@pytest.mark.parametrize("name", every_picture())
def test_a_marked_file_is_still_named_by_pillow_what_it_was(name: str) -> None:
    media_type, data = every_picture()[name]

    marked = mark(data, media_type, some_marks(a_record()))

    with Image.open(io.BytesIO(data)) as before, Image.open(io.BytesIO(marked)) as after:
        assert (after.format, after.size, after.mode) == (before.format, before.size, before.mode)
        assert (after.info.get("loop"), after.info.get("duration")) == (
            before.info.get("loop"),
            before.info.get("duration"),
        )


@pytest.mark.parametrize("media_type", [*MARKED, GIF])
def test_every_type_names_its_source_type_its_tool_its_job_and_its_image(media_type: str) -> None:
    marked = mark(encoded(media_type), media_type, some_marks(source_type=SourceType.COMPOSITE))

    said = said_in(marked, media_type)

    assert said[f"{{{xmp.IPTC}}}DigitalSourceType"] == "http://cv.iptc.org/newscodes/digitalsourcetype/composite"
    assert said[f"{{{xmp.XMP}}}CreatorTool"] == f"Pinxit {__version__}"
    assert (said[f"{{{xmp.NAMESPACE}}}job"], said[f"{{{xmp.NAMESPACE}}}image"]) == ("the-job", "the-image")
    assert f"{{{xmp.NAMESPACE}}}request" not in said


@pytest.mark.parametrize("media_type", MARKED)
@pytest.mark.parametrize(
    "prompt",
    [
        "a red fox",
        'füchse & "Möwen" <b>fett</b> ]]> --> &amp; \\ \\u0041',
        "狐 🦊 \U0001d523\nzweite Zeile",
        "a\x00b\x08c\x85d\ud800e\ufffe",
        "x" * 2000 + "狐" * 2000,
    ],
)
def test_the_record_in_a_file_reads_back_equal(media_type: str, prompt: str) -> None:
    record = a_record(request={"prompt": prompt, "options": {"note": prompt}, "negative_prompt": "]]>"})

    marked = mark(encoded(media_type), media_type, some_marks(record))

    if media_type == PNG:
        with Image.open(io.BytesIO(marked)) as picture:
            text = str(picture.info["pinxit"])
    else:
        text = said_in(marked, media_type)[f"{{{xmp.NAMESPACE}}}request"]
    assert text == to_json(record)
    if prompt.isprintable() or prompt.startswith("狐"):
        assert from_json(text) == record


@pytest.mark.parametrize("media_type", MARKED)
def test_the_parameters_stand_where_other_programs_look_for_them(media_type: str) -> None:
    record = a_record(request={"prompt": "ein Fuchs 🦊", "negative_prompt": "Text"})

    marked = mark(encoded(media_type), media_type, some_marks(record))

    assert parameters_in(marked) == write(record, (37, 23))
    assert parameters_in(marked).startswith("ein Fuchs 🦊\nNegative prompt: Text\nSteps: 20, CFG scale: 7.5, Seed: 8, ")


def test_a_latin_text_is_a_text_that_every_reader_of_png_knows() -> None:
    marked = mark(encoded(), PNG, some_marks(a_record(request={"prompt": "für Läufer"})))
    other = mark(encoded(), PNG, some_marks(a_record(request={"prompt": "狐"})))

    assert b"tEXtparameters\0" in marked
    assert b"iTXtparameters\0" in other


@pytest.mark.parametrize("media_type", MARKED)
def test_what_a_file_once_said_of_another_picture_is_replaced(media_type: str) -> None:
    first = mark(encoded(media_type), media_type, some_marks(a_record(request={"prompt": "the old one"})))

    second = mark(first, media_type, some_marks(a_record(request={"prompt": "the new one"}), SourceType.COMPOSITE))

    assert "the new one" in parameters_in(second)
    assert b"the old one" not in second
    assert "the old one".encode("utf-16-be") not in second
    assert source_type_of(second, media_type) is SourceType.COMPOSITE


def test_the_parameters_that_a_generator_wrote_itself_stay() -> None:
    comment = b"UNICODE\0" + "Steps: 3, its own".encode("utf-16-be")
    theirs = Image.Exif()
    theirs.get_ifd(0x8769)[0x9286] = comment
    chunk = PngInfo()
    chunk.add_text("parameters", "Steps: 3, its own")
    files = {
        PNG: encoded(pnginfo=chunk),
        JPEG: encoded(JPEG, exif=theirs.tobytes()),
        WEBP: encoded(WEBP, exif=theirs.tobytes()),
    }

    for media_type, data in files.items():
        marked = mark(data, media_type, some_marks(a_record()))
        assert parameters_in(marked) == "Steps: 3, its own", media_type
        assert marked.count(b"Xtparameters\0") <= 1


@pytest.mark.parametrize("media_type", [JPEG, WEBP])
def test_the_exif_of_a_file_is_kept_beside_the_parameters(media_type: str) -> None:
    theirs = Image.Exif()
    theirs[0x0112], theirs[0x010F] = 6, "A maker"
    theirs.get_ifd(0x8769)[0x9003] = "2026:11:21 12:00:00"
    theirs.get_ifd(0x8825)[1] = "N"
    data = encoded(media_type, exif=theirs.tobytes())

    marked = mark(data, media_type, some_marks(a_record()))

    with Image.open(io.BytesIO(marked)) as picture:
        found = picture.getexif()
        assert (found[0x0112], found[0x010F]) == (6, "A maker")
        assert (found.get_ifd(0x8769)[0x9003], found.get_ifd(0x8825)[1]) == ("2026:11:21 12:00:00", "N")
    assert parameters_in(marked).startswith("a red fox in snow")


@pytest.mark.parametrize("media_type", [JPEG, WEBP])
@pytest.mark.parametrize("block", [b"", b"II*\0", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff" + b"\x01" * 600])
def test_a_broken_exif_block_stands_in_no_way(media_type: str, block: bytes) -> None:
    data = encoded(media_type, exif=exif.HEADER + block)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, of that block.
        marked = mark(data, media_type, some_marks(a_record()))
        assert frames(marked) == frames(data)

    assert source_type_of(marked, media_type) is SourceType.TRAINED


def test_the_texts_of_a_thumbnail_only_name_the_picture() -> None:
    for media_type in MARKED:
        marked = mark(encoded(media_type), media_type, some_marks())

        assert parameters_in(marked) == ""
        assert b"a red fox" not in marked
        assert b"the-image" in marked


def test_a_jpeg_that_has_no_room_for_the_record_still_says_what_it_is() -> None:
    record = a_record(request={"prompt": "狐" * 25_000})

    marked = mark(encoded(JPEG), JPEG, some_marks(record))

    assert source_type_of(marked, JPEG) is SourceType.TRAINED
    assert f"{{{xmp.NAMESPACE}}}request" not in said_in(marked, JPEG)
    assert frames(marked) == frames(encoded(JPEG))


def test_exif_stands_behind_the_jfif_segment_and_before_xmp() -> None:
    marked = mark(encoded(JPEG), JPEG, some_marks(a_record()))

    first = [(part.marker, part.payload(marked)[:4]) for part in jpeg.segments(marked)][:3]

    assert first == [(0xE0, b"JFIF"), (0xE1, b"Exif"), (0xE1, b"http")]


@pytest.mark.parametrize(
    ("how", "alpha"), [({}, 0), ({"lossless": True}, 0), ({"lossless": True, "mode": "RGBA"}, 0x10)]
)
def test_a_simple_webp_becomes_an_extended_one_of_the_same_size(how: dict[str, Any], alpha: int) -> None:
    marked = mark(encoded(WEBP, **how), WEBP, some_marks(a_record()))

    head, *_ = webp.chunks(marked)

    assert head.kind == b"VP8X"
    assert head.payload(marked) == bytes((0x0C | alpha, 0, 0, 0, 36, 0, 0, 22, 0, 0))
    assert [chunk.kind for chunk in webp.chunks(marked)][-2:] == [b"EXIF", b"XMP "]
    assert len(marked) == 8 + int.from_bytes(marked[4:8], "little")


def test_a_type_without_a_place_for_marks_is_not_marked() -> None:
    with pytest.raises(Unmarkable):
        mark(b"BM", "image/bmp", some_marks())


def test_an_svg_is_marked_before_its_end() -> None:
    data = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg>\n'

    marked = mark(data, "image/svg+xml", some_marks(a_record(request={"prompt": "<script>&"}), SourceType.ALGORITHMIC))

    ET.fromstring(marked)  # noqa: S314 - our own
    assert source_type_of(marked, "image/svg+xml") is SourceType.ALGORITHMIC
    assert b"<script>" not in marked
