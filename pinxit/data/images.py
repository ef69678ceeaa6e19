"""Rows of images and sources."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.data import audit, recreations
from pinxit.data.image_rows import images_from_rows, source_from_row
from pinxit.data.times import to_ms
from pinxit.domain.errors import LeaseLost
from pinxit.domain.ids import ImageId, JobId, SourceId
from pinxit.domain.image_rules import finding_to_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pinxit.data.submitting import NewSource
    from pinxit.domain.image import Image
    from pinxit.domain.image_rules import Finding, ImageRules
    from pinxit.domain.job import Lease
    from pinxit.domain.ports import Database, Tx
    from pinxit.domain.request import Json
    from pinxit.domain.verdict import Verdict

FILTER = "filter"  # Who acts, in the audit, where nobody decided but the filter of finished pictures.


@dataclass(frozen=True, slots=True)
class NewImage:
    """A stored file that is to become an image of a running job; who it belongs to is the job's to say."""

    id: ImageId
    index: int
    path: str
    media_type: str
    width_px: int
    height_px: int
    size_bytes: int
    sha256: str
    pixels_sha256: str
    seed: int
    prompt: str
    generator: str
    model: str
    model_hash: str
    recipe: Mapping[str, Json]
    created_at: datetime
    thumbnail_path: str | None = None
    finding: Finding | None = None


class Images:
    """What is known of files. The files themselves are in the store of blobs."""

    def __init__(self, database: Database, house: ImageRules) -> None:
        self._database = database
        self._house = house

    async def add(self, lease: Lease, image: NewImage, verdict: Verdict | None = None) -> ImageId:
        """Note a stored image of a running job and return its id, or the id stored before for this index.

        `verdict`: of an image that was made again; it is kept with the image or not at all. Raises LeaseLost.
        """

        def work(tx: Tx) -> ImageId:
            kept = _add(tx, lease, image)
            if verdict is not None and kept == image.id:
                recreations.judged(tx, lease.job, verdict)
            return kept

        return await self._database.write(work)

    async def image(self, image: ImageId) -> Image | None:
        """Return an image, deleted ones included, or None."""
        sql = "SELECT * FROM image WHERE id = :id"
        found = await self._database.read(lambda tx: images_from_rows(tx, tx.all(sql, id=image), self._house))
        return found[0] if found else None

    async def is_stored(self, lease: Lease, index: int) -> bool:
        """Tell whether the image of this index is there already, from an earlier call whose answer was lost."""
        sql = "SELECT 1 AS one FROM image WHERE job_id = :job AND position = :index AND state <> 'deleted'"
        return await self._database.read(lambda tx: tx.one(sql, job=lease.job, index=index)) is not None

    async def alike(self, sha256: str, pixels_sha256: str, most: int = 50) -> Sequence[Image]:
        """Return images with this file or these pixels, the oldest of the same file first."""

        def work(tx: Tx) -> list[Image]:
            rows = tx.all(
                """
                SELECT * FROM (SELECT * FROM image WHERE sha256 = :sha256 ORDER BY id LIMIT :most) AS same
                UNION ALL SELECT * FROM (
                    SELECT * FROM image WHERE pixels_sha256 = :pixels AND sha256 <> :sha256 ORDER BY id LIMIT :most
                ) AS alike
                """,
                sha256=sha256,
                pixels=pixels_sha256,
                most=most,
            )
            return images_from_rows(tx, rows, self._house)

        return await self._database.read(work)

    async def paths(self) -> frozenset[str]:
        """Return every path that a row names: the files that the sweep must keep."""

        def work(tx: Tx) -> Sequence[Mapping[str, Any]]:
            return tx.all(
                """
                SELECT path FROM image WHERE state <> 'deleted'
                UNION SELECT thumbnail_path FROM image WHERE state <> 'deleted' AND thumbnail_path IS NOT NULL
                UNION SELECT path FROM source WHERE path IS NOT NULL
                UNION SELECT r.path FROM recreation r JOIN job j ON j.id = r.job_id
                    WHERE r.path IS NOT NULL AND j.ended_ms IS NULL
                """
            )

        return frozenset(row["path"] for row in await self._database.read(work))

    async def sources(self, job: JobId) -> Sequence[NewSource]:
        """Return the sources of a job as they are stored now."""
        rows = await self._database.read(
            lambda tx: tx.all("SELECT * FROM source WHERE job_id = :job ORDER BY id", job=job)
        )
        return [source_from_row(row) for row in rows]

    async def source(self, lease: Lease, source: SourceId) -> NewSource | None:
        """Return one source of a job for its worker, or None. Raises LeaseLost."""

        def work(tx: Tx) -> Mapping[str, Any] | None:
            _hold(tx, lease)
            return tx.one("SELECT * FROM source WHERE id = :id AND job_id = :job", id=source, job=lease.job)

        row = await self._database.read(work)
        return None if row is None else source_from_row(row)

    async def fetched(self, job: JobId, source: NewSource) -> bool:
        """Note that a source is stored at `source.path`; return False if one was noted before, or is not wanted.

        The first one stays, so that every attempt uses the same bytes; who is told False deletes its own file.
        """

        def work(tx: Tx) -> int:
            return tx.run(
                """
                UPDATE source SET path = :path, media_type = :media_type, width_px = :width, height_px = :height,
                    size_bytes = :size, sha256 = :sha256
                WHERE id = :id AND job_id = :job AND path IS NULL
                """,
                path=source.path,
                media_type=source.media_type,
                width=source.width_px,
                height=source.height_px,
                size=source.size_bytes,
                sha256=source.sha256,
                id=source.id,
                job=job,
            )

        return await self._database.write(work) == 1


