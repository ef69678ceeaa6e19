"""A job for each kind that asks somebody else, through a whole running program: its end, and what it cost."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from pinxit.data import books
from pinxit.domain.job import JobState
from tests.actions.atelier import painted, running
from tests.contracts.provider_kinds import KINDS

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_job_of_each_kind_succeeds_and_costs_what_the_provider_says_or_was_quoted(tmp_path: Path) -> None:
    async with AsyncExitStack() as open_servers:
        servers = [await open_servers.enter_async_context(kind.server()) for kind in KINDS]
        settings = "".join(kind.settings(server) for kind, server in zip(KINDS, servers, strict=True))
        async with running(tmp_path, settings) as parts:
            async with asyncio.TaskGroup() as group:
                asked = [group.create_task(painted(parts, generator=str(kind))) for kind in KINDS]
            wrong = await parts.store.database.read(books.verify)
            rows = await parts.store.database.read(
                lambda tx: tx.all("SELECT * FROM ledger WHERE unit = 'dollar' AND kind = 'settle'")
            )

    jobs = [one.result() for one in asked]
    assert {str(kind): job.state for kind, job in zip(KINDS, jobs, strict=True)} == {
        str(kind): JobState.SUCCEEDED for kind in KINDS
    }
    assert {row["provider"]: row["amount"] for row in rows} == {str(kind): kind.micro for kind in KINDS if kind.micro}
    assert [row for row in rows if row["uncertain"]] == []
    assert wrong == []
    assert [len(server.created) for server in servers] == [1] * len(KINDS)
    assert [stranger for server in servers for stranger in server.strangers] == []
