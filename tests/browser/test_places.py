from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.console import ELSEWHERE, newest, painted, say

if TYPE_CHECKING:
    from tests.browser.console import Console


def test_what_happens_in_another_channel_is_marked_until_it_is_read(shared: Console) -> None:
    page = shared.tab()
    other = shared.make_channel(page, f"other {shared.home.rpartition(':')[2][-12:]}")
    guild = other.removeprefix("/c/").replace("%3A", ":")
    page.reload()
    link = page.locator(f'#channels a[data-guild="{guild}"]')
    expect(link.locator(".unread")).to_be_hidden()

    shared.ask(page, "a red fox --size 64x64", guild)

    expect(link.locator(".unread")).to_be_visible()
    expect(link.locator(".unread span").first).to_have_text("1")
    with page.expect_response("**/read"):
        link.click()
    expect(newest(page)).to_have_attribute("data-state", "succeeded")
    page.goto(shared.url + shared.home)
    expect(link.locator(".unread")).to_be_hidden()


def test_a_channel_is_made_and_its_name_is_taken(shared: Console) -> None:
    page = shared.tab()
    name = f"Atelier {shared.home[-8:]}"

    page.locator("#new-channel").click()
    page.locator("dialog[open] input").fill(name)
    page.locator("dialog[open] button[type=submit]").click()

    expect(page.locator("main h1")).to_have_text(name)
    expect(page.locator("#channels [aria-current]")).to_contain_text(name)
    painted(page, "/imagine a red fox --size 64x64")
    page.locator("#new-channel").click()
    page.locator("dialog[open] input").fill(name)
    page.locator("dialog[open] button[type=submit]").click()
    expect(page.locator("dialog[open] [role=alert]")).to_contain_text(name)


def test_the_queue_shows_two_guilds_share_the_painter_as_it_happens(paced: Console) -> None:
    page = paced.tab("/queue")
    page.evaluate("() => { window.isSamePage = true; }")
    rows = {guild: page.locator(f'#pools tr[data-guild="{guild}"]') for guild in ("rome", "oslo")}

    for guild in (*rows, *rows):
        paced.ask(page, "a red fox --size 64x64 --n 2", guild)

    for row in rows.values():
        expect(row).to_be_visible()
    for row in rows.values():
        expect(row.locator(".num").nth(1)).not_to_have_text("0")
        expect(row.locator(".fill")).to_have_attribute("width", re.compile(r"^[1-9]"))
    expect(page.locator("#pools [data-n=queued]")).to_have_text("0")
    assert page.evaluate("() => window.isSamePage")


def test_settings_hold_for_the_next_wish(console: Console) -> None:
    page = console.tab("/settings")
    page.locator("[name=name]").fill("Ada")
    page.locator("[name=count]").fill("2")
    page.locator("[name=aspect]").fill("3:2")
    page.locator("#settings button[type=submit]").click()
    expect(page.locator("#notices .notice")).to_contain_text("Saved")

    page.goto(console.url)
    message = painted(page, "/imagine a red fox", count=2)

    expect(message.locator("h3 b")).to_have_text("Ada")
    wide, tall = (int(message.locator("img").first.get_attribute(side) or 0) for side in ("width", "height"))
    assert abs(wide / tall - 1.5) < 0.05
    page.goto(console.url + "/settings")
    expect(page.locator("[name=count]")).to_have_value("2")


def test_who_comes_from_elsewhere_shows_a_key(shared: Console) -> None:
    made = shared.program.shell.run("keys", "create", "gallery", "--scope", "submit")
    found = re.search(r"pinxit_\S+", made.stdout)
    assert found is not None, made.stderr
    page = shared.tab("/history", extra_http_headers=ELSEWHERE)
    expect(page).to_have_url(re.compile(r"/login\?next=%2Fhistory|/login\?next=/history"))

    page.locator("#secret").fill("pinxit_wrong")
    page.locator("#login button").click()
    expect(page.locator("#wrong")).to_be_visible()
    page.locator("#secret").fill(found.group())
    page.locator("#login button").click()

    expect(page).to_have_url(shared.url + "/history")
    page.goto(shared.url)
    painted(page, "/imagine a red fox --size 64x64")
    expect(page.locator("#channels a")).to_have_count(1)
    page.goto(shared.url + shared.home)
    expect(page.locator("#composer")).to_have_count(0)
    page.goto(shared.url)
    page.locator("#log-out").click()
    expect(page.locator("#login")).to_be_visible()
    page.goto(shared.url)
    expect(page.locator("#login")).to_be_visible()


def test_an_unknown_command_is_answered_beside_what_was_typed(shared: Console) -> None:
    page = shared.tab()

    say(page, "/imagin a red fox")

    expect(page.locator("#notices .bad")).to_contain_text("/imagine")
    expect(page.locator("#text")).to_have_value("/imagin a red fox")
