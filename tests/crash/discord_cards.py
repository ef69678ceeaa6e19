"""What a message of the bot's says of a job, read from its JSON: which one, and whether it is its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinxit.bot.discord.custom_ids import read_custom_id
from pinxit.chat.cards import Act

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.bot.discord.custom_ids import CustomId

_OF_JOBS = frozenset(act.value for act in Act)


def jobs_in(message: dict[str, Any]) -> frozenset[str]:
    """Return the jobs whose buttons stand under it."""
    return frozenset(one.subject for one in _ids(message) if one.act in _OF_JOBS and one.subject)


def is_final(message: dict[str, Any]) -> bool:
    """Tell whether it shows a job's end: it bears a job's buttons, and none to cancel it."""
    return bool(jobs_in(message)) and all(one.act != Act.CANCEL.value for one in _ids(message))


def _ids(message: dict[str, Any]) -> Iterator[CustomId]:
    for row in message.get("components") or ():
        for one in row["components"]:
            if (found := read_custom_id(one.get("custom_id") or "")) is not None:
                yield found
