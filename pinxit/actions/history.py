"""Look through what was painted: paged, by person, place and model, and by words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.data.history import Wanted
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import GuildId, JobId, PersonId
    from pinxit.domain.job import Job, JobState

PAGE_MOST = 100
TEXT_CHARS = 200
_WORDS = 12


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """What is looked for; None and "" ask for nothing.

    `text`: words that are all in the prompt or in what was typed, whatever their case. `model`: of a model or a
    generator. `before`, `after`: only jobs older or newer than this one; with `after` those that follow it.
    """

    text: str = ""
    person: PersonId | None = None
    guild: GuildId | None = None
    model: str | None = None
    platform: str | None = None
    state: JobState | None = None
    before: JobId | None = None
    after: JobId | None = None
    most: int = 30


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Jobs with their images, newest first. `older`: what to name as `before` for the next page; None at the end."""

    jobs: tuple[Job, ...]
    older: JobId | None = None


async def history(query: HistoryQuery, caller: Caller, studio: Studio) -> HistoryPage:
    """Return a page of the jobs that the caller may see. Raises Refused: FIELD_RANGE, TEXT_INVALID.

    Who is not trusted sees their own guild, and of private jobs only their own.
    """
    _check(query)
    guild = query.guild
    if not caller.is_trusted:
        if guild is not None and guild != caller.guild:
            return HistoryPage(())
        guild = caller.guild
    follows = query.after is not None and query.before is None
    wanted = Wanted(
        # One more than is shown tells whether there are older ones.
        most=query.most if follows else query.most + 1,
        words=tuple(query.text.split()[:_WORDS]),
        guild=guild,
        person=query.person,
        model=query.model or None,
        platform=query.platform or None,
        state=query.state,
        before=query.before,
        after=query.after,
        private_of=None if caller.is_trusted else caller.person,
    )
    found = tuple(await studio.store.history.page(wanted))
    if follows:  # The job that they follow is older.
        return HistoryPage(found, found[-1].id if found else None)
    jobs = found[: query.most]
    return HistoryPage(jobs, jobs[-1].id if len(found) > query.most else None)


async def named_jobs(jobs: Sequence[JobId], caller: Caller, studio: Studio) -> tuple[Job, ...]:
    """Return those of these jobs that the caller may see, with their images, newest first."""
    found = await studio.store.history.named(jobs)
    if caller.is_trusted:
        return tuple(found)
    return tuple(job for job in found if (job.person if job.private else job.guild) == _own(job, caller))


def _own(job: Job, caller: Caller) -> str:
    return caller.person if job.private else caller.guild


def _check(query: HistoryQuery) -> None:
    if not 1 <= query.most <= PAGE_MOST:
        raise Refused(Code.FIELD_RANGE, field="most", value=shown(query.most), allowed=[f"1 to {PAGE_MOST}"])
    if len(query.text) > TEXT_CHARS:
        allowed = [f"at most {TEXT_CHARS} characters"]
        raise Refused(Code.FIELD_RANGE, field="text", value=f"{len(query.text)} characters", allowed=allowed)
    for field in ("text", "person", "guild", "model", "platform", "before", "after"):
        if not is_text(getattr(query, field) or ""):
            raise Refused(Code.TEXT_INVALID, field=field, value="", allowed=[])
