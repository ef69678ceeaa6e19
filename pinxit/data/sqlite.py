"""The database file: one writer thread that commits in groups, and readers beside it."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import threading
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Self, TypeGuard, TypeVar

from pinxit.data.checkpoints import INLINE_PAGES, Checkpointer
from pinxit.data.readers import Readers
from pinxit.data.works import Inbox, share_all
from pinxit.domain.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from pinxit.data.works import Work
    from pinxit.domain.ports import Tx

T = TypeVar("T")

GROUP = 64  # Works per commit: past this a caller waits longer for its group than it saves on the disk's fsync.


class SqliteTx:
    """One SQLite transaction, or a savepoint in it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self, sql: str, **values: object) -> Sequence[Mapping[str, Any]]:
        """Return every row."""
        return self._execute(sql, values).fetchall()

    def one(self, sql: str, **values: object) -> Mapping[str, Any] | None:
        """Return the first row, or None."""
        row: Mapping[str, Any] | None = self._execute(sql, values).fetchone()
        return row

    def run(self, sql: str, **values: object) -> int:
        """Return how many rows the statement changed."""
        return self._execute(sql, values).rowcount

    def _execute(self, sql: str, values: Mapping[str, object]) -> sqlite3.Cursor:
        by_position, names = _by_position(sql)
        return self._connection.execute(by_position, [values[name] for name in names])


_CACHED = 512  # Statements. There are fewer, but for those that are put together for so many values.
_NAMED = re.compile(r"'[^']*'|--[^\n]*|:([a-z_][a-z_0-9]*)")  # Text and comments are passed over.


@lru_cache(maxsize=_CACHED)
def _by_position(sql: str) -> tuple[str, Sequence[str]]:
    """Return the statement with `?1` in place of `:name`, and the names in that order.

    Python's driver gives the interpreter away and wins it back for every value that it binds by name (3.11), which
    beside a busy event loop costs more than the statement.
    """
    places: dict[str, int] = {}

    def placed(found: re.Match[str]) -> str:
        name = found[1]
        return found[0] if name is None else f"?{places.setdefault(name, len(places) + 1)}"

    return _NAMED.sub(placed, sql), tuple(places)


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the file with the settings that durability rests on.

    WAL with synchronous=FULL: a commit is on the disk when it returns (SQLite, "PRAGMA synchronous", read 2026-11).
    """
    mode = "ro" if read_only else "rwc"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_CACHED,
    )
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA busy_timeout = 5000")
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            # What is deleted is overwritten, so that nobody finds a forgotten prompt in the file's free space.
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(f"PRAGMA wal_autocheckpoint = {INLINE_PAGES}")
        connection.execute("PRAGMA cache_size = -8000")
        connection.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection


_OF_THE_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY)


def _is_of_the_disk(error: BaseException | None) -> TypeGuard[sqlite3.OperationalError]:
    """Tell whether a statement failed through no mistake of whoever wrote it."""
    # The primary code is the lowest byte (SQLite, "Result and Error Codes", read 2026-11).
    return isinstance(error, sqlite3.OperationalError) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_DISK


class SqliteDatabase:
    """A migrated database file, open for one process. Use `async with`."""

    def __init__(self, path: Path, *, readers: int = 2) -> None:
        self._path = path
        self._readers = readers
        self._closing = False

    async def __aenter__(self) -> Self:
        self._inbox = Inbox(GROUP)
        self._connection = connect(self._path)
        self._checkpointer = Checkpointer(connect(self._path))
        self._writer = threading.Thread(target=self._write_groups, name="database-writer", daemon=True)
        self._writer.start()
        self._reading = Readers(self._readers, partial(connect, self._path, read_only=True), SqliteTx)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing = True
        self._inbox.close()
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._checkpointer.close)
        await self._reading.close()
        self._connection.close()

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a durable transaction; it has taken effect when this returns.

        Works of many callers share one commit, in any order, and what one raises undoes only itself. For that, `work`
        may be run twice. Cancelling the caller does not undo the work. Raises Unavailable when the database is closing,
        or cannot commit (a full disk): then nothing of the work has taken effect.
        """
        self._refuse_when_closing()
        return await self._inbox.ask(work)

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on one consistent snapshot of all that was committed before. Raises Unavailable when closing."""
        self._refuse_when_closing()
        return await self._reading.read(work)

    def _refuse_when_closing(self) -> None:
        if self._closing:
            raise Unavailable("the database is closing; try again when the server is back")

    def _write_groups(self) -> None:
        tx = SqliteTx(self._connection)
        while (group := self._inbox.take()) is not None:
            try:
                self._commit(tx, group)
            except Exception as error:  # noqa: BLE001 - a full disk fails every caller of the group, never the thread
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                for work in group:  # A refusal goes as well: what it rests on may be undone with the others' works.
                    work.error = self._unavailable(error)
            else:
                for work in group:
                    if _is_of_the_disk(work.error):
                        work.error = self._unavailable(work.error)
            self._inbox.settle(group)
            self._checkpointer.log_has_grown()

    def _unavailable(self, error: BaseException) -> Unavailable:
        failed = Unavailable(f"the database cannot commit ({error}); look at the disk of {self._path}")
        failed.__cause__ = error
        return failed

    def _commit(self, tx: SqliteTx, group: Sequence[Work[Any]]) -> None:
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        if self._is_done(tx, group):
            execute("COMMIT")
            return
        if self._connection.in_transaction:
            execute("ROLLBACK")
        execute("BEGIN IMMEDIATE")
        for work in group:
            work.error = None
            execute("SAVEPOINT work")
            try:
                work.run(tx)
            except BaseException as error:
                work.error = error
                if not self._connection.in_transaction:
                    raise sqlite3.OperationalError(f"SQLite gave up the whole group: {error}") from error
                execute("ROLLBACK TO work")
            execute("RELEASE work")
        execute("COMMIT")

    def _is_done(self, tx: SqliteTx, group: Sequence[Work[Any]]) -> bool:
        """Run the works without savepoints, and tell whether nothing has to be undone.

        Most groups have nothing to undo, and a savepoint costs each work two statements more.
        """
        connection = self._connection
        try:
            left = share_all(tx, group)
        except Exception:  # noqa: BLE001 - of one among them; each is told its own when all are done alone
            return False
        for work in left:
            before = connection.total_changes
            try:
                work.run(tx)
            except BaseException as error:  # noqa: BLE001 - it is the caller's, whatever it is
                if not connection.in_transaction or connection.total_changes != before:
                    return False
                work.error = error
        return True
