from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.console import act, file_of, newest, painted

if TYPE_CHECKING:
    from tests.browser.console import Console


def test_the_viewer_leafs_zooms_and_downloads(shared: Console) -> None:
    page = shared.tab()
    message = painted(page, "/imagine a red fox --size 128x128 --n 2", count=2)
    viewer = page.locator("dialog.viewer")
    picture, caption = viewer.locator(".stage img"), viewer.locator(".caption")

    message.locator("a.pic").first.click()
    expect(caption).to_contain_text("Picture 1 of 2")
    viewer.get_by_label("Next picture").click()
    expect(caption).to_contain_text("Picture 2 of 2")
    expect(picture).to_have_attribute("src", re.compile("/download$"))
    page.keyboard.press("ArrowRight")
    expect(caption).to_contain_text("Picture 1 of 2")
    viewer.get_by_label("Previous picture").click()
    expect(caption).to_contain_text("Picture 2 of 2")
    viewer.get_by_label("Zoom in").click()
    expect(picture).to_have_attribute("style", re.compile(r"scale\(1\.5\)"))
    picture.dblclick()
    expect(picture).to_have_attribute("style", re.compile(r"scale\(1\)"))
    picture.hover()
    page.mouse.wheel(0, -300)
    expect(picture).to_have_attribute("style", re.compile(r"scale\(2\.7\d*\)"))
    with page.expect_download() as loading:
        viewer.get_by_label("Download").click()

    assert Path(loading.value.path()).read_bytes() == file_of(page, message, 1)
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)
    expect(message.locator("a.pic").nth(1)).to_be_focused()


def test_details_name_the_words_that_were_not_drawn(shared: Console) -> None:
    page = shared.tab()
    message = painted(page, "/imagine a red fox and a zorblax --size 128x128 --seed 7")

    act(message, "details")

    facts = page.locator("dialog[open] dl div")
    expect(facts.filter(has_text="Words not drawn").locator("dd")).to_contain_text("zorblax")
    expect(facts.filter(has=page.locator("dt", has_text="Seed")).locator("dd")).to_have_text("7")
    expect(page.locator("dialog[open] .prompt")).to_have_text("a red fox and a zorblax")


def test_a_picture_made_again_is_said_to_be_identical(shared: Console) -> None:
    page = shared.tab()
    message = painted(page, "/imagine a red fox --size 128x128")
    act(message, "details", None)

    page.locator('dialog[open] [data-act="recreate"]').click()

    expect(page.locator("article.msg[data-state=succeeded]")).to_have_count(2)
    expect(newest(page)).to_contain_text("Identical: every pixel is the same.")
    assert file_of(page, newest(page)) != b""
