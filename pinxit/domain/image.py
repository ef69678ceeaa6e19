"""An image: one output file and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.guild_rules import ImageRule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pinxit.domain.ids import GuildId, ImageId, JobId, PersonId
    from pinxit.domain.image_rules import Finding
    from pinxit.domain.request import Json


@dataclass(frozen=True, slots=True)
class Image:
    """One output file. `path` is relative to the store of files; `sha256` is of the file's bytes, in hex.

    `pixels_sha256`: of the decoded RGBA pixels, so that two encodings of one picture agree. `thumbnail_path`: of a WebP
    of at most 512 px a side beside the file; None for vectors, and for images from before there were thumbnails.
    `verdict`: what a filter found; None: nobody was to look. `is_hidden`: an admin hid it after a report, or it is of a
    kind that nobody is shown. `shown`: what becomes of it by the rules of its guild and of the operator, as they are
    now.
    """

    id: ImageId
    job: JobId
    index: int
    attempt: int
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
    guild: GuildId
    person: PersonId
    private: bool
    created_at: datetime
    is_ready: bool = False
    is_deleted: bool = False
    thumbnail_path: str | None = None
    verdict: Finding | None = None
    is_hidden: bool = False
    shown: ImageRule = ImageRule.POST

    @property
    def is_withheld(self) -> bool:
        """Tell whether nobody but an admin is shown it."""
        return self.shown is ImageRule.WITHHOLD
