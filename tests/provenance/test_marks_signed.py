"""What its maker signed passes through bit for bit."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from pinxit.provenance import jpeg, png, webp
from pinxit.provenance.mark import mark, source_type_of
from pinxit.provenance.signed import is_signed
from pinxit.provenance.source_type import SourceType
from tests.provenance.pictures import GIF, JPEG, MARKED, PNG, WEBP, encoded, every_picture, some_marks
from tests.provenance.shelf import open_shelf
from tests.provenance.signing import signed, signer_info, verdict

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.provenance.shelf import Shelf

TYPES = [*MARKED, GIF]


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    info = signer_info()
    return {media_type: signed(encoded(media_type), media_type, info) for media_type in TYPES}


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    async with open_shelf(tmp_path) as shelf:
        yield shelf


@pytest.mark.parametrize("media_type", TYPES)
async def test_a_signed_file_is_still_valid_where_it_is_stored_and_where_it_is_fetched(
    shelf: Shelf, files: dict[str, bytes], media_type: str
) -> None:
    data = files[media_type]

    image = await shelf.store(data, media_type)
    stored, fetched = await shelf.file(image.path), (await shelf.get(image, "download")).body

    assert stored == fetched == data
    assert verdict(stored, media_type) == verdict(fetched, media_type) == ("Valid", [])
    assert (image.sha256, image.size_bytes) == (hashlib.sha256(data).hexdigest(), len(data))


async def test_the_thumbnail_of_a_signed_file_is_marked_as_ours(shelf: Shelf, files: dict[str, bytes]) -> None:
    image = await shelf.store(files[JPEG], JPEG)

    small = await shelf.file(image.thumbnail_path)

    assert not is_signed(small, WEBP)
    assert source_type_of(small, WEBP) is SourceType.TRAINED


async def test_a_signed_file_is_found_by_the_digest_of_its_bytes(shelf: Shelf, files: dict[str, bytes]) -> None:
    await shelf.store(encoded(), PNG)
    image = await shelf.store(files[PNG], PNG)
    digest = hashlib.sha256(files[PNG]).hexdigest()

    rows = await shelf.api.studio.store.database.read(
        lambda tx: tx.all("SELECT id FROM image WHERE sha256 = :digest", digest=digest)
    )

    assert [row["id"] for row in rows] == [image.id]


@pytest.mark.parametrize("media_type", TYPES)
def test_a_mark_in_a_signed_file_would_break_its_signature(files: dict[str, bytes], media_type: str) -> None:
    state, failures = verdict(mark(files[media_type], media_type, some_marks()), media_type)

    assert state == "Invalid"
    assert "assertion.dataHash.mismatch" in failures


@pytest.mark.parametrize("name", every_picture())
def test_a_file_without_a_manifest_is_not_signed(name: str) -> None:
    media_type, data = every_picture()[name]

    assert not is_signed(data, media_type)
    assert not is_signed(mark(data, media_type, some_marks()), media_type)


def test_what_only_looks_like_a_manifest_is_marked() -> None:
    box = b"\0\0\0\x28jumb\0\0\0\x20jumdnot the type of C2PA\0\0\0\0\0\0\0\0"
    text = b"caBX jumb jumd c2pa"
    chunk = png._chunk  # noqa: SLF001 - as Pillow writes none of these
    bare = encoded()

    for fake in (
        bare[:33] + chunk(b"caBX", box) + bare[33:],
        bare[:33] + chunk(b"caBX", b"") + bare[33:],
        bare[:33] + chunk(b"tEXt", text) + bare[33:],
        bare + text,
    ):
        assert not is_signed(fake, PNG)
    photo = encoded(JPEG)
    for part in (b"JP\0\1\0\0\0\1" + box, b"XX\0\1\0\0\0\1" + box, b""):
        assert not is_signed(photo[:2] + b"\xff\xeb" + (len(part) + 2).to_bytes(2) + part + photo[2:], JPEG)
    assert not is_signed(b"", PNG)
    assert not is_signed(bare, "image/bmp")


def test_a_manifest_behind_the_end_of_the_picture_is_none(files: dict[str, bytes]) -> None:
    of_png = next(chunk for chunk in png.chunks(files[PNG]) if chunk.kind == b"caBX")
    of_webp = next(chunk for chunk in webp.chunks(files[WEBP]) if chunk.kind == b"C2PA")
    of_jpeg = next(part for part in jpeg.segments(files[JPEG]) if part.marker == 0xEB)

    assert not is_signed(encoded() + files[PNG][of_png.start : of_png.end], PNG)
    assert not is_signed(encoded(WEBP) + files[WEBP][of_webp.start : of_webp.end], WEBP)
    assert not is_signed(encoded(JPEG) + files[JPEG][of_jpeg.start : of_jpeg.end], JPEG)
