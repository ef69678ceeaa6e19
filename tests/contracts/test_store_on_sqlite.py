"""The store's contract on the database that everybody has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.data.migrate import migrate
from pinxit.data.sqlite import SqliteDatabase
from tests.contracts.store_contract import StoreContract
from tests.contracts.store_library_contract import StoreLibraryContract

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


class TestStoreOnSqlite(StoreContract, StoreLibraryContract):
    @pytest.fixture
    async def database(self, tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
        path = tmp_path / "pinxit.db"
        migrate(path)
        async with SqliteDatabase(path) as database:
            yield database
