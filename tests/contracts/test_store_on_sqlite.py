"""The store's contract on the database that everybody has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.data.migrate import migrate
from pinxit.data.sqlite import SqliteDatabase
from tests.contracts.store_chats_contract import StoreChatsContract
from tests.contracts.store_contract import StoreContract
from tests.contracts.store_library_contract import StoreLibraryContract
from tests.contracts.store_linked_contract import StoreLinkedContract
from tests.contracts.store_money_contract import StoreMoneyContract
from tests.contracts.store_privacy_contract import StorePrivacyContract

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


class TestStoreOnSqlite(
    StoreContract,
    StoreLibraryContract,
    StoreMoneyContract,
    StorePrivacyContract,
    StoreChatsContract,
    StoreLinkedContract,
):
    @pytest.fixture
    async def database(self, tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
        path = tmp_path / "pinxit.db"
        migrate(path)
        async with SqliteDatabase(path) as database:
            yield database
