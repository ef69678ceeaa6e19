"""A report as a message: what is to be known to decide, the picture covered, and a button for each decision.

Once it is decided, the decision stands where the buttons were, and the picture goes with them: whoever opens the
channel later need not come across it. Once the picture is deleted, nothing is left of what was asked for.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from pinxit.actions.admin.reports import DECIDED, Handling
from pinxit.bot.discord.custom_ids import CustomId
from pinxit.bot.discord.naming import link_of, persons_said, time_said
from pinxit.bot.discord.sheets import Press, Sheet
from pinxit.bot.discord.texts import cut, escape, one_line
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Code
from pinxit.wording import AdminUi, Phrase, Slash, admin_ui, say, say_slash

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.actions.studio import Studio
    from pinxit.data.reports import Report
    from pinxit.domain.image import Image

_PROMPT_CHARS, _REASON_CHARS, _REASONS = 600, 200, 5
# The sign of a file that is covered until somebody wants to look; discord.com/developers/docs, read 2026-11.
_COVERED = "SPOILER_"
_DECISIONS: Mapping[Handling, tuple[str, AdminUi, Slash]] = {
    Handling.DISMISS: ("rdismiss", AdminUi.VERDICT_DISMISS, Slash.REPORT_DISMISSED),
    Handling.HIDE: ("rhide", AdminUi.VERDICT_HIDE, Slash.REPORT_HIDDEN),
    Handling.DELETE: ("rdelete", AdminUi.VERDICT_DELETE, Slash.REPORT_DELETED),
    Handling.BAN: ("rban", AdminUi.VERDICT_BAN, Slash.REPORT_BANNED),
}
HANDLINGS: Mapping[str, Handling] = {act: handling for handling, (act, _, _) in _DECISIONS.items()}


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A report as it is shown. `picture`: the covered one, None where it must not be shown or is not there."""

    sheet: Sheet
    picture: discord.File | None

    @property
    def files(self) -> list[discord.File]:
        """Return what is attached."""
        return [] if self.picture is None else [self.picture]


async def report_card(report: Report, locale: str, studio: Studio, *, footer: str = "") -> ReportCard:
    """Return an open report as its admins see it in a channel of theirs, in this language."""
    words = admin_ui(locale)
    buttons = [
        Press(words[label], CustomId(act, report.id), is_last=handling is Handling.DELETE)
        for handling, (act, label, _) in _DECISIONS.items()
    ]
    body = "\n".join(await _facts(report, locale, studio))
    sheet = Sheet(say_slash(locale, Slash.REPORT_TITLE), body, buttons, footer)
    return ReportCard(sheet, await _covered(report.picture, words[AdminUi.REPORTED_PICTURE], studio))


async def ended_sheet(report: Report | None, locale: str, studio: Studio) -> Sheet:
    """Return a report as its message stays, without buttons. `report`: decided about; None: nothing is known of it."""
    title, body = say_slash(locale, Slash.REPORT_TITLE), list[str]()
    if report is None:  # Two who reported the picture have become one, so the picture may be there.
        return Sheet(title, say(locale, Code.REPORT_UNKNOWN, {}))
    if not report.picture.is_deleted:
        body.append("\n".join(await _facts(report, locale, studio)))
    decided = DECIDED.get(report.state)
    if report.handled_by is not None and decided is not None:
        who = (await persons_said([report.handled_by], studio))[report.handled_by]
        if report.handled_by == OPERATOR.person:
            who = say_slash(locale, Slash.REPORT_OPERATOR)
        body.append(say_slash(locale, _DECISIONS[decided][2], {"who": who}))
    if decided is not Handling.DELETE and report.picture.is_deleted:
        body.append(say_slash(locale, Slash.REPORT_GONE))
    return Sheet(title, "\n\n".join(body))


async def _facts(report: Report, locale: str, studio: Studio) -> list[str]:
    words = admin_ui(locale)
    person = report.picture.person
    who = (await persons_said([person], studio))[person]
    told = say_slash(locale, Slash.REPORT_TOLD, {"count": report.count})
    lines = [
        f"**{say(locale, Phrase.LABEL_PROMPT, {})}** {escape(cut(one_line(report.prompt), _PROMPT_CHARS))}",
        f"**{words[AdminUi.ASKED_BY]}** {who}",
        f"**{told}** {time_said(report.created_at)}",
        *(f"> {escape(cut(one_line(reason), _REASON_CHARS))}" for reason in report.reasons[:_REASONS]),
    ]
    link = await link_of(report.picture.job, report.guild, studio)
    return lines + ([f"[{say_slash(locale, Slash.REPORT_SHOW)}]({link})"] if link else [])


async def _covered(image: Image, alt: str, studio: Studio) -> discord.File | None:
    if image.thumbnail_path is None or (image.verdict is not None and image.verdict.is_about_minors):
        return None  # Such a picture is for nobody's eyes but the operator's.
    try:
        data = await studio.blobs.get(image.thumbnail_path)
    except OSError:
        return None
    return discord.File(io.BytesIO(data), filename=f"{_COVERED}reported.webp", description=alt)
