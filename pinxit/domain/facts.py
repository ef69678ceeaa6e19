"""What a refusal may show of a wrong value, and the known name that was probably meant."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN_CHARS = 40
# Tab and line feeds are text. Other controls and lone surrogates are not: no database and no file takes them all.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def is_text(text: str) -> bool:
    """Tell whether `text` can be stored and sent anywhere: no control characters, no lone surrogates."""
    return _UNPRINTABLE.search(text) is None


def shown(value: object) -> str:
    """Write a wrong value for a sentence: one line, at most 40 characters, no control characters."""
    if isinstance(value, int) and abs(value) >= 10**SHOWN_CHARS:  # Python refuses to write numbers of 4,300 digits.
        return f"a number of more than {SHOWN_CHARS} digits"
    text = str(value)
    line = " ".join(_UNPRINTABLE.sub("�", text[: 4 * SHOWN_CHARS]).split())
    return line if len(line) <= SHOWN_CHARS and len(text) <= 4 * SHOWN_CHARS else f"{line[: SHOWN_CHARS - 1]}…"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known name that `word` most resembles, or "" if none comes near. Case does not matter."""
    names = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word[: 2 * SHOWN_CHARS].casefold(), names, n=1)
    return names[close[0]] if close else ""
