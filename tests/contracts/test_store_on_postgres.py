"""The same statements on PostgreSQL, so that the seam never sets hard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.contracts import postgres
from tests.contracts.postgres import PostgresDatabase
from tests.contracts.store_chats_contract import StoreChatsContract
from tests.contracts.store_contract import StoreContract
from tests.contracts.store_library_contract import StoreLibraryContract
from tests.contracts.store_linked_contract import StoreLinkedContract
from tests.contracts.store_money_contract import StoreMoneyContract
from tests.contracts.store_privacy_contract import StorePrivacyContract

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.server() as where:
        yield where


@pytest.mark.postgres
class TestStoreOnPostgres(
    StoreContract,
    StoreLibraryContract,
    StoreMoneyContract,
    StorePrivacyContract,
    StoreChatsContract,
    StoreLinkedContract,
):
    @pytest.fixture
    async def database(self, server: str) -> AsyncIterator[PostgresDatabase]:
        async with PostgresDatabase(server) as database:
            yield database
