"""One line of text, as an admin typed it."""

from __future__ import annotations

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text


def one_line(field: str, text: str, most: int) -> str:
    """Return the text on one line without space around it. Raises Refused: TEXT_INVALID, FIELD_RANGE (its length)."""
    if not is_text(text):
        raise Refused(Code.TEXT_INVALID, field=field, value="", allowed=[])
    line = " ".join(text.split())
    if len(line) > most:
        allowed = [f"at most {most} characters"]
        raise Refused(Code.FIELD_RANGE, field=field, value=f"{len(line)} characters", allowed=allowed)
    return line
