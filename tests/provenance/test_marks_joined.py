"""Marks in files that have XMP already."""

from __future__ import annotations

import pytest

from pinxit.provenance import jpeg, png, xmp
from pinxit.provenance.mark import mark, source_type_of
from pinxit.provenance.marks import Unmarkable
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
from tests.provenance.test_marks import said_in

DC = "http://purl.org/dc/elements/1.1/"
_TERM = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def a_packet(properties: str = "", attributes: str = "", about: str = "") -> bytes:
    """Return XMP of another program."""
    return (
        f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<r:RDF xmlns:r="{xmp.RDF}"><r:Description r:about="{about}" xmlns:dc="{DC}" xmlns:i="{xmp.IPTC}" '
        f'xmlns:xmp="{xmp.XMP}" {attributes}>{properties}</r:Description></r:RDF></x:xmpmeta>{" " * 20}'
        f'<?xpacket end="w"?>'
    ).encode()


def with_packet(media_type: str, packet: bytes) -> bytes:
    """Return a picture that holds XMP already."""
    return encoded(media_type, xmp=packet)


def with_png_packet(packet: bytes) -> bytes:
    """Return a PNG that holds XMP already."""
    empty = encoded()
    chunk = png._international(png.XMP_KEYWORD, packet)  # noqa: SLF001 - Pillow writes none itself
    return empty[:33] + chunk + empty[33:]


def holding(media_type: str, packet: bytes) -> bytes:
    """Return a picture of any type with a packet."""
    return with_png_packet(packet) if media_type == PNG else with_packet(media_type, packet)


@pytest.mark.parametrize("media_type", MARKED)
def test_what_the_file_says_already_is_kept_and_there_is_one_packet(media_type: str) -> None:
    data = holding(media_type, a_packet("<dc:format>a &lt; b</dc:format>", 'dc:rights="© somebody"', "uuid:1"))

    marked = mark(data, media_type, some_marks(a_record()))

    said = said_in(marked, media_type)
    assert marked.count(PACKET_HEAD) == 1
    assert (said[f"{{{DC}}}format"], said[f"{{{DC}}}rights"]) == ("a < b", "© somebody")
    assert said[f"{{{xmp.RDF}}}about"] == "uuid:1"
    assert said[f"{{{xmp.NAMESPACE}}}job"] == "the-job"
    assert source_type_of(marked, media_type) is SourceType.TRAINED
    assert frames(marked) == frames(data)


@pytest.mark.parametrize(
    ("theirs", "stays"),
    [
        ("compositeWithTrainedAlgorithmicMedia", True),
        ("compositeSynthetic", True),
        ("digitalCapture", False),
        ("algorithmicMedia", False),
        ("nonsense", False),
    ],
)
@pytest.mark.parametrize("is_attribute", [True, False])
def test_only_a_generators_own_word_that_a_model_made_it_stands_over_ours(
    theirs: str, *, stays: bool, is_attribute: bool
) -> None:
    uri = f"{_TERM}{theirs}"
    packet = (
        a_packet(attributes=f'i:DigitalSourceType="{uri}"')
        if is_attribute
        else a_packet(f"<i:DigitalSourceType>{uri}</i:DigitalSourceType>")
    )

    marked = mark(holding(JPEG, packet), JPEG, some_marks(a_record(), SourceType.TRAINED))

    expected = uri if stays else SourceType.TRAINED.uri
    assert said_in(marked, JPEG)[f"{{{xmp.IPTC}}}DigitalSourceType"] == expected


def test_the_tool_that_made_the_file_stays_its_tool() -> None:
    data = holding(JPEG, a_packet(attributes='xmp:CreatorTool="Another painter 3"'))

    marked = mark(data, JPEG, some_marks(a_record()))

    assert said_in(marked, JPEG)[f"{{{xmp.XMP}}}CreatorTool"] == "Another painter 3"


_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(12))
    + b"]><x>&m;</x>"
)


@pytest.mark.parametrize("media_type", MARKED)
@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\xff\xfe\x00",
        b"no xml",
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
        b"<a>" * 5000,
        b"<a>" * 5000 + b"</a>" * 5000,
        b"<r:RDF xmlns:r='%s'>" % xmp.RDF.encode() + b"<a>" * 3000 + b"</a>" * 3000 + b"</r:RDF>",
        _BOMB,
        a_packet("x" * 60_000),
        a_packet(about='&lt;"&gt;').replace(b'about="&lt;"', b'about="&lt;&quot;'),
        "<a b='\u0007'/>".encode(),
    ],
    ids=range(11),
)
def test_a_packet_that_cannot_be_joined_is_replaced(media_type: str, packet: bytes) -> None:
    data = holding(media_type, packet)

    marked = mark(data, media_type, some_marks(a_record()))

    assert source_type_of(marked, media_type) is SourceType.TRAINED
    assert said_in(marked, media_type)[f"{{{xmp.NAMESPACE}}}job"] == "the-job"
    assert frames(marked) == frames(encoded(media_type))


def test_a_packet_that_declares_entities_is_replaced() -> None:
    inner = a_packet("<dc:format>&a;</dc:format>").partition(b"?>")[2].rpartition(b"<?")[0].strip()
    packet = b'<!DOCTYPE x [<!ENTITY a "hello">]>' + inner

    said = said_in(mark(holding(JPEG, packet), JPEG, some_marks()), JPEG)

    assert f"{{{DC}}}format" not in said
    assert said[f"{{{xmp.NAMESPACE}}}job"] == "the-job"


def test_a_second_packet_is_left_out() -> None:
    data = holding(JPEG, a_packet())
    first = next(part for part in jpeg.segments(data) if part.payload(data).startswith(jpeg.XMP_HEADER))
    twice = data[: first.end] + data[first.start : first.end] + data[first.end :]

    assert mark(twice, JPEG, some_marks()).count(PACKET_HEAD) == 1


@pytest.mark.parametrize("name", every_picture())
def test_a_file_that_is_cut_or_bent_anywhere_is_marked_or_refused_and_nothing_else(name: str) -> None:
    media_type, data = every_picture()[name]
    data = mark(data, media_type, some_marks(a_record()))
    head = min(len(data), 400)
    cuts = [data[:length] for length in (*range(head), *range(head, len(data), 97))]
    bends = [
        data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :] for at in (*range(head), *range(head, len(data), 97))
    ]

    for broken in (*cuts, *bends):
        try:
            marked = mark(broken, media_type, some_marks())
        except Unmarkable:
            continue
        assert source_type_of(marked, media_type) is not None


def test_lengths_that_lie_cost_nothing() -> None:
    for data, media_type in (
        (png.SIGNATURE + b"\xff\xff\xff\xffIHDR" + b"\0" * 100, PNG),
        (b"\xff\xd8\xff\xe1\x00\x00" * 50_000, JPEG),
        (b"\xff\xd8" + b"\xff" * 300_000, JPEG),
        (b"RIFF\xff\xff\xff\xffWEBPVP8X\xff\xff\xff\xff" + b"\0" * 100, WEBP),
        (b"GIF89a\0\0\0\0\xf7\0\0" + b"\x21\xff\xff" * 1000, GIF),
    ):
        try:
            mark(data, media_type, some_marks())
        except Unmarkable:
            continue
