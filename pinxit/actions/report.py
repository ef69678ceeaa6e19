"""Report a picture to those who decide about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.look import find_image
from pinxit.data.reports import NewReport
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import ImageId

REPORTS = "reports"  # The topic that is woken when something was reported, or what was said of it has changed.
A_DAY_MOST = 20
REASON_CHARS = 500


async def report(image_id: ImageId, reason: str, caller: Caller, studio: Studio) -> str:
    """Report a picture that the caller may see, and return the report's id.

    A person's second report of the same picture changes nothing and returns the first one's id. Raises Refused: no such
    picture, FIELD_RANGE (too long a reason), TEXT_INVALID, REPORTS_FULL.
    """
    reason = reason.strip()
    if len(reason) > REASON_CHARS:
        allowed = [f"at most {REASON_CHARS} characters"]
        raise Refused(Code.FIELD_RANGE, field="reason", value=f"{len(reason)} characters", allowed=allowed)
    if not is_text(reason):
        raise Refused(Code.TEXT_INVALID, field="reason", value="", allowed=[])
    image = await find_image(image_id, caller, studio)
    new = NewReport(image.id, image.guild, caller.person, reason)
    number, _ = await studio.store.reports.add(new, studio.clock.now(), A_DAY_MOST)
    studio.events.wake(REPORTS)
    return number
