"""Text as a search compares it: one line, without case, kept apart from each job."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pinxit.domain.ports import Tx

_AT_ONCE = 1000


def folded(text: str) -> str:
    """Return `text` on one line, in one Unicode form and without case: "ﬁre  FOX" and "fire fox" are the same."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def insert_words(tx: Tx, job: str, guild: str, request: str) -> None:
    """Note what a job is found by: the prompt and the typed text of its request, which is given as JSON."""
    raw: dict[str, Any] = json.loads(request)
    prompt, typed = folded(raw["prompt"]), folded(raw.get("typed", ""))
    words = typed if prompt in typed else f"{prompt} {typed}".strip()
    tx.run(
        "INSERT INTO job_words (job_id, guild_id, words) VALUES (:job, :guild, :words)",
        job=job,
        guild=guild,
        words=words,
    )


def fill_words(tx: Tx) -> None:
    """Note the words of the jobs that were there before their table was."""
    sql, last = "SELECT id, guild_id, request FROM job WHERE id > :last ORDER BY id LIMIT :most", ""
    while rows := tx.all(sql, last=last, most=_AT_ONCE):
        for row in rows:
            insert_words(tx, row["id"], row["guild_id"], row["request"])
        last = rows[-1]["id"]
