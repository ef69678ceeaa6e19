"""A caller's work on its way through a database thread and back, alone or among others."""

from __future__ import annotations

import asyncio
import queue
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
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


class Shared(ABC, Generic[T]):
    """A work that takes fewer statements for many callers at once than for each alone."""

    @property
    @abstractmethod
    def kind(self) -> object:
        """Return what is equal for works that can be done together."""

    @abstractmethod
    def __call__(self, tx: Tx) -> T:
        """Do it for this caller alone."""

    @abstractmethod
    def share(self, tx: Tx, works: Sequence[Any]) -> Sequence[T | None]:
        """Do works of this kind, and return what each would return; None: left to be done alone."""


class Inbox:
    """Works on their way to the threads of a database. Made and asked on one event loop, emptied by any thread.

    Those of one turn of the loop go together: to wake a thread costs more than most works. `most`: so many are taken at
    once, and fewer than twice as many.
    """

    def __init__(self, most: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._most = most
        self._asked: list[Work[Any]] = []
        self._groups: queue.SimpleQueue[list[Work[Any]] | None] = queue.SimpleQueue()

    def ask(self, work: Callable[[Tx], T]) -> asyncio.Future[T]:
        """Return what `work` will return, or raise."""
        future: asyncio.Future[T] = self._loop.create_future()
        if not self._asked:
            self._loop.call_soon(self._send)
        self._asked.append(Work(work, future))
        return future

    def close(self) -> None:
        """Let every thread end that finds nothing more."""
        self._send()
        self._groups.put(None)

    def take(self) -> list[Work[Any]] | None:
        """Wait for works and return them with those that wait behind; None once the inbox is closed and empty."""
        group = self._groups.get()
        if group is None:
            self._groups.put(None)  # For the next thread.
            return None
        while len(group) < self._most:
            try:
                more = self._groups.get_nowait()
            except queue.Empty:
                break
            if more is None:
                self._groups.put(None)
                break
            group += more
        return group

    def settle(self, group: Sequence[Work[Any]]) -> None:
        """Tell the callers of a group, from its thread."""
        self._loop.call_soon_threadsafe(_settle, group)

    def _send(self) -> None:
        asked, self._asked = self._asked, []
        for first in range(0, len(asked), self._most):
            self._groups.put(asked[first : first + self._most])


def _settle(group: Sequence[Work[Any]]) -> None:
    for work in group:
        work.settle()


def share_all(tx: Tx, group: Sequence[Work[Any]]) -> Sequence[Work[Any]]:
    """Do together what can be, and return the works that are left. What they raise is raised here."""
    left = [work for work in group if not isinstance(work.work, Shared)]
    shared = [work for work in group if isinstance(work.work, Shared)]
    while shared:
        first: Any = shared[0].work
        like = [work for work in shared if _kind(work) == first.kind]
        shared = [work for work in shared if _kind(work) != first.kind]
        results = first.share(tx, [work.work for work in like]) if len(like) > 1 else [None]
        for work, result in zip(like, results, strict=True):
            work.result = result
            if result is None:
                left.append(work)
    return left


def _kind(work: Work[Any]) -> object:
    shared: Any = work.work
    return shared.kind
