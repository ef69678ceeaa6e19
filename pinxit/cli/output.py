"""Where the pictures go: names decided and checked before anything is asked, files never overwritten unasked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pinxit.cli.exits import Failure
from pinxit.data.blobs import extension
from pinxit.domain.ids import is_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.cli.painting import Painted


def target(output: Path | None, number: int, image: Painted) -> Path:
    """Return the path of the image with this number, from 1; pure but for a look whether `output` is a folder.

    Without a file's name it is `pinxit-<id>.<true extension>`, as a browser saves it: ids begin with a dash, which
    commands would take for an option. Raises Failure for an id that no server of ours gives.
    """
    if not is_id(image.id):
        raise Failure("The server names an image by what is no id. Check the URL")
    if output is None or output.is_dir():
        return (output or Path()) / f"pinxit-{image.id}.{extension(image.media_type)}"
    return numbered(output, number)


def numbered(path: Path, number: int) -> Path:
    """Return fox.png, fox-2.png, fox-3.png …; pure."""
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def check(output: Path | None, count: int, *, force: bool) -> None:
    """Raise Failure where `count` images cannot be written, before anybody paints them."""
    if output is None or output.is_dir():
        return
    if not output.parent.is_dir():
        raise Failure(f"{output.parent} is no folder. Make it first, or write -o with another name.")
    taken = [path for number in range(1, count + 1) if (path := numbered(output, number)).exists()]
    if taken and not force:
        raise Failure(
            f"{_listed(taken)} there already. Write --force to replace what is there, or another name after -o."
        )


def save(path: Path, data: bytes, *, force: bool) -> None:
    """Write a file; without `force` only where there is none. Raises Failure."""
    try:
        with path.open("wb" if force else "xb") as file:
            file.write(data)
    except FileExistsError:
        raise Failure(f"{path} is there already. Write --force to replace it, or another name after -o.") from None
    except OSError as error:
        raise Failure(f"{path} cannot be written ({error.strerror}). Write another name after -o.") from error


def _listed(paths: Sequence[Path]) -> str:
    return f"{', '.join(map(str, paths))} {'is' if len(paths) == 1 else 'are'}"
