"""What a file is to say of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinxit.domain.ids import ImageId, JobId
    from pinxit.provenance.record import Record
    from pinxit.provenance.source_type import SourceType


class Unmarkable(Exception):
    """The bytes are not built as their type must be, or we know no place for marks in it."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one file. `record`: how the picture can be made again; None for a thumbnail, which only names it.

    `size_px`: (width, height) of the file itself.
    """

    job: JobId
    image: ImageId
    source_type: SourceType
    size_px: tuple[int, int]
    record: Record | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """What a container writes. `packets`: XMP, the fullest first; one with little room takes the first that fits.

    `parameters`: as AUTOMATIC1111 writes them. `record`: as JSON, for a container with a place of its own for it.
    Both are empty for a thumbnail. `replaces`: what the file holds of these is about another picture.
    """

    packets: tuple[bytes, ...]
    parameters: str
    record: str
    replaces: bool
