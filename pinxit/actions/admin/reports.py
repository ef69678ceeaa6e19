"""Decide about reported pictures."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from pinxit.actions.admin.bans import BanWish, ban
from pinxit.actions.admin.rights import check_admin, check_manages
from pinxit.actions.report import REPORTS
from pinxit.data.audit import Entry
from pinxit.data.bans import PERSON
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.queue.aftermath import drop_images
from pinxit.queue.events import DELIVERIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.actions.studio import Studio
    from pinxit.data.reports import Report
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import GuildId, ImageId
    from pinxit.domain.image import Image

OPEN_MOST = 100


class Handling(StrEnum):
    """What can become of a report: nothing, the picture hidden, deleted, or hidden and who asked for it banned."""

    DISMISS = "dismiss"
    HIDE = "hide"
    DELETE = "delete"
    BAN = "ban"


_STATES = {
    Handling.DISMISS: "dismissed",
    Handling.HIDE: "hidden",
    Handling.DELETE: "deleted",
    Handling.BAN: "banned",
}
# What was decided, by the state of a report; it says nothing of one that is open, or whose picture went otherwise.
DECIDED: Mapping[str, Handling] = {state: handling for handling, state in _STATES.items()}


async def open_reports(guild: GuildId | None, caller: Caller, studio: Studio) -> Sequence[Report]:
    """Return the open reports, one for each picture, the oldest first, at most 100. `guild`: None: of all guilds.

    Raises Refused (NOT_ADMIN). A private picture's report is the operator's alone.
    """
    if guild is None:
        check_admin(caller)
    else:
        check_manages(caller, guild)
    return await studio.store.reports.open(guild, OPEN_MOST, also_private=caller.is_admin)


async def handle(report_id: str, verdict: str, caller: Caller, studio: Studio, hours: float | None = None) -> Report:
    """Decide about a reported picture, and return what was decided about; all its open reports are ended by that.

    `verdict`: dismiss, hide, delete, or ban: hide the picture and ban who asked for it in its guild, for `hours` (None:
    without end). Each is an audit row. Raises Refused: NOT_ADMIN, REPORT_UNKNOWN, FIELD_CHOICE, what `ban` raises.
    """
    if not caller.is_admin and not caller.is_moderator:
        raise Refused(Code.NOT_ADMIN)
    if verdict not in set(Handling):
        known = [each.value for each in Handling]
        raise Refused(Code.FIELD_CHOICE, field="verdict", value=shown(verdict), allowed=known)
    report = await studio.store.reports.one(report_id)
    if report is None or not _may_decide(caller, report):
        raise Refused(Code.REPORT_UNKNOWN, value=shown(report_id))
    handling = Handling(verdict)
    if handling is Handling.BAN:
        # First, because it may be refused; after a death in between it is done again to the same effect.
        person = report.picture.person
        await ban(BanWish(PERSON, person, report.guild, "a reported picture", hours), caller, studio)
    if handling is Handling.DELETE:
        await _delete(report, caller, studio)
    else:
        hide = handling in (Handling.HIDE, Handling.BAN)
        await _close(report, handling, caller, studio, hide=hide)
    studio.events.changed(report.guild, report.picture.job)
    studio.events.wake(DELIVERIES)
    studio.events.wake(REPORTS)
    return report


async def unhide(image: ImageId, caller: Caller, studio: Studio) -> None:
    """Show a picture again that was hidden after a report. Raises Refused: NOT_ADMIN, IMAGE_UNKNOWN, IMAGE_WITHHELD.

    One that sexualizes minors stays hidden (IMAGE_WITHHELD).
    """
    found = await studio.store.images.image(image)
    if not caller.is_admin and not caller.is_moderator:
        raise Refused(Code.NOT_ADMIN)
    if found is None or found.is_deleted or not _may_show(caller, found):
        raise Refused(Code.IMAGE_UNKNOWN, image=shown(image))
    if found.verdict is not None and found.verdict.is_about_minors:
        raise Refused(Code.IMAGE_WITHHELD, image=image)
    entry = Entry(caller.person, "image.shown", found.guild, f"image:{image}")
    await studio.store.reports.unhide(image, entry, studio.clock.now())
    studio.events.changed(found.guild, found.job)
    studio.events.wake(DELIVERIES)


def _may_decide(caller: Caller, report: Report) -> bool:
    return _may_show(caller, report.picture)


def _may_show(caller: Caller, image: Image) -> bool:
    return caller.is_admin or (caller.may_manage(image.guild) and not image.private)


async def _close(report: Report, handling: Handling, caller: Caller, studio: Studio, *, hide: bool) -> None:
    now = studio.clock.now()
    if not await studio.store.reports.close(
        report, _STATES[handling], _entry(report, handling, caller), now, hide=hide
    ):
        raise Refused(Code.REPORT_UNKNOWN, value=report.id)


async def _delete(report: Report, caller: Caller, studio: Studio) -> None:
    studio.steps("report.before_commit")
    deleted = await studio.store.reports.delete(report, _entry(report, Handling.DELETE, caller), studio.clock.now())
    if deleted is None:
        raise Refused(Code.REPORT_UNKNOWN, value=report.id)
    studio.steps("report.after_commit")
    # A death before this leaves files that no row names, which the sweep takes.
    await drop_images(deleted.images, studio.blobs)


def _entry(report: Report, handling: Handling, caller: Caller) -> Entry:
    details = {"report": report.id, "verdict": handling.value, "count": report.count}
    return Entry(caller.person, f"report.{handling.value}", report.guild, f"image:{report.picture.id}", details)
