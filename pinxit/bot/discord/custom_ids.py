"""What a button, a select or a modal is called: all that is to be known when it is pressed, in 100 characters."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_CHARS = 100  # discord.com/developers/docs/components/reference, read 2026-11.
# `px`: ours; the digit is the version of this form, so that messages of older versions can always be told apart.
PATTERN = r"px1:(?P<act>[a-z]+):(?P<subject>[-0-9A-Z_a-z]{0,22}):(?P<value>[^:]{0,40})"
_PATTERN = re.compile(PATTERN)


@dataclass(frozen=True, slots=True)
class CustomId:
    """`act`: a word of `chat.cards.Act` or of ours. `subject`: job, report or ticket. `value`: an index or choice."""

    act: str
    subject: str = ""
    value: str = ""

    def __str__(self) -> str:
        """Return the text that Discord keeps."""
        return f"px1:{self.act}:{self.subject}:{self.value}"

    @property
    def index(self) -> int | None:
        """Return the value as the position of a picture, from 0; None where it is none."""
        return int(self.value) if self.value.isdecimal() and self.value.isascii() else None


def read_custom_id(text: str) -> CustomId | None:
    """Return what a custom id says, None for one that is not ours."""
    found = _PATTERN.fullmatch(text)
    return None if found is None else CustomId(found["act"], found["subject"], found["value"])
