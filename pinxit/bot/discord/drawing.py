"""A job's message as Discord shows it: pictures above one embed, and buttons under it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

import discord

from pinxit.bot.discord.buttons import buttons
from pinxit.bot.discord.texts import ALT_MOST, DESCRIPTION_MOST, MESSAGE_MOST, cut, escape, one_line
from pinxit.domain.job import JobState
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinxit.bot.discord.address import Address
    from pinxit.chat.cards import View

_PROMPT_MOST = 1000  # Of a longer one Details shows all.
_LINE_MOST = 400
_ERROR_MOST = 1000
_BAR_CELLS = 10
_COLOURS = {
    JobState.QUEUED: 0x80848E,
    JobState.RUNNING: 0x4A7BD0,
    JobState.WAITING: 0xC9902B,
    JobState.SUCCEEDED: 0x3BA55D,
    JobState.FAILED: 0xD0433E,
    JobState.CANCELLED: 0x4E5058,
}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file to be shown. `alt`: for those who cannot see it. `spoiler`: covered until somebody wants to look."""

    name: str
    data: bytes
    alt: str = ""
    spoiler: bool = False


class Send(TypedDict):
    """What a creation takes, of a channel's `send` as of an interaction's response."""

    content: str | None
    embed: discord.Embed
    view: discord.ui.View
    files: list[discord.File]
    allowed_mentions: discord.AllowedMentions


class Edit(TypedDict):
    """What an edit takes, by token as by the bot itself. The attachments are all that the message is to have.

    The content stays as it was created.
    """

    embed: discord.Embed
    view: discord.ui.View | None
    attachments: list[discord.File]
    allowed_mentions: discord.AllowedMentions


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message. It may be sent more than once: files are opened anew each time. `view` is stopped already."""

    content: str
    embed: discord.Embed
    view: discord.ui.View | None
    files: tuple[Attached, ...] = ()

    @property
    def size_bytes(self) -> int:
        """Return what its files weigh."""
        return sum(len(file.data) for file in self.files)

    def to_send(self) -> Send:
        """Return the arguments of a creation."""
        said: Send = {
            "content": self.content or None,
            "embed": self.embed,
            "files": self._opened(),
            "allowed_mentions": discord.AllowedMentions.none(),
        }  # type: ignore[typeddict-item]  # `view` is left out where there is none: None is no view to discord.py
        if self.view is not None:
            said["view"] = self.view
        return said

    def to_edit(self) -> Edit:
        """Return the arguments of an edit."""
        return {
            "embed": self.embed,
            "view": self.view,
            "attachments": self._opened(),
            "allowed_mentions": discord.AllowedMentions.none(),
        }

    def _opened(self) -> list[discord.File]:
        return [
            discord.File(io.BytesIO(file.data), file.name, spoiler=file.spoiler, description=cut(file.alt, ALT_MOST))
            if file.alt
            else discord.File(io.BytesIO(file.data), file.name, spoiler=file.spoiler)
            for file in self.files
        ]


def draw(
    view: View,
    address: Address,
    *,
    locale: str,
    left: str = "",
    preview: bytes | None = None,
    files: Sequence[Attached] = (),
    notes: Sequence[str] = (),
) -> Drawn:
    """Return the message that shows the job as it is now. Needs a running event loop.

    `left`: what the requester may still ask for, as a sentence's part. `preview`: a small JPEG of what is being
    painted. `files`: of the finished pictures. `notes`: whole sentences of ours about them, shown as they are.
    """
    embed = discord.Embed(description=_description(view, left, notes), colour=_COLOURS[view.state])
    shown = tuple(files)
    if preview is not None and not view.state.is_final:
        shown = (Attached(f"preview-{view.job}.jpg", preview, one_line(view.prompt)), *shown)
    return Drawn("" if address.interaction else used(address, locale), embed, buttons(view, locale), shown)


def plain(view: View, address: Address, *, locale: str) -> Drawn:
    """Return the message without anything that Discord could find fault with, for when it refuses the drawn one."""
    said = escape(view.error or view.status, _ERROR_MOST)
    embed = discord.Embed(description=f"{said}\n-# {say_slash(locale, Slash.SHOWN_PLAIN)}")
    return Drawn("" if address.interaction else used(address, locale), embed, None)


def used(address: Address, locale: str) -> str:
    """Return who asked, and how, for a message above which Discord itself does not say it. It pings nobody."""
    facts = {"user": f"<@{address.user}>", "command": escape(address.command)}
    return cut(say_slash(locale, Slash.USED if address.command else Slash.FOR_USER, facts), MESSAGE_MOST)


def _description(view: View, left: str, notes: Sequence[str]) -> str:
    lines = "\n".join(_lines(view, left, notes))
    lines = cut(lines, DESCRIPTION_MOST // 2)
    prompt = escape(_calm(view.prompt), _PROMPT_MOST)
    return f"{prompt}\n{lines}" if prompt and lines else prompt or lines


def _lines(view: View, left: str, notes: Sequence[str]) -> Iterator[str]:
    status = escape(view.status, _LINE_MOST)
    match view.state:
        case JobState.QUEUED | JobState.WAITING:
            yield f"⏳ {status}"
        case JobState.RUNNING:
            yield f"{bar(view.progress or 0.0)} {status}"
        case JobState.SUCCEEDED if len(view.pictures) < view.asked:
            yield status
    if view.error:
        yield escape(view.error, _ERROR_MOST)
    elif view.state in (JobState.FAILED, JobState.CANCELLED):
        yield status
    if view.state is JobState.SUCCEEDED and view.pictures:
        yield from (f"-# {escape(line, _LINE_MOST)}" for line in _facts(view, left) if line)
    yield from (f"-# {escape(one_line(note), _LINE_MOST)}" for note in view.notes)
    yield from (f"-# {note}" for note in notes)


def _facts(view: View, left: str) -> tuple[str, str]:
    """Return how the pictures were made, and what that cost."""
    paid = view.facts.index(view.price) if view.price in view.facts else len(view.facts)
    cost = ", ".join(text for text in (view.price if paid < len(view.facts) else "", left) if text)
    return " · ".join(view.facts[:paid]), " · ".join(text for text in (cost, *view.facts[paid + 1 :]) if text)


def bar(fraction: float) -> str:
    """Return how far something is as ten cells."""
    full = min(_BAR_CELLS, max(0, round(fraction * _BAR_CELLS)))
    return "▓" * full + "░" * (_BAR_CELLS - full)


def _calm(text: str) -> str:
    """Return the text without empty lines, which would push the rest out of sight."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())
