"""What chats say about quotas, styles, reports, personal data and to admins, in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.errors import Code
from pinxit.wording.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

SENTENCES: Mapping[Code, str] = {
    Code.DM_CLOSED: "I may not write to you directly. Allow direct messages from members of this server, and ask"
    " again.",
    Code.CHAT_SILENT: "The chat did not take my message. Ask again in a minute.",
    Code.ONE_MESSAGE: "Private pictures, and all where I am no member, come one job at a time, and this makes"
    " {count}. Ask for one of them, or ask openly in a channel where I may write.",
    Code.TOO_LONG_HERE: "This would take[ about {eta_s:duration}], and here a result can be shown only[ within"
    " {within_s:duration}]. Ask for less, try again later, or ask in a channel of a server where I am a member.",
    Code.NOTHING_TO_CANCEL: "Nothing of yours waits or runs here. Type /imagine to ask for a picture.",
    Code.TICKET_GONE: "This has been used, or its time is over. Send the command again.",
    Code.LINK_WRONG: "This code is not valid, or not any more. Type /link where your other account is for a new one.",
    Code.LINK_SELF: "This code is your own: both accounts are one already. Send it from the account that is to join.",
    Code.LINK_NOTHING: "Nothing of yours here can be moved. Do it the other way round: type /link here, and send the"
    " code from your other account.",
}
PHRASES: Mapping[Phrase, str] = {
    Phrase.ACT_CHANGE: "Change one thing",
    Phrase.ACT_FILES: "Originals",
    Phrase.COMMAND_LINK: "Make one of your accounts here and elsewhere",
    Phrase.COMMAND_BLEND: "Blend two pictures",
    Phrase.COMMAND_LORAS: "List the LoRAs that can be named",
    Phrase.SAID_LINK: "Your code is {code}. Within {count} minutes, send /link {code} from your other account, on any"
    " platform. That account then becomes part of this one: pictures, favourites and what was used of the limits. Show"
    " it to nobody.",
    Phrase.SAID_LINKED: "Done: your accounts are one now.",
    Phrase.SAID_LORAS: "{generator}: {allowed}",
    Phrase.SAID_NO_LORAS: "No generator here names any LoRAs.",
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
    Phrase.SAID_SURE: "This makes {count} {count|job|jobs} for {credits} {credits|credit|credits}. Shall they be"
    " painted?",
    Phrase.SAID_DONE: "Done.",
    Phrase.SAID_UNCHANGED: "Nothing to change: it was so already.",
    Phrase.SAID_CLEARED: "{count} {count|job was|jobs were} cancelled.",
    Phrase.SAID_TOP: "{name}: {used:sum}, {count} {count|job|jobs}",
    Phrase.SAID_NOTHING: "There is nothing to show.",
    Phrase.SAID_ADMIN: "What admins can type:",
}
