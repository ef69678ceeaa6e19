"""Pictures of every type, and the marks that tests write into them."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image

from pinxit.domain.ids import ImageId, JobId
from pinxit.domain.request import Role
from pinxit.provenance.marks import Marks
from pinxit.provenance.record import Record, RecordedSource
from pinxit.provenance.source_type import SourceType
from tests.builders import a_request

PNG, JPEG, WEBP, GIF = "image/png", "image/jpeg", "image/webp", "image/gif"
MARKED = (PNG, JPEG, WEBP)
DIGEST = "ab" * 32
PACKET_HEAD = b"<?xpacket begin"


def painting(mode: str = "RGB", size: tuple[int, int] = (37, 23)) -> Image.Image:
    """Return a picture in which no two pixels are alike."""
    channels = 4 if mode == "RGBA" else 3
    pixels = random.Random(7).randbytes(size[0] * size[1] * channels)  # noqa: S311 - the same in every run
    return Image.frombytes("RGBA" if mode == "RGBA" else "RGB", size, pixels).convert(mode)


def encoded(media_type: str = PNG, mode: str = "RGB", **how: Any) -> bytes:  # noqa: ANN401 - what Pillow takes
    """Return a small picture as a file."""
    file = io.BytesIO()
    painting(mode).save(file, media_type.removeprefix("image/").upper(), **how)
    return file.getvalue()


def animated(media_type: str) -> bytes:
    """Return a file of three frames."""
    frames = [painting(size=(16, 16)).rotate(90 * turns) for turns in range(3)]
    file = io.BytesIO()
    kind = media_type.removeprefix("image/").upper()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100, loop=0)
    return file.getvalue()


def every_picture() -> dict[str, tuple[str, bytes]]:
    """Return a picture of each kind that a generator could hand over: its name, its type and its bytes."""
    return {
        "png": (PNG, encoded()),
        "png of a palette": (PNG, encoded(mode="P")),
        "png with alpha": (PNG, encoded(mode="RGBA")),
        "png of 16 bits": (PNG, encoded(mode="I;16")),
        "png that moves": (PNG, animated(PNG)),
        "jpeg": (JPEG, encoded(JPEG)),
        "jpeg, progressive": (JPEG, encoded(JPEG, progressive=True)),
        "jpeg of greys": (JPEG, encoded(JPEG, "L")),
        "jpeg for print": (JPEG, encoded(JPEG, "CMYK")),
        "webp": (WEBP, encoded(WEBP)),
        "webp with alpha": (WEBP, encoded(WEBP, "RGBA")),
        "webp without loss": (WEBP, encoded(WEBP, lossless=True)),
        "webp without loss, with alpha": (WEBP, encoded(WEBP, "RGBA", lossless=True)),
        "webp that moves": (WEBP, animated(WEBP)),
        "gif": (GIF, encoded(GIF, "P")),
        "gif that moves": (GIF, animated(GIF)),
    }


def a_record(**changes: Any) -> Record:  # noqa: ANN401 - fields of Record, or "request" for those of its request
    """Return a record of an image that was painted from a photo."""
    request = a_request(**{"typed": "", "steps": 20, "guidance_scale": 7.5, **changes.pop("request", {})})
    values: dict[str, Any] = {
        "job": JobId("the-job"),
        "image": ImageId("the-image"),
        "index": 1,
        "seed": 8,
        "generator": "painter",
        "generator_kind": "sketch",
        "model": "a-model",
        "model_hash": "abc123",
        "pixels_sha256": DIGEST,
        "sources": (RecordedSource(Role.IMAGE, DIGEST),),
        "recipe": {"version": 2, "undrawn": ["zeitgeist"]},
    }
    return Record(**{**values, "request": request, **changes})


def some_marks(record: Record | None = None, source_type: SourceType = SourceType.TRAINED) -> Marks:
    """Return marks; without a record they are those of a thumbnail."""
    return Marks(JobId("the-job"), ImageId("the-image"), source_type, (37, 23), record)


def frames(data: bytes) -> list[bytes]:
    """Return the pixels of every frame."""
    with Image.open(io.BytesIO(data)) as picture:
        found = []
        for place in range(getattr(picture, "n_frames", 1)):
            picture.seek(place)
            found.append(picture.convert("RGBA").tobytes())
        return found
