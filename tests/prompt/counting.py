"""How much work something is, without a clock: growth that is not linear shows in any run, on any machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pinxit.domain.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


def lines_run(work: Callable[[], object]) -> int:
    """Return how many lines of Python `work` runs; a refusal ends it."""
    count = 0

    def tracer(_frame: FrameType, _event: str, _value: object) -> object:
        nonlocal count
        count += 1
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)  # type: ignore[arg-type]  # typeshed names the type recursively, which nobody can write
    try:
        work()
    except Refused:
        pass
    finally:
        sys.settrace(before)
    return count


def grows_linearly(work: Callable[[int], object], small: int = 500) -> bool:
    """Tell whether four times the size is at most about four times the work."""
    return lines_run(lambda: work(4 * small)) < 4.5 * lines_run(lambda: work(small)) + 2000
