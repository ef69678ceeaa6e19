"""Submits of many callers that come at once, in as many statements as one of them takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pinxit.data import lanes, ledger
from pinxit.data.new_rows import insert_jobs
from pinxit.data.quotas import Asking
from pinxit.data.standing import standings
from pinxit.data.submitting import Submitted
from pinxit.data.taking_in import full, submit_all
from pinxit.data.works import Shared
from pinxit.domain.quota import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pinxit.data.submitting import NewJob, Waiting
    from pinxit.domain.fairness import Rules
    from pinxit.domain.ports import Tx

_AT_ONCE = 16  # Each number of jobs has statements of its own, which SQLite keeps.


@dataclass(frozen=True, slots=True)
class Submit(Shared[list[Submitted]]):
    """A work that stores a group of jobs, all or none. Raises what `submit` raises."""

    news: Sequence[NewJob]
    waiting: Waiting
    rules: Rules

    @property
    def kind(self) -> object:
        """Return the numbers that it goes by."""
        return self.waiting, self.rules

    def __call__(self, tx: Tx) -> list[Submitted]:
        """Do it."""
        return submit_all(tx, self.news, self.waiting, self.rules)

    def share(self, tx: Tx, works: Sequence[Submit]) -> list[list[Submitted] | None]:
        """Store those single jobs that nothing stands in the way of."""
        done: list[list[Submitted] | None] = [None] * len(works)
        single = [(number, work.news[0]) for number, work in enumerate(works) if len(work.news) == 1]
        for first in range(0, len(single), _AT_ONCE):
            part = dict(single[first : first + _AT_ONCE])
            for number in _store(tx, part, self.waiting, self.rules) if len(part) > 1 else ():
                done[number] = [Submitted(part[number].id, is_new=True)]
        return done


def _store(tx: Tx, news: Mapping[int, NewJob], waiting: Waiting, rules: Rules) -> Sequence[int]:
    """Store what may be stored, of different callers, and return their numbers."""
    numbers, taken, found = [], [], []
    for number, row in _free(tx, news, waiting):
        numbers.append(number)
        taken.append(news[number])
        found.append(row)
    if not numbers:
        return ()
    reservations = [_reservation(new, ZoneInfo(row["time_zone"])) for new, row in zip(taken, found, strict=True)]
    if not ledger.reserve(tx, reservations):
        raise LookupError("some of these jobs are reserved already")
    entries = [
        lanes.Entry(
            lanes.Spot(new.first["pool"], new.guild, new.person, new.first["cost_s"]),
            row,
            row["weight"],
            row["running_cap"],
        )
        for new, row in zip(taken, found, strict=True)
    ]
    tags = lanes.enter_all(tx, entries, rules)
    insert_jobs(tx, taken, tags, [each.day for each in reservations])
    return numbers


def _reservation(new: NewJob, zone: ZoneInfo) -> ledger.Reservation:
    amounts = {Unit.CREDIT: new.credits_milli, Unit.DOLLAR: new.dollars_micro}
    day = Asking(new.person, new.guild, zone, new.now_ms).day
    return ledger.Reservation(new.id, amounts, new.person, new.guild, day, new.now_ms)


def _free(tx: Tx, news: Mapping[int, NewJob], waiting: Waiting) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Return the jobs that can be stored as they are: the number of each, and what is known about it.

    The others go alone: who might be refused, who is bound by a limit or a cooldown, whose guild is new,
    of whom there is no row.
    """
    rows = standings(tx, list(news.values()))
    idems: set[str] = set()
    more = Counter[tuple[str, str]]()
    for place, (number, new) in enumerate(news.items()):
        row = rows.get(place)
        if row is None or new.idem in idems or not _is_free(new, row):
            continue
        person, guild, total = ("person", new.person), ("guild", new.guild), ("", "")
        waits = row["persons_jobs"] + more[person], row["guilds_jobs"] + more[guild], row["jobs"] + more[total]
        if full(*waits, waiting) is None:
            more.update((person, guild, total))
            if new.idem is not None:
                idems.add(new.idem)
            yield number, row


def _is_free(new: NewJob, row: Mapping[str, Any]) -> bool:
    return (
        row["known"] is None
        and row["guild"] is not None
        and row["person"] is not None
        and not row["may_be_banned"]
        and not row["may_be_limited"]
        and new.person_cooldown_s <= 0
        and new.guild_cooldown_s <= 0
    )
