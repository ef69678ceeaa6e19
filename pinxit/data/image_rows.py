"""Rows of images and sources as the rest of the program sees them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pinxit.data.many import rows_among
from pinxit.data.submitting import NewSource
from pinxit.data.times import from_ms
from pinxit.domain.guild_rules import GuildRules, ImageRule, read_rules
from pinxit.domain.ids import GuildId, ImageId, JobId, PersonId
from pinxit.domain.image import Image
from pinxit.domain.image_rules import Finding, ImageRules, finding_from_text, shown_as

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.ports import Tx


def images_from_rows(tx: Tx, rows: Sequence[Mapping[str, Any]], house: ImageRules) -> list[Image]:
    """Return the values of whole rows of `image`; only pictures that a filter did not clear cost two statements."""
    findings = [finding_from_text(row["verdict"]) for row in rows]
    doubtful = [
        row
        for row, finding in zip(rows, findings, strict=True)
        if finding is not None and (finding.is_flagged or not finding.is_checked)
    ]
    guilds: dict[str, GuildRules] = {}
    adult: dict[str, bool] = {}
    if doubtful:
        sql = "SELECT id, settings FROM guild WHERE id IN (:values)"
        found = rows_among(tx, sql, sorted({row["guild_id"] for row in doubtful}))
        guilds = {row["id"]: read_rules(json.loads(row["settings"])) for row in found}
        sql = "SELECT id, adult FROM job WHERE id IN (:values) AND adult IS NOT NULL"
        told = rows_among(tx, sql, sorted({row["job_id"] for row in doubtful}))
        adult = {row["id"]: bool(row["adult"]) for row in told}
    return [
        _image(
            row,
            finding,
            shown_as(
                finding,
                guilds.get(row["guild_id"], GuildRules()),
                house,
                is_hidden=bool(row["hidden"]),
                is_adult=adult.get(row["job_id"]),
            ),
        )
        for row, finding in zip(rows, findings, strict=True)
    ]


def _image(row: Mapping[str, Any], finding: Finding | None, shown: ImageRule) -> Image:
    return Image(
        id=ImageId(row["id"]),
        job=JobId(row["job_id"]),
        index=row["position"],
        attempt=row["attempt"],
        path=row["path"],
        media_type=row["media_type"],
        width_px=row["width_px"],
        height_px=row["height_px"],
        size_bytes=row["size_bytes"],
        sha256=row["sha256"],
        pixels_sha256=row["pixels_sha256"],
        seed=row["seed"],
        prompt=row["prompt"],
        generator=row["generator"],
        model=row["model"],
        model_hash=row["model_hash"],
        recipe=json.loads(row["recipe"]),
        guild=GuildId(row["guild_id"]),
        person=PersonId(row["person_id"]),
        private=bool(row["private"]),
        created_at=from_ms(row["created_ms"]),
        is_ready=row["state"] == "ready",
        is_deleted=row["state"] == "deleted",
        thumbnail_path=row["thumbnail_path"],
        verdict=finding,
        is_hidden=bool(row["hidden"]),
        shown=shown,
    )


def source_from_row(row: Mapping[str, Any]) -> NewSource:
    """Return the value of a row of `source`."""
    return NewSource(
        id=row["id"],
        role=row["role"],
        url=row["url"],
        image_id=row["image_id"],
        path=row["path"],
        media_type=row["media_type"],
        width_px=row["width_px"],
        height_px=row["height_px"],
        size_bytes=row["size_bytes"],
        sha256=row["sha256"],
    )
