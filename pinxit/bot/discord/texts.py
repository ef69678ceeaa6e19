"""What people wrote, as Discord shows it: never as markup, and cut where it is too long, visibly."""

from __future__ import annotations

import re
import unicodedata

# discord.com/developers/docs/resources/message, read 2026-11.
MESSAGE_MOST = 2000
DESCRIPTION_MOST = 4096
EMBED_MOST = 6000
ALT_MOST = 1024

_MORE = "…"
_MARKUP = re.compile(r"[\\*_~`|\[\]()<>@:#]")
# What means something only where a line begins: lists, and small print.
_BULLET = re.compile(r"^(\s*)([-+])(?=\s|$)", re.MULTILINE)
_NUMBER = re.compile(r"^(\s*\d+)\.(?=\s|$)", re.MULTILINE)
# Signs that nobody sees, and those that turn the rest of a line around or end it; what belongs to a script stays.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_JOINER = "\u200d"
_SELECTORS = ("\ufe0e", "\ufe0f")
_SKIN_TONES = ("\U0001f3fb", "\U0001f3ff")
_ASTRAL = 0xFFFF


def size(text: str) -> int:
    """Return how long Discord finds a text: in units of UTF-16, which is never less than in characters."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """Return the text, with … at its end where it was longer than `most`. No character is torn apart."""
    if size(text) <= most:
        return text
    kept, room = 0, most - size(_MORE)
    while (room := room - (2 if ord(text[kept]) > _ASTRAL else 1)) >= 0:
        kept += 1
    while kept and _belongs(text[kept - 1], text[kept]):
        kept -= 1
    return text[:kept].rstrip() + _MORE


def _belongs(before: str, char: str) -> bool:
    """Tell whether a character is part of what the one before it shows."""
    is_mark = unicodedata.combining(char) != 0 or char in (_JOINER, *_SELECTORS)
    return is_mark or before == _JOINER or _SKIN_TONES[0] <= char <= _SKIN_TONES[1]


def escape(text: str, most: int | None = None) -> str:
    """Return a text that Discord shows as it was written: no markup, mention, link or small print in it works.

    `most`: how long the result may be, escapes included.
    """
    plain = _CONTROL.sub("", text)
    escaped = _NUMBER.sub(r"\1\\.", _BULLET.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", plain)))
    if most is None or size(escaped) <= most:
        return escaped
    kept = cut(escaped, most).removesuffix(_MORE)
    torn = (len(kept) - len(kept.rstrip("\\"))) % 2  # An escape whose character was cut off.
    return kept[: len(kept) - torn].rstrip() + _MORE


def one_line(text: str) -> str:
    """Return the text without line breaks, for where they would look like ours."""
    return " ".join(text.split())
