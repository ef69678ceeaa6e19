"""The routes of images: what is known of one, its file and its thumbnail."""

from __future__ import annotations

import asyncio
import hashlib
import stat
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse

from pinxit.actions.look import find_image
from pinxit.data import thumbnails, vectors
from pinxit.data.blobs import LocalBlobs, extension
from pinxit.domain.errors import Code, Refused
from pinxit.web.answers import API, image_details, links, to_json
from pinxit.web.ids import to_image_id
from pinxit.web.openapi import refusal
from pinxit.web.schemas import ImageDetails

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from pinxit.actions.studio import Studio
    from pinxit.domain.ids import ImageId
    from pinxit.domain.image import Image
    from pinxit.web.trust import Trust

log = structlog.get_logger(__name__)

_KNOWN_GOOD = 10_000
# A file that is opened by itself may load and run nothing; an SVG may have styles of its own.
_POLICY = "default-src 'none'; sandbox"
_SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: refusal("A key is needed, or the one sent is not valid."),
    403: refusal("It is withheld (image_withheld), or the key may not look at pictures."),
    404: refusal("There is no such image, or it is not for you."),
    410: refusal("It was deleted (image_gone), or its file is not what was stored (image_broken)."),
}


def images_router(studio: Studio, trust: Trust, *, public_url: str | None = None) -> APIRouter:
    """Return the routes of images."""
    router = APIRouter(prefix=f"{API}/images", tags=["images"])
    files = Files()

    async def find(image_id: str, request: Request) -> Image:
        caller = await trust.caller(request, is_look=True)
        return await find_image(to_image_id(image_id), caller, studio)

    @router.get("/{image_id}", response_model=ImageDetails, responses=_REFUSED)
    async def look(image_id: str, request: Request) -> Response:
        """Say all that is known of an image."""
        return to_json(image_details(await find(image_id, request), links(request, public_url)))

    @router.head("/{image_id}/download", include_in_schema=False)
    @router.get(
        "/{image_id}/download",
        response_class=Response,
        responses={
            **_REFUSED,
            200: {"description": "The file.", "content": {"image/*": {}}},
            206: {"description": "The part that Range asked for.", "content": {"image/*": {}}},
            304: {"description": "If-None-Match names the file."},
        },
    )
    async def download(image_id: str, request: Request) -> Response:
        """Return an image's file. Its ETag is the SHA-256 of the bytes, and it never changes."""
        return await _file(await find(image_id, request), request)

    @router.head("/{image_id}/thumbnail", include_in_schema=False)
    @router.get(
        "/{image_id}/thumbnail",
        response_class=Response,
        responses={
            **_REFUSED,
            200: {"description": "The small picture.", "content": {thumbnails.MEDIA_TYPE: {}}},
            304: {"description": "If-None-Match names the small picture."},
        },
    )
    async def thumbnail(image_id: str, request: Request) -> Response:
        """Return an image as a WebP of at most 512 px a side; the image's own file where it has no smaller one."""
        image = await find(image_id, request)
        if image.thumbnail_path is None:
            return await _file(image, request)
        headers = _headers(image, f"{image.sha256}.thumb", f"thumb.{extension(thumbnails.MEDIA_TYPE)}")
        if headers["ETag"] in _tags(request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        try:
            data = await studio.blobs.get(image.thumbnail_path)
        except OSError as error:
            raise _broken(image, f"its thumbnail: {error.strerror or type(error).__name__}") from error
        return Response(data, headers=headers, media_type=thumbnails.MEDIA_TYPE)

    async def _file(image: Image, request: Request) -> Response:
        headers = _headers(image, image.sha256, extension(image.media_type))
        if headers["ETag"] in _tags(request.headers.get("if-none-match", "")):
            return Response(status_code=304, headers=headers)
        if isinstance(studio.blobs, LocalBlobs):
            path = studio.blobs.file(image.path)
            found = await files.check(path, image)
            return FileResponse(path, headers=headers, media_type=image.media_type, stat_result=found)
        try:
            data = await studio.blobs.get(image.path)
        except OSError as error:
            raise _broken(image, str(error)) from error
        if len(data) != image.size_bytes or await asyncio.to_thread(_sha256, data) != image.sha256:
            raise _broken(image, "its bytes are not those that were stored")
        return Response(data, headers=headers, media_type=image.media_type)

    return router


class Files:
    """Checks that a file is still what was stored; one that has not been touched since is not read again."""

    def __init__(self) -> None:
        self._good: OrderedDict[ImageId, tuple[int, int, int]] = OrderedDict()

    async def check(self, path: Path, image: Image) -> os.stat_result:
        """Return the file's status. Raises Refused (IMAGE_BROKEN)."""
        try:
            found = await asyncio.to_thread(path.stat)
            mark = (found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            if self._good.get(image.id) != mark:
                if not stat.S_ISREG(found.st_mode) or found.st_size != image.size_bytes:
                    raise _broken(image, f"it has {found.st_size} bytes, not {image.size_bytes}")
                if _sha256(await asyncio.to_thread(path.read_bytes)) != image.sha256:
                    raise _broken(image, "its bytes are not those that were stored")
                self._good[image.id] = mark
                if len(self._good) > _KNOWN_GOOD:
                    self._good.popitem(last=False)
        except OSError as error:
            raise _broken(image, error.strerror or type(error).__name__) from error
        return found


def _broken(image: Image, reason: str) -> Refused:
    log.error("an image's file is broken", image=image.id, path=image.path, reason=reason)
    return Refused(Code.IMAGE_BROKEN, image=image.id)


def _headers(image: Image, tag: str, ending: str) -> dict[str, str]:
    return {
        "ETag": f'"{tag}"',
        "Content-Disposition": f'inline; filename="pinxit-{image.id}.{ending}"',
        # Only who may see it keeps it, and asks each time whether that is still so.
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": _SVG_POLICY if image.media_type == vectors.MEDIA_TYPE else _POLICY,
    }


def _tags(if_none_match: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
