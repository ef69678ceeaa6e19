"""The console as a person at a browser knows it: what is on the page, and what can be typed and pressed."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from playwright.sync_api import expect

if TYPE_CHECKING:
    from types import TracebackType

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

    from tests.cli.shell import Running, Shell

CONFIG = """
[generators.sketch]
pace_s = {pace_s}

[web]
port = {port}
"""
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


class Console:
    """One program and one browser context over it. `pace_s`: seconds that a picture takes longer."""

    def __init__(self, browser: Browser, shell: Shell, *, longest_ms: int, pace_s: float = 0.0) -> None:
        self.shell = shell
        self._browser, self._longest_ms, self._pace_s = browser, longest_ms, pace_s
        self._program = ExitStack()
        self._contexts: list[BrowserContext] = []
        self._complaints: list[str] = []
        self._port = 0
        self._running: Running | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context in self._contexts:
            context.close()
        self._program.close()

    @property
    def url(self) -> str:
        """Return the program's address; it stays the same over a restart."""
        assert self._running is not None
        return self._running.url

    def start(self, *, pace_s: float | None = None) -> None:
        """Start the program, or start it anew, at the port that it had."""
        self._program.close()
        self._pace_s = self._pace_s if pace_s is None else pace_s
        self.shell.configure(CONFIG.format(pace_s=self._pace_s, port=self._port))
        env = {"PINXIT_WEB__PORT": str(self._port)}
        self._running = self._program.enter_context(self.shell.server(**env))
        self._port = int(self._running.url.rpartition(":")[2])

    def stop(self) -> None:
        """End the program as an operator does."""
        self._program.close()

    def kill(self) -> None:
        """Let the program die at once."""
        assert self._running is not None
        self._running.kill()

    def tab(self, path: str = "/", **context: Any) -> Page:  # noqa: ANN401 - options of Browser.new_context
        """Open a tab in a context of its own, and wait until it follows the stream if it is a channel."""
        made = self._browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **context})
        made.set_default_timeout(self._longest_ms)
        self._contexts.append(made)
        page = made.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.goto(self.url + path)
        return page

    def check_silence(self) -> None:
        """Fail if a page threw an error or broke its own Content-Security-Policy."""
        assert self._complaints == []

    def _hear(self, message: ConsoleMessage) -> None:
        # A refusal (4xx) and a server that is gone are told to the person, and Chromium logs them besides.
        if message.type == "error" and not re.search(r"Failed to load resource|net::ERR_", message.text):
            self._complaints.append(message.text)


def say(page: Page, text: str) -> None:
    """Type into the command box and send."""
    box = page.locator("#text")
    box.fill(text)
    box.press("Escape")  # Whatever completion offers is not wanted.
    page.locator("#composer button[type=submit]").click()


def newest(page: Page) -> Locator:
    """Return the last message of the stream."""
    return page.locator("#messages article.msg").last


def painted(page: Page, text: str, count: int = 1) -> Locator:
    """Send a wish, and return its message once its pictures can be seen."""
    say(page, text)
    prompt = re.sub(r"\s--\S.*", "", text.removeprefix("/imagine "))
    message = page.locator("article.msg", has_text=prompt).last
    expect(message).to_have_attribute("data-state", "succeeded")
    expect(message.locator("img")).to_have_count(count)
    for picture in message.locator("img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True)
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    return message


def act(message: Locator, name: str, index: int | None = None) -> None:
    """Press a button under a message, by its place if there are several."""
    where = "" if index is None else f'[data-index="{index}"]'
    message.hover()
    message.locator(f'.acts [data-act="{name}"]{where}').click()


def react(message: Locator, reaction: str) -> None:
    """React to a message."""
    message.hover()
    message.locator(f'.react [data-reaction="{reaction}"]').click()
