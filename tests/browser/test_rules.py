"""Limits, styles, spoilers, reports and the operator's pages, as somebody at a browser meets them."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.console import act, newest, painted, react, say

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.console import Console


def guild_of(console: Console) -> str:
    return console.home.removeprefix("/c/")


def limit(console: Console, page: Page, amount: str) -> None:
    form = {"scope": "role", "guild": guild_of(console), "name": "everyone", "amount": amount, "period": "day"}
    console.post(page, "/admin/quotas", form)


def test_price_and_limit_are_shown_before_sending_and_a_spent_limit_says_when_it_frees(shared: Console) -> None:
    page = shared.tab()
    limit(shared, page, "1")
    page.reload()
    expect(page.locator("#left")).to_have_text("1 of 1 left today")

    page.locator("#text").press_sequentially("a {red, blue} fox --size 512x512")
    expect(page.locator("#price")).to_have_text("0.6 credits for 2 jobs")
    page.locator("#text").press("Enter")
    expect(page.locator("#left")).to_have_text("0.4 of 1 left today")
    expect(page.locator("article.msg[data-state=succeeded]")).to_have_count(2)
    expect(page.locator("article.msg.grouped")).to_have_count(1)
    say(page, "a green fox --size 1024x1024")

    expect(page.locator("#notices")).to_contain_text(
        re.compile(r"This needs 1 credit; 0\.4 of your 1 are left today, and they reset at 00:00 UTC\.")
    )
    expect(page.locator("#text")).to_have_value("a green fox --size 1024x1024")
    page.locator("#left").click()
    expect(page.locator(".limit")).to_contain_text("0.6 of your 1 credits are used today")


def test_many_jobs_are_confirmed_and_the_pictures_stay(shared: Console) -> None:
    page = shared.tab()
    message = painted(page, "/imagine a red fox --size 64x64")
    message.locator("a.pic").click()
    page.locator("dialog.viewer").get_by_label("Use as source").click()
    expect(page.locator("#tray li")).to_have_count(1)

    say(page, "a {a,b,c} {1,2,3} fox --size 64x64")

    expect(page.locator("#text")).to_have_value("/imagine a {a,b,c} {1,2,3} fox --size 64x64 --yes")
    expect(page.locator("#tray li")).to_have_count(1)
    expect(page.locator("#notices")).to_contain_text("This makes 9 jobs")
    page.locator("#tray button", has_text="Describe").click()
    expect(page.locator("#text")).to_have_value(re.compile("^/imagine a red fox"))
    say(page, "a blue fox --size 64x64 --stylize 250")
    expect(page.locator("#notices")).to_contain_text("--stylize 250 is Midjourney's; here it became")


def test_a_style_is_chosen_by_its_picture(shared: Console) -> None:
    page = shared.tab("/styles")
    first = page.locator(".styles li", has_text="Watercolour").first
    expect(first.locator("img")).not_to_have_js_property("naturalWidth", 0)

    first.get_by_role("button").click()

    expect(page.locator("#text")).to_have_value('--style "Watercolour" ')
    page.locator("#text").press_sequentially("a fox --style c")
    expect(page.locator("#suggest [role=option]").first).to_contain_text(re.compile("^[Cc]"))
    page.locator("#text").fill("")


def test_a_reported_picture_is_looked_at_and_hidden_by_the_operator(shared: Console) -> None:
    page = shared.tab()
    message = painted(page, "/imagine a rude fox --size 128x128")
    react(message, "⚠️")
    page.locator("dialog[open] textarea").fill("it is <b>rude</b>")
    page.locator("dialog[open] button[type=submit]").click()
    expect(page.locator("#notices")).to_contain_text("Reported.")

    desk = shared.tab("/admin/reports")
    report = desk.locator("article.report", has_text="a rude fox")
    expect(report).to_contain_text("it is <b>rude</b>")
    picture = report.locator("img")
    assert picture.get_attribute("src") is None
    report.get_by_role("button", name="Show the covered picture").press("Enter")
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    report.get_by_role("button", name="Hide", exact=True).click()

    expect(desk.locator("#notices")).to_contain_text("Done.")
    expect(desk.locator("article.report", has_text="a rude fox")).to_have_count(0)
    expect(newest(page)).to_contain_text("1 picture is withheld, because an admin hid it.")
    expect(newest(page).locator("a.pic")).to_have_count(0)


def test_a_spoiler_is_uncovered_by_keyboard_and_then_like_any_picture(console: Console) -> None:
    page = console.tab()
    message = painted(page, "/imagine a red fox --size 128x128")
    file = next(console.program.shell.folder.rglob("pinxit.db"))
    with closing(sqlite3.connect(file)) as database, database:
        verdict = json.dumps({"flagged": True, "categories": ["sexual"]})
        database.execute("UPDATE image SET verdict = ?", (verdict,))
    page.reload()

    cover = message.get_by_role("button", name="Show the covered picture")
    expect(cover).to_be_visible()
    expect(message.locator("a.pic")).to_have_js_property("inert", value=True)
    cover.focus()
    page.keyboard.press("Enter")

    expect(cover).to_have_count(0)
    picture = message.get_by_role("link", name=re.compile("Picture of"))
    expect(picture).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("dialog.viewer")).to_be_visible()


def test_what_the_operator_sets_for_a_guild_holds_for_its_next_picture(shared: Console) -> None:
    page = shared.tab(f"/admin/guilds/{guild_of(shared)}")
    form = page.locator("form[data-changed]")
    form.locator("[name=aspect]").fill("3:2")
    form.locator("[name=max_side_px]").fill("two")
    form.get_by_role("button").click()
    expect(form.locator(".error")).to_contain_text("max_side_px")
    form.locator("[name=max_side_px]").fill("640")
    form.get_by_role("button").click()
    expect(page.locator("#notices")).to_contain_text("Done.")
    expect(form.locator("[name=aspect]")).to_have_value("3:2")

    page.goto(shared.url + shared.home)
    message = painted(page, "/imagine a red fox")
    act(message, "details")

    expect(page.locator("dialog[open] dl")).to_contain_text("640×")
    say_audit = shared.tab(f"/admin/audit?guild={guild_of(shared)}")
    expect(say_audit.locator("tbody")).to_contain_text("guild.set")


def test_the_ledger_is_verified_at_the_press_of_a_button(shared: Console) -> None:
    page = shared.tab("/admin/ledger")

    page.get_by_role("button", name="Verify").click()

    expect(page.locator(".outcome")).to_contain_text("Everything is right")
