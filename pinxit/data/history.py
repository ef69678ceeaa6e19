"""Jobs of the past, newest first, a page at a time: by place, person, model and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.data.job_rows import load_jobs
from pinxit.data.many import rows_among
from pinxit.data.words import folded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.domain.ids import GuildId, JobId, PersonId
    from pinxit.domain.image_rules import ImageRules
    from pinxit.domain.job import Job, JobState
    from pinxit.domain.ports import Database, Tx


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs. Every condition holds; None and "" ask for nothing.

    `words`: all of them are in the prompt or the typed text, whatever their case. `model`: a model's or a generator's
    name. `before`, `after`: older or newer than this job; with `after` the page holds the ones that follow it.
    `private_of`: private jobs are only shown of this person; None: of everybody.
    """

    most: int
    words: tuple[str, ...] = ()
    guild: GuildId | None = None
    person: PersonId | None = None
    model: str | None = None
    platform: str | None = None
    state: JobState | None = None
    before: JobId | None = None
    after: JobId | None = None
    private_of: PersonId | None = None


class History:
    """Reading many jobs at once. Deleted ones are in none of it."""

    def __init__(self, database: Database, house: ImageRules) -> None:
        self._database = database
        self._house = house

    async def page(self, wanted: Wanted) -> Sequence[Job]:
        """Return at most `most` jobs with their images, without their attempts, newest first."""
        sql, values = statement(wanted)
        jobs = await self._database.read(lambda tx: load_jobs(tx, tx.all(sql, **values), self._house))
        return sorted(jobs, key=lambda job: job.id, reverse=True)

    async def named(self, jobs: Sequence[JobId]) -> Sequence[Job]:
        """Return those of these jobs that are there, with their images, without their attempts, newest first."""

        def work(tx: Tx) -> list[Job]:
            sql = "SELECT * FROM job WHERE id IN (:values) AND deleted_ms IS NULL"
            return load_jobs(tx, rows_among(tx, sql, jobs), self._house)

        return sorted(await self._database.read(work), key=lambda job: job.id, reverse=True)


def statement(wanted: Wanted) -> tuple[str, dict[str, object]]:
    """Return the search for one page and its values."""
    values: dict[str, object] = {"most": wanted.most}
    conditions = ["j.deleted_ms IS NULL"]
    # CROSS JOIN is an order to SQLite: first the narrow rows of words, then the jobs that have them.
    tables, place = ("job_words w CROSS JOIN job j", "w.job_id") if wanted.words else ("job j", "j.id")
    guild = "w.guild_id" if wanted.words else "j.guild_id"

    def ask(condition: str, **given: object) -> None:
        if None not in given.values():
            conditions.append(condition)
            values.update(given)

    ask(f"{guild} = :guild", guild=wanted.guild)
    ask(f"{place} < :before", before=wanted.before)
    ask(f"{place} > :after", after=wanted.after)
    ask("j.person_id = :person", person=wanted.person)
    ask("(j.model = :model OR j.pool = :model)", model=wanted.model)
    ask("j.platform = :platform", platform=wanted.platform)
    ask("j.state = :state", state=wanted.state)
    ask("(j.private = 0 OR j.person_id = :viewer)", viewer=wanted.private_of)
    if wanted.words:
        ask("j.id = w.job_id")
    for number, word in enumerate(wanted.words):
        conditions.append(f"w.words LIKE :word_{number} ESCAPE '!'")
        values[f"word_{number}"] = f"%{_literal(folded(word))}%"
    order = "ASC" if wanted.after is not None and wanted.before is None else "DESC"
    where = " AND ".join(conditions)
    sql = f"SELECT j.* FROM {tables} WHERE {where} ORDER BY {place} {order} LIMIT :most"  # noqa: S608 - literals above
    return sql, values


def _literal(text: str) -> str:
    """Write text so that LIKE takes its signs for text."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
