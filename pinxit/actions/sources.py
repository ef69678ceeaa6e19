"""Input images of a request: checked first, stored just before the job is, or named for `prepare` to fetch."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.actions.look import find_image
from pinxit.data.blobs import source_path
from pinxit.data.pictures import NotAPicture, read_picture
from pinxit.data.submitting import NewSource
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import SourceId, new_id
from pinxit.domain.request import Role, Source
from pinxit.queue.downloads import check_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import SourceDraft


@dataclass(frozen=True, slots=True)
class CheckedSources:
    """What the request names, what the rows will say, (width, height) of the first image where it is known.

    `files`: path and bytes of what is still to be stored.
    """

    named: tuple[Source, ...]
    rows: tuple[NewSource, ...]
    size_px: tuple[int, int] | None
    files: tuple[tuple[str, bytes], ...]

    @property
    def must_be_fetched(self) -> bool:
        """Tell whether `prepare` has to bring one."""
        return any(row.path is None for row in self.rows)


async def check_sources(drafts: Sequence[SourceDraft], caller: Caller, studio: Studio) -> CheckedSources:
    """Check uploads, our own images and addresses. Stores nothing, fetches nothing. Raises Refused."""
    checked = [await _check(draft, caller, studio) for draft in drafts]
    rows = tuple(row for row, _ in checked)
    named = tuple(Source(SourceId(row.id), Role(row.role)) for row in rows)
    first = next((row for row in rows if row.role == Role.IMAGE), None)
    size = None
    if first is not None and first.width_px and first.height_px:
        size = first.width_px, first.height_px
    files = tuple((row.path, data) for row, data in checked if row.path is not None and data is not None)
    return CheckedSources(named, rows, size, files)


async def store_files(sources: CheckedSources, studio: Studio) -> None:
    """Store the checked files durably; call just before the job is submitted."""
    for path, data in sources.files:
        await studio.blobs.put(path, data)


async def drop_files(sources: CheckedSources, studio: Studio) -> None:
    """Delete them again, because the job was refused."""
    for path, _ in sources.files:
        await studio.blobs.delete(path)


async def _check(draft: SourceDraft, caller: Caller, studio: Studio) -> tuple[NewSource, bytes | None]:
    source = new_id(studio.clock.now())
    field = draft.role.field
    if draft.url is not None:
        check_url(draft.url, studio.house.source_hosts, field=field)
        return NewSource(source, draft.role, url=draft.url), None
    data = draft.data
    if draft.image is not None:
        try:
            image = await find_image(draft.image, caller, studio)
        except Refused as error:
            raise Refused(error.code, field=field, image=draft.image) from error
        try:
            data = await studio.blobs.get(image.path)
        except OSError as error:
            raise Refused(Code.IMAGE_BROKEN, field=field, image=draft.image) from error
    if not data:
        raise Refused(Code.SOURCE_MISSING, field=field)
    return await _read(source, draft.role, data, field, studio), data


async def _read(source: str, role: Role, data: bytes, field: str, studio: Studio) -> NewSource:
    limits = studio.house.limits
    if len(data) > limits.max_source_bytes:
        raise Refused(
            Code.SOURCE_TOO_LARGE, field=field, value=len(data), allowed=[f"at most {limits.max_source_bytes} bytes"]
        )
    try:
        picture = await asyncio.to_thread(read_picture, data, max_pixels=limits.max_source_pixels)
    except NotAPicture as error:
        raise Refused(Code.SOURCE_INVALID, field=field, reason=str(error)) from error
    return NewSource(
        id=source,
        role=role,
        path=source_path(source, picture.media_type, studio.clock.now()),
        media_type=picture.media_type,
        width_px=picture.width_px,
        height_px=picture.height_px,
        size_bytes=picture.size_bytes,
        sha256=picture.sha256,
    )
