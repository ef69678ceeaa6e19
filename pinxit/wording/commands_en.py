"""What chats say about quotas, styles, reports, personal data and to admins, in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.wording.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

PHRASES: Mapping[Phrase, str] = {
    Phrase.ACT_ORIGINAL: "Use original",
    Phrase.ACT_REPORT: "Report",
    Phrase.COMMAND_QUOTA: "Show what you may still ask for",
    Phrase.COMMAND_STYLES: "Show the styles that can be named",
    Phrase.COMMAND_DESCRIBE: "Turn a picture back into a prompt",
    Phrase.COMMAND_REPORT: "Report a picture to the admins",
    Phrase.COMMAND_ORIGINAL: "Paint a job again in the words that were typed",
    Phrase.COMMAND_MYDATA: "Take along or delete what is kept about you",
    Phrase.COMMAND_ENHANCE: "Choose whether your prompts are enhanced: off, rules, llm or default",
    Phrase.COMMAND_ADMIN: "Limits, pauses, bans, settings and reports",
    Phrase.SAID_NO_LIMIT: "No limit holds for you here.",
    Phrase.SAID_ESTIMATE: "{credits} {credits|credit|credits}[ for {count} jobs]",
    Phrase.SAID_AMOUNT: "{amount:sum}",
    Phrase.SAID_GRANT: "{left:amount} of {amount:sums} granted on top are left[, until {expires_at:moment} UTC].",
    Phrase.SAID_LEFT: "{left:amount} of {limit:amount} left {period:when}",
    Phrase.SAID_DESCRIBED_FILE: "The file says what was asked for. It is in the box.",
    Phrase.SAID_DESCRIBED_MODEL: "This is what a model sees. It is in the box.",
    Phrase.SAID_REPORTED: "Reported. An admin will look at it.",
    Phrase.SAID_MYDATA: "Type /mydata export for a file with everything that is kept about you, or /mydata delete"
    " to have it forgotten.",
    Phrase.SAID_MYDATA_SURE: "This deletes all your pictures, prompts and names, and cannot be undone. If you are sure,"
    " send /mydata delete yes.",
    Phrase.SAID_MYDATA_DELETED: "Everything about you is deleted: {jobs} {jobs|job|jobs} and {images}"
    " {images|picture|pictures}.",
    Phrase.SAID_ENHANCE: "Where you say nothing else, your prompts are enhanced so: {enhance}.",
    Phrase.SAID_ENHANCE_OPEN: "Where you say nothing else, the guild decides how your prompts are enhanced.",
    Phrase.SAID_DONE: "Done.",
    Phrase.SAID_UNCHANGED: "Nothing to change: it was so already.",
    Phrase.SAID_CLEARED: "{count} {count|job was|jobs were} cancelled.",
    Phrase.SAID_TOP: "{name}: {used:sum}, {count} {count|job|jobs}",
    Phrase.SAID_NOTHING: "There is nothing to show.",
    Phrase.SAID_ADMIN: "What admins can type:",
}
