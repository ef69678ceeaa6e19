"""What makes a long run cheap: all that collecting builds lives until the end, so nobody looks through it again."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from tests.secrets_watch import SecretsWatch

if TYPE_CHECKING:
    from collections.abc import Iterator

_MANY = 50_000  # Objects made between two searches: else there are dozens of these in a test with a server.


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect thousands of tests without a search for garbage, of which there is little; then leave them out of all.

    A search through them took up to a second in the middle of some test.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(_MANY)


def pytest_configure(config: pytest.Config) -> None:
    """Hold every test to keeping the providers' keys to themselves."""
    config.pluginmanager.register(SecretsWatch())
