from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import expect

from tests.browser.console import drop, file_of, newest, painted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.console import Console


def test_a_file_of_ours_dropped_there_is_read_and_painted_again(shared: Console, tmp_path: Path) -> None:
    page = shared.tab()
    message = painted(page, "/imagine a red fox in snow --size 192x128 --seed 77 --no birds")
    file = tmp_path / "ours.png"
    file.write_bytes(file_of(page, message))
    page.goto(shared.url + "/inspect")

    drop(page, file, onto="#inspect")

    reading = page.locator("#reading")
    expect(reading.locator("h2")).to_contain_text("Pinxit")
    expect(reading).to_contain_text("a red fox in snow")
    expect(reading).to_contain_text("77")
    expect(reading).to_contain_text("painted here")
    reading.locator("[data-use]").click()
    refilled = re.compile(r'^/imagine a red fox in snow --size 192x128 --seed 77 .*--no "birds"$')
    expect(page.locator("#text")).to_have_value(refilled)
    page.locator("#text").press("Enter")
    expect(newest(page).locator(".prompt")).to_have_text("a red fox in snow")
    expect(newest(page)).to_have_attribute("data-state", "succeeded")
    assert _pixels(file_of(page, newest(page))) == _pixels(file.read_bytes())


def _pixels(data: bytes) -> bytes:
    with Image.open(BytesIO(data)) as picture:
        return picture.convert("RGB").tobytes()
