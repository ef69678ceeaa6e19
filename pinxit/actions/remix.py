"""Paint over a picture in other words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.again import find_picture
from pinxit.actions.imagine import imagine_all
from pinxit.actions.wishes import asks_of
from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.request import Mode, Role

if TYPE_CHECKING:
    from pinxit.actions.asking import Target
    from pinxit.actions.imagine import Accepted
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import ImageId


async def remix(
    image_id: ImageId,
    text: str,
    caller: Caller,
    studio: Studio,
    *,
    strength: float | None = None,
    key: str | None = None,
    target: Target | None = None,
) -> tuple[Accepted, ...]:
    """Queue what `text` asks for, flags included, painted over one of our pictures.

    `strength`: 0 keeps the picture, 1 ignores it; None: the usual. A private picture's remix is private, too. Raises
    Refused: no such image, and whatever `imagine` raises.
    """
    fields = await painted_over(image_id, caller, studio, strength=strength)
    asks = asks_of(text, fields, caller, studio, key=key, target=target)
    return await imagine_all(asks, studio)


async def painted_over(image_id: ImageId, caller: Caller, studio: Studio, *, strength: float | None = None) -> Draft:
    """Return what is said beside the words of such a wish: the picture, and what follows from it. Raises Refused."""
    image, job = await find_picture(image_id, caller, studio)
    return Draft(
        prompt="",
        mode=Mode.IMG2IMG,
        strength=strength,
        sources=(SourceDraft(Role.IMAGE, image=image.id),),
        private=True if job.private else None,
        local=job.request.local,
    )
