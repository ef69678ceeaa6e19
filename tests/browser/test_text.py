from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import expect

from tests.browser.console import newest, say
from tests.browser.pages import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.console import Console

# Every one of these is caught if any of it becomes markup: the page would then hold an element with this mark, or call.
MARK = "pinxit-was-here"
HOSTILE = (
    f'<img src=x onerror="document.title=\'{MARK}\'" class="{MARK}">',
    f'"><script class="{MARK}">document.title="{MARK}"</script>',
    f"'-alert(1)-'<svg/onload=alert(1) class={MARK}>",
    "{{ 7 * 191 }} ${7 * 191} {% raw %} javascript:alert(1)",
    f'</textarea></script><iframe class="{MARK}" srcdoc="<script>alert(1)</script>">',
)


def check_is_text(page: Page) -> None:
    assert page.locator(f".{MARK}").count() == 0
    assert page.title() != MARK
    assert "1337" not in page.locator("body").inner_text()


def test_no_text_from_people_becomes_markup(console: Console) -> None:
    page = console.tab()
    for text in HOSTILE:
        painted_count = page.locator("article.msg[data-state=succeeded]").count()
        say(page, f"/imagine {text} --size 64x64")
        expect(page.locator("article.msg[data-state=succeeded]")).to_have_count(painted_count + 1)
    check_is_text(page)
    for text in HOSTILE:
        say(page, f"/{text}")
        say(page, f"a fox --ar {text}")
    check_is_text(page)
    job = newest(page).get_attribute("data-job")
    saved = page.request.post(
        f"{console.url}/settings",
        data=json.dumps({"name": HOSTILE[0], "negative_prompt": HOSTILE[1], "locale": "", "private": False}),
        headers={"Content-Type": "application/json"},
    )
    assert saved.status in (200, 422)
    made = page.request.post(
        f"{console.url}/channels",
        data=json.dumps({"name": HOSTILE[2][:40]}),
        headers={"Content-Type": "application/json"},
    )
    assert made.status in (200, 422)
    for path in (
        *PAGES,
        f"/history?q={HOSTILE[0]}",
        f"/history?person={HOSTILE[1]}",
        f"/details/{job}",
        f"/c/{HOSTILE[2]}",
    ):
        page.goto(console.url + path)
        check_is_text(page)


def test_a_hostile_file_is_read_without_becoming_markup(console: Console) -> None:
    page = console.tab("/inspect")
    info, file = PngInfo(), BytesIO()
    info.add_text("parameters", f"{HOSTILE[0]}\nNegative prompt: {HOSTILE[1]}\nSteps: 5, Seed: 1, Odd: {HOSTILE[4]}")
    Image.new("RGB", (8, 8)).save(file, "PNG", pnginfo=info)

    page.locator("input[type=file]").set_input_files(
        {"name": "<b>x</b>.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )

    expect(page.locator("main")).to_contain_text("onerror")
    check_is_text(page)
