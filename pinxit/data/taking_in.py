"""Take a job in: idempotency, limits, quota, job, ledger, sources, deliveries and lane in one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pinxit.data import lanes, quotas
from pinxit.data.accounts import present_person
from pinxit.data.admission import Cooldown, check_ban, check_cooldown
from pinxit.data.new_rows import insert_jobs, insert_person
from pinxit.data.standing import standing
from pinxit.data.submitting import Submitted
from pinxit.domain.errors import Code, Refused
from pinxit.domain.quota import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.data.submitting import NewJob, Waiting
    from pinxit.domain.fairness import Rules
    from pinxit.domain.ports import Tx


def submit(tx: Tx, new: NewJob, waiting: Waiting, rules: Rules) -> Submitted:
    """Store a job and everything that belongs to it, or raise Refused and store nothing.

    Whoever was linked to another person since they were asked who they are submits as that one.
    """
    now = standing(tx, new)
    if now["person"] is None and (person := present_person(tx, new.person)) != new.person:
        new = replace(new, person=person)
        now = standing(tx, new)
    if now["known"] is not None:
        if now["known_digest"] != new.digest:
            raise Refused(Code.IDEMPOTENCY_MISMATCH, field="Idempotency-Key", job=now["known"])
        return Submitted(now["known"], is_new=False)
    if now["may_be_banned"]:
        check_ban(tx, new.person, new.guild, new.now_ms)
    cooldown = Cooldown(new.person_cooldown_s, new.guild_cooldown_s)
    check_cooldown(tx, new.person, new.guild, new.group, cooldown, new.now_ms)
    refusal = full(now["persons_jobs"], now["guilds_jobs"], now["jobs"], waiting)
    if refusal is not None:
        raise refusal
    zone, weight, cap = _guild(tx, new, now)
    asking = quotas.Asking(new.person, new.guild, ZoneInfo(zone), new.now_ms, new.roles)
    amounts = {Unit.CREDIT: new.credits_milli, Unit.DOLLAR: new.dollars_micro}
    day = quotas.reserve(tx, new.id, asking, amounts, may_be_limited=bool(now["may_be_limited"]))
    spot = lanes.Spot(new.first["pool"], new.guild, new.person, new.first["cost_s"])
    tags = lanes.enter_all(tx, [lanes.Entry(spot, now, weight, cap)], rules)
    insert_jobs(tx, [new], tags, [day])
    return Submitted(new.id, is_new=True)


def _guild(tx: Tx, new: NewJob, now: Mapping[str, Any]) -> tuple[str, float, int | None]:
    """Return the guild's time zone, weight and running cap; make the rows of guild and person if they are new."""
    if now["person"] is None:
        insert_person(tx, new)
    if now["guild"] is not None:
        return now["time_zone"], now["weight"], now["running_cap"]
    tx.run(
        "INSERT INTO guild (id, platform, created_ms) VALUES (:id, :platform, :now)",
        id=new.guild,
        platform=new.platform,
        now=new.now_ms,
    )
    return "UTC", 1.0, None


def full(persons: int, guilds: int, total: int, waiting: Waiting) -> Refused | None:
    """Return what to refuse one more job with, if so many wait already; None: there is room."""
    for waits, limit, code in (
        (persons, waiting.per_person, Code.FULL_PERSON),
        (guilds, waiting.per_guild, Code.FULL_GUILD),
        (total, waiting.total, Code.FULL_ALL),
    ):
        if waits >= limit:
            return Refused(code, limit=limit, waiting=int(waits))
    return None


def submit_all(tx: Tx, news: Sequence[NewJob], waiting: Waiting, rules: Rules) -> list[Submitted]:
    """Store a group of jobs, all or none."""
    return [submit(tx, new, waiting, rules) for new in news]
