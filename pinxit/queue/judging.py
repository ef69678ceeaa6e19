"""The verdict on a picture that was made again, reached when it is stored."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pinxit.data.likeness import pixel_difference
from pinxit.data.pictures import NotAPicture
from pinxit.domain.facts import shown
from pinxit.domain.verdict import Change, Likeness, Verdict, Why
from pinxit.queue.developing import MAX_OUTPUT_PIXELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.data.images import NewImage
    from pinxit.data.recreations import Asked, Original
    from pinxit.data.store import Store
    from pinxit.domain.job import Lease
    from pinxit.domain.ports import Blobs


@dataclass(frozen=True, slots=True)
class Judged:
    """`sent`: the path of a file that was only sent to be compared; it can go once the verdict is stored."""

    verdict: Verdict | None = None
    sent: str | None = None


async def judge(lease: Lease, image: NewImage, data: bytes, store: Store, blobs: Blobs) -> Judged:
    """Compare a new picture with the one that its job makes again; no verdict if it makes none again."""
    if lease.request.count != 1:
        return Judged()
    asked = await store.recreations.asked(lease.job)
    if asked is None:
        return Judged()
    original = asked.original
    as_recorded = None
    if original.recorded_sha256 not in ("", original.pixels_sha256):
        as_recorded = image.pixels_sha256 == original.recorded_sha256
    verdict = await _compare(image, data, asked, blobs)
    changes = (*original.changes, *_changes(original, image))
    verdict = replace(verdict, changes=changes, as_recorded=as_recorded)
    return Judged(verdict, asked.path if asked.was_sent else None)


async def _compare(image: NewImage, data: bytes, asked: Asked, blobs: Blobs) -> Verdict:
    original = asked.original
    if image.pixels_sha256 == original.pixels_sha256:
        return Verdict(Likeness.IDENTICAL)
    if (image.width_px, image.height_px) != (original.width_px, original.height_px):
        return Verdict(Likeness.INCOMPARABLE, why=Why.SIZE_DIFFERS)
    if asked.path is None:
        return Verdict(Likeness.INCOMPARABLE, why=Why.ORIGINAL_GONE)
    try:
        first = await blobs.get(asked.path)
        difference = await asyncio.to_thread(
            pixel_difference, first, data, first_sha256=original.pixels_sha256, max_pixels=MAX_OUTPUT_PIXELS
        )
    except FileNotFoundError:
        return Verdict(Likeness.INCOMPARABLE, why=Why.ORIGINAL_GONE)
    except (NotAPicture, OSError):
        return Verdict(Likeness.INCOMPARABLE, why=Why.UNREADABLE)
    return Verdict(Likeness.CLOSE, difference)


def _changes(original: Original, image: NewImage) -> Iterator[Change]:
    """Yield what was said of the first picture's making and is not so now."""
    kind = image.recipe.get("kind")
    pairs: list[tuple[str, object, object]] = [
        ("generator", original.generator, image.generator),
        ("model", original.model, image.model),
        ("model hash", original.model_hash, image.model_hash),
    ]
    for name, value in original.recipe.items():
        label = f"{kind} version" if name == "version" and kind else name
        pairs.append((label, value, image.recipe.get(name, "")))
    for label, before, now in pairs:
        if before not in ("", None) and before != now:
            yield Change(shown(label), shown(before), shown(now))
