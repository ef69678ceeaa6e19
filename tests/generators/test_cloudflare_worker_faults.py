"""Every status, sentence, content type and network fault of the image workers' page, a row each."""

from __future__ import annotations

import io
import socket

import pytest
from PIL import Image

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.generators.cloudflare_worker import CONNECTIONS, PAUSES_S, Options
from pinxit.queue.verdict import ended_by
from pinxit.wording import say
from tests.generators.asking_workers import BOTH, PROMPT, Pauses, a_task, a_worker, fail, paint
from tests.providers.cloudflare_worker_server import SDXL_KEY, Scripted, WorkerServer, a_picture

PNG = {"Content-Type": "image/png"}

# status of the worker, the error's class, how its text starts, calls that left
STATUSES = [
    (400, Refused, "prompt_not_taken", 1),
    (401, Broken, "SDXL API key invalid or missing", 1),
    (403, Broken, "", 1),
    (404, Broken, "", 1),
    (405, Broken, "Invalid request method", 1),
    (408, Temporary, "", 1),
    (413, Broken, "", 1),
    (425, Temporary, "", 1),
    (429, Temporary, "Rate limit exceeded", 1),
    (500, Temporary, "Service error", 4),
    (501, Temporary, "Service error", 4),
    (502, Temporary, "Service error", 4),
    (503, Temporary, "Service error", 4),
    (504, Temporary, "Service error", 4),
    (522, Temporary, "Service error", 4),
]


@BOTH
@pytest.mark.parametrize(("status", "kind", "sentence", "calls"), STATUSES)
async def test_a_status_has_its_error_its_sentence_and_its_number_of_calls(
    dialect: str, status: int, kind: type[PinxitError], sentence: str, calls: int
) -> None:
    clock = Pauses()
    async with WorkerServer(dialect, [Scripted(status, body=PROMPT.encode())] * 9) as server:
        error = await fail(a_worker(server.url, dialect, clock))

    assert type(error) is kind
    assert str(error).startswith(sentence if dialect == "sdxl" or status != 401 else "")
    assert len(server.asked) == calls
    assert clock.paused_s == [1.0, 2.0, 4.0][: calls - 1]
    assert not any(secret in str(error) for secret in (SDXL_KEY, PROMPT, "beautiful", "?"))


@BOTH
@pytest.mark.parametrize("failures", [1, 2, 3])
async def test_a_service_error_that_passes_costs_only_its_pauses(dialect: str, failures: int) -> None:
    clock = Pauses()
    async with WorkerServer(dialect, [Scripted(503)] * failures) as server:
        made = await paint(a_worker(server.url, dialect, clock))

    assert len(made) == 1
    assert clock.paused_s == [1.0, 2.0, 4.0][:failures]


@BOTH
async def test_a_rate_limit_tells_the_queue_when_to_come_back(dialect: str) -> None:
    async with WorkerServer(dialect, [Scripted(429, {"Retry-After": "17"})]) as server:
        error = await fail(a_worker(server.url, dialect))

    assert isinstance(error, Temporary)
    assert error.retry_after_s == 17.0


@BOTH
@pytest.mark.parametrize(
    "fault",
    [
        Scripted(is_cut=True),
        Scripted(200, PNG, a_picture(), sent_bytes=100),
        Scripted(200, PNG, a_picture(), sent_bytes=0),
    ],
    ids=["cut before the answer", "cut within the body", "cut behind the headers"],
)
async def test_a_cut_connection_is_tried_again_after_the_pauses_of_the_page(dialect: str, fault: Scripted) -> None:
    clock = Pauses()
    async with WorkerServer(dialect, [fault] * 9) as server:
        error = await fail(a_worker(server.url, dialect, clock))

    assert type(error) is Temporary
    assert str(error).startswith("Network error during image generation: ")
    assert len(server.asked) == 4
    assert clock.paused_s == [1.0, 2.0, 4.0]
    assert "127.0.0.1" not in str(error)


@BOTH
async def test_a_cut_connection_that_heals_gives_the_picture(dialect: str) -> None:
    async with WorkerServer(dialect, [Scripted(is_cut=True)]) as server:
        assert len(await paint(a_worker(server.url, dialect))) == 1


@BOTH
async def test_a_worker_that_cannot_be_reached_is_a_network_error(dialect: str) -> None:
    clock = Pauses()

    error = await fail(a_worker(f"http://127.0.0.1:{a_closed_port()}", dialect, clock))

    assert type(error) is Temporary
    assert str(error).startswith("Network error during image generation: ")
    assert clock.paused_s == [1.0, 2.0, 4.0]


