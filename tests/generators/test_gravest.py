"""Of several failures of one job, one is told."""

from __future__ import annotations

from itertools import permutations

import pytest

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.generators.costs import told_micro
from pinxit.generators.gravest import gravest

LATER, LOST = Temporary("later"), Temporary("lost", unanswered=True)
BROKEN, REFUSED = Broken("broken"), Refused(Code.MODERATED)


@pytest.mark.parametrize("errors", list(permutations([LATER, BROKEN, REFUSED, LOST])))
def test_the_gravest_is_told_in_whatever_order_they_come(errors: tuple[PinxitError, ...]) -> None:
    found, told = list[object](["a picture", None, *errors]), []
    while error := gravest(found):
        told.append(error)
        found.remove(error)

    assert told == [LOST, REFUSED, BROKEN, LATER]


@pytest.mark.parametrize(
    ("amount", "micro"), [(3, 30_000), (1.4, 14_000), (0, 0), (-1, None), (10_001, None), (True, None), ("3", None)]
)
def test_a_cost_is_believed_within_reason(amount: object, micro: int | None) -> None:
    assert told_micro(amount, 0.01) == micro  # type: ignore[arg-type]  # whatever an answer holds
