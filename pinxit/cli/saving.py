"""Answers of any length, written as they come: to a file that is there whole or not at all, or to standard output."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from pinxit.cli.exits import Failure

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


def check_free(path: Path | None, *, force: bool) -> None:
    """Raise Failure where the file must not or cannot be written, before anything is asked."""
    if path is None:
        return
    if not path.parent.is_dir():
        raise Failure(f"{path.parent} is no folder. Make it first, or write -o with another name.")
    if path.exists() and not force:
        raise Failure(f"{path} is there already. Write --force to replace it, or another name after -o.")


async def write_out(pieces: AsyncIterator[bytes], path: Path | None) -> int:
    """Write every piece, and return how many bytes that were. Raises Failure; then there is no new file."""
    if path is None:
        return await _to_standard_output(pieces)
    part, size = path.with_name(f".{path.name}.part"), 0
    try:
        with part.open("wb") as file:
            async for piece in pieces:
                size += file.write(piece)
        part.replace(path)
    except OSError as error:
        raise Failure(f"{path} cannot be written ({error.strerror}). Write another name after -o.") from error
    finally:
        part.unlink(missing_ok=True)
    return size


async def _to_standard_output(pieces: AsyncIterator[bytes]) -> int:
    size = 0
    try:
        async for piece in pieces:
            size += sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever reads has enough, as `head` does. What is still in the buffer goes nowhere, without a word.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return size


async def encoded(lines: AsyncIterator[str]) -> AsyncIterator[bytes]:
    """Give texts as UTF-8."""
    async for line in lines:
        yield line.encode()
