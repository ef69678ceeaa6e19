"""English."""

from __future__ import annotations

from pinxit.domain.errors import Code
from pinxit.wording.language import Language, Phrase


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


LANGUAGE = Language(
    ordinal=_ordinal,
    allowed=str,
    both="or",
    something="…",
    sentences={
        Code.FIELD_UNKNOWN: "There is no field {field}.[ Did you mean {nearest}?][ Choose from {allowed}.]",
        Code.FIELD_MISSING: "{field} is missing.[ Send {allowed}.]",
        Code.FIELD_TYPE: "{field} has a value of the wrong kind[: {value}].[ Send {allowed}.]",
        Code.FIELD_RANGE: "{field} is {value}, which is out of range.[ Possible is {allowed}.]",
        Code.FIELD_CHOICE: "{field} cannot be {value}.[ Did you mean {nearest}?][ Choose {allowed}.]",
        Code.FIELD_CONFLICT: "{field} is given twice, as {value} and as {other}. Keep one of them.",
        Code.PROMPT_EMPTY: "The prompt is empty. Write what you would like to see.",
        Code.PROMPT_TOO_LONG: "{field} is too long[, {value}].[ Possible is {allowed}.]",
        Code.TEXT_INVALID: "{field} holds control characters or broken letters. Type it anew, without copying.",
        Code.FLAG_UNKNOWN: "There is no flag {flag}.[ Did you mean {nearest}?][ Choose from {allowed}.]",
        Code.FLAG_VALUE: "{flag} needs another value[ than {value}][: {allowed}].",
        Code.FLAG_TWICE: "{flag} is there twice. Keep one of them.",
        Code.SIZE_TOO_LARGE: "{field}: {value} pixels are too many. Possible is {allowed} a side.",
        Code.MODE_UNSUPPORTED: "{mode} is not possible with this generator.[ It can do {allowed}.]",
        Code.MODEL_UNKNOWN: "There is no model {value}.[ Did you mean {nearest}?][ Choose {allowed}.]",
        Code.GENERATOR_UNKNOWN: "There is no generator {value}.[ Did you mean {nearest}?][ Choose {allowed}.]",
        Code.CHAIN_UNKNOWN: "There is no chain {value}.[ Did you mean {nearest}?][ Choose {allowed}.]",
        Code.NO_GENERATOR: "No generator here can make this. Ask for less, or ask the operator to set one up.",
        Code.FEATURE_UNSUPPORTED: "This generator does not know {field}. Leave it out, or choose another generator.",
        Code.SOURCE_MISSING: "A picture is missing: {field}[, needed for {mode}]. Send it along.",
        Code.SOURCE_INVALID: "{field} is no readable picture[ ({reason})]. Send[ {allowed} or] another file.",
        Code.SOURCE_TOO_LARGE: "{field} is too large[: {value}].[ Possible is {allowed}.]",
        Code.SOURCE_URL_REFUSED: "The address of {field} is not allowed. Use a public https address[, or {allowed}].",
        Code.SOURCE_UNREACHABLE: "{field} could not be fetched from its address. Check it, or send the file itself.",
        Code.BODY_MISSING: "The request has no body. Send JSON with a prompt.",
        Code.BODY_NOT_JSON: "The body is not JSON[: {value}]. Send a JSON object with a prompt.",
        Code.BODY_TOO_LARGE: "The body is too large[: {value}].[ Possible is {allowed}.]",
        Code.BODY_TOO_DEEP: "The body is nested too deeply.[ Possible is {allowed}.]",
        Code.MEDIA_TYPE: "The content type[ {value}] is not understood here.[ Send {allowed}.]",
        Code.IDEMPOTENCY_MISMATCH: "This idempotency key was used for another request. Use a new key.",
        Code.FULL_PERSON: "You have[ {limit}] jobs waiting, your limit. Try again[ in {retry_after_s:duration}].",
        Code.FULL_GUILD: "This place has[ {limit}] jobs waiting, its limit. Try again[ in {retry_after_s:duration}].",
        Code.FULL_ALL: "The queue is full[, {limit} jobs are waiting]. Try again[ in {retry_after_s:duration}].",
        Code.QUOTA_SPENT: "The quota does not reach for this. Ask for fewer or smaller pictures[, or wait until"
        " {resets_at:moment} ({time_zone})].",
        Code.KEY_MISSING: "This needs an access key. Send it as: Authorization: Bearer …",
        Code.KEY_INVALID: "This access key is not valid. Check it, or ask the operator for a new one.",
        Code.SCOPE_MISSING: "Your access key may not do this[; it needs the scope {scope}]. Ask the operator.",
        Code.NOT_YOURS: "This belongs to somebody else. Only who asked for it may do that.",
        Code.JOB_UNKNOWN: "There is no job[ {job}] here. Check the id.",
        Code.JOB_ENDED: "This job has ended already[: {state}]. Nothing was changed.",
        Code.IMAGE_UNKNOWN: "There is no image[ {image}] here. Check the id.",
        Code.IMAGE_GONE: "The file of this image is gone. Ask for the same seed and prompt to paint it again.",
        Code.IMAGE_BROKEN: "The file of this image is damaged. Ask for the same seed and prompt to paint it again.",
        Code.NOT_FOUND: "There is nothing at this address[: {value}]. The addresses are listed under /docs.",
        Code.METHOD_NOT_ALLOWED: "This address does not take {value}.[ Use {allowed}.]",
        Code.MODERATED: "This was refused because of its content[ ({reason})]. Ask for something else.",
        Code.GENERATOR_FAILED: "The generator[ {generator}] could not make this. Try again, or choose another one.",
        Code.TRIES_SPENT: "This failed[ {tries} times], the last time[ with: {reason}]. Try again later.",
        Code.PROGRAM_DEATHS: "The program died too often[ ({tries} times)] while this ran. Ask for something smaller.",
        Code.BILLED_CALL_LOST: "The provider's answer was lost and may have cost money. Ask again if you like.",
        Code.TIMED_OUT: "This took longer than allowed[ ({deadline_s:duration})]. Ask for fewer or smaller pictures.",
        Code.CANCELLED: "This was cancelled. Ask again whenever you like.",
        Code.STOPPING: "The server is stopping. Try again in a minute; what was accepted is not lost.",
        Code.INTERNAL: "Something went wrong here. Try again[; if it stays, name {correlation_id}].",
    },
    phrases={
        Phrase.QUEUED: "{ahead:place} in line[, about {eta_s:duration}]",
        Phrase.RUNNING: "painting[, {progress:percent}][, about {eta_s:duration} more]",
        Phrase.WAITING: "did not work, trying again[ in {eta_s:duration}]",
        Phrase.SUCCEEDED: "{count} {count|picture|pictures}[ by {generator}][, seed {seed}]",
        Phrase.PARTIAL: "{count} of {asked} pictures[ by {generator}][, seed {seed}]; only these are charged",
        Phrase.FAILED: "failed",
        Phrase.CANCELLED: "cancelled",
        Phrase.OTHER_GENERATOR: "Painted by {generator}, because {wanted} could not.",
    },
)
