"""The honest half of the test chat: channels, messages, nonces and tokens, every effect logged before it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.platforms.chat_log import Effect, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.platforms.chat_log import Log, Post


class ChatRefusal(Exception):
    """The chat did nothing and says why. `code` is for programs; `retry_after_s` where waiting helps."""

    def __init__(self, status: int, code: str, retry_after_s: float | None = None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Message:
    """A living message and what it shows now."""

    channel: str
    nonce: str
    post: Post


class Room:
    """All channels of one chat. Every method takes effect at once and wholly, or raises ChatRefusal.

    Whatever it knows comes from its log: a room on the same log goes on where the last one was killed.
    """

    def __init__(
        self, log: Log, now_s: Callable[[], float], *, nonce_window_s: float | None, token_age_s: float
    ) -> None:
        """Replay `log`. `now_s`: seconds since the epoch. `nonce_window_s`: None for a chat that keeps no nonces."""
        self._log = log
        self._now_s = now_s
        self._nonce_window_s = nonce_window_s
        self._token_age_s = token_age_s
        self.messages: dict[str, Message] = {}
        self._nonces: dict[tuple[str, str], tuple[str, float]] = {}
        self._closed: set[str] = set()
        self._expired: set[str] = set()
        for effect in log.effects:
            self._take(effect)
        self._note(Kind.STARTED, nonces=nonce_window_s is not None)

    def create(self, channel: str, post: Post, *, nonce: str, token: str, after_s: float) -> tuple[str, bool]:
        """Return (message id, True), or (the id that this nonce already made, False) with nothing changed.

        A nonce counts for `nonce_window_s` in its channel, even if its message was forgotten meanwhile.
        """
        self._may_write(channel, token)
        if nonce and self._nonce_window_s is not None:
            made, at_s = self._nonces.get((channel, nonce), ("", 0.0))
            if made and self._now_s() - at_s <= self._nonce_window_s:
                return made, False
        message = f"m{self._log.next_seq}"
        self._note(Kind.CREATED, message=message, channel=channel, nonce=nonce, token=token, after_s=after_s, post=post)
        return message, True

    def edit(self, channel: str, message: str, post: Post, *, token: str, after_s: float) -> None:
        """Make a living message show `post`. Without a token it is the bot's own edit, which never expires."""
        self._may_write(channel, token)
        if message not in self.messages or self.messages[message].channel != channel:
            raise ChatRefusal(404, "message_unknown")
        self._note(Kind.EDITED, message=message, channel=channel, token=token, after_s=after_s, post=post)

    def forget(self, message: str) -> None:
        """Delete a message; one that is not there is no error."""
        if message in self.messages:
            self._note(Kind.FORGOTTEN, message=message, channel=self.messages[message].channel)

    def close(self, channel: str) -> None:
        """Forbid a channel for good."""
        if channel not in self._closed:
            self._note(Kind.CLOSED, channel=channel)

    def expire(self, token: str) -> None:
        """End a token's life for good."""
        if token not in self._expired:
            self._note(Kind.EXPIRED, token=token)

    def _may_write(self, channel: str, token: str) -> None:
        if channel in self._closed:
            raise ChatRefusal(403, "channel_forbidden")
        if token and (token in self._expired or self._now_s() - _issued_s(token) > self._token_age_s):
            raise ChatRefusal(401, "token_expired")

    def _note(
        self,
        kind: Kind,
        *,
        message: str = "",
        channel: str = "",
        nonce: str = "",
        token: str = "",
        after_s: float = 0.0,
        nonces: bool = True,
        post: Post | None = None,
    ) -> None:
        effect = Effect(self._log.next_seq, self._now_s(), kind, message, channel, nonce, token, after_s, nonces, post)
        self._log.append(effect)
        self._take(effect)

    def _take(self, effect: Effect) -> None:
        match effect:
            case Effect(kind=Kind.CREATED, message=message, channel=channel, nonce=nonce, post=post) if post:
                self.messages[message] = Message(channel, nonce, post)
                self._nonces[channel, nonce] = (message, effect.at_s)
            case Effect(kind=Kind.EDITED, message=message, post=post) if post:
                old = self.messages[message]
                self.messages[message] = Message(old.channel, old.nonce, post)
            case Effect(kind=Kind.FORGOTTEN, message=message):
                self.messages.pop(message, None)
            case Effect(kind=Kind.CLOSED, channel=channel):
                self._closed.add(channel)
            case Effect(kind=Kind.EXPIRED, token=token):
                self._expired.add(token)


def a_token(now_s: float, name: str) -> str:
    """Return a token issued now. Its age stands in itself, so any process on any restart can tell it."""
    return f"{now_s:.3f}/{name}"


def _issued_s(token: str) -> float:
    issued, _, _ = token.partition("/")
    try:
        return float(issued)
    except ValueError:
        return float("inf")  # Not one of ours: no age, so only `expire` ends it.
