"""Everything that can go wrong, ordered by what the reader can do about it.

PinxitError
├── Refused          the person can ask differently; `wording` makes the sentence from (code, facts)
├── GeneratorError
│   ├── Temporary    the queue tries again after `retry_after_s`
│   └── Broken       this generator gives up; the route goes on, or the operator looks
├── LeaseLost        the worker drops the job: somebody else has it, or it has ended
├── Unavailable      the caller tries again later: the server is stopping or cannot be reached
└── ConfigError      the operator edits a setting; every problem names its key and its cure
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

Fact: TypeAlias = "str | int | float | bool | list[str] | list[int] | list[float] | None"


class Code(StrEnum):
    """What a sentence is about. `wording` has one sentence per code and language; a test holds that."""

    # A field of the request
    FIELD_UNKNOWN = "field_unknown"
    FIELD_MISSING = "field_missing"
    FIELD_TYPE = "field_type"
    FIELD_RANGE = "field_range"
    FIELD_CHOICE = "field_choice"
    FIELD_CONFLICT = "field_conflict"
    PROMPT_EMPTY = "prompt_empty"
    PROMPT_TOO_LONG = "prompt_too_long"
    PROMPT_NOT_TAKEN = "prompt_not_taken"
    TEXT_INVALID = "text_invalid"
    FLAG_UNKNOWN = "flag_unknown"
    FLAG_VALUE = "flag_value"
    FLAG_TWICE = "flag_twice"
    STYLE_UNKNOWN = "style_unknown"
    MODEL_NOT_ALLOWED = "model_not_allowed"
    TOO_MANY_JOBS = "too_many_jobs"
    CONFIRM_NEEDED = "confirm_needed"
    DESCRIBE_NOTHING = "describe_nothing"
    SIZE_TOO_LARGE = "size_too_large"
    MODE_UNSUPPORTED = "mode_unsupported"
    MODEL_UNKNOWN = "model_unknown"
    GENERATOR_UNKNOWN = "generator_unknown"
    CHAIN_UNKNOWN = "chain_unknown"
    NO_GENERATOR = "no_generator"
    FEATURE_UNSUPPORTED = "feature_unsupported"
    SOURCE_MISSING = "source_missing"
    SOURCE_INVALID = "source_invalid"
    SOURCE_TOO_LARGE = "source_too_large"
    SOURCE_URL_REFUSED = "source_url_refused"
    SOURCE_UNREACHABLE = "source_unreachable"
    # The body as a whole
    BODY_MISSING = "body_missing"
    BODY_NOT_JSON = "body_not_json"
    BODY_TOO_LARGE = "body_too_large"
    BODY_TOO_DEEP = "body_too_deep"
    MEDIA_TYPE = "media_type"
    IDEMPOTENCY_MISMATCH = "idempotency_mismatch"
    # Limits
    FULL_PERSON = "full_person"
    FULL_GUILD = "full_guild"
    FULL_ALL = "full_all"
    QUOTA_SPENT = "quota_spent"
    COOLDOWN = "cooldown"
    REPORTS_FULL = "reports_full"
    LOGIN_TRIES = "login_tries"
    STREAMS_FULL = "streams_full"
    ONE_MESSAGE = "one_message"
    TOO_LONG_HERE = "too_long_here"
    # Rights
    KEY_MISSING = "key_missing"
    KEY_INVALID = "key_invalid"
    SECRET_WRONG = "secret_wrong"  # noqa: S105 - a code's name
    SCOPE_MISSING = "scope_missing"
    NOT_YOURS = "not_yours"
    NOT_ADMIN = "not_admin"
    BANNED = "banned"
    GUILD_BANNED = "guild_banned"
    NOT_ADMITTED = "not_admitted"
    NOT_BANNABLE = "not_bannable"
    LINK_WRONG = "link_wrong"
    LINK_SELF = "link_self"
    LINK_NOTHING = "link_nothing"
    # Things that are not there (any more)
    JOB_UNKNOWN = "job_unknown"
    JOB_ENDED = "job_ended"
    JOB_NOT_ENDED = "job_not_ended"
    SOURCE_GONE = "source_gone"
    TICKET_GONE = "ticket_gone"
    GUILD_UNKNOWN = "guild_unknown"
    PERSON_UNKNOWN = "person_unknown"
    REPORT_UNKNOWN = "report_unknown"
    JOBS_RUNNING = "jobs_running"
    CHANNEL_UNKNOWN = "channel_unknown"
    NAME_TAKEN = "name_taken"
    IMAGE_UNKNOWN = "image_unknown"
    IMAGE_GONE = "image_gone"
    IMAGE_WITHHELD = "image_withheld"
    IMAGE_BROKEN = "image_broken"
    GENERATOR_RESTING = "generator_resting"
    BUDGET_SPENT = "budget_spent"
    RECREATE_NO_GENERATOR = "recreate_no_generator"
    RECREATE_NO_SEED = "recreate_no_seed"
    RECREATE_SOURCE_GONE = "recreate_source_gone"
    RECREATE_NOTHING_SAID = "recreate_nothing_said"
    COMMAND_UNKNOWN = "command_unknown"
    NO_PICTURE_YET = "no_picture_yet"
    NOTHING_TO_CANCEL = "nothing_to_cancel"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    # How a job can end
    MODERATED = "moderated"
    MINORS = "minors"
    GENERATOR_FAILED = "generator_failed"
    TRIES_SPENT = "tries_spent"
    PROGRAM_DEATHS = "program_deaths"
    BILLED_CALL_LOST = "billed_call_lost"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    # The chat that was asked over
    DM_CLOSED = "dm_closed"
    CHAT_SILENT = "chat_silent"
    # The server itself
    STOPPING = "stopping"
    INTERNAL = "internal"


class PinxitError(Exception):
    """The root of our own errors."""


class Refused(PinxitError):
    """The person can ask differently.

    `facts` fill the sentence's blanks; `field` and `allowed`, where present, are also answered as fields of their own.
    Facts never hold a secret or a whole prompt.
    """

    def __init__(self, code: Code, **facts: Fact) -> None:
        super().__init__(f"{code}: {facts}" if facts else str(code))
        self.code = code
        self.facts = facts


class GeneratorError(PinxitError):
    """A generator could not make an image; the text is for the operator and holds no prompt and no secret."""


class Temporary(GeneratorError):
    """The same call may work later, after `retry_after_s` seconds (None: the queue decides).

    `unanswered`: a call that may have been billed left, and no answer came; it is booked at its estimate.
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None, unanswered: bool = False) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.unanswered = unanswered


class Broken(GeneratorError):
    """The same call will not work by waiting, or not for long: nothing is asked of the generator for `rest_s` seconds.

    `rest_s` None: only this job is concerned, as far as anybody knows.
    """

    def __init__(self, message: str, *, rest_s: float | None = None) -> None:
        super().__init__(message)
        self.rest_s = rest_s


class LeaseLost(PinxitError):
    """The attempt no longer owns its job, so whatever it made is not wanted."""


class Unavailable(PinxitError):
    """The server is stopping or cannot be reached."""


class ConfigError(PinxitError):
    """One or more settings are wrong; `problems` are whole sentences with key, value and cure."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)
