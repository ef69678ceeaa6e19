"""The Broker in the server's own process keeps the contract."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.job import Ended, Outcome
from tests.contracts.broker_contract import ANN, BOB, LONG_S, BrokerContract
from tests.contracts.shop import POOL

if TYPE_CHECKING:
    from pinxit.domain.ports import Broker
    from tests.contracts.shop import Shop


class TestBrokerInProcess(BrokerContract):
    """Every test of the contract."""

    @pytest.fixture
    def broker(self, shop: Shop) -> Broker:
        return shop.local

    async def test_a_cancelled_claim_takes_no_job_with_it(self, shop: Shop, broker: Broker) -> None:
        # From before the first step of the claim until after its end: 0, 1, 2, 3, 4, 6 … 985 turns of the loop.
        for turns in sorted({int(1.5**step) for step in range(-1, 18)}):
            job = await shop.submit()
            claiming = asyncio.create_task(broker.claim(ANN, POOL, most=1))
            for _ in range(turns):
                await asyncio.sleep(0)
            claiming.cancel()
            await asyncio.wait({claiming})

            leases = [] if claiming.cancelled() else list(claiming.result())
            async with asyncio.timeout(LONG_S):
                leases = leases or list(await broker.claim(BOB, POOL, most=1, wait_s=LONG_S))
            assert [lease.job for lease in leases] == [job]
            await broker.finish(leases[0], Ended(Outcome.BROKEN))
