"""What must hold of the money at every moment, recomputed from the jobs themselves."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pinxit.data import books
from pinxit.domain.pricing import settled_milli
from pinxit.domain.quota import Period
from tests.crash.spending import LIMITS, ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pinxit.domain.ports import Tx

Key = tuple[str, str, str, str]  # Scope, id, unit and day.


def wrongs(tx: Tx) -> Sequence[str]:
    """Return a sentence for everything that is wrong with the money."""
    rows = {(row["scope"], row["scope_id"], row["unit"], row["day"]): row for row in tx.all("SELECT * FROM usage")}
    spent, beyond = _from_jobs(tx)
    found = [f"books: {sentence}" for sentence in books.verify(tx)]
    for key in rows.keys() | spent.keys():
        counted = rows[key]["used"] if key in rows else 0
        if key[0] != "provider" and counted != spent.get(key, 0):
            found.append(f"{key}: the counter says {counted}, the jobs {spent.get(key, 0)}")
    found += _passed(rows, beyond)
    late = """
        SELECT l.id FROM ledger l JOIN allowance a ON a.id = l.grant_id
        WHERE l.kind = 'draw' AND l.at_ms >= a.expires_ms
    """
    found += [f"{row['id']} was drawn from a grant that had expired" for row in tx.all(late)]
    return found


def _from_jobs(tx: Tx) -> tuple[Mapping[Key, int], Mapping[Key, int]]:
    """Return what the jobs cost, without looking at the books, and what providers charged beyond what was reserved."""
    spent: dict[Key, int] = defaultdict(int)
    beyond: dict[Key, int] = defaultdict(int)
    calls: dict[str, int] = defaultdict(int)
    for row in tx.all("SELECT job_id, dollars_micro FROM attempt WHERE dollars_micro IS NOT NULL"):
        calls[row["job_id"]] += row["dollars_micro"]
    for job in tx.all("SELECT * FROM job"):
        is_open = job["state"] in ("queued", "running", "waiting")
        made = job["made"] if job["state"] == "succeeded" else 0
        milli = job["credits_milli"] if is_open else settled_milli(job["credits_milli"], made, job["count"])
        micro = calls[job["id"]] + (job["dollars_micro"] if is_open else 0)
        for scope, scope_id in (
            ("person", job["person_id"]),
            ("member", f"{job['guild_id']}/{job['person_id']}"),
            ("guild", job["guild_id"]),
            ("everyone", ""),
        ):
            spent[scope, scope_id, "credit", job["day"]] += milli
            spent[scope, scope_id, "dollar", job["day"]] += micro
            beyond[scope, scope_id, "dollar", job["day"]] += max(0, micro - job["dollars_micro"])
    return spent, beyond


def _passed(rows: Mapping[Key, Mapping[str, Any]], beyond: Mapping[Key, int]) -> Iterator[str]:
    """Yield every window in which more was used than its limit allows, what grants paid left aside."""
    windows: dict[tuple[str, str, str, Period, str], int] = defaultdict(int)
    for (scope, scope_id, unit, day), row in rows.items():
        for period in Period:
            net = row["used"] - row["drawn"] - beyond.get((scope, scope_id, unit, day), 0)
            windows[scope, scope_id, unit, period, _first(period, day)] += net
    for (scope, scope_id, unit, period, first), amount in windows.items():
        most = _limit(scope, scope_id, unit, period)
        if most is not None and amount > most:
            yield f"{scope} {scope_id} used {amount} of {most} {unit} in the {period} of {first}"


def _limit(scope: str, scope_id: str, unit: str, period: str) -> int | None:
    """Return the limit that holds, told once more in other words than the program's."""
    amounts = {limit[:4]: limit[4] for limit in LIMITS}
    if (scope, scope_id, unit, period) in amounts or scope != "member":
        return amounts.get((scope, scope_id, unit, period))
    guild, _, person = scope_id.partition("/")
    roles = [f"{guild}/{role}" for role in (*ROLES.get(person, ()), "everyone")]
    found = [amounts["role", role, unit, period] for role in roles if ("role", role, unit, period) in amounts]
    return max(found, default=None)


def _first(period: Period, day: str) -> str:
    moment = date.fromisoformat(day)
    match period:
        case Period.WEEK:
            moment -= timedelta(days=moment.weekday())
        case Period.MONTH:
            moment = moment.replace(day=1)
        case Period.TOTAL:
            return "all"
    return moment.isoformat()
