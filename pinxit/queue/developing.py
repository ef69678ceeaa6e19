"""From what a generator yields to what is stored: the marked file, its thumbnail, its record and its row."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pinxit.data import thumbnails, vectors
from pinxit.data.blobs import image_path
from pinxit.data.images import NewImage
from pinxit.data.pictures import NotAPicture, decode
from pinxit.domain.errors import Broken
from pinxit.domain.ids import ImageId, new_id
from pinxit.domain.request import Role
from pinxit.provenance.mark import mark, source_type_of
from pinxit.provenance.marks import Marks, Unmarkable
from pinxit.provenance.record import Record, RecordedSource
from pinxit.provenance.signed import is_signed
from pinxit.provenance.source_type import source_type
from pinxit.queue.aftermath import thumbnail_path
from pinxit.queue.bugs import told_as_broken

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from PIL import Image

    from pinxit.data.pictures import Picture
    from pinxit.data.submitting import NewSource
    from pinxit.domain.generator import Made
    from pinxit.domain.job import Lease

MAX_OUTPUT_PIXELS = 100_000_000  # A generator's picture; far above what any makes, far below what would fill memory.


@dataclass(frozen=True, slots=True)
class Developed:
    """An image as it is stored: `data` marked, or signed by its maker and untouched; `record` is JSON.

    `thumbnail`: to be stored at `row.thumbnail_path`; both are None for what has no pixels.
    """

    row: NewImage
    data: bytes
    thumbnail: bytes | None
    record: bytes


def develop(
    lease: Lease, made: Made, sources: Sequence[tuple[NewSource, bytes | None]], now: datetime, *, kind: str = ""
) -> Developed:
    """Decode, mark and describe an image. Raises Broken: no picture, one of a type that cannot be marked, or a bug.

    `sources`: the job's, with their bytes as far as they are there. `kind`: of the pool's generator. Takes as long as
    decoding does, so call it in a thread.
    """
    # There is neither disk nor network in it, so whatever goes wrong does so again.
    with told_as_broken(lease, kinds=(Exception,)):
        return _developed(lease, made, sources, now, kind)


def _developed(
    lease: Lease, made: Made, sources: Sequence[tuple[NewSource, bytes | None]], now: datetime, kind: str
) -> Developed:
    image = ImageId(new_id(now))
    try:
        picture, pixels = _seen(made)
        marks = _marks(image, lease, made, picture, sources, kind)
        signed = is_signed(made.data, picture.media_type)
        data = made.data if signed else mark(made.data, picture.media_type, marks)
        # Of a signed picture too it is a new file, which its maker's signature does not cover.
        small = None if pixels is None else thumbnails.thumbnail(pixels)
        if small is not None:
            small = mark(small, thumbnails.MEDIA_TYPE, dataclasses.replace(marks, record=None))
    except (NotAPicture, Unmarkable) as error:
        msg = f"the generator's picture cannot be used: {error}"
        raise Broken(msg) from error
    row = _row(image, lease, made, picture.of_bytes(data), now)
    if small is not None:
        row = dataclasses.replace(row, thumbnail_path=thumbnail_path(row.path))
    return Developed(row, data, small, _record(row, lease))


def _seen(made: Made) -> tuple[Picture, Image.Image | None]:
    """Return what the bytes are, and their pixels if they have some. Raises NotAPicture."""
    if made.media_type == vectors.MEDIA_TYPE:
        return vectors.read_vector(made.data, max_pixels=MAX_OUTPUT_PIXELS), None
    return decode(made.data, max_pixels=MAX_OUTPUT_PIXELS)


def _marks(
    image: ImageId,
    lease: Lease,
    made: Made,
    picture: Picture,
    sources: Sequence[tuple[NewSource, bytes | None]],
    kind: str,
) -> Marks:
    request = lease.request
    # A mask says where, not what.
    painted_from = [(row, data) for row, data in sources if row.role != Role.MASK]
    types = [None if data is None else source_type_of(data, row.media_type) for row, data in painted_from]
    record = Record(
        job=lease.job,
        image=image,
        index=made.index,
        seed=made.seed,
        generator=lease.pool,
        generator_kind=kind,
        model=made.model,
        model_hash=made.model_hash,
        pixels_sha256=picture.pixels_sha256,
        request=request,
        sources=tuple(RecordedSource(Role(row.role), row.sha256) for row, _ in sources),
        recipe=made.recipe,
    )
    size_px = picture.width_px, picture.height_px
    return Marks(lease.job, image, source_type(made.origin, request.mode, types), size_px, record)


def _row(image: ImageId, lease: Lease, made: Made, picture: Picture, now: datetime) -> NewImage:
    return NewImage(
        id=image,
        index=made.index,
        path=image_path(image, picture.media_type, now),
        media_type=picture.media_type,
        width_px=picture.width_px,
        height_px=picture.height_px,
        size_bytes=picture.size_bytes,
        sha256=picture.sha256,
        pixels_sha256=picture.pixels_sha256,
        seed=made.seed,
        prompt=made.prompt,
        generator=lease.pool,
        model=made.model,
        model_hash=made.model_hash,
        recipe=made.recipe,
        created_at=now,
    )


def _record(image: NewImage, lease: Lease) -> bytes:
    """Write what is needed to make the image again, for whoever has only the files."""
    facts = {**asdict(image), "created_at": image.created_at.isoformat(), "job": lease.job}
    facts["request"] = asdict(lease.request)
    return json.dumps(facts, ensure_ascii=False, indent=1).encode()
