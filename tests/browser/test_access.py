from __future__ import annotations

import base64
import json
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import expect

from tests.browser.console import PHONE, newest, painted, say
from tests.builders import a_png

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.console import Console

PAGES = ("/", "/history", "/favourites", "/queue", "/inspect", "/settings", "/help", "/login")
# Every one of these is caught if any of it becomes markup: the page would then hold an element with this mark, or call.
MARK = "pinxit-was-here"
HOSTILE = (
    f'<img src=x onerror="document.title=\'{MARK}\'" class="{MARK}">',
    f'"><script class="{MARK}">document.title="{MARK}"</script>',
    f"'-alert(1)-'<svg/onload=alert(1) class={MARK}>",
    "{{ 7 * 191 }} ${7 * 191} {% raw %} javascript:alert(1)",
    f'</textarea></script><iframe class="{MARK}" srcdoc="<script>alert(1)</script>">',
)


def sizes(page: Page) -> tuple[int, int]:
    wide, seen = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return int(wide), int(seen)


def check_is_text(page: Page) -> None:
    assert page.locator(f".{MARK}").count() == 0
    assert page.title() != MARK
    assert "1337" not in page.locator("body").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(console: Console, scheme: str) -> None:
    page = console.tab(color_scheme=scheme, reduced_motion="reduce")
    painted(page, "/imagine a red fox --size 128x128 --n 2", count=2)

    found = {}
    for path in (*PAGES, f"/details/{newest(page).get_attribute('data-job')}"):
        page.goto(console.url + path)
        for violation in Axe().run(page).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                found[f"{path} {violation['id']}"] = [node["html"][:200] for node in violation["nodes"]]

    assert found == {}


def test_everything_works_by_keyboard_alone(console: Console) -> None:
    page = console.tab()
    keyboard = page.keyboard

    keyboard.press("/")
    expect(page.locator("#text")).to_be_focused()
    keyboard.type("imagine a red fox --size 128x128 --n 2")
    keyboard.press("Enter")
    message = newest(page)
    expect(message).to_have_attribute("data-state", "succeeded")
    keyboard.press("Escape")
    keyboard.press("k")
    expect(message).to_be_focused()
    keyboard.press("Enter")
    expect(page.locator("dialog[open] img")).to_be_visible()
    keyboard.press("ArrowRight")
    keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()
    keyboard.press("Escape")
    message.focus()
    reached = set()
    for _ in range(30):
        keyboard.press("Tab")
        reached.add(page.evaluate("() => document.activeElement?.dataset?.act ?? ''"))

    assert {"reroll", "vary", "upscale", "edit", "details", "delete"} <= reached


def test_completion_offers_commands_flags_and_values(console: Console) -> None:
    page = console.tab()
    box, offers = page.locator("#text"), page.locator("#suggest [role=option]")

    box.press_sequentially("/ima")
    expect(offers.first).to_contain_text("/imagine")
    box.press("Tab")
    expect(box).to_have_value("/imagine ")
    box.press_sequentially("a fox --se")
    expect(offers.first).to_contain_text("--seed")
    box.press("Escape")
    expect(offers).to_have_count(0)
    box.fill("/imagine a fox ")
    box.press_sequentially("--ar ")
    expect(offers.first).to_contain_text(":")


def test_a_phone_shows_every_page_without_scrolling_sideways(console: Console) -> None:
    page = console.tab(viewport=PHONE, has_touch=True, is_mobile=True)

    for path in PAGES:
        page.goto(console.url + path)
        wide, seen = sizes(page)
        assert wide <= seen == PHONE["width"], path


def test_a_phone_paints_and_opens_the_channels(console: Console) -> None:
    page = console.tab(viewport=PHONE, has_touch=True, is_mobile=True)

    message = painted(page, "/imagine a red fox --size 128x128 --n 4", count=4)

    expect(message.locator(".acts")).to_be_visible()
    wide, seen = sizes(page)
    assert wide <= seen
    page.locator("#menu").click()
    expect(page.locator("#channels a").first).to_be_in_viewport()


def test_the_page_speaks_the_browsers_language(console: Console) -> None:
    for locale, word in (("en-GB", "History"), ("de-DE", "Verlauf")):
        page = console.tab(locale=locale)

        expect(page.locator("html")).to_have_attribute("lang", locale[:2])
        expect(page.locator("#side")).to_contain_text(word)


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


def test_a_picture_is_dropped_masked_and_repainted(console: Console) -> None:
    page = console.tab()
    picture = base64.b64encode(a_png(7)).decode()

    page.evaluate(
        """([data]) => {
            const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
            const files = new DataTransfer();
            files.items.add(new File([bytes], "mine.png", {type: "image/png"}));
            document.querySelector("#text").dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: files, bubbles: true, cancelable: true}));
        }""",
        [picture],
    )

    expect(page.locator("#tray li")).to_have_count(1)
    say(page, "/imagine a red fox --strength 0.4")
    expect(newest(page)).to_have_attribute("data-state", "succeeded")
    expect(page.locator("#tray li")).to_have_count(0)