@BOTH
async def test_a_worker_to_which_no_connection_comes_about_is_a_network_error(dialect: str) -> None:
    clock = Pauses()
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for one in (first, second):  # The queue has room for one; whoever comes later hears nothing.
            one.setblocking(False)  # noqa: FBT003 - Python's own signature
            one.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        error = await fail(a_worker(url, dialect, clock, connect_timeout_s=0.1))

    assert type(error) is Temporary
    assert str(error).startswith("Network error during image generation: ")
    assert clock.paused_s == [1.0, 2.0, 4.0]


def test_the_limits_are_those_of_the_page() -> None:
    options = Options("https://flux.example.org")

    assert (options.connect_timeout_s, options.timeout_s) == (30.0, 120.0)
    assert (CONNECTIONS, PAUSES_S) == (10, (1.0, 2.0, 4.0))


@BOTH
async def test_a_worker_below_a_path_is_asked_there(dialect: str) -> None:
    async with WorkerServer(dialect) as server:
        await paint(a_worker(f"{server.url}/image%20s", dialect))

    assert server.asked[0].raw_path.partition("?")[0] == "/image%20s"


@BOTH
async def test_the_longest_prompt_arrives(dialect: str) -> None:
    async with WorkerServer(dialect) as server:
        await paint(a_worker(server.url, dialect), a_task(prompt="ä" * 1000))

    assert len(server.asked) == 1


async def test_a_person_reads_the_sentence_of_the_last_try() -> None:
    async with WorkerServer("flux", [Scripted(429)]) as server:
        ended = ended_by(await fail(a_worker(server.url, "flux")))

    assert ended is not None
    said = say("en", Code.TRIES_SPENT, {"tries": 3, "reason": ended.message})
    assert said.startswith("This failed 3 times, the last time with: Rate limit exceeded")


@BOTH
async def test_a_worker_that_never_answers_is_given_up_after_its_time_without_another_call(dialect: str) -> None:
    clock = Pauses()
    async with WorkerServer(dialect) as server:
        server.hold()
        error = await fail(a_worker(server.url, dialect, clock, timeout_s=0.2))

    assert type(error) is Temporary
    assert str(error) == "Image generation request timed out"
    assert len(server.asked) == 1
    assert clock.paused_s == []


# content type, body, whether it is a picture for us
CONTENTS = [
    ("image/png", a_picture(), True),
    ("image/jpeg", a_picture("JPEG"), True),
    ("image/webp", a_picture("WEBP"), True),
    ("IMAGE/PNG; charset=binary", a_picture(), True),
    ("image/png", a_picture("JPEG"), True),  # Mislabelled, as workers often do: what it is counts.
    ("application/json", b'{"error": "no"}', False),
    ("text/html", b"<html>A beautiful cat</html>", False),
    ("text/plain", a_picture(), False),
    ("application/octet-stream", a_picture(), False),
    ("", a_picture(), False),
    ("image/png", b"", False),
    ("image/png", b"<html>A beautiful cat</html>", False),
    ("image/png", a_picture()[:-500], False),
    ("image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"/>', False),
]


@BOTH
@pytest.mark.parametrize(("content_type", "body", "is_picture"), CONTENTS)
async def test_only_what_is_called_a_picture_and_is_one_counts(
    dialect: str,
    content_type: str,
    body: bytes,
    is_picture: bool,  # noqa: FBT001 - a column of the table
) -> None:
    clock = Pauses()
    headers = {"Content-Type": content_type} if content_type else {}
    async with WorkerServer(dialect, [Scripted(200, headers, body)]) as server:
        generator = a_worker(server.url, dialect, clock)
        if is_picture:
            (made,) = await paint(generator)
            assert made.data == body
            assert made.media_type == Image.open(io.BytesIO(body)).get_format_mimetype()
        else:
            error = await fail(generator)
            assert type(error) is Broken
            assert "beautiful" not in str(error)

    assert len(server.asked) == 1
    assert clock.paused_s == []


@BOTH
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_another_host_carries_neither_key_nor_prompt(dialect: str, status: int) -> None:
    async with WorkerServer(dialect) as elsewhere:
        script = [Scripted(status, {"Location": f"{elsewhere.url}/?prompt=x"})]
        async with WorkerServer(dialect, script) as server:
            error = await fail(a_worker(server.url, dialect))

    assert type(error) is Broken
    assert len(server.asked) == 1
    assert elsewhere.asked == []


def a_closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
