"""Files on the local disk: whole and synced, or not there."""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from pinxit.domain.ports import Steps

_EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/svg+xml": "svg",
}


def extension(media_type: str) -> str:
    """Return the file extension of an image type, `bin` for one we do not know."""
    return _EXTENSIONS.get(media_type, "bin")


def image_path(image: str, media_type: str, now: datetime) -> str:
    """Return where an image lies: `images/YYYY/MM/DD/<id>.<true extension>`."""
    return f"images/{now:%Y/%m/%d}/{image}.{extension(media_type)}"


def source_path(source: str, media_type: str, now: datetime) -> str:
    """Return where a source lies: `sources/YYYY/MM/DD/<id>.<true extension>`."""
    return f"sources/{now:%Y/%m/%d}/{source}.{extension(media_type)}"


class LocalBlobs:
    """The store of files under one folder."""

    def __init__(self, root: Path, *, steps: Steps) -> None:
        self._root = root
        self._steps = steps

    async def put(self, key: str, data: bytes) -> None:
        """Store a file whole and durably, or not at all. Raises OSError."""
        await asyncio.to_thread(self._put, key, data)

    async def get(self, key: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError, OSError."""
        return await asyncio.to_thread(self._file(key).read_bytes)

    async def delete(self, key: str) -> None:
        """Remove a file; one that is not there is no error."""
        await asyncio.to_thread(self._file(key).unlink, missing_ok=True)
        self._steps("file.after_delete")

    def link(self, key: str) -> str | None:  # noqa: ARG002 - the local store has no public addresses
        """Return None: the web server itself serves local files."""
        return None

    def file(self, key: str) -> Path:
        """Return where a file lies on this disk, for serving it without reading it."""
        return self._file(key)

    async def sweep(self, keep: frozenset[str], older_than: datetime) -> int:
        """Delete files that no row names and that were written before `older_than`; return how many."""
        return await asyncio.to_thread(self._sweep, keep, older_than.timestamp())

    def _put(self, key: str, data: bytes) -> None:
        target = self._file(key)
        self._make_folder(target.parent)
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            self._steps("file.before_rename")
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        # Without this the name may be lost with the power, and a row would point at nothing.
        _sync_folder(target.parent)
        self._steps("file.after")

    def _make_folder(self, folder: Path) -> None:
        missing = [folder]
        while not missing[-1].parent.exists():
            missing.append(missing[-1].parent)
        if folder.exists():
            return
        folder.mkdir(parents=True, exist_ok=True)
        for created in reversed(missing):
            _sync_folder(created.parent)

    def _file(self, key: str) -> Path:
        path = PurePosixPath(key)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            msg = f"{key!r} is not a key of the store of files"
            raise ValueError(msg)
        return self._root / path

    def _sweep(self, keep: frozenset[str], before_s: float) -> int:
        swept = 0
        for path, key in self._walk():
            # The record beside an image goes with it.
            named = key in keep or any(f"{key[:-5]}.{ending}" in keep for ending in _EXTENSIONS.values())
            if not named and path.stat().st_mtime < before_s:
                path.unlink(missing_ok=True)
                swept += 1
        return swept

    def _walk(self) -> Iterator[tuple[Path, str]]:
        for folder in ("images", "sources"):
            for path in (self._root / folder).rglob("*"):
                if path.is_file():
                    yield path, path.relative_to(self._root).as_posix()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
