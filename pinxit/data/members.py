"""A person as a member of guilds, whose ids are `guild/person`."""

from __future__ import annotations


def is_member(column: str) -> str:
    """Return the condition that an id of a member is of the person whose id is `:member` behind a slash.

    Compared sign for sign: LIKE of SQLite takes `anna` and `Anna` for one.
    """
    return f"SUBSTR({column}, LENGTH({column}) - LENGTH(CAST(:member AS TEXT)) + 1) = CAST(:member AS TEXT)"
