from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest

from tests.cli.born import Nursery, nursery
from tests.cli.shell import Shell, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def forking() -> Iterator[Nursery]:
    with nursery(environment({})) as one:
        yield one


@pytest.fixture
def shell(tmp_path: Path, forking: Nursery) -> Shell:
    return Shell(tmp_path, forking)


@pytest.fixture(params=[False, True], ids=["no server", "a server"])
def office(shell: Shell, request: pytest.FixtureRequest) -> Iterator[Shell]:
    """Give a shell where a command finds no server, and one where it finds one: both have to answer the same."""
    with shell.server() if request.param else nullcontext():
        yield shell
