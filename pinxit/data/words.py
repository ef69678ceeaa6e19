"""Text as a search compares it: one line, without case, kept apart from each job."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

from pinxit.data.inserting import insert_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.domain.ports import Tx

_AT_ONCE = 1000


def folded(text: str) -> str:
    """Return `text` on one line, in one Unicode form and without case: "ﬁre  FOX" and "fire fox" are the same."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def texts_of(request: str) -> tuple[str, str]:
    """Return the prompt and the typed text of a request that is given as JSON."""
    raw: dict[str, Any] = json.loads(request)
    return raw["prompt"], raw.get("typed", "")


def words_of(texts: tuple[str, str]) -> str:
    """Return what a job is found by. `texts`: the prompt and the typed text of its request."""
    prompt, typed = map(folded, texts)
    return typed if prompt in typed else f"{prompt} {typed}".strip()


def insert_words(tx: Tx, jobs: Sequence[tuple[str, str, str]]) -> None:
    """Note the words of jobs: (id, guild, words) of each."""
    insert_rows(tx, "job_words", ("job_id", "guild_id", "words"), jobs)


def fill_words(tx: Tx) -> None:
    """Note the words of the jobs that were there before their table was."""
    sql, last = "SELECT id, guild_id, request FROM job WHERE id > :last ORDER BY id LIMIT :most", ""
    while rows := tx.all(sql, last=last, most=_AT_ONCE):
        for row in rows:
            insert_words(tx, [(row["id"], row["guild_id"], words_of(texts_of(row["request"])))])
        last = rows[-1]["id"]
