"""The database file: one writer that commits in groups and isolates its callers, and readers beside it."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from pinxit.data.sqlite import SqliteDatabase, connect
from pinxit.data.works import Shared
from pinxit.domain.errors import Code, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from pinxit.domain.ports import Tx


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pinxit.db"
    with connect(path) as connection:
        connection.execute("CREATE TABLE number (n BIGINT PRIMARY KEY, text TEXT NOT NULL DEFAULT '')")
    connection.close()
    return path


@pytest.fixture
async def database(file: Path) -> AsyncIterator[SqliteDatabase]:
    async with SqliteDatabase(file) as opened:
        yield opened


class Gate:
    """A work that holds the writer, so that what comes meanwhile forms one group."""

    def __init__(self) -> None:
        self._entered = threading.Event()
        self._open = threading.Event()

    def __call__(self, _tx: Tx) -> None:
        self._entered.set()
        assert self._open.wait(10)

    async def entered(self) -> None:
        assert await asyncio.to_thread(self._entered.wait, 10)

    def open(self) -> None:
        self._open.set()


def add(n: int) -> Callable[[Tx], int]:
    return lambda tx: tx.run("INSERT INTO number (n) VALUES (:n)", n=n)


def numbers(tx: Tx) -> list[int]:
    return [row["n"] for row in tx.all("SELECT n FROM number ORDER BY n")]


async def test_a_commit_is_on_the_disk_when_it_returns(file: Path) -> None:
    connection = connect(file)
    try:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL (SQLite, "PRAGMA synchronous")
    finally:
        connection.close()


async def test_only_parameters_of_a_statement_are_filled_in(database: SqliteDatabase) -> None:
    sql = "SELECT ':b' || :a AS text, :b AS b, :a AS a -- :c's"

    row = await database.read(lambda tx: tx.one(sql, a="x", b=2))

    assert row is not None
    assert [row[name] for name in ("text", "b", "a")] == [":bx", 2, "x"]


async def test_what_is_written_is_read_by_all(database: SqliteDatabase, file: Path) -> None:
    assert await database.write(add(1)) == 1

    assert await database.read(numbers) == [1]
    other = sqlite3.connect(file)
    assert other.execute("SELECT n FROM number").fetchall() == [(1,)]
    other.close()


async def test_one_callers_error_undoes_only_its_own(database: SqliteDatabase) -> None:
    def refuse(tx: Tx) -> None:
        add(2)(tx)
        raise Refused(Code.FULL_ALL, limit=1)

    gate = Gate()
    held = asyncio.ensure_future(database.write(gate))
    await gate.entered()
    together = [asyncio.ensure_future(database.write(work)) for work in (add(1), refuse, add(1), add(3))]
    await asyncio.sleep(0)
    gate.open()
    results = await asyncio.gather(held, *together, return_exceptions=True)

    assert results[1] == 1
    assert isinstance(results[2], Refused)
    assert isinstance(results[3], sqlite3.IntegrityError)
    assert results[4] == 1
    assert await database.read(numbers) == [1, 3]


async def test_a_group_that_is_done_again_tells_what_came_of_the_second_time(database: SqliteDatabase) -> None:
    tries: list[int] = []

    def late(tx: Tx) -> int:
        tries.append(1)
        return add(1)(tx) if len(tries) > 1 else 1 // 0

    def half(tx: Tx) -> None:
        add(2)(tx)
        raise Refused(Code.FULL_ALL, limit=1)

    results = await asyncio.gather(database.write(late), database.write(half), return_exceptions=True)

    assert results[0] == 1
    assert isinstance(results[1], Refused)
    assert await database.read(numbers) == [1]


async def test_works_that_come_together_share_a_commit(database: SqliteDatabase, file: Path) -> None:
    gate = Gate()
    held = asyncio.ensure_future(database.write(gate))
    await gate.entered()
    before = _commits(file)
    together = [asyncio.ensure_future(database.write(add(n))) for n in range(60)]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(held, *together)

    # The gate's own group changed nothing, so the only frames are those of the sixty inserts' one commit.
    assert _commits(file) - before == 1
    assert len(await database.read(numbers)) == 60


@pytest.mark.parametrize("error", [ValueError("no"), StopIteration(), KeyboardInterrupt(), asyncio.CancelledError()])
async def test_nothing_that_a_work_raises_ends_the_writer(database: SqliteDatabase, error: BaseException) -> None:
    def raise_it(tx: Tx) -> None:
        add(1)(tx)
        raise error

    with pytest.raises((type(error), RuntimeError)):
        await database.write(raise_it)

    await database.write(add(2))
    assert await database.read(numbers) == [2]


async def test_cancelling_the_caller_does_not_undo_the_work(database: SqliteDatabase) -> None:
    gate = Gate()
    held = asyncio.ensure_future(database.write(gate))
    await gate.entered()
    waiting = asyncio.ensure_future(database.write(add(1)))
    await asyncio.sleep(0)
    waiting.cancel()
    gate.open()
    await held
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await database.write(add(2))

    assert await database.read(numbers) == [1, 2]


async def test_closing_finishes_what_was_asked_and_refuses_what_comes_after(file: Path) -> None:
    database = SqliteDatabase(file)
    gate = Gate()
    async with database:
        held = asyncio.ensure_future(database.write(gate))
        await gate.entered()
        waiting = asyncio.ensure_future(database.write(add(1)))
        await asyncio.sleep(0)
        gate.open()
    assert await waiting == 1
    await held

    with pytest.raises(Unavailable):
        await database.write(add(2))
    with pytest.raises(Unavailable):
        await database.read(numbers)


async def test_a_read_sees_one_moment(database: SqliteDatabase) -> None:
    await database.write(add(1))
    first_read, written = threading.Event(), threading.Event()

    def read_twice(tx: Tx) -> tuple[list[int], list[int]]:
        before = numbers(tx)
        first_read.set()
        assert written.wait(10)
        return before, numbers(tx)

    reading = asyncio.ensure_future(database.read(read_twice))
    assert await asyncio.to_thread(first_read.wait, 10)
    await database.write(add(2))
    written.set()

    assert await reading == ([1], [1])
    assert await database.read(numbers) == [1, 2]


async def test_a_read_cannot_write(database: SqliteDatabase) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await database.read(add(1))

    assert await database.read(numbers) == []


async def test_a_read_that_raises_leaves_its_connection_usable(file: Path) -> None:
    async with SqliteDatabase(file, readers=1) as database:
        with pytest.raises(sqlite3.OperationalError):
            await database.read(lambda tx: tx.all("SELECT nothing FROM number"))

        assert await database.read(numbers) == []


async def test_a_full_disk_fails_its_callers_and_not_the_database(database: SqliteDatabase) -> None:
    """`max_page_count` is what a full disk looks like from inside SQLite."""
    pages = await database.write(lambda tx: tx.one("PRAGMA page_count"))
    assert pages is not None
    await database.write(lambda tx: tx.one(f"PRAGMA max_page_count = {pages['page_count'] + 2}"))

    def too_much(tx: Tx) -> None:
        tx.run("INSERT INTO number (n, text) VALUES (1, :text)", text="x" * 100_000)

    gate = Gate()
    held = asyncio.ensure_future(database.write(gate))
    await gate.entered()
    together = [asyncio.ensure_future(database.write(work)) for work in (add(2), too_much, add(3))]
    await asyncio.sleep(0)
    gate.open()
    results = await asyncio.gather(held, *together, return_exceptions=True)

    assert isinstance(results[2], Unavailable)
    assert "full" in str(results[2])
    # Whoever was told that it is done finds it done, whoever was told that it failed finds nothing.
    assert await database.read(numbers) == [n for n, result in ((2, results[1]), (3, results[3])) if result == 1]
    await database.write(add(4))
    assert 4 in await database.read(numbers)


async def test_a_commit_that_fails_reaches_every_caller_and_undoes_all(database: SqliteDatabase) -> None:
    def refuse(tx: Tx) -> None:
        if numbers(tx):  # Of what is undone with the commit, so that nobody may be told so.
            raise Refused(Code.FULL_ALL, limit=1)

    gate = Gate()
    held = asyncio.ensure_future(database.write(gate))
    await gate.entered()
    connection = database._connection  # noqa: SLF001 - from outside, only a broken disk makes a COMMIT fail
    connection.set_authorizer(_no_commit)
    together = [asyncio.ensure_future(database.write(work)) for work in (add(1), add(2), refuse)]
    await asyncio.sleep(0)
    gate.open()
    async with asyncio.timeout(20):
        results = await asyncio.gather(held, *together, return_exceptions=True)
    connection.set_authorizer(None)

    assert [type(result) for result in results[1:]] == [Unavailable, Unavailable, Unavailable]
    await database.write(add(3))
    assert await database.read(numbers) == [3]


async def test_a_snapshot_that_cannot_be_ended_fails_its_callers_and_not_the_reader(file: Path) -> None:
    async with SqliteDatabase(file, readers=1) as database:
        (connection,) = database._reading._connections  # noqa: SLF001 - from outside, only a broken disk makes it fail
        connection.set_authorizer(_no_commit)
        with pytest.raises(sqlite3.DatabaseError):
            await database.read(numbers)
        connection.set_authorizer(None)

        assert await database.read(numbers) == []


def _no_commit(action: int, argument: str | None, *_rest: object) -> int:
    is_commit = action == sqlite3.SQLITE_TRANSACTION and argument == "COMMIT"
    return sqlite3.SQLITE_DENY if is_commit else sqlite3.SQLITE_OK


def _commits(file: Path) -> int:
    """Count the commits in the write-ahead log: frames whose header tells a database size (SQLite, "WAL format")."""
    log = file.with_name(f"{file.name}-wal").read_bytes()
    page = int.from_bytes(log[8:12]) if log else 0
    starts = range(32, len(log), page + 24) if log else range(0)
    return sum(int.from_bytes(log[start + 4 : start + 8]) > 0 for start in starts)


async def test_reads_that_share_a_trip_fail_each_for_itself_and_see_what_was_committed_before_them(file: Path) -> None:
    async with SqliteDatabase(file, readers=1) as database:
        await database.write(add(1))
        gate = Gate()
        held = asyncio.ensure_future(database.read(gate))
        await gate.entered()
        await database.write(add(2))
        reads = [asyncio.ensure_future(database.read(work)) for work in (numbers, lambda _tx: 1 // 0, numbers)]
        await asyncio.sleep(0)
        gate.open()
        await held

        assert await reads[0] == [1, 2]
        with pytest.raises(ZeroDivisionError):
            await reads[1]
        assert await reads[2] == [1, 2]


@dataclass(frozen=True)
class Sum(Shared[int]):
    """A work that is done for several at once; `is_wrong`: and that spoils it for them."""

    more: int
    is_wrong: bool = False

    @property
    def kind(self) -> object:
        return Sum

    def __call__(self, tx: Tx) -> int:
        if self.is_wrong:
            raise ValueError(self.more)
        return sum(numbers(tx)) + self.more

    def share(self, tx: Tx, works: Sequence[Sum]) -> Sequence[int]:
        total = sum(numbers(tx))
        if any(work.is_wrong for work in works):
            raise ZeroDivisionError
        return [1000 + total + work.more for work in works]


async def test_reads_of_one_kind_are_done_together_or_each_for_itself_where_one_spoils_it(file: Path) -> None:
    async with SqliteDatabase(file, readers=1) as database:
        await database.write(add(7))
        together = await asyncio.gather(database.read(Sum(1)), database.read(Sum(2)), database.read(numbers))
        spoilt = await asyncio.gather(
            database.read(Sum(1)), database.read(Sum(2, is_wrong=True)), database.read(Sum(3)), return_exceptions=True
        )

    assert list[object](together) == [1008, 1009, [7]]
    assert [str(one) for one in spoilt] == ["8", "2", "10"]
    assert isinstance(spoilt[1], ValueError)
