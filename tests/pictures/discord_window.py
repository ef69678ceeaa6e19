"""A chat window drawn from what Discord keeps: payloads in, HTML out, photographed as WebP."""

from __future__ import annotations

import asyncio
import base64
import io
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from PIL import Image
from playwright.async_api import async_playwright

from tests.pictures.discord_markdown import Names, drawn, inline

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from playwright.async_api import Browser

CHROMIUM = "/usr/bin/chromium"
MOST_BYTES = 90_000
_HERE = Path(__file__).parent
_COLOURS = ("#c8553d", "#3d7ea6", "#5b8c5a", "#8e6c8a", "#b08d3c", "#4d6a8c")
_SCALE = 1.5


@dataclass(frozen=True, slots=True)
class Part:
    """One thing in a window. `value` is as Discord keeps it.

    Kinds: `message` (a message object; `interaction` says who used what), `modal` (title and components), `offer`
    (title and the names that a completion offers), `box` (command, options as pairs, and the one that is typed `now`),
    `menu` (names, and the one that is chosen `now`), `choosing` (a select that is open).
    """

    kind: str
    value: Any


@dataclass(frozen=True, slots=True)
class Window:
    """A window: its title ("#sketchbook", "" for none) and what stands in it from top to bottom."""

    title: str
    parts: Sequence[Part]
    names: Names
    files: Callable[[str], bytes | None]
    width_px: int = 660


def html(window: Window) -> str:
    """Return the window as one page that loads nothing from anywhere."""

    def in_lines(text: str) -> Markup:
        return drawn(text, window.names)

    def in_line(text: str) -> Markup:
        return inline(text, window.names)

    def source(url: str) -> str:
        data = window.files(url)
        return "" if data is None else f"data:image/png;base64,{base64.b64encode(data).decode()}"

    pages = Environment(loader=FileSystemLoader(_HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    pages.tests["match_image"] = _is_image
    pages.filters["mask"] = _has
    pages.globals |= {
        "drawn": in_lines,
        "inline": in_line,
        "source": source,
        "clock": _clock,
        "colour_of": _colour,
        "name_of": _name,
        "used": _used,
    }
    css = Markup((_HERE / "discord.css").read_text("utf-8"))  # noqa: S704 - ours
    page = pages.get_template("discord.html.jinja")
    return page.render(css=css, title=window.title, parts=window.parts, width_px=window.width_px)


def _is_image(media_type: str | None) -> bool:
    return (media_type or "").startswith("image/")


def _has(flags: int | None, bit: int) -> bool:
    return bool((flags or 0) & bit)


def _clock(said: str | None) -> str:
    return "" if not said else f"Today at {datetime.fromisoformat(said):%H:%M}"


def _used(message: Mapping[str, Any]) -> str:
    """Return what was used, as a client says it: a slash command has a slash, a menu's entry is a name."""
    named = message.get("interaction") or {}
    name = str(named.get("name") or "")
    return f"/{name}" if name == name.lower() and name else name


def _colour(user: Mapping[str, Any]) -> str:
    return _COLOURS[sum(str(user["username"]).encode()) % len(_COLOURS)]


def _name(user: Mapping[str, Any]) -> str:
    return str(user.get("global_name") or user["username"])


class Camera:
    """A browser that photographs windows. Use as `async with camera() as …`."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    async def photograph(self, window: Window, most_bytes: int = MOST_BYTES) -> bytes:
        """Return the picture of a window as WebP of at most `most_bytes`."""
        page = await self._browser.new_page(device_scale_factor=_SCALE, viewport={"width": 1000, "height": 800})
        try:
            await page.set_content(html(window))
            await page.wait_for_function("() => [...document.images].every(one => one.complete)")
            shot = await page.locator("main").screenshot(omit_background=True)
        finally:
            await page.close()
        return await asyncio.to_thread(_packed, shot, most_bytes)


@asynccontextmanager
async def camera() -> AsyncIterator[Camera]:
    """Open Debian's Chromium for as long as it is needed."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield Camera(browser)
        finally:
            await browser.close()


def _packed(shot: bytes, most_bytes: int) -> bytes:
    with Image.open(io.BytesIO(shot)) as picture:
        for quality in range(88, 20, -6):
            file = io.BytesIO()
            picture.save(file, "WEBP", quality=quality, method=6)
            if file.tell() <= most_bytes:
                return file.getvalue()
    raise ValueError(f"the picture is larger than {most_bytes} bytes however it is packed")
