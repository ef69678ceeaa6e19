from __future__ import annotations

import asyncio
import zlib
from typing import TYPE_CHECKING

from pinxit.web.edge import Patience
from tests.web.served import JOBS, Served, complaint, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

BODIES: tuple[tuple[bytes, str, int], ...] = (
    (b"", "body_missing", 400),
    (b"  \n", "body_missing", 400),
    (b"{", "body_not_json", 400),
    (b"prompt=a+red+fox", "body_not_json", 400),
    (b'{"prompt": "a fox"} {}', "body_not_json", 400),
    (b"[]", "body_not_json", 400),
    (b'"a fox"', "body_not_json", 400),
    (b"null", "body_not_json", 400),
    (b"7", "body_not_json", 400),
    (b"1" + 5000 * b"0", "body_not_json", 400),
    (b"NaN", "body_not_json", 400),
    (b"\xff\xfe{\x00}\x00", "body_not_json", 400),
    (b'{"prompt": "\xff"}', "body_not_json", 400),
    (b'\xef\xbb\xbf{"prompt": "a fox"}', "body_not_json", 400),
    (b'{"prompt": "a fox" "seed": 1}', "body_not_json", 400),
    (b'{"prompt": "a\nfox"}', "body_not_json", 400),
    (b"[" * 100_000, "body_too_deep", 400),
    (b"[" * 1_000_000, "body_too_deep", 400),
    (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "body_too_deep", 400),
    (b'{"options": {"a": ' + b"[" * 40 + b"]" * 40 + b"}}", "body_too_deep", 400),
    (b'{"images": [' + b"[]," * 600_000 + b"[]]}", "body_too_deep", 400),
    (b'{"prompt": "a", "prompt": "b"}', "field_conflict", 422),
    (b'{"prompt": "a", "options": {"x": 1, "x": 2}}', "field_conflict", 422),
    (b'{"\\ud800": 1}', "text_invalid", 422),
    (b'{"prompt": "a fox --ar 3:2", "aspect": "1:1"}', "field_conflict", 422),
    (b'{"prompt": "a fox", "generator": "sketch", "chain": "paint"}', "field_conflict", 422),
    (b'{"prompt": "a fox", "aspect": "3:2", "width": 512, "height": 512}', "field_conflict", 422),
    (b'{"prompt": "a fox"}' + b" " * 90_000_000, "body_too_large", 413),
)
MEDIA_TYPES = (
    None,
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=latin-1",
    "application/json; charset=utf-16",
    "application/jsonx",
    "text/json",
)
HEAD = f"POST {JOBS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


async def test_a_body_that_is_no_sensible_object_is_refused_and_leaves_nothing_behind(api: Served) -> None:
    before = await api.stored()

    answers = [(raw[:40], complaint(await api.send(raw), code, status)) for raw, code, status in BODIES]

    assert [answer for answer in answers if answer[1]] == []
    assert await api.stored() == before


async def test_only_json_in_utf_8_is_read(api: Served) -> None:
    for media in MEDIA_TYPES:
        headers, left_out = ({"Content-Type": media}, None) if media else ({}, ["Content-Type"])

        answer = await api.call("POST", JOBS, data=b'{"prompt": "a fox"}', headers=headers, skip_auto_headers=left_out)

        assert not complaint(answer, "media_type", 415), media
        assert answer.json["allowed"] == ["application/json"]


async def test_json_that_says_it_is_utf_8_is_read(api: Served) -> None:
    answer = await api.send('{"prompt": "ein Füchschen"}', {"Content-Type": 'application/json; charset="UTF-8"'})

    assert answer.status == 202


async def test_a_compressed_body_is_refused_unread(api: Served) -> None:
    answer = await api.send(zlib.compress(b" " * 10_000_000), {"Content-Encoding": "deflate"})

    assert not complaint(answer, "media_type", 415)


async def test_a_body_beyond_the_cap_is_refused_however_it_comes(tmp_path: Path) -> None:
    async with serving(tmp_path, patience=Patience(10_000)) as api:
        announced = await api.send(b"x" * 10_001)
        chunked = await api.send(_chunks(b"x" * 1000, 100))

    assert not complaint(announced, "body_too_large", 413)
    assert not complaint(chunked, "body_too_large", 413)
    assert announced.json["allowed"] == ["at most 10000 bytes"]


async def _chunks(part: bytes, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield part


async def test_who_sends_all_before_it_listens_hears_the_refusal(api: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", api.server.port)
    head = HEAD.replace("application/json", "text/plain")

    writer.write(f"{head}Connection: close\r\nContent-Length: 20000000\r\n\r\n".encode())
    for _ in range(20):
        writer.write(b"x" * 1_000_000)
        await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()

    assert answer.startswith(b"HTTP/1.1 415")


async def test_a_large_body_within_the_cap_is_read(api: Served) -> None:
    answer = await api.send(b'{"prompt": "a fox"' + b" " * 20_000_000 + b"}")

    assert answer.status == 202


async def test_an_upload_that_breaks_off_leaves_nothing_behind(api: Served) -> None:
    before = await api.stored()
    reader, writer = await asyncio.open_connection("127.0.0.1", api.server.port)

    writer.write(f"{HEAD}Content-Length: 1000\r\n\r\n".encode() + b'{"prompt": "a fox"}')
    writer.write_eof()
    answer = await reader.read()  # The server lets go as well.
    writer.close()
    await writer.wait_closed()

    assert answer == b""
    assert await api.stored() == before


async def test_an_upload_that_stalls_is_ended(tmp_path: Path) -> None:
    async with serving(tmp_path, patience=Patience(10_000, chunk_s=0.05, rest_s=0.05)) as api:
        reader, writer = await asyncio.open_connection("127.0.0.1", api.server.port)

        writer.write(f"{HEAD}Content-Length: 99\r\n\r\n".encode() + b'{"prompt":')
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        await writer.wait_closed()

    assert answer.startswith(b"HTTP/1.1 400")
    assert b"body_missing" in answer


async def test_a_body_that_waits_for_leave_is_refused_before_it_is_sent(api: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", api.server.port)

    writer.write(f"{HEAD}Content-Length: 999999999\r\nExpect: 100-continue\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    await writer.wait_closed()

    assert answer.startswith(b"HTTP/1.1 413")


async def test_an_address_that_leads_nowhere_is_refused_in_the_same_form(api: Served) -> None:
    for path in ("/api/v1/nothing", "/api/v1/jobs/", "/%00", "/api/v1/jobs/a/b/c", "/" + "x" * 5000):
        answer = await api.call("GET", path)

        assert not complaint(answer, "not_found", 404), path


async def test_a_job_that_does_not_exist_is_unknown(api: Served) -> None:
    for job in ("x", "%00", "%ff", "-0cUrUhAhlVuBOxyrI4RV_", "x" * 5000, "'; DROP TABLE job"):
        for method, part in (("GET", ""), ("GET", "/events"), ("POST", "/cancel"), ("GET", "/preview")):
            answer = await api.call(method, f"{JOBS}/{job}{part}")

            assert not complaint(answer, "job_unknown", 404), (job, part)


async def test_a_method_that_an_address_does_not_take_is_refused_in_the_same_form(api: Served) -> None:
    answer = await api.call("DELETE", JOBS)

    assert not complaint(answer, "method_not_allowed", 405)
    assert answer.json["allowed"] == ["POST"]
    assert answer.headers["Allow"] == "POST"
