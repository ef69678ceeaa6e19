"""Where on Discord a job is shown: what the outbox keeps of an interaction or a message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.request import Json

DISCORD = "discord"  # The platform of everybody who comes through Discord.
# What the outbox forgets when the end is shown; see `Deliveries.done`.
SECRET = "secret"  # noqa: S105 - the name of a key, not a secret


@dataclass(frozen=True)  # Without slots, for `changed`.
class Address:
    """One message to be, or one that is there. Ids are Discord's, as text; times are seconds of the epoch.

    `user`: who asked. `guild`: the server, "" in a direct chat. `locale`: ours, "en" or "de". `application`,
    `interaction`, `token`: of the interaction that asked, "" where none did (a reaction, a further job of a group);
    the token opens its messages for 15 minutes from `asked_s` on. `limit_bytes`: the largest attachment there.
    `can_post`: the bot itself may write and edit in the channel; False where it is not a member (user-installed).
    `command`: what was used, as "/imagine", for messages that are no answer to an interaction. `reply_to`: the message
    that such a message answers. `roles`: the person's in that server, whose limits count in what is left.
    """

    user: str
    guild: str = ""
    locale: str = "en"
    application: str = ""
    interaction: str = ""
    token: str = ""
    asked_s: float = 0.0
    limit_bytes: int = 10 * 2**20
    can_post: bool = True
    command: str = ""
    reply_to: str = ""
    roles: tuple[str, ...] = ()

    def to_json(self) -> str:
        """Return the address as the outbox keeps it; the token lies under `secret`."""
        said = {
            "user": self.user,
            "guild": self.guild,
            "locale": self.locale,
            "application": self.application,
            "interaction": self.interaction,
            SECRET: {"token": self.token} if self.token else {},
            "asked_s": self.asked_s,
            "limit_bytes": self.limit_bytes,
            "can_post": self.can_post,
            "command": self.command,
            "reply_to": self.reply_to,
            "roles": list(self.roles),
        }
        return json.dumps(said)

    @classmethod
    def read(cls, target: Mapping[str, Json]) -> Address:
        """Read what the outbox keeps. What is not there, or not any more, is as in an empty address."""
        secret = target.get(SECRET)
        token = secret.get("token", "") if isinstance(secret, dict) else ""
        return cls(
            user=_text(target, "user"),
            guild=_text(target, "guild"),
            locale=_text(target, "locale") or "en",
            application=_text(target, "application"),
            interaction=_text(target, "interaction"),
            token=token if isinstance(token, str) else "",
            asked_s=_number(target, "asked_s", 0.0),
            limit_bytes=int(_number(target, "limit_bytes", 10 * 2**20)),
            can_post=target.get("can_post") is not False,
            command=_text(target, "command"),
            reply_to=_text(target, "reply_to"),
            roles=_texts(target, "roles"),
        )


def _text(target: Mapping[str, Json], name: str) -> str:
    value = target.get(name)
    return value if isinstance(value, str) else ""


def _texts(target: Mapping[str, Json], name: str) -> tuple[str, ...]:
    value = target.get(name)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _number(target: Mapping[str, Json], name: str, default: float) -> float:
    value = target.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else default
