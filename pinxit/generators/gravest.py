"""Of several calls that failed for one job, the failure that the queue must know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.errors import PinxitError, Refused, Temporary

if TYPE_CHECKING:
    from collections.abc import Iterable


def gravest(results: Iterable[object]) -> PinxitError | None:
    """Return the error among `results` that counts, None if there is none. Pure.

    First a call that may have been billed, for the budget; then a refusal, after which no other provider is asked; then
    what waiting does not cure.
    """
    errors = [one for one in results if isinstance(one, PinxitError)]
    return min(errors, key=_rank, default=None)


def _rank(error: PinxitError) -> int:
    if isinstance(error, Temporary):
        return 0 if error.unanswered else 3
    return 1 if isinstance(error, Refused) else 2
