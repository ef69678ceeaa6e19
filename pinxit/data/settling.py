"""Money at the end: the reservation becomes what the images cost, and every call is booked.

Credits are settled once per job, dollars call by call.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pinxit.data import ledger, polling, spending
from pinxit.data.allowances import give_back
from pinxit.domain.job import Outcome
from pinxit.domain.pricing import settled_milli
from pinxit.domain.quota import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.ports import Tx


def settle(tx: Tx, job: Mapping[str, Any], made: int, now_ms: int) -> None:
    """Turn the reservation into what the images that exist cost; dollars were booked call by call.

    Grants get their share of the refund first. A job that is settled already stays as it is, whatever `made` says.
    """
    if _is_settled(tx, job["id"]):
        return
    charged = settled_milli(job["credits_milli"], made, job["count"])
    booking = ledger.Booking(
        job=job["id"],
        attempt=0,
        kind=ledger.Kind.SETTLE if made else ledger.Kind.REFUND,
        unit=Unit.CREDIT,
        amount=charged - job["credits_milli"],
        person=job["person_id"],
        guild=job["guild_id"],
        day=job["day"],
        at_ms=now_ms,
    )
    ledger.book(tx, booking)
    give_back(tx, job, Unit.CREDIT, job["credits_milli"] - charged, now_ms)
    if job["dollars_micro"]:
        note = "the reservation; calls are booked one by one"
        refund = replace(booking, kind=ledger.Kind.REFUND, unit=Unit.DOLLAR, amount=-job["dollars_micro"], note=note)
        ledger.book(tx, refund)
        # What the calls cost is still to be paid for by the grants that the reservation was drawn from.
        give_back(tx, job, Unit.DOLLAR, job["dollars_micro"] - _cost_micro(tx, job["id"]), now_ms)


def _is_settled(tx: Tx, job: str) -> bool:
    row = tx.one(
        """
        SELECT 1 AS one FROM ledger
        WHERE job_id = :job AND attempt = 0 AND kind IN ('settle', 'refund') AND unit = 'credit'
        """,
        job=job,
    )
    return row is not None


def _cost_micro(tx: Tx, job: str) -> int:
    row = tx.one(
        """
        SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS cost FROM ledger
        WHERE job_id = :job AND kind = 'settle' AND unit = 'dollar'
        """,
        job=job,
    )
    return int(row["cost"]) if row else 0


def book_dollars(
    tx: Tx,
    job: Mapping[str, Any],
    attempt: Mapping[str, Any],
    *,
    outcome: Outcome,
    charged_micro: int | None,
    answered: bool,
    price_micro: int,
    now_ms: int,
) -> None:
    """Book what this attempt's call cost: exactly where the provider said so, else at its estimate.

    A call that was refused or failed with an answer is not billed unless the answer says so, but images that came
    before it are. A call that is polled by its id was booked when its first attempt died; only the difference is booked
    then, and what was too much goes back to that day. An attempt is booked once.
    """
    if attempt["sent_ms"] is None and not (attempt["polled"] and answered and charged_micro is not None):
        return
    uncertain = not answered
    if charged_micro is not None:
        dollars = max(charged_micro, price_micro if uncertain else 0)
    elif uncertain or outcome is Outcome.SUCCEEDED:
        dollars = price_micro
    else:
        dollars = -(-price_micro * _made(tx, job, attempt) // int(attempt["asked"] or job["count"]))
    dollars -= polling.booked_before_micro(tx, job, attempt)
    first_time = tx.run(
        """
        UPDATE attempt SET dollars_micro = :dollars, uncertain = :uncertain
        WHERE job_id = :job AND number = :number AND dollars_micro IS NULL
        """,
        dollars=dollars,
        uncertain=int(uncertain),
        job=job["id"],
        number=attempt["number"],
    )
    if dollars and first_time:
        known_ms = now_ms if dollars > 0 else polling.ended_ms(tx, job, attempt["continues"])
        spending.note(tx, job["pool"], dollars, known_ms)
        booking = ledger.Booking(
            job=job["id"],
            attempt=attempt["number"],
            kind=ledger.Kind.SETTLE,
            unit=Unit.DOLLAR,
            amount=dollars,
            person=job["person_id"],
            guild=job["guild_id"],
            day=job["day"],
            at_ms=now_ms,
            provider=job["pool"],
            uncertain=uncertain,
        )
        ledger.book(tx, booking)


def _made(tx: Tx, job: Mapping[str, Any], attempt: Mapping[str, Any]) -> int:
    row = tx.one(
        "SELECT COUNT(*) AS n FROM image WHERE job_id = :job AND attempt = :number AND state <> 'deleted'",
        job=job["id"],
        number=attempt["number"],
    )
    return int(row["n"]) if row else 0
