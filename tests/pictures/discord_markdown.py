"""The markdown that Discord draws, as HTML: what stands in a message, an embed or a field.

Source: support.discord.com, "Markdown Text 101", and discord.com/developers/docs/reference, "Message Formatting",
read 2026-11. Where Discord's own rules are finer (nesting of the same sign), the simple reading is taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Mapping

_INLINE = re.compile(
    r"\\(?P<plain>[^a-zA-Z0-9\s])"
    r"|(?P<ticks>`{1,2})(?P<code>.+?)(?P=ticks)"
    r"|<t:(?P<time>-?\d+)(?::(?P<form>[tTdDfFRsS]))?>"
    r"|<(?P<mention>@!?|@&|\#)(?P<id>\d+)>"
    r"|</(?P<command>[-\w ]+):\d+>"
    r"|<(?P<bare>https?://[^\s>]+)>"
    r"|\[(?P<text>[^\]\n]+)\]\((?P<link>https?://[^\s)]+)\)"
    r"|(?P<url>https?://[^\s<>]+)"
    r"|\|\|(?P<spoiler>.+?)\|\|"
    r"|\*\*(?P<bold>.+?)\*\*(?!\*)"
    r"|__(?P<under>.+?)__(?!_)"
    r"|~~(?P<struck>.+?)~~"
    r"|\*(?P<italic>[^\s*](?:.*?[^\s*])?)\*"
    r"|\b_(?P<slanted>[^\s_](?:.*?[^\s_])?)_\b",
    re.DOTALL,
)
_BLOCK = re.compile(r"```(?:[a-z]+\n)?(?P<code>.*?)```\n?", re.DOTALL)
_STEPS = (
    (365 * 86_400, "year"),
    (30 * 86_400, "month"),
    (86_400, "day"),
    (3_600, "hour"),
    (60, "minute"),
    (1, "second"),
)
_FORMS = {"t": "%H:%M", "T": "%H:%M:%S", "d": "%d/%m/%Y", "D": "%-d %B %Y", "F": "%A, %-d %B %Y %H:%M"}
_TAGS = {"bold": "strong", "under": "u", "struck": "s", "italic": "em", "slanted": "em"}


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called where they are mentioned ("@ada", "@artists", "#sketchbook"), and what time it is."""

    now: datetime
    people: Mapping[str, str]
    roles: Mapping[str, str]
    channels: Mapping[str, str]


def drawn(text: str, names: Names) -> Markup:
    """Return the HTML of a whole text: code blocks, quotes, headings, small lines, lists, and what is in a line."""
    done, place = Markup(), 0
    for block in _BLOCK.finditer(text):
        done += _lines(text[place : block.start()], names)
        done += Markup("<pre>{}</pre>").format(block["code"].strip("\n"))
        place = block.end()
    return done + _lines(text[place:], names)


def _lines(text: str, names: Names) -> Markup:
    if not text.strip("\n"):
        return Markup()
    return Markup().join(_line(line, names) for line in text.strip("\n").split("\n"))


def _line(line: str, names: Names) -> Markup:
    for sign, tag, kind in (
        ("-# ", "div", "small"),
        ("### ", "h3", ""),
        ("## ", "h2", ""),
        ("# ", "h1", ""),
        ("> ", "blockquote", ""),
        ("- ", "div", "item"),
        ("* ", "div", "item"),
    ):
        if line.startswith(sign):
            body = inline(line.removeprefix(sign), names)
            return Markup("<{} class='{}'>{}</{}>").format(Markup(tag), kind, body, Markup(tag))  # noqa: S704 - ours
    return Markup("<div class='line'>{}</div>").format(inline(line, names))


def inline(text: str, names: Names) -> Markup:
    """Return the HTML of what stands in one line."""
    done, place = Markup(), 0
    for sign in _INLINE.finditer(text):
        done += escape(text[place : sign.start()]) + _sign(sign, names)
        place = sign.end()
    return done + escape(text[place:])


def _sign(sign: re.Match[str], names: Names) -> Markup:
    if sign["plain"]:
        return escape(sign["plain"])
    if sign["code"]:
        return Markup("<code>{}</code>").format(sign["code"])
    if sign["time"]:
        return Markup("<span class='time'>{}</span>").format(_moment(int(sign["time"]), sign["form"] or "f", names.now))
    if sign["mention"]:
        return Markup("<span class='mention'>{}</span>").format(_name(sign["mention"], sign["id"], names))
    if sign["command"]:
        return Markup("<span class='mention'>/{}</span>").format(sign["command"])
    if sign["text"]:
        return Markup("<a>{}</a>").format(inline(sign["text"], names))
    if sign["bare"] or sign["url"]:
        return Markup("<a>{}</a>").format(sign["bare"] or sign["url"])
    if sign["spoiler"]:
        return Markup("<span class='covered'>{}</span>").format(inline(sign["spoiler"], names))
    kind = next(kind for kind in _TAGS if sign[kind])
    tag = Markup(_TAGS[kind])  # noqa: S704 - one of ours
    return Markup("<{}>{}</{}>").format(tag, inline(sign[kind], names), tag)


def _name(kind: str, named: str, names: Names) -> str:
    if kind == "#":
        return f"#{names.channels.get(named, named)}"
    return f"@{(names.roles if kind == '@&' else names.people).get(named, named)}"


def _moment(seconds: int, form: str, now: datetime) -> str:
    at = datetime.fromtimestamp(seconds, UTC)
    if form != "R":
        return at.strftime(_FORMS.get(form, "%-d %B %Y %H:%M"))
    apart_s = (at - now).total_seconds()
    step_s, name = next((step for step in _STEPS if abs(apart_s) >= step[0]), _STEPS[-1])
    count = round(abs(apart_s) / step_s)
    said = f"{count} {name}{'' if count == 1 else 's'}"
    return f"in {said}" if apart_s > 0 else f"{said} ago"
