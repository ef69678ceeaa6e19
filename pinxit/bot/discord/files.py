"""The finished pictures as Discord takes them: originals where they fit, smaller copies where they do not."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image as Pillow
from PIL import ImageOps

from pinxit.bot.discord.drawing import Attached
from pinxit.data.blobs import extension
from pinxit.provenance.mark import mark, source_type_of
from pinxit.provenance.marks import Marks, Unmarkable
from pinxit.provenance.source_type import SourceType
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinxit.chat.cards import View
    from pinxit.domain.image import Image
    from pinxit.domain.job import Job
    from pinxit.domain.ports import Blobs

MOST_FILES = 10  # discord.com/developers/docs/resources/message, read 2026-11.
# The limit is for each file; what one request may weigh is not written anywhere, and 25 MiB was the last that was.
REQUEST_MOST_BYTES = 24 * 2**20
DEFAULT_MOST_BYTES = 10 * 2**20  # The same page, "Uploading Files": where no boost and no subscription raises it.
_SPARE_BYTES = 16 * 1024  # For what is written around a file.
_SVG, _WEBP, _JPEG = "image/svg+xml", "image/webp", "image/jpeg"
_WEBP_MOST_PX = 16_383
# (type, quality, part of each side), from the best to the last.
_LADDER = (
    (_WEBP, 92, 1.0),
    (_WEBP, 80, 1.0),
    (_JPEG, 80, 1.0),
    (_JPEG, 82, 0.7),
    (_JPEG, 80, 0.5),
    (_JPEG, 78, 0.33),
    (_JPEG, 75, 0.2),
    (_JPEG, 70, 0.1),
)


@dataclass(frozen=True, slots=True)
class Room:
    """What fits into a message: bytes of one file, and of all together."""

    file_bytes: int = DEFAULT_MOST_BYTES
    all_bytes: int = REQUEST_MOST_BYTES

    def below(self, files: Sequence[Attached]) -> Room:
        """Return half of what these files took, for when Discord says that they were too much."""
        weights = [len(file.data) for file in files]
        largest, together = max(weights, default=0), sum(weights)
        return Room(min(self.file_bytes, largest) // 2, min(self.all_bytes, together) // 2)


@dataclass(frozen=True, slots=True)
class Gathered:
    """`files`: to attach. `notes`: whole sentences of ours about those that are not the originals."""

    files: tuple[Attached, ...] = ()
    notes: tuple[str, ...] = ()


async def gather(
    job: Job, view: View, blobs: Blobs, room: Room, *, locale: str, public_url: str | None = None
) -> Gathered:
    """Return a finished job's pictures as they fit into a message. Raises OSError: they cannot be read just now.

    `public_url`: where our web server is reached from outside; the originals are linked there.
    """
    shown = list(zip(job.pictures, view.pictures, strict=True))[:MOST_FILES]
    files: list[Attached] = []
    notes: list[str] = []
    most_bytes = _share(room, [image for image, _ in shown if image.media_type != _SVG])
    for image, picture in shown:
        fitted = await _fitted(image, blobs, most_bytes)
        if isinstance(fitted, Slash):
            notes.append(_note(fitted, image, locale, public_url))
            continue
        data, media_type = fitted
        files.append(Attached(f"pinxit-{image.id}.{extension(media_type)}", data, picture.alt, picture.spoiler))
        if media_type != image.media_type or len(data) != image.size_bytes:
            notes.append(_note(Slash.FILE_SMALLER, image, locale, public_url))
    return Gathered(tuple(files), tuple(notes))


def in_parcels(files: Sequence[Attached], room: Room) -> Iterator[tuple[Attached, ...]]:
    """Yield the files in as many messages as they need, each as full as it may be."""
    parcel: list[Attached] = []
    for file in files:
        weight = sum(len(one.data) for one in parcel) + len(file.data)
        if parcel and (weight > room.all_bytes or len(parcel) == MOST_FILES):
            yield tuple(parcel)
            parcel = []
        parcel.append(file)
    if parcel:
        yield tuple(parcel)


def _share(room: Room, images: Sequence[Image]) -> int:
    """Return how large each file may be: as large as one can be, if all of them go together then."""
    most = room.file_bytes - _SPARE_BYTES
    if sum(min(image.size_bytes, most) for image in images) <= room.all_bytes:
        return most
    return min(most, room.all_bytes // len(images))


async def _fitted(image: Image, blobs: Blobs, most_bytes: int) -> tuple[bytes, str] | Slash:
    """Return a file that fits and its type, or which sentence tells why there is none."""
    if image.media_type == _SVG:
        return Slash.FILE_VECTOR
    try:
        data = await blobs.get(image.path)
    except FileNotFoundError:
        return Slash.FILE_GONE
    if len(data) != image.size_bytes:
        return Slash.FILE_GONE
    if len(data) <= most_bytes:
        return data, image.media_type
    return await asyncio.to_thread(smaller, image, data, most_bytes) or Slash.FILE_TOO_LARGE


def smaller(image: Image, data: bytes, most_bytes: int) -> tuple[bytes, str] | None:
    """Return a copy of at most `most_bytes` that says what it is, and its type; None where none can be made.

    Takes as long as decoding and encoding do, so call it in a thread.
    """
    try:
        with Pillow.open(io.BytesIO(data)) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGBA" if opened.has_transparency_data else "RGB")
        # What a signed file says of itself is in its signature, which a model's maker put there.
        kind = source_type_of(data, image.media_type) or SourceType.TRAINED
        for media_type, quality, part in _LADDER:
            encoded = _encoded(picture, media_type, quality, part)
            if encoded is None or len(encoded[0]) > most_bytes:
                continue
            marked = mark(encoded[0], media_type, Marks(image.job, image.id, kind, encoded[1]))
            if len(marked) <= most_bytes:
                return marked, media_type
    except (OSError, ValueError, SyntaxError, Unmarkable, Pillow.DecompressionBombError):
        # Pillow raises any of these for a file that is not what it was stored as.
        return None
    return None


def _encoded(picture: Pillow.Image, media_type: str, quality: int, part: float) -> tuple[bytes, tuple[int, int]] | None:
    size_px = max(1, round(picture.width * part)), max(1, round(picture.height * part))
    if media_type == _WEBP and max(size_px) > _WEBP_MOST_PX:
        return None
    scaled = picture if part == 1.0 else picture.resize(size_px, Pillow.Resampling.LANCZOS)
    file = io.BytesIO()
    if media_type == _WEBP:
        scaled.save(file, "WEBP", quality=quality, method=2)
    else:
        _on_white(scaled).save(file, "JPEG", quality=quality)
    return file.getvalue(), size_px


def _on_white(picture: Pillow.Image) -> Pillow.Image:
    """Return the picture without transparency, which a JPEG has none of."""
    if picture.mode != "RGBA":
        return picture
    ground = Pillow.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _note(said: Slash, image: Image, locale: str, public_url: str | None) -> str:
    sentence = say_slash(locale, said, {"number": image.index + 1})
    if said is Slash.FILE_GONE:
        return sentence
    if public_url is None:
        return f"{sentence} {say_slash(locale, Slash.FILE_HISTORY)}"
    url = f"{public_url.rstrip('/')}/api/v1/images/{image.id}/download"
    return f"{sentence} {say_slash(locale, Slash.FILE_LINK, {'url': url})}"
