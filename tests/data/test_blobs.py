"""Files are whole and durable under their names, or not there."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pinxit.data.blobs import LocalBlobs, image_path
from pinxit.domain.ports import no_steps

if TYPE_CHECKING:
    from pathlib import Path

NOW_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = "images/2026/11/21/fox.png"


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path, steps=no_steps)


async def test_a_file_comes_back_byte_for_byte(blobs: LocalBlobs) -> None:
    await blobs.put(KEY, bytes(range(256)))

    assert await blobs.get(KEY) == bytes(range(256))


async def test_a_second_put_replaces_the_whole_file(blobs: LocalBlobs) -> None:
    await blobs.put(KEY, b"a long first version")
    await blobs.put(KEY, b"short")

    assert await blobs.get(KEY) == b"short"


async def test_a_missing_file_is_named_and_its_deletion_is_no_error(blobs: LocalBlobs) -> None:
    with pytest.raises(FileNotFoundError):
        await blobs.get(KEY)

    await blobs.delete(KEY)


async def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(step: str) -> None:
        if step == "file.before_rename":
            raise OSError("the disk is full")

    blobs = LocalBlobs(tmp_path, steps=fail)

    with pytest.raises(OSError, match="full"):
        await blobs.put(KEY, b"data")

    assert _files(tmp_path) == set()


async def test_the_name_appears_only_when_the_bytes_are_there(tmp_path: Path) -> None:
    seen: dict[str, list[bytes]] = {}

    def look(step: str) -> None:
        seen[step] = [path.read_bytes() for path in tmp_path.rglob("*.png")]

    await LocalBlobs(tmp_path, steps=look).put(KEY, b"data")

    assert seen == {"file.before_rename": [], "file.after": [b"data"]}


async def test_many_files_of_a_new_day_at_once(blobs: LocalBlobs) -> None:
    await asyncio.gather(*(blobs.put(f"images/2026/11/22/{number}.png", b"%d" % number) for number in range(20)))

    assert [await blobs.get(f"images/2026/11/22/{number}.png") for number in range(20)] == [
        b"%d" % number for number in range(20)
    ]


@pytest.mark.parametrize("key", ["../secret", "images/../../secret", "/etc/passwd", ""])
async def test_a_key_never_leaves_the_folder(blobs: LocalBlobs, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        await blobs.get(key)
    with pytest.raises(ValueError, match="not a key"):
        await blobs.put(key, b"data")


async def test_the_sweep_takes_old_files_that_nobody_names(blobs: LocalBlobs, tmp_path: Path) -> None:
    old_s = (NOW_AT - timedelta(hours=2)).timestamp()
    kept, orphan, fresh = (f"images/2026/11/21/{name}" for name in ("kept.png", "orphan.png", "fresh.png"))
    record, lone, half = kept.replace(".png", ".json"), "images/2026/11/21/lone.json", "sources/2026/.x.png.ab.part"
    for key in (kept, orphan, fresh, record, lone, half):
        await blobs.put(key, b"data")
        moment_s = NOW_AT.timestamp() if key == fresh else old_s
        os.utime(tmp_path / key, (moment_s, moment_s))

    swept = await blobs.sweep(frozenset({kept}), older_than=NOW_AT - timedelta(hours=1))

    assert swept == 3
    assert _files(tmp_path) == {kept, record, fresh}


def test_an_image_lies_under_its_day_with_its_true_extension() -> None:
    assert image_path("abc", "image/jpeg", NOW_AT) == "images/2026/11/21/abc.jpg"
    assert image_path("abc", "application/pdf", NOW_AT) == "images/2026/11/21/abc.bin"


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
