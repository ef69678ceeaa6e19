r"""The backslash that makes a sign ordinary text: `\{red, blue\}`, `\__animal__`, and a quotation mark inside two.

One backslash is taken from those directly before such a sign; so text that needs one more gets one, and everything
that can be said can be written. Before other signs a backslash is a backslash, for weights and Windows.
"""

from __future__ import annotations

import re

# The lookbehind lets only the first backslash of several match, which keeps every search linear.
_WRITTEN = re.compile(r"(?<!\\)\\(?=\\*(?:[{}|,]|__))")
_MEANT = re.compile(r"(?<!\\)(?=\\*(?:\{|(?<!_)__)|\\+[}|,])")
_UNGUARDED = re.compile(r"(?<!\\)(?=\{)|(?<![\\_])(?=__)")
_QUOTE = r"(?<!\\)\\(?=\\*{})"
_QUOTES = {'"': '"', "“": "”", "”": "”", "„": "“", "«": "»"}  # „“ and «»: German and French keyboards.
_PREFERRED = ('"', "“", "«")


def unescape(text: str) -> str:
    """Return the text that was meant: choices and wildcards as themselves."""
    return _WRITTEN.sub("", text) if "\\" in text else text


def escape(text: str) -> str:
    """Return text in which nothing is a choice or a wildcard; `unescape` gives it back."""
    return _MEANT.sub(r"\\", text)


def guarded(text: str) -> str:
    """Return typed text in which nothing is a choice or a wildcard any more; it means what it meant as text."""
    return _UNGUARDED.sub(r"\\", text)


def quoted(text: str) -> str:
    """Return text between quotation marks, those that it does not hold itself if there are any."""
    opening = next((mark for mark in _PREFERRED if _QUOTES[mark] not in text), '"')
    closing = _QUOTES[opening]
    inside = re.sub(rf"(?<!\\)(?=\\*{closing})", r"\\", text)
    if inside.endswith("\\"):
        inside += " "  # Keeps the backslash from the mark; who reads a value strips it.
    return f"{opening}{inside}{closing}"


def unquoted(text: str, position: int) -> tuple[str, int] | None:
    """Return the quoted text that begins here and where it ends.

    ("", -1) if it never ends, None if nothing is quoted here.
    """
    closing = _QUOTES.get(text[position : position + 1])
    if closing is None:
        return None
    end = re.compile(rf"(?<!\\){closing}").search(text, position + 1)
    if end is None:
        return "", -1
    return re.sub(_QUOTE.format(closing), "", text[position + 1 : end.start()]), end.end()
