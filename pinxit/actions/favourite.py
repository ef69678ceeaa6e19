"""Keep images among one's favourites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from pinxit.actions.look import find_image
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import is_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import ImageId
    from pinxit.domain.image import Image

T = TypeVar("T")

PAGE_MOST = 100
_TOO_LATE_MS = 10**15  # Thirty thousand years; both databases count far beyond.


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list. `after`: what to ask for the next part with; empty at the end."""

    items: tuple[T, ...]
    after: str = ""


async def set_favourite(image: ImageId, caller: Caller, studio: Studio, *, on: bool) -> None:
    """Keep an image, or keep it no longer; doing so again changes nothing. Raises Refused: no such image to keep."""
    if not on:
        await studio.store.favourites.remove(caller.person, image)
        return
    found = await find_image(image, caller, studio)
    await studio.store.favourites.add(caller.person, found.id, studio.clock.now())


async def favourites(caller: Caller, studio: Studio, *, after: str = "", most: int = 30) -> Page[Image]:
    """Return the caller's favourites that the caller may still see, the last one kept first. Raises Refused."""
    if not 1 <= most <= PAGE_MOST:
        raise Refused(Code.FIELD_RANGE, field="most", value=shown(most), allowed=[f"1 to {PAGE_MOST}"])
    guild = None if caller.is_trusted else caller.guild
    found = await studio.store.favourites.page(caller.person, guild, _place(after), most + 1)
    last = found[most - 1] if len(found) > most else None
    cursor = "" if last is None else f"{last.since_ms}.{last.image.id}"
    return Page(tuple(each.image for each in found[:most] if not each.image.is_withheld), cursor)


async def favoured(images: Sequence[ImageId], caller: Caller, studio: Studio) -> frozenset[ImageId]:
    """Return which of these images are the caller's favourites."""
    if not images:
        return frozenset()
    return await studio.store.favourites.among(caller.person, images)


def _place(after: str) -> tuple[int, str] | None:
    if not after:
        return None
    since, _, image = after.partition(".")
    if not (since.isascii() and since.isdigit() and is_id(image) and int(since[:20]) < _TOO_LATE_MS):
        raise Refused(Code.FIELD_CHOICE, field="after", value=shown(after), allowed=[])
    return int(since), image
