from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.console.consoles import STRANGER
from tests.web.console.test_console_pages import Elements

if TYPE_CHECKING:
    from tests.web.console.consoles import Console


async def test_the_page_about_the_api_has_every_route_field_and_answer(console: Console) -> None:
    described = (await console.call("GET", "/openapi.json")).json
    raw = await console.page("/docs")

    page = Elements(raw)
    places = {attrs["id"] for _, attrs in page.found if "id" in attrs}
    linked = {str(attrs["href"])[1:] for _, attrs in page.found if str(attrs.get("href", "")).startswith("#")}
    routes = [(method, path) for path, methods in described["paths"].items() for method in methods]
    assert all(f"{method.upper()} {path}" in page.text for method, path in routes)
    for name, schema in described["components"]["schemas"].items():
        assert f"shape-{name}" in places
        assert [field for field in schema.get("properties", ()) if f"<code>{field}</code>" not in raw] == [], name
    assert all(f"<code>{word}</code>" in raw for word in ("Idempotency-Key", "202", "429", "image/webp"))
    assert linked - {"main"} <= places
    assert len(linked) > len(routes)


async def test_the_page_about_the_api_is_for_everybody_and_in_the_frame_for_those_who_are_in(console: Console) -> None:
    inside, outside = await console.page("/docs"), await console.page("/docs", STRANGER)

    assert 'id="channels"' in inside
    assert 'id="channels"' not in outside
    assert 'href="/docs"' in await console.page("/help")


async def test_its_german_frame_says_that_the_rest_is_english(console: Console) -> None:
    page = await console.page("/docs", {"Accept-Language": "de"})

    assert '<html lang="de"' in page
    assert '<div lang="en">' in page
    assert "Die API" in page
