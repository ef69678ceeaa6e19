"""The console as a person at a browser knows it: what is on the page, and what can be typed and pressed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Self

from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

    from tests.browser.program import Program

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}  # As a proxy says it of somebody who is not on this machine.


class Console:
    """Browser contexts over a program. `home`: the path of the channel that is the test's own."""

    def __init__(self, browser: Browser, program: Program, *, longest_ms: int, home: str = "/") -> None:
        self.program = program
        self.home = home
        self._browser, self._longest_ms = browser, longest_ms
        self._contexts: list[BrowserContext] = []
        self._complaints: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for context in self._contexts:
            context.close()

    @property
    def url(self) -> str:
        """Return the program's address."""
        return self.program.url

    def tab(self, path: str = "", **context: Any) -> Page:  # noqa: ANN401 - options of Browser.new_context
        """Open a tab in a context of its own, at the test's own channel unless a path is given."""
        made = self._browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **context})
        made.set_default_timeout(self._longest_ms)
        self._contexts.append(made)
        return self.another_tab(made.new_page(), path)

    def another_tab(self, page: Page, path: str = "") -> Page:
        """Lead a page that is new to the console, and listen to its complaints."""
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.goto(self.url + (path or self.home))
        return page

    def make_channel(self, page: Page, name: str) -> str:
        """Make a channel and return its path."""
        return str(self.post(page, "/channels", {"name": name})["url"])

    def ask(self, page: Page, prompt: str, guild: str, **fields: object) -> str:
        """Ask over the API as somebody of another guild, and return the job's id."""
        body = {"prompt": prompt, "guild": guild, "person": f"{guild}:somebody", **fields}
        return str(self.post(page, "/api/v1/jobs", body)["id"])

    def post(self, page: Page, path: str, body: object) -> dict[str, Any]:
        """Send JSON as this browser does, and return the answer."""
        headers = {"Content-Type": "application/json"}
        answer = page.request.post(self.url + path, data=json.dumps(body), headers=headers)
        assert answer.ok, answer.text()
        found: dict[str, Any] = answer.json()
        return found

    def check_silence(self) -> None:
        """Fail if a page threw an error or broke its own Content-Security-Policy, or if the program failed within."""
        assert self._complaints == []
        self.program.check_log()

    def _hear(self, message: ConsoleMessage) -> None:
        # A refusal (4xx) and a server that is gone are told to the person, and Chromium logs them besides.
        is_told = re.search(r"net::ERR_|Failed to load resource.* status of 4\d\d", message.text)
        if message.type == "error" and not is_told:
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


def file_of(page: Page, message: Locator, index: int = 0) -> bytes:
    """Return the file of one of a message's pictures."""
    href = message.locator("a.pic").nth(index).get_attribute("href")
    return page.request.get(page.url.partition("/c/")[0] + str(href)).body()


def drop(page: Page, file: Path, onto: str) -> None:
    """Drag a file from the desktop over an element, and let it go there."""
    box = page.locator(onto).bounding_box()
    assert box is not None
    hand = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        hand.send(
            "Input.dispatchDragEvent",
            {
                "type": kind,
                "x": box["x"] + box["width"] / 2,
                "y": box["y"] + box["height"] / 2,
                "data": {"items": [], "files": [str(file)], "dragOperationsMask": 1},
            },
        )
    hand.detach()