def _add(tx: Tx, lease: Lease, image: NewImage) -> ImageId:
    _hold(tx, lease)
    # A worker that lost the answer of its first call sends the image again; the first one stays.
    tx.run(
        """
            INSERT INTO image (id, job_id, position, attempt, state, guild_id, person_id, private, path,
                thumbnail_path, media_type, width_px, height_px, size_bytes, sha256, pixels_sha256, seed, prompt,
                recipe, generator, model, model_hash, parent_image, verdict, hidden, created_ms)
            SELECT :id, j.id, :position, :attempt, 'made', j.guild_id, j.person_id, j.private, :path, :thumbnail,
                :media_type, :width, :height, :size, :sha256, :pixels, :seed, :prompt, :recipe,
                :generator, :model, :model_hash, j.parent_image, :verdict, :hidden, :now
            FROM job j WHERE j.id = :job
            ON CONFLICT (job_id, position) WHERE state <> 'deleted' DO NOTHING
            """,
        id=image.id,
        position=image.index,
        attempt=lease.attempt,
        path=image.path,
        thumbnail=image.thumbnail_path,
        media_type=image.media_type,
        width=image.width_px,
        height=image.height_px,
        size=image.size_bytes,
        sha256=image.sha256,
        pixels=image.pixels_sha256,
        seed=image.seed,
        prompt=image.prompt,
        recipe=json.dumps(dict(image.recipe)),
        generator=image.generator,
        model=image.model,
        model_hash=image.model_hash,
        verdict=finding_to_text(image.finding),
        hidden=int(image.finding is not None and image.finding.is_about_minors),
        now=to_ms(image.created_at),
        job=lease.job,
    )
    kept = tx.one(
        "SELECT id, guild_id FROM image WHERE job_id = :job AND position = :position AND state <> 'deleted'",
        job=lease.job,
        position=image.index,
    )
    assert kept is not None  # noqa: S101 - inserted above, or there before
    if image.finding is not None and image.finding.is_about_minors and kept["id"] == image.id:
        hidden = audit.Entry(
            FILTER,
            "image.hidden",
            kept["guild_id"],
            f"image:{image.id}",
            {"categories": list(image.finding.categories)},
        )
        audit.note(tx, hidden, to_ms(image.created_at))
    return ImageId(kept["id"])


def _hold(tx: Tx, lease: Lease) -> None:
    """Hold the fence: raise LeaseLost unless the lease still owns its running job."""
    found = tx.one(
        "SELECT 1 AS held FROM job WHERE id = :id AND state = 'running' AND fence = :fence AND worker = :worker",
        id=lease.job,
        fence=lease.fence,
        worker=lease.worker,
    )
    if found is None:
        raise LeaseLost(lease.job)
