from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.console.consoles import STRANGER
from tests.web.served import complaint

if TYPE_CHECKING:
    from pinxit.domain.ports import Tx
    from tests.web.console.consoles import Console

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_an_unknown_address_is_a_page_for_people_and_json_for_programs(console: Console) -> None:
    page = await console.call("GET", "/nowhere", headers=BROWSER)
    program = await console.call("GET", "/nowhere")
    by_script = {"Accept": "text/html", "Sec-Fetch-Dest": "empty"}
    script = await console.call("GET", "/c/nowhere/messages", headers=by_script)
    api = await console.call("GET", "/api/v1/nowhere", headers=BROWSER)

    assert (page.status, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert 'href="/"' in page.body.decode()
    assert complaint(program, "not_found", 404) == ""
    assert complaint(script, "channel_unknown", 404) == ""
    assert complaint(api, "not_found", 404) == ""


async def test_a_stranger_s_unknown_address_tells_nothing_about_anybody(console: Console) -> None:
    page = await console.call("GET", "/%3Cscript%3Ex", headers={**BROWSER, **STRANGER, "Accept-Language": "de"})

    assert page.status == 404
    assert b"<script>x" not in page.body
    assert b"channels" not in page.body
    assert b'lang="de"' in page.body


async def test_a_method_that_an_address_does_not_take_is_a_page_that_says_so(console: Console) -> None:
    page = await console.call("GET", "/channels", headers=BROWSER)

    assert (page.status, page.headers["Allow"]) == (405, "POST")
    assert b"<h1>405</h1>" in page.body


async def test_a_mistake_of_ours_is_a_page_with_the_name_that_finds_it_in_the_log(console: Console) -> None:
    def spoil(tx: Tx) -> None:
        tx.run("ALTER TABLE job RENAME TO elsewhere")

    await console.studio.store.database.write(spoil)

    page = await console.call("GET", "/history", headers=BROWSER)

    assert page.status == 500
    assert page.headers["X-Correlation-ID"].encode() in page.body
    assert b"elsewhere" not in page.body
    assert b"Traceback" not in page.body
