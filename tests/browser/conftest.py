"""A real browser for the whole session, and for each test a context of its own over a real program of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.console import Console
from tests.cli.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")  # Debian's package.
INSTALL = "Chromium is not there; install it with: apt-get install chromium fonts-dejavu-core fonts-noto-color-emoji"
# As root Chromium has no sandbox; the rest keeps it from calling its maker's servers.
ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LONGEST_MS = 20_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    expect.set_options(timeout=LONGEST_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGS), headless=True)
        yield chromium
        chromium.close()


@pytest.fixture
def console(browser: Browser, tmp_path: Path) -> Iterator[Console]:
    """A console over a program that paints slowly enough to be watched; its pages complain of nothing."""
    with Console(browser, Shell(tmp_path), longest_ms=LONGEST_MS) as console:
        yield console
        console.check_silence()
