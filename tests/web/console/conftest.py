"""A console for each test that asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.console.consoles import Console, serving_console

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Console]:
    async with serving_console(tmp_path) as served:
        yield served
