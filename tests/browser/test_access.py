from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.sync_api import expect

from pinxit.wording import ui
from tests.browser.console import ELSEWHERE, PHONE, act, newest, painted, react, say
from tests.browser.pages import PAGES
from tests.builders import a_png

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.console import Console


def sizes(page: Page) -> tuple[int, int]:
    wide, seen = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return int(wide), int(seen)


def violations(page: Page) -> dict[str, list[str]]:
    """Return what axe finds serious, with the elements that it is about."""
    return {
        violation["id"]: [node["html"][:200] for node in violation["nodes"]]
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in ("serious", "critical")
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(shared: Console, scheme: str) -> None:
    page = shared.tab(color_scheme=scheme, reduced_motion="reduce")
    message = painted(page, "/imagine a red fox --size 128x128 --n 2", count=2)
    stranger = shared.tab("/login", color_scheme=scheme, extra_http_headers=ELSEWHERE)
    expect(stranger.locator("#login")).to_be_visible()

    found = {"/login": violations(stranger), shared.home: violations(page)}
    for path in (*PAGES, f"/details/{message.get_attribute('data-job')}"):
        page.goto(shared.url + path)
        found[path] = violations(page)

    assert not any(found.values()), found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_any_dialog(shared: Console, scheme: str) -> None:
    page = shared.tab(color_scheme=scheme, reduced_motion="reduce")
    message = painted(page, "/imagine a red fox --size 128x128")
    page.locator("#files").set_input_files({"name": "mine.png", "mimeType": "image/png", "buffer": a_png(7)})
    openers: dict[str, Callable[[], None]] = {
        "details": lambda: act(message, "details"),
        "delete": lambda: react(message, "❌"),
        "report": lambda: react(message, "⚠️"),
        "viewer": lambda: message.locator("a.pic").click(),
        "painter": lambda: page.locator("#tray button", has_text="Paint a mask").click(),
        "new channel": lambda: page.locator("#new-channel").click(),
        "keys": lambda: page.locator("#keys").click(),
    }

    found = {}
    for name, open_it in openers.items():
        open_it()
        expect(page.locator("dialog[open]")).to_be_visible()
        if name == "details":
            expect(page.locator("dialog[open] dl")).to_be_visible()
        found[name] = violations(page)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)

    assert not any(found.values()), found


def test_everything_works_by_keyboard_alone(shared: Console) -> None:
    page = shared.tab()
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


def test_the_tab_key_finds_a_message_that_came_in_and_the_one_left_when_it_went(shared: Console) -> None:
    page = shared.tab()
    painted(page, "/imagine a red fox --size 64x64")
    painted(page, "/imagine a blue fox --size 64x64")
    stop = page.locator('article.msg[tabindex="0"]')
    expect(stop).to_contain_text("a red fox")

    react(stop, "❌")
    page.locator("dialog[open] button.danger").click()

    expect(page.locator("article.msg")).to_have_count(1)
    expect(stop).to_contain_text("a blue fox")


def test_completion_offers_commands_flags_and_values(shared: Console) -> None:
    page = shared.tab()
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


def test_a_phone_shows_every_page_without_scrolling_sideways(shared: Console) -> None:
    page = shared.tab(viewport=PHONE, has_touch=True, is_mobile=True)

    for path in PAGES:
        page.goto(shared.url + path)
        wide, seen = sizes(page)
        assert wide <= seen == PHONE["width"], path


def test_a_phone_paints_looks_closely_and_opens_the_channels(shared: Console) -> None:
    page = shared.tab(viewport=PHONE, has_touch=True, is_mobile=True)

    message = painted(page, "/imagine a red fox --size 128x128 --n 4", count=4)

    expect(message.locator(".acts")).to_be_visible()
    wide, seen = sizes(page)
    assert wide <= seen
    message.locator("a.pic").first.tap()
    viewer = page.locator("dialog.viewer")
    expect(viewer.locator(".caption")).to_contain_text("Picture 1 of 4")
    for tool in viewer.locator(".tools > *").all():
        expect(tool).to_be_in_viewport()
    viewer.get_by_label("Next picture").tap()
    expect(viewer.locator(".caption")).to_contain_text("Picture 2 of 4")
    viewer.get_by_label("Close").tap()
    page.locator("#menu").tap()
    expect(page.locator("#channels a").first).to_be_in_viewport()
    page.locator('#side a[href="/history"]').tap()
    expect(page).to_have_url(shared.url + "/history")
    expect(page.locator("#side a").first).not_to_be_in_viewport()


def test_a_german_browser_is_shown_no_english(shared: Console) -> None:
    english, german = ui("en"), ui("de")
    foreign = {text for key, text in english.items() if german[key] != text and len(text) > 3} - {*german.values()}
    page = shared.tab(locale="de-DE")
    expect(page.locator("#welcome")).to_be_visible()
    found = {}

    for path in (shared.home, *PAGES):
        page.goto(shared.url + path)
        expect(page.locator("html")).to_have_attribute("lang", "de")
        found[path] = foreign & {*page.locator("body").inner_text().splitlines()}

    assert not any(found.values()), found
    page.goto(shared.url + shared.home)
    say(page, "ein Fuchs --size 64x64")
    expect(newest(page)).to_have_attribute("data-state", "succeeded")
    expect(newest(page).locator(".acts")).to_contain_text("Löschen")


def test_light_and_dark_are_chosen_and_kept(shared: Console) -> None:
    page = shared.tab(color_scheme="light")
    before = page.evaluate("() => getComputedStyle(document.body).backgroundColor")

    page.goto(shared.url + "/settings")
    page.locator("[name=theme]").select_option("dark")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(shared.url + shared.home)
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") != before
