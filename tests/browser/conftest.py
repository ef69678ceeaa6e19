"""A real browser over a real program.

`shared` and `paced`: one program for all tests, each in a channel of its own. `console`: a program of the test's own,
for those that restart it or change what belongs to a person.
"""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from pinxit.domain.ids import new_id
from tests.browser.console import Console
from tests.browser.program import Program
from tests.cli.born import Nursery, nursery
from tests.cli.shell import Shell, environment

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
LONGEST_TEST_S = 100


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """End a test that hangs: closing a page has no time limit of its own."""

    def end(_number: int, _frame: object) -> None:
        raise TimeoutError(f"this test took longer than {LONGEST_TEST_S} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(LONGEST_TEST_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


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


@pytest.fixture(scope="session")
def quick(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:  # noqa: ARG001 - without a browser it would start for nothing
    with Program(Shell(tmp_path_factory.mktemp("quick"))) as program:
        yield program


@pytest.fixture(scope="session")
def slow(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:  # noqa: ARG001 - as above
    with Program(Shell(tmp_path_factory.mktemp("slow")), pace_s=1.5) as program:
        yield program


@pytest.fixture(scope="session")
def forking() -> Iterator[Nursery]:
    with nursery(environment({})) as one:
        yield one


@pytest.fixture
def shared(browser: Browser, quick: Program) -> Iterator[Console]:
    """The console of the program of all tests, in a channel that nobody has used."""
    yield from _in_a_channel(browser, quick)


@pytest.fixture
def paced(browser: Browser, slow: Program) -> Iterator[Console]:
    """The same over a program that paints slowly enough to be watched."""
    yield from _in_a_channel(browser, slow)


@pytest.fixture
def console(browser: Browser, tmp_path: Path, forking: Nursery) -> Iterator[Console]:
    """The console of a program of the test's own, with nothing in it."""
    with Program(Shell(tmp_path, forking)) as program, Console(browser, program, longest_ms=LONGEST_MS) as console:
        yield console
        console.check_silence()


def _in_a_channel(browser: Browser, program: Program) -> Iterator[Console]:
    with Console(browser, program, longest_ms=LONGEST_MS) as console:
        context = browser.new_context()
        console.home = console.make_channel(context.new_page(), f"room {new_id(datetime.now(UTC))}")
        context.close()
        yield console
        console.check_silence()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put these tests behind all others: Playwright holds this thread's event loop until the session ends."""
    items.sort(key=lambda item: item.path.parent == Path(__file__).parent)
