"""Threads that read, each on a connection of its own; works that wait at the same time share one trip."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from pinxit.data.works import Inbox, share_all

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from pinxit.data.works import Work
    from pinxit.domain.ports import Tx

T = TypeVar("T")

# Works per trip. A trip to a thread and back costs more than most reads, so a burst shares it; many more would wait for
# a slow one among them though another thread is free.
GROUP = 16


def _run(work: Work[Any], tx: Tx) -> None:
    try:
        work.run(tx)
    except BaseException as error:  # noqa: BLE001 - it is the caller's, whatever it is
        work.error = error


def _shared(group: Sequence[Work[Any]], tx: Tx) -> Sequence[Work[Any]]:
    """Do together what can be, and return the works that are left; all of them, if one spoils it for the others."""
    try:
        return share_all(tx, group)
    except Exception:  # noqa: BLE001 - each is told its own when it is done alone
        return group


class Readers:
    """A few threads over one queue. Make and use it on one event loop; `close` it.

    `connect`: opens a connection that only reads. `transaction`: makes a transaction of it.
    """

    def __init__(
        self, count: int, connect: Callable[[], sqlite3.Connection], transaction: Callable[[sqlite3.Connection], Tx]
    ) -> None:
        self._inbox = Inbox(GROUP)
        self._connections = [connect() for _ in range(count)]
        self._threads = [
            threading.Thread(
                target=self._read_groups,
                args=(connection, transaction(connection)),
                name="database-reader",
                daemon=True,
            )
            for connection in self._connections
        ]
        for thread in self._threads:
            thread.start()

    def read(self, work: Callable[[Tx], T]) -> asyncio.Future[T]:
        """Return what `work` will return, run on a snapshot of all that was committed before this call."""
        return self._inbox.ask(work)

    async def close(self) -> None:
        """Return once everything that waits is read."""
        self._inbox.close()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        for connection in self._connections:
            connection.close()

    def _read_groups(self, connection: sqlite3.Connection, tx: Tx) -> None:
        while (group := self._inbox.take()) is not None:
            try:
                # One snapshot for all of them: it is later than every call that it answers.
                connection.execute("BEGIN")
                try:
                    for work in _shared(group, tx):
                        _run(work, tx)
                finally:
                    connection.execute("COMMIT")
            except Exception as error:  # noqa: BLE001 - a file that cannot be read fails its callers, never the thread
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                for work in group:
                    work.error = work.error or error
            self._inbox.settle(group)
