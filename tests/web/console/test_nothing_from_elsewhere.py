"""Whoever opens the console speaks to nobody but us."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinxit.web.console import static_files
from tests.web.console.consoles import STRANGER

if TYPE_CHECKING:
    from tests.web.console.consoles import Console

ADDRESS = re.compile(r"""(?:https?:|wss?:|(?<=["'(=])\s*)//[\w.-]+[^\s"'<>)]*""")
NAMES = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink")  # Namespaces, which nothing fetches.
PAGES = ("/c/local", "/history", "/favourites", "/queue", "/settings", "/inspect", "/help", "/docs", "/nowhere")
BROWSER = {"Accept": "text/html"}


def elsewhere(text: str) -> list[str]:
    return [found for found in ADDRESS.findall(text) if found not in NAMES]


def test_an_address_elsewhere_would_be_seen() -> None:
    assert elsewhere('<script src="https://cdn.example/x.js">') == ["https://cdn.example/x.js"]
    assert elsewhere('<img src="//cdn.example/x.png">') == ["//cdn.example/x.png"]
    assert elsewhere("a { background: url(//cdn.example/x.png) }") == ["//cdn.example/x.png"]
    assert elsewhere('<svg xmlns="http://www.w3.org/2000/svg"> // a comment') == []


def test_no_file_of_the_console_names_an_address_elsewhere() -> None:
    files = [path for path in static_files.FOLDER.rglob("*") if path.is_file()]

    found = {path.name: elsewhere(path.read_text()) for path in files}

    assert len(files) > 30
    assert {name: addresses for name, addresses in found.items() if addresses} == {}


async def test_no_page_names_an_address_elsewhere(console: Console) -> None:
    job = await console.say("a red fox --size 64x64")
    await console.painted(job)
    pages: list[tuple[str, dict[str, str]]] = [(path, {}) for path in (*PAGES, f"/details/{job}", f"/c/local?at={job}")]
    pages += [(path, STRANGER) for path in ("/login", "/docs")]

    for path, headers in pages:
        page = (await console.call("GET", path, headers={**BROWSER, **headers})).body.decode()

        assert "</html>" in page
        assert elsewhere(page.replace(console.url, "")) == [], path
