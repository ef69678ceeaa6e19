"""What is remembered over a restart means the same in both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.data.migrate import migrate
from pinxit.data.notes import Notes
from pinxit.data.sqlite import SqliteDatabase
from tests.contracts import postgres
from tests.contracts.postgres import PostgresDatabase

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from pinxit.domain.ports import Database


class NotesContract:
    """Subclass it with a fixture `database`: empty and migrated."""

    async def test_the_last_note_under_a_name_counts(self, database: Database) -> None:
        notes = Notes(database)
        assert await notes.note("commands") == ""

        await notes.keep("commands", "one")
        await notes.keep("commands", "two")

        assert await notes.note("commands") == "two"
        assert await notes.note("others") == ""

    async def test_no_note_is_taken_for_the_version(self, database: Database) -> None:
        sql = "SELECT value FROM meta WHERE key = 'version'"
        before = await database.read(lambda tx: tx.one(sql))

        await Notes(database).keep("version", "0")

        after = await database.read(lambda tx: tx.one(sql))
        assert (before and before["value"]) == (after and after["value"])


class TestNotesOnSqlite(NotesContract):
    @pytest.fixture
    async def database(self, tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
        path = tmp_path / "pinxit.db"
        migrate(path)
        async with SqliteDatabase(path) as database:
            yield database


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.server() as where:
        yield where


@pytest.mark.postgres
class TestNotesOnPostgres(NotesContract):
    @pytest.fixture
    async def database(self, server: str) -> AsyncIterator[PostgresDatabase]:
        async with PostgresDatabase(server) as database:
            yield database
