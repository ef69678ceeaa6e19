"""The console's scripts, styles and pictures: read once, and served under an address that is theirs for ever."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".png": "image/png",
}
_PACKED = (".css", ".js", ".svg", ".webmanifest")
_FOR_EVER = "public, max-age=31536000, immutable"
_VERSION_CHARS = 12


@dataclass(frozen=True, slots=True)
class _File:
    data: bytes
    packed: bytes | None
    media_type: str


class StaticFiles:
    """All files of a folder. `version` is of their contents, so another one never hides behind an old address."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {path.relative_to(folder).as_posix(): _read(path) for path in sorted(folder.rglob("*.*"))}
        whole = hashlib.sha256()
        for name, file in self._files.items():
            whole.update(f"{name}\0{len(file.data)}\0".encode())
            whole.update(file.data)
        self.version = whole.hexdigest()[:_VERSION_CHARS]

    def address(self, path: str) -> str:
        """Return where a file is served, as templates need it."""
        return f"/static/{self.version}/{path}"

    def sizes(self) -> Mapping[str, int]:
        """Return every file with its size in bytes."""
        return {name: len(file.data) for name, file in self._files.items()}

    def answer(self, version: str, path: str, request: Request) -> Response:
        """Return a file. Raises Refused (NOT_FOUND)."""
        file = self._files.get(path)
        if file is None:
            raise Refused(Code.NOT_FOUND, value=shown(path))
        # A page of before an update still finds its scripts, but they are not kept under the old name.
        headers = {"Cache-Control": _FOR_EVER if version == self.version else "no-cache", "Vary": "Accept-Encoding"}
        data = file.data
        if file.packed is not None and accepts_gzip(request.headers.get("accept-encoding", "")):
            data, headers["Content-Encoding"] = file.packed, "gzip"
        return Response(data, headers=headers, media_type=file.media_type)


def accepts_gzip(accept_encoding: str) -> bool:
    """Tell whether the caller takes gzip; pure."""
    for part in accept_encoding.split(","):
        coding, _, weight = part.partition(";")
        if coding.strip().lower() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _read(path: Path) -> _File:
    data = path.read_bytes()
    # The time is left out so that equal files have equal packings.
    packed = gzip.compress(data, mtime=0) if path.suffix in _PACKED else None
    return _File(data, packed, _TYPES.get(path.suffix, "application/octet-stream"))
