from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.console import drop, file_of, newest, painted, say
from tests.builders import a_png

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.console import Console


def _paste(page: Page, data: bytes) -> None:
    page.evaluate(
        """([data]) => {
            const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
            const files = new DataTransfer();
            files.items.add(new File([bytes], "mine.png", {type: "image/png"}));
            document.querySelector("#text").dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: files, bubbles: true, cancelable: true}));
        }""",
        [base64.b64encode(data).decode()],
    )


def _stroke_by_mouse(page: Page) -> None:
    box = page.locator("dialog.painter canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"], steps=8)
    page.mouse.up()


def _stroke_by_keyboard(page: Page) -> None:
    expect(page.locator("dialog.painter canvas")).to_be_focused()
    page.keyboard.press("+")
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("e")
    page.keyboard.press("Space")
    page.keyboard.press("z")  # Takes back what was erased.


def _pixels(data: bytes, mode: str = "RGB") -> np.ndarray:
    with Image.open(BytesIO(data)) as picture:
        return np.asarray(picture.convert(mode))


@pytest.mark.parametrize("stroke", [_stroke_by_mouse, _stroke_by_keyboard])
def test_only_what_was_painted_over_is_painted_anew(shared: Console, stroke: Callable[[Page], None]) -> None:
    page = shared.tab()
    before = file_of(page, painted(page, "/imagine a red fox in snow --size 256x192 --seed 7"))
    _paste(page, before)

    page.locator("#tray li button", has_text="Paint a mask").click()
    stroke(page)
    page.locator("dialog.painter button.strong").click()
    expect(page.locator("#tray li")).to_have_count(2)
    with page.expect_request("**/send") as sent:
        say(page, "/inpaint a straw hat --seed 8 --strength 1")
    expect(newest(page).locator(".prompt")).to_have_text("a straw hat")
    expect(newest(page)).to_have_attribute("data-state", "succeeded")

    body = sent.value.post_data_json
    assert body is not None
    masked = _pixels(base64.b64decode(body["mask"]), "L") > 127
    changed = (_pixels(file_of(page, newest(page))) != _pixels(before)).any(axis=2)
    assert 0.005 < masked.mean() < 0.5
    assert not changed[~masked].any()
    assert changed[masked].mean() > 0.5


def test_a_pasted_picture_is_a_source(shared: Console) -> None:
    page = shared.tab()
    _paste(page, a_png(7))

    expect(page.locator("#tray li")).to_have_count(1)
    say(page, "/imagine a red fox --strength 0.4")

    expect(newest(page)).to_have_attribute("data-state", "succeeded")
    expect(page.locator("#tray li")).to_have_count(0)


def test_a_picture_is_dragged_from_the_desktop(shared: Console, tmp_path: Path) -> None:
    page = shared.tab()
    file = tmp_path / "mine.png"
    file.write_bytes(a_png(7))

    drop(page, file, onto="#stream")

    expect(page.locator("#tray li img")).to_have_attribute("alt", "mine.png")
    expect(page.locator("#drop")).to_be_hidden()
    with page.expect_request("**/send") as sent:
        say(page, "/imagine a red fox --strength 0.4")
    assert [base64.b64decode(image) for image in (sent.value.post_data_json or {})["images"]] == [a_png(7)]
    expect(newest(page)).to_have_attribute("data-state", "succeeded")
