"""Files of every container and every misbehaviour: what is in them is read, and nothing costs more than it may."""

from __future__ import annotations

import json
import struct
import tracemalloc
import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import ImageId, JobId
from pinxit.domain.reading import Program, Reading
from pinxit.domain.request import Lora, Mode, Outpaint, Role
from pinxit.provenance.mark import mark
from pinxit.provenance.marks import Marks
from pinxit.provenance.reading import read, read_with_record
from pinxit.provenance.record import Record, RecordedSource
from pinxit.provenance.source_type import SourceType
from tests.builders import a_request
from tests.provenance.foreign_files import (
    comfyui_png,
    exif_block,
    jpeg_with,
    png_chunk,
    png_with,
    unicode_comment,
    webp_with,
    with_chunk,
)

TEXT = (
    "ein Füchslein 狐 im Schnee\nNegative prompt: Regen\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 8x8"
)
JAPANESE = "狐\nSteps: 20, Seed: 5, Size: 8x8"
MEDIA = {"image/png": png_with({}), "image/jpeg": jpeg_with(b""), "image/webp": webp_with(b"")}
MAX_MEMORY_BYTES = 120 * 2**20


def a_record() -> Record:
    request = a_request(
        prompt="Füchse & <Wölfe>\nzu zweit",
        negative_prompt="Negative prompt: rain",
        mode=Mode.OUTPAINT,
        outpaint=Outpaint(left=8),
        loras=(Lora("a", 0.5),),
        options={"deep": [1, {"x": None}]},
        enhanced="better",
        typed="",
    )
    sources = (RecordedSource(Role.IMAGE, "0" * 64),)
    return Record(
        JobId("j"), ImageId("i"), 2, 9, "painter", "m", "h", "f" * 64, request, sources, {"version": 2}, "sketch"
    )


@pytest.mark.parametrize(
    "data",
    [
        png_with({"parameters": TEXT}),
        png_with({"parameters": TEXT}, international=True),
        png_with({"parameters": TEXT}, international=True, packed=True),
        jpeg_with(unicode_comment(TEXT)),
        jpeg_with(unicode_comment(TEXT), order="<"),
        jpeg_with(unicode_comment(TEXT, "utf-16-le"), order="<"),
        jpeg_with(unicode_comment(TEXT, "utf-16-le"), order=">"),
        jpeg_with(unicode_comment(TEXT, "utf-16")),
        jpeg_with(b"\0" * 8 + TEXT.encode()),
        jpeg_with(b"ASCII\0\0\0" + TEXT.encode()),
        jpeg_with(TEXT.encode()),
        webp_with(unicode_comment(TEXT)),
        webp_with(unicode_comment(TEXT, "utf-16-le"), order="<"),
        with_chunk(png_chunk(b"eXIf", exif_block({0x9286: unicode_comment(TEXT)}, "<"))),
    ],
    ids=range(14),
)
def test_parameters_are_found_wherever_programs_put_them(data: bytes) -> None:
    reading = read(data)

    assert (reading.prompt, reading.negative_prompt) == ("ein Füchslein 狐 im Schnee", "Regen")
    assert (reading.program, reading.seed, reading.not_understood) == (Program.AUTOMATIC1111, 5, ())


def test_the_first_of_two_comments_counts() -> None:
    block = bytearray(exif_block({0x9286: b"\0" * 8 + TEXT.encode(), 0x9287: b"\0" * 8 + b"another"}, ">"))
    second = bytes(block).rindex(b"\x92\x87")
    block[second + 1] = 0x86

    assert read(with_chunk(png_chunk(b"eXIf", bytes(block)))).prompt == "ein Füchslein 狐 im Schnee"


def test_packed_latin_text_is_read() -> None:
    assert read(png_with({"parameters": TEXT.replace("狐", "")}, packed=True)).prompt == "ein Füchslein  im Schnee"


@pytest.mark.parametrize("media_type", sorted(MEDIA))
def test_our_own_files_are_read_completely(media_type: str) -> None:
    record = a_record()
    facts = Marks(record.job, record.image, SourceType.COMPOSITE, (8, 8), record)

    reading, found = read_with_record(mark(MEDIA[media_type], media_type, facts))

    assert found == record
    assert reading == Reading(
        program=Program.PINXIT,
        prompt="better",
        negative_prompt="Negative prompt: rain",
        seed=9,
        steps=0,
        guidance_scale=0.0,
        size_px=(64, 64),
        model="m",
        model_hash="h",
        loras=(Lora("a", 0.5),),
        strength=0.6,
        request=record.request,
        sources=((Role.IMAGE, "0" * 64),),
        generator="painter",
        recipe={"version": 2},
    )


def test_a_record_that_was_spoilt_leaves_the_parameters() -> None:
    record = replace(a_record(), sources=())
    data = mark(
        MEDIA["image/png"], "image/png", Marks(record.job, record.image, SourceType.ALGORITHMIC, (8, 8), record)
    )

    reading, found = read_with_record(data.replace(b'{"v":1,', b'{"v":7,'))

    assert found is None
    assert (reading.program, reading.prompt, reading.seed) == (Program.PINXIT, "better <lora:a:0.5>", 9)
    assert "pinxit" in reading.not_understood


