"""How attempts end that were never made, because their generator cannot be had just now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.errors import Code
from pinxit.domain.job import Ended, Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from pinxit.domain.errors import Fact
    from pinxit.domain.job import Lease
    from pinxit.queue.breakers import Rest


def left_alone(lease: Lease, rest: Rest, now: datetime) -> Ended:
    """Return the end of an attempt that was never made: the route goes on where it can, else the job waits a while."""
    message = f"left alone until {rest.until:%H:%M:%S} UTC after {rest.failures} failures in a row"
    facts = {"generator": lease.pool, "until": rest.until.isoformat(timespec="seconds")}
    pause_s = max(0.0, (rest.until - now).total_seconds())
    return Ended(Outcome.TEMPORARY, Code.GENERATOR_RESTING, facts, message, retry_after_s=pause_s)


def without_room(lease: Lease, back_at: datetime | None) -> Ended:
    """Return the end of an attempt that the provider's budget does not reach for. `back_at` None: it never does."""
    facts: dict[str, Fact] = {"generator": lease.pool}
    if back_at is not None:
        facts["until"] = back_at.isoformat()
    return Ended(Outcome.BROKEN, Code.BUDGET_SPENT, facts, "the generator's budget has no room for this")
