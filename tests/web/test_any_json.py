from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinxit.web.schemas import JobBody
from tests.web.served import Served, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
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


def _statuses(
    var: Path, wishes: st.SearchStrategy[Any], send: Callable[[Served, Any], Coroutine[Any, Any, Any]]
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
            assert answer.status in EXPECTED
            assert (answer.json["success"] is False) if answer.status >= 400 else answer.json["seed"] >= 0

        try:
            check()
        finally:
            runner.run(block.__aexit__(None, None, None))
    return statuses
