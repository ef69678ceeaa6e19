"""A caller's work on its way through a database thread and back, alone or among others."""

from __future__ import annotations

import queue
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

    from pinxit.domain.ports import Tx

T = TypeVar("T")


@dataclass(slots=True)
class Work(Generic[T]):
    """What is to be done with a transaction, and who waits for it."""

    work: Callable[[Tx], T]
    future: asyncio.Future[T]
    result: T | None = None
    error: BaseException | None = None

    def run(self, tx: Tx) -> None:
        """Do it. What it raises is raised here."""
        self.result = self.work(tx)

    def settle(self) -> None:
        """Tell the caller, on their event loop."""
        if self.future.done():
            return
        if isinstance(self.error, StopIteration):  # A future takes every exception but this one.
            self.future.set_exception(RuntimeError("the work raised StopIteration"))
        elif self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type]  # None only where T allows it


Works = queue.SimpleQueue[Work[Any] | None]


def next_group(works: Works, most: int) -> list[Work[Any]] | None:
    """Wait for a work and return it with those that wait behind it; None once the queue is closed by a None."""
    first = works.get()
    if first is None:
        return None
    group = [first]
    while len(group) < most:
        try:
            work = works.get_nowait()
        except queue.Empty:
            break
        if work is None:
            works.put(None)
            break
        group.append(work)
    return group


def settle(group: Sequence[Work[Any]]) -> None:
    """Tell the callers of a group, on their event loop."""
    for work in group:
        work.settle()
