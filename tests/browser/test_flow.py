from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.console import act, newest, painted, react, say

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.console import Console


def test_from_the_first_wish_to_the_last_picture(paced: Console) -> None:
    page = paced.tab()
    expect(page.locator("#welcome")).to_be_visible()

    say(page, "/imagine a red fox in snow --size 256x256 --seed 7 --n 2")

    message = newest(page)
    expect(message.locator("progress")).to_be_visible()
    expect(message).to_have_attribute("data-state", "running")
    expect(message.locator("progress")).not_to_have_js_property("value", 0)
    expect(message).to_have_attribute("data-state", "succeeded")
    expect(message.locator("a.pic")).to_have_count(2)
    expect(message.locator(".facts")).to_contain_text("seed 7")
    expect(page.locator("#welcome")).to_be_hidden()


def test_a_large_picture_is_seen_growing(paced: Console) -> None:
    page = paced.tab()

    say(page, "/imagine a red fox in snow --size 640x640")

    expect(newest(page).locator("img.preview")).to_be_visible()
    expect(newest(page)).to_have_attribute("data-state", "succeeded")
    expect(newest(page).locator("img.preview")).to_have_count(0)


def test_a_button_and_a_reaction_reroll_with_another_seed(shared: Console) -> None:
    page = shared.tab()
    first = painted(page, "/imagine a red fox --size 128x128 --seed 7")

    act(first, "reroll")
    expect(page.locator("article.msg[data-state=succeeded]")).to_have_count(2)
    react(page.locator("article.msg").first, "🔁")

    expect(page.locator("article.msg[data-state=succeeded]")).to_have_count(3)
    seeds = re.findall(r"\bseed (\d+)", "\n".join(page.locator("article.msg .facts").all_inner_texts()))
    assert seeds[0] == "7"
    assert len(set(seeds)) == 3


def test_edit_brings_the_text_back_to_be_changed(shared: Console) -> None:
    page = shared.tab()
    message = painted(page, "/imagine a red fox --size 128x128 --seed 7")

    act(message, "edit")
    box = page.locator("#text")
    expect(box).to_have_value(re.compile("a red fox.*--seed 7"))
    say(page, box.input_value().replace("red", "blue"))

    expect(newest(page).locator(".prompt")).to_have_text("a blue fox")
    expect(newest(page)).to_have_attribute("data-state", "succeeded")
    expect(newest(page).locator(".facts")).to_contain_text("seed 7")


def test_vary_upscale_and_zoom_out_make_new_pictures_of_one(shared: Console) -> None:
    page = shared.tab()
    message = painted(page, "/imagine a red fox --size 128x128 --n 2", count=2)

    act(message, "vary", 1)
    expect(page.locator("article.msg[data-state=succeeded]")).to_have_count(2)
    act(message, "upscale", 0)
    expect(page.locator("article.msg[data-state=succeeded]")).to_have_count(3)
    expect(newest(page).locator("img")).to_have_attribute("width", "256")
    act(newest(page), "outpaint")

    expect(page.locator("article.msg[data-state=succeeded]")).to_have_count(4)
    expect(newest(page).locator("img")).to_have_attribute("width", "384")


def test_a_job_that_waits_or_runs_can_be_cancelled(paced: Console) -> None:
    page = paced.tab()
    say(page, "a red fox --size 128x128 --n 4")
    say(page, "a blue fox --size 128x128")
    expect(page.locator("article.msg")).to_have_count(2)
    waiting = page.locator("article.msg", has_text="a blue fox")
    expect(waiting.locator(".status")).to_contain_text("in line")
    running = page.locator("article.msg", has_text="a red fox")
    expect(running).to_have_attribute("data-state", "running")

    act(waiting, "cancel")
    act(running, "cancel")

    expect(waiting).to_have_attribute("data-state", "cancelled")
    expect(running).to_have_attribute("data-state", "cancelled")


def test_deleting_takes_the_files_from_the_disk(shared: Console) -> None:
    page = shared.tab()
    before = _files(shared)
    message = painted(page, "/imagine a red fox --size 128x128")
    assert _files(shared) > before

    react(message, "❌")
    page.locator("dialog[open] button.danger").click()

    expect(message).to_have_count(0)
    assert _files(shared) == before
    page.reload()
    expect(page.locator("article.msg a.pic")).to_have_count(0)


def test_a_favourite_is_kept_and_taken_back(shared: Console) -> None:
    page = shared.tab()
    message = painted(page, "/imagine a red fox --size 128x128")
    kept = page.locator(f'main [data-job="{message.get_attribute("data-job")}"] img')

    react(message, "❤️")
    expect(message.locator('[data-reaction="❤️"]')).to_have_attribute("aria-pressed", "true")
    page.goto(shared.url + "/favourites")
    expect(kept).to_be_visible()
    page.goto(shared.url + shared.home)
    react(newest(page), "❤️")
    expect(newest(page).locator('[data-reaction="❤️"]')).to_have_attribute("aria-pressed", "false")
    page.goto(shared.url + "/favourites")

    expect(kept).to_have_count(0)


def test_the_stream_goes_on_over_a_death_of_the_server(console: Console) -> None:
    console.program.start(pace_s=4)
    page = console.tab()
    say(page, "a red fox --size 128x128 --seed 7")
    message = newest(page)
    expect(message).to_have_attribute("data-state", "running")

    console.program.kill()
    expect(page.locator("#line")).to_be_visible()
    console.program.start(pace_s=0)

    expect(page.locator("#line")).to_be_hidden()
    expect(message).to_have_attribute("data-state", "succeeded")
    expect(message.locator(".facts")).to_contain_text("seed 7")


def test_what_is_sent_while_the_server_is_away_arrives_once_when_it_is_back(console: Console) -> None:
    page = console.tab()
    painted(page, "/imagine a red fox --size 128x128")

    console.program.stop()
    say(page, "a blue fox --size 128x128")
    expect(page.locator("#outbox")).to_contain_text("a blue fox")
    console.program.start()

    message = page.locator("article.msg", has_text="a blue fox")
    expect(message).to_have_attribute("data-state", "succeeded")
    expect(page.locator("#outbox")).to_be_hidden()
    expect(message).to_have_count(1)


def test_two_tabs_show_the_same(shared: Console) -> None:
    here, there = shared.tab(), shared.tab()

    painted(here, "/imagine a red fox --size 128x128")
    expect(newest(there)).to_have_attribute("data-state", "succeeded")
    act(newest(there), "reroll")

    expect(here.locator("article.msg[data-state=succeeded]")).to_have_count(2)
    ids = "messages => messages.map(message => message.id)"
    assert here.locator("article.msg").evaluate_all(ids) == there.locator("article.msg").evaluate_all(ids)


def test_history_is_searched_and_leads_back_to_the_message(shared: Console) -> None:
    page = shared.tab()
    painted(page, "/imagine a red fox --size 128x128")
    painted(page, "/imagine a zebra of glass --size 128x128")

    page.goto(shared.url + "/history")
    page.locator("main input[type=search]").fill("ZEBRA of")
    page.locator("main input[type=search]").press("Enter")

    expect(page.locator("main article.msg")).to_have_count(1)
    expect(page.locator("main article.msg .prompt")).to_have_text("a zebra of glass")
    page.locator("main article.msg time").click()
    expect(page.locator("#messages")).to_contain_text("a zebra of glass")


def _files(console: Console) -> set[Path]:
    var = console.program.shell.var
    return {*var.rglob("*.png"), *var.rglob("*.webp")}
