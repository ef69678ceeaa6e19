from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinxit.web.schemas import JobBody
from tests.web.served import Answer, Served, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine
    from pathlib import Path

TEXT = st.text() | st.sampled_from(
    ["txt2img", "3:2", "--ar 3:2", "high", "llm", "\ud800", "\x00", "https://[", "data:"]
)
LEAF = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(0, 2048)
    | st.sampled_from([2**80, -(2**80), 10**60])
    | st.floats()
    | TEXT
)
VALUE = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXT | st.sampled_from(["left", "name"]), inner, max_size=4)
    ),
    max_leaves=12,
)
BODY = st.dictionaries(st.sampled_from([*JobBody.model_fields]) | TEXT, VALUE, max_size=6)
EXPECTED = {200, 202, 400, 403, 422, 429}


def test_no_json_is_answered_with_a_server_error(tmp_path: Path) -> None:
    statuses = _statuses(tmp_path, BODY, lambda api, body: api.send(json.dumps(body)))

    assert statuses <= EXPECTED
    assert 422 in statuses


def test_no_value_of_a_single_field_is_answered_with_a_server_error(tmp_path: Path) -> None:
    wishes = st.tuples(st.sampled_from([*JobBody.model_fields]), VALUE)

    statuses = _statuses(
        tmp_path, wishes, lambda api, wish: api.send(json.dumps({"prompt": "a fox", "dry_run": True, wish[0]: wish[1]}))
    )

    assert statuses <= EXPECTED
    assert {200, 422} <= statuses


def test_no_bytes_are_answered_with_a_server_error(tmp_path: Path) -> None:
    pieces = st.sampled_from(
        [b"{", b"}", b"[", b'"', b"\\", b"prompt", b":", b",", b"\x00", b"1e9", b"\xff", b"\\ud800"]
    )
    raw = st.lists(pieces | st.binary(max_size=4), max_size=20).map(b"".join)

    statuses = _statuses(tmp_path, raw, lambda api, body: api.send(body))

    assert statuses <= EXPECTED


def test_nothing_that_is_sent_to_another_route_is_answered_with_a_server_error(tmp_path: Path) -> None:
    """Bodies with a field that the route knows and one that it may not, and queries of any text."""
    routes = asyncio.run(_routes(tmp_path / "described"))
    wishes = st.sampled_from(routes).flatmap(
        lambda route: st.tuples(
            st.just(route),
            st.dictionaries(st.sampled_from([*route.fields, "x"]), VALUE | SENSIBLE, max_size=4),
            st.dictionaries(st.sampled_from([*route.questions, "x"]), TEXT | SENSIBLE_TEXT, max_size=3),
        )
    )

    statuses = _statuses(tmp_path / "asked", wishes, _ask, EXPECTED | {201, 204, 404, 409, 410})

    assert {200, 404, 422} <= statuses


SENSIBLE_TEXT = st.sampled_from(
    ["person", "guild", "local", "credit", "day", "csv", "2026-11-21", "1", "dismiss", "oil"]
)
SENSIBLE = SENSIBLE_TEXT | st.floats(0.1, 100) | st.lists(SENSIBLE_TEXT, max_size=3)


@dataclass(frozen=True, slots=True)
class Route:
    """A route, with the names that its body and its query know."""

    method: str
    path: str
    fields: tuple[str, ...]
    questions: tuple[str, ...]


async def _routes(var: Path) -> list[Route]:
    """Return every route of the API but those that ask for a job or end anything that the others need."""
    async with serving(var) as api:
        described = (await api.call("GET", "/openapi.json")).json["paths"]
    return [
        Route(
            method.upper(),
            re.sub(r"\{\w+\}", "local", path),
            tuple(_properties(about)),
            tuple(one["name"] for one in about.get("parameters", ()) if one["in"] == "query"),
        )
        for path, methods in described.items()
        for method, about in methods.items()
        if path.startswith("/api/") and path not in ("/api/v1/jobs", "/api/v1/mydata")
    ]


def _properties(about: dict[str, Any]) -> dict[str, Any]:
    schema = about.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    properties: dict[str, Any] = schema.get("properties", {})
    return properties


async def _ask(api: Served, wish: tuple[Route, dict[str, Any], dict[str, str]]) -> Answer:
    route, body, query = wish
    asked = urlencode(query, errors="surrogatepass")
    sent = {"Content-Type": "application/json"} if route.method in ("POST", "PUT", "PATCH") else None
    return await api.call(
        route.method,
        f"{route.path}?{asked}",
        data=json.dumps(body).encode() if sent else None,
        headers=sent,
    )


def _statuses(
    var: Path,
    wishes: st.SearchStrategy[Any],
    send: Callable[[Served, Any], Coroutine[Any, Any, Any]],
    expected: Collection[int] = EXPECTED,
) -> set[int]:
    """Send what hypothesis thinks of, and return the statuses of the answers."""
    statuses: set[int] = set()
    with asyncio.Runner() as runner:
        # One server for all examples: what one leaves behind must not trouble the next.
        block = serving(var)
        api = runner.run(block.__aenter__())

        @settings(max_examples=120, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(wishes)
        def check(wish: Any) -> None:  # noqa: ANN401 - any JSON
            answer = runner.run(send(api, wish))
            statuses.add(answer.status)
            assert answer.status in expected, answer
            if answer.status >= 400:
                assert answer.json["success"] is False
            elif expected == EXPECTED:
                assert answer.json["seed"] >= 0

        try:
            check()
        finally:
            runner.run(block.__aexit__(None, None, None))
    return statuses
