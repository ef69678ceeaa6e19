"""What a person sees: messages with their words, pictures and buttons, always as they are at the moment of looking."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.platforms.discord import wire
from tests.platforms.discord.people_commands import PersonError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.platforms.discord.entities import Message
    from tests.platforms.discord.state import State

Json = dict[str, Any]
_ROW, _BUTTON, _LINK = 1, 2, 5
SELECTS = frozenset({3, 5, 6, 7, 8})
_SHOWN_CHARS = 3000  # Of what was there instead; enough to see why, not enough to bury the line above it.


class NotSeen(AssertionError):
    """What a test waited for did not come in time; the text says what there was instead."""


class Seen:
    """A message as a client draws it. Every property reads it anew, so one Seen follows a message through its life."""

    def __init__(self, state: State, message: Message) -> None:
        self.message = message
        self._state = state

    def __repr__(self) -> str:
        return f"Seen({self.describe()})"

    @property
    def id(self) -> str:
        """Return the message's id."""
        return self.message.id

    @property
    def json(self) -> Json:
        """Return it as the API shows it, reactions included."""
        return wire.message_json(self._state, self.message)

    @property
    def is_there(self) -> bool:
        """Return whether it was not deleted."""
        return not self.message.deleted

    @property
    def is_ephemeral(self) -> bool:
        """Return whether one person alone sees it."""
        return self.message.only_for is not None

    @property
    def is_loading(self) -> bool:
        """Return whether it says "thinking…"."""
        return self.message.loading

    @property
    def content(self) -> str:
        """Return the words above the embeds."""
        return str(self.message.json.get("content") or "")

    @property
    def embeds(self) -> list[Json]:
        """Return the embeds."""
        return list(self.message.json.get("embeds") or ())

    @property
    def attachments(self) -> list[Json]:
        """Return the files; those that an embed shows are not among them."""
        return list(self.message.json.get("attachments") or ())

    @property
    def text(self) -> str:
        """Return every word that can be read in it, a line each: content, embeds from top to bottom."""
        lines: list[str | None] = [self.content]
        for embed in self.embeds:
            lines.append((embed.get("author") or {}).get("name"))
            lines += [embed.get("title"), embed.get("description")]
            for field in embed.get("fields") or ():
                lines += [field["name"], field["value"]]
            lines.append((embed.get("footer") or {}).get("text"))
        return "\n".join(line for line in lines if line)

    @property
    def components(self) -> list[Json]:
        """Return the buttons and selects, from left to right and top to bottom."""
        return list(_walk(self.message.json.get("components") or ()))

    @property
    def buttons(self) -> dict[str, Json]:
        """Return the buttons by what is written on them: the label, or the emoji where there is none."""
        return {_words(one): one for one in self.components if one["type"] == _BUTTON}

    @property
    def selects(self) -> list[Json]:
        """Return the selects."""
        return [one for one in self.components if one["type"] in SELECTS]

    def button(self, name: str) -> Json:
        """Return the button with this label, emoji, "emoji label" or custom id. Raises PersonError.

        Only one that can be pressed: no link, not disabled. A label may be given without what follows it: "Reroll"
        finds "Reroll ×2" where nothing else begins so.
        """
        buttons = [one for one in self.components if one["type"] == _BUTTON]
        exact = [one for one in buttons if name in _names(one)]
        found = exact or [one for one in buttons if (one.get("label") or "").startswith(name)]
        if len(found) != 1:
            raise PersonError(f"{len(found)} buttons are called {name!r}; there are {[*self.buttons]}")
        if found[0].get("disabled"):
            raise PersonError(f"the button {name!r} is disabled")
        if found[0].get("style") == _LINK:
            raise PersonError(f"the button {name!r} is a link, to {found[0].get('url')}")
        return found[0]

    def select(self, name: str | None) -> Json:
        """Return the select with this custom id or placeholder; None: the only one. Raises PersonError."""
        found = [one for one in self.selects if name in {None, one["custom_id"], one.get("placeholder")}]
        if len(found) != 1:
            names = [(one["custom_id"], one.get("placeholder")) for one in self.selects]
            raise PersonError(f"{len(found)} selects are called {name!r}; there are {names}")
        if found[0].get("disabled"):
            raise PersonError(f"the select {name!r} is disabled")
        return found[0]

    def describe(self) -> str:
        """Return what it shows, for the message of a failed wait."""
        shown = {
            "content": self.content,
            "embeds": self.embeds,
            "attachments": [one["filename"] for one in self.attachments],
            "buttons": [*self.buttons],
            "ephemeral": self.is_ephemeral,
            "loading": self.is_loading,
            "deleted": self.message.deleted,
        }
        return json.dumps(shown, ensure_ascii=False)[:_SHOWN_CHARS]


def _walk(components: Iterable[Json]) -> Iterator[Json]:
    for one in components:
        if one["type"] == _ROW:
            yield from one["components"]
        else:
            yield one


def _words(button: Json) -> str:
    return button.get("label") or (button.get("emoji") or {}).get("name") or ""


def _names(button: Json) -> set[str]:
    emoji = (button.get("emoji") or {}).get("name") or ""
    label = button.get("label") or ""
    names = {button.get("custom_id"), label, emoji, f"{emoji} {label}".strip()}
    return {name for name in names if name}


async def wait_until(
    state: State, predicate: Callable[[], Any], instead: Callable[[], str], *, timeout_s: float = 10.0
) -> Any:  # noqa: ANN401 - the predicate's own
    """Return the predicate's first true value. Raises NotSeen with what `instead` says there was."""
    try:
        return await state.wait_for(predicate, timeout_s)
    except TimeoutError:
        raise NotSeen(f"not seen within {timeout_s} s; instead: {instead()}") from None
