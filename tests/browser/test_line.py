from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.console import newest, painted, say

if TYPE_CHECKING:
    from tests.browser.console import Console

LATENCY_MS = 300
BYTES_PER_S = 100_000


def test_what_is_sent_offline_goes_out_once_when_the_line_is_back(shared: Console) -> None:
    page = shared.tab()
    painted(page, "/imagine a red fox --size 64x64")

    page.context.set_offline(True)
    say(page, "a blue fox --size 64x64")
    expect(page.locator("#outbox")).to_contain_text("a blue fox")
    expect(page.locator("article.msg")).to_have_count(1)
    page.context.set_offline(False)

    message = page.locator("article.msg", has_text="a blue fox")
    expect(message).to_have_attribute("data-state", "succeeded")
    expect(message).to_have_count(1)
    expect(page.locator("#outbox")).to_be_hidden()
    page.reload()
    expect(page.locator("article.msg")).to_have_count(2)


def test_a_slow_line_paints_once_and_shows_it(shared: Console) -> None:
    page = shared.tab("/help")
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    speed = {"downloadThroughput": BYTES_PER_S, "uploadThroughput": BYTES_PER_S}
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **speed})
    page.goto(shared.url + shared.home)

    say(page, "a red fox --size 256x256")
    say(page, "a blue fox --size 256x256")

    for words in ("a red fox", "a blue fox"):
        message = page.locator("article.msg", has_text=words)
        expect(message).to_have_attribute("data-state", "succeeded")
        message.scroll_into_view_if_needed()
        expect(message.locator("a.pic > img").last).not_to_have_js_property("naturalWidth", 0)
    expect(page.locator("article.msg")).to_have_count(2)
    expect(newest(page).locator(".prompt")).to_have_text("a blue fox")
