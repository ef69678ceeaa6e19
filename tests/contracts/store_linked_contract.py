"""What a store must do with a submit whose person was linked, or forgotten, since it was asked who they are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.data.books import verify
from pinxit.data.store import Numbers, Store, store_over
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import PersonId
from tests.contracts.store_chats_contract import ADA, GUESSING, MET, ended, limited, rows
from tests.contracts.store_contract import POOL, at
from tests.contracts.store_library_contract import asking

if TYPE_CHECKING:
    from pinxit.domain.ports import Database


class StoreLinkedContract:
    """Subclass it in a module with a fixture `database`: empty and migrated."""

    @pytest.fixture
    async def linked(self, database: Database) -> Store:
        store = store_over(database, Numbers())
        await store.open_pools([POOL])
        return store

    async def test_who_is_linked_while_they_ask_has_asked_as_the_one_they_are_now(self, linked: Store) -> None:
        key, _ = await linked.keys.create("bob", [], at(0))
        await linked.accounts.meet(MET, ADA, at(0))
        await linked.accounts.meet(replace(MET, external_id="7"), PersonId("discord:7"), at(0))
        for digest, person in (("first", PersonId("discord:7")), ("second", key.person)):
            await linked.linking.offer(digest, ADA, at(1), at(600))
            await linked.linking.redeem(digest, person, at(2), GUESSING)
        late = [asking("a fox", person=person) for person in ("discord:7", key.person)]
        await limited(linked, ADA, 150)

        await linked.jobs.submit([late[0]])
        with pytest.raises(Refused) as refused:
            await linked.jobs.submit([late[1]])

        assert refused.value.code is Code.QUOTA_SPENT
        assert [row["person_id"] for row in await rows(linked, "SELECT person_id FROM job")] == [ADA]
        assert [row["id"] for row in await rows(linked, "SELECT id FROM person")] == [ADA]
        assert await linked.database.read(verify) == []

    async def test_who_is_forgotten_with_their_key_while_they_ask_has_not_asked(self, linked: Store) -> None:
        key, _ = await linked.keys.create("bob", [], at(0))
        await ended(linked, person=key.person)
        await linked.forgetting.jobs(key.person, at(1), 10)
        assert await linked.forgetting.person(key.person, "deleted-x", at(2))

        with pytest.raises(Refused) as refused:
            await linked.jobs.submit([asking("a fox", person=key.person)])

        assert refused.value.code is Code.KEY_INVALID
        assert await rows(linked, "SELECT 1 FROM person WHERE id = :id", id=key.person) == []

    async def test_whose_account_leads_to_a_key_that_was_forgotten_may_ask_on(self, linked: Store) -> None:
        key, _ = await linked.keys.create("bob", [], at(0))
        await linked.accounts.meet(replace(MET, name=""), ADA, at(0))
        await linked.linking.offer("digest", key.person, at(1), at(600))
        await linked.linking.redeem("digest", ADA, at(2), GUESSING)
        await limited(linked, key.person, 1000)
        assert await linked.forgetting.person(key.person, "deleted-x", at(3))
        assert await linked.accounts.meet(replace(MET, name=""), ADA, at(4)) == key.person

        (submitted,) = await linked.jobs.submit([asking("a fox", person=key.person)])

        assert submitted.is_new