def test_what_nobody_knows_is_named() -> None:
    data = png_with({"parameters": TEXT, "Dream": "x", "sd-metadata": "{}", "Software": "GIMP"})

    assert read(data).not_understood == ("Dream", "sd-metadata")


def test_fields_of_unknown_programs_are_named() -> None:
    reading = read(png_with({"parameters": json.dumps({"prompt": "a fox", "styles": []})}))

    assert reading == Reading(not_understood=("prompt", "styles"))


def test_an_infotext_helps_where_no_node_is_known() -> None:
    graph = json.dumps({"1": {"class_type": "Everything", "inputs": {"do": 1}}})

    reading = read(png_with({"prompt": graph, "parameters": TEXT}))

    assert (reading.program, reading.seed) == (Program.AUTOMATIC1111, 5)


@pytest.mark.parametrize("data", [b"", b"x", b"%PDF-1.7", b"RIFF\0\0\0\0WAVE", b"\x89PNG", b"<html>"], ids=repr)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        read(data)

    assert caught.value.code is Code.SOURCE_INVALID


@pytest.mark.parametrize("data", [*MEDIA.values(), b"GIF89a" + bytes(20)], ids=["png", "jpeg", "webp", "gif"])
def test_a_file_that_says_nothing_gives_an_empty_reading(data: bytes) -> None:
    assert read(data) == Reading()


DEEP = "[" * 100_000
HOSTILE = {
    "a bomb": png_with({})
    and with_chunk(png_chunk(b"zTXt", b"parameters\0\0" + zlib.compress(b"x, " * 100_000_000, 9))),
    "a bomb of many": with_chunk(png_chunk(b"iTXt", b"x\0\1\0\0\0" + zlib.compress(bytes(2**20))) * 2000),
    "a huge chunk": with_chunk(png_chunk(b"tEXt", b"parameters\0x", length=2**32 - 1)),
    "many chunks": with_chunk(png_chunk(b"tEXt", b"a\0b") * 200_000),
    "deep": png_with({"prompt": '{"1":' + DEEP}),
    "deep record": png_with({"pinxit": DEEP}),
    "wide": png_with({"prompt": '{"1":[' + "[]," * 1_000_000 + "0]}"}),
    "long number": png_with({"prompt": '{"1":{"class_type":"KSampler","inputs":{"seed":' + "9" * 5000 + "}}}"}),
    "exif in itself": jpeg_with(b"x")[:2]
    + b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08",
    "exif beyond": jpeg_with(b"").replace(b"\0\0\0\x1a", b"\xff\xff\xff\xff"),
    "exif of 65,535 entries": with_chunk(
        png_chunk(b"eXIf", b"MM\0*\0\0\0\x08\xff\xff" + b"\x87\x69\0\x04\0\0\0\1\0\0\0\x08" * 65_535)
    ),
    "no end": b"\xff\xd8\xff" + b"\xff" * 1_000_000,
    "empty segments": b"\xff\xd8" + b"\xff\xe1\x00\x02" * 200_000,
    "webp chunks": b"RIFF\xff\xff\xff\xffWEBP" + struct.pack("<4sI", b"XMP ", 0) * 200_000,
    "xml bomb": mark(
        MEDIA["image/webp"], "image/webp", Marks(JobId("j"), ImageId("i"), SourceType.TRAINED, (8, 8))
    ).replace(b"<x:xmpmeta", b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>]><x:xmpmeta"),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_file_costs_little_and_says_little(name: str) -> None:
    tracemalloc.start()
    try:
        reading = read(HOSTILE[name])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < MAX_MEMORY_BYTES
    assert reading.prompt == ""
    assert len(reading.not_understood) <= 500


WHOLE = [
    comfyui_png({"1": {"class_type": "KSampler", "inputs": {"seed": 1, "positive": ["1", 0]}}}),
    png_with({"parameters": TEXT}, international=True, packed=True),
    jpeg_with(unicode_comment(TEXT)),
    webp_with(unicode_comment(TEXT)),
    mark(MEDIA["image/webp"], "image/webp", Marks(JobId("j"), ImageId("i"), SourceType.TRAINED, (8, 8), a_record())),
]


@settings(max_examples=300)
@given(st.sampled_from(WHOLE), st.data())
def test_a_spoilt_file_is_refused_or_read(whole: bytes, draw: st.DataObject) -> None:
    spoilt = bytearray(whole[: draw.draw(st.integers(0, len(whole)))])
    for place, value in draw.draw(st.lists(st.tuples(st.integers(0, len(whole)), st.integers(0, 255)), max_size=6)):
        if place < len(spoilt):
            spoilt[place] = value

    try:
        read(bytes(spoilt))
    except Refused as refused:
        assert refused.code is Code.SOURCE_INVALID  # noqa: PT017 - the other outcome is as good
