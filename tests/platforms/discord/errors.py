"""Discord's refusals: status, code and message of each that the loopback Discord knows.

Source: discord.com/developers/docs/topics/opcodes-and-status-codes#json, read 2026-11.
"""

from __future__ import annotations

from enum import Enum
from typing import Any


class Wrong(Enum):
    """A refusal: (HTTP status, JSON code, message)."""

    UNAUTHORIZED = (401, 0, "401: Unauthorized")
    NOT_FOUND = (404, 0, "404: Not Found")
    UNKNOWN_CHANNEL = (404, 10003, "Unknown Channel")
    UNKNOWN_GUILD = (404, 10004, "Unknown Guild")
    UNKNOWN_MEMBER = (404, 10007, "Unknown Member")
    UNKNOWN_MESSAGE = (404, 10008, "Unknown Message")
    UNKNOWN_USER = (404, 10013, "Unknown User")
    UNKNOWN_EMOJI = (400, 10014, "Unknown Emoji")
    UNKNOWN_WEBHOOK = (404, 10015, "Unknown Webhook")
    UNKNOWN_INTERACTION = (404, 10062, "Unknown interaction")
    TOO_LARGE = (413, 40005, "Request entity too large")
    ALREADY_ACKNOWLEDGED = (400, 40060, "Interaction has already been acknowledged.")
    MANY_FOLLOW_UPS = (400, 40094, "This interaction has hit the maximum number of follow up messages.")
    MISSING_ACCESS = (403, 50001, "Missing Access")
    NOT_IN_DM = (403, 50003, "Cannot execute action on a DM channel")
    NOT_THE_AUTHOR = (403, 50005, "Cannot edit a message authored by another user")
    EMPTY = (400, 50006, "Cannot send an empty message")
    CANNOT_DM = (403, 50007, "Cannot send messages to this user")
    NOT_A_TEXT_CHANNEL = (400, 50008, "Cannot send messages in a non-text channel")
    MISSING_PERMISSIONS = (403, 50013, "Missing Permissions")
    TOKEN_EXPIRED = (401, 50027, "Invalid Webhook Token")
    INVALID_BODY = (400, 50035, "Invalid Form Body")
    ARCHIVED = (400, 50083, "Thread is archived")


class DiscordError(Exception):
    """An answer other than 2XX. `errors`: what is wrong with the body, nested by its keys, as Discord tells it.

    `is_mistake`: a bot that keeps to the rules never gets it, however the world changes meanwhile.
    """

    def __init__(self, wrong: Wrong, errors: dict[str, Any] | None = None, *, is_mistake: bool | None = None) -> None:
        self.is_mistake = wrong in {Wrong.INVALID_BODY, Wrong.EMPTY} if is_mistake is None else is_mistake
        self.status, self.code, self.message = wrong.value
        self.errors = errors
        super().__init__(f"{self.code} {self.message}")

    @property
    def body(self) -> dict[str, Any]:
        """Return the JSON."""
        told = {"message": self.message, "code": self.code}
        return told if self.errors is None else told | {"errors": self.errors}


def invalid(path: str, code: str, message: str, *, is_mistake: bool = True) -> DiscordError:
    """Return an "Invalid Form Body" about the value at a dotted path."""
    told: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for step in reversed(path.split(".")):
        told = {step: told}
    return DiscordError(Wrong.INVALID_BODY, told, is_mistake=is_mistake)
