"""The books as a whole: whether they add up, job by job, and every row of them for somebody who keeps others."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from pinxit.data import spending
from pinxit.data.ledger import Kind, differences
from pinxit.data.many import rows_among
from pinxit.domain.pricing import settled_milli
from pinxit.domain.quota import Scope, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pinxit.domain.ports import Tx

    Rows = Sequence[Mapping[str, Any]]

COLUMNS = (
    "id",
    "at_ms",
    "day",
    "kind",
    "unit",
    "amount",
    "person_id",
    "guild_id",
    "provider",
    "job_id",
    "attempt",
    "uncertain",
    "scope",
    "scope_id",
    "grant_id",
    "expires_ms",
    "note",
)
_AT_ONCE = 500


def verify(tx: Tx) -> Sequence[str]:
    """Return a sentence for everything that does not add up: counters, grants, jobs; none is right."""
    return [*differences(tx), *spending.differences(tx), *_strays(tx), *_jobs(tx)]


def sizes(tx: Tx) -> tuple[int, int, int]:
    """Count what `verify` looks at: rows of the ledger, counters, grants."""
    found = tx.one(
        """
        SELECT (SELECT COUNT(*) FROM ledger) AS booked, (SELECT COUNT(*) FROM usage) AS counters,
            (SELECT COUNT(*) FROM allowance) AS grants
        """
    )
    return (found["booked"], found["counters"], found["grants"]) if found else (0, 0, 0)


def page(tx: Tx, after: str, since_ms: int, most: int) -> Rows:
    """Return rows of the ledger by id, which sorts by when their job was asked for. `after`: the last id of the page.

    `since_ms`: rows that were booked before are left out.
    """
    return tx.all(
        # S608: the names of columns above.
        f"""
        SELECT {", ".join(COLUMNS)} FROM ledger WHERE id > :after AND at_ms >= :since ORDER BY id LIMIT :most
        """,  # noqa: S608
        after=after,
        since=since_ms,
        most=most,
    )


def _strays(tx: Tx) -> Iterator[str]:
    for row in tx.all(
        """
        SELECT l.id FROM ledger l LEFT JOIN job j ON j.id = l.job_id
        WHERE l.kind NOT IN ('grant', 'adjust')
            AND (j.id IS NULL OR j.person_id <> l.person_id OR j.guild_id <> l.guild_id OR j.day <> l.day)
        ORDER BY l.id
        """
    ):
        yield f"row {row['id']} belongs to no job, or is booked to somebody else or another day"


def _jobs(tx: Tx) -> Iterator[str]:
    after = ""
    while jobs := tx.all("SELECT * FROM job WHERE id > :after ORDER BY id LIMIT :most", after=after, most=_AT_ONCE):
        after = jobs[-1]["id"]
        ids = [job["id"] for job in jobs]
        booked, attempts = defaultdict(list), defaultdict(list)
        for row in rows_among(tx, "SELECT * FROM ledger WHERE job_id IN (:values)", ids):
            booked[row["job_id"]].append(row)
        for row in rows_among(tx, "SELECT job_id, dollars_micro FROM attempt WHERE job_id IN (:values)", ids):
            attempts[row["job_id"]].append(row["dollars_micro"] or 0)
        for job in jobs:
            has_ended = job["ended_ms"] is not None
            made = job["made"] if job["state"] == "succeeded" else 0
            price = settled_milli(job["credits_milli"], made, job["count"]) if has_ended else job["credits_milli"]
            cost = sum(attempts[job["id"]]) + (0 if has_ended else job["dollars_micro"])
            rows = booked[job["id"]]
            yield from _job(job, rows, Unit.CREDIT, job["credits_milli"], price)
            yield from _job(job, rows, Unit.DOLLAR, job["dollars_micro"], cost)


def _job(job: Mapping[str, Any], rows: Rows, unit: Unit, reserved: int, price: int) -> Iterator[str]:
    """Yield what is wrong with one job. `reserved`: at the start. `price`: what has to be booked by now."""
    sums: dict[str, int] = defaultdict(int)
    ends = 0
    for row in rows:
        if row["unit"] == unit:
            sums[row["kind"]] += row["amount"]
            ends += row["attempt"] == 0 and row["kind"] in (Kind.SETTLE, Kind.REFUND)
    name = f"job {job['id']} {unit}"
    if sums[Kind.RESERVE] != reserved:
        yield f"{name}: {sums[Kind.RESERVE]} reserved ≠ {reserved}"
    if (booked := sums[Kind.RESERVE] + sums[Kind.SETTLE] + sums[Kind.REFUND]) != price:
        yield f"{name}: {booked} booked ≠ {price}"
    if ends != (job["ended_ms"] is not None and (unit is Unit.CREDIT or reserved > 0)):
        yield f"{name}: settled {ends} times, and it is {job['state']}"
    for scopes in ((Scope.PERSON, Scope.MEMBER), (Scope.GUILD,)):
        drawn = sum(row["amount"] for row in rows if row["unit"] == unit and row["scope"] in scopes)
        if not 0 <= drawn <= max(reserved, price):
            yield f"{name}: {drawn} drawn from grants for {price}"
