from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from pinxit.generators.script.answer import told
from tests.builders import a_png
from tests.contracts.test_generators import a_task, made
from tests.generators.http_room import CountingThreads
from tests.generators.script_programs import (
    PAINTER,
    RAW,
    a_script,
    failure,
    says,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("field", ["dataUri", "data_uri", "output", "content", "image"])
async def test_every_field_that_can_hold_a_picture_is_read(tmp_path: Path, field: str) -> None:
    images = await made(a_script(tmp_path, PAINTER, field), [a_task(count=2, width_px=40, height_px=24, seed=90)])

    assert [(image.seed, image.width_px, image.height_px, image.media_type) for image in images] == [
        (90, 40, 24, "image/png"),
        (91, 40, 24, "image/png"),
    ]
    assert len({image.data for image in images}) == 2


async def test_a_program_reads_one_object_on_one_line(tmp_path: Path) -> None:
    await made(
        a_script(
            tmp_path,
            f"import sys; open(sys.argv[1], 'w').write(sys.stdin.read()); {says({'image': RAW})}",
            str(tmp_path / "said"),
        ),
        [a_task(prompt='ein Füchslein\n"im" Schnee', negative_prompt="rain", seed=5, local=True)],
    )

    said = (tmp_path / "said").read_text(encoding="utf-8")
    assert said.count("\n") == 1
    assert json.loads(said) == {
        "prompt": 'ein Füchslein\n"im" Schnee',
        "size": "64x64",
        "local": True,
        "width": 64,
        "height": 64,
        "seed": 5,
        "negative_prompt": "rain",
        "steps": 20,
        "guidance_scale": 7.0,
        "model": "",
    }


async def test_a_picture_by_address_is_fetched_from_a_host_that_the_operator_named(tmp_path: Path) -> None:
    async def give(_: web.Request) -> web.Response:
        return web.Response(body=a_png(0x50A0C8), content_type="image/png")

    app = web.Application()
    app.router.add_get("/fox.png", give)
    async with TestServer(app, host="127.0.0.1") as server:
        answer = says({"text": str(server.make_url("/fox.png"))})
        open_handed = a_script(tmp_path, answer, allow_hosts=["127.0.0.1"])

        assert (await made(open_handed, [a_task()]))[0].data == a_png(0x50A0C8)
        await open_handed.aclose()

        assert "127.0.0.1" not in await failure(a_script(tmp_path, answer))
    assert await failure(a_script(tmp_path, says({"text": "https://127.0.0.1/fox.png"})))


async def test_what_a_library_prints_before_the_object_does_not_matter(tmp_path: Path) -> None:
    noisy = f"print('loading …'); print('{{almost'); {says({'error': '', 'dataUri': '', 'image': RAW})}"

    assert (await made(a_script(tmp_path, noisy), [a_task()]))[0].data == a_png()


async def test_a_program_that_never_listens_is_read_all_the_same(tmp_path: Path) -> None:
    prompt = "x" * 300_000  # More than a pipe holds.

    assert await made(a_script(tmp_path, says({"image": RAW})), [a_task(prompt=prompt)])


async def test_a_chatty_program_does_not_block_itself(tmp_path: Path) -> None:
    chatty = f"import sys; sys.stderr.write('50% |####\\r' * 300_000); {says({'image': RAW})}"

    assert await made(a_script(tmp_path, chatty), [a_task()])


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (says({"error": "no weights\nin /secret/place"}), "program: the program reports an error: no weights"),
        (says({"error": {"code": 3}, "image": RAW}), "program: the program reports an error"),
        ("raise SystemExit(3)", "program: the program failed with status 3; its log has more"),
        (
            "raise SystemExit('torch is not installed\\nsecond')",
            "program: the program failed with status 1: torch is not installed; its log has more",
        ),
        (f"{says({'error': 'out of ink'})}; raise SystemExit(1)", "program: the program reports an error: out of ink"),
        (f"{says({'image': RAW})}; raise SystemExit(4)", "program: the program failed with status 4; its log has more"),
        (
            "",
            (
                "program: the program printed no JSON object; it must print one with one of dataUri, data_uri, output, "
                "content, image, text"
            ),
        ),
        (
            "print('<html>no</html>')",
            (
                "program: the program printed no JSON object; it must print one with one of "
                "dataUri, data_uri, output, content, image, text"
            ),
        ),
        (
            "print('[' * 100_000)",
            (
                "program: the program printed no JSON object; it must print one with one of "
                "dataUri, data_uri, output, content, image, text"
            ),
        ),
        (
            says({"picture": RAW}),
            (
                "program: the program's answer has no picture; it must hold one of dataUri, "
                "data_uri, output, content, image, text as text"
            ),
        ),
        (says({"image": "*not base64*"}), "program: the program's image is damaged base64"),
        (says({"text": "a lovely fox"}), "program: the program's text is no address; it must begin with https://"),
        (
            says({"image": RAW[:120]}),
            "program: the program's answer is no whole picture; it must be PNG, JPEG, WebP or GIF",
        ),
        (
            says({"dataUri": "data:image/svg+xml,%3Csvg/%3E"}),
            "program: the program's answer is no whole picture; it must be PNG, JPEG, WebP or GIF",
        ),
    ],
)
async def test_every_bad_answer_has_its_sentence(tmp_path: Path, source: str, sentence: str) -> None:
    assert await failure(a_script(tmp_path, source)) == sentence


@pytest.mark.parametrize(
    "complaint",
    [
        "cannot paint a red fox in snow",
        "bad token in 'RED  fox in SNOW'",
        "painting a red fox in sn… failed",
        "\n  no: a red fox in snow\nplain",
    ],
)
async def test_no_error_repeats_the_prompt(tmp_path: Path, complaint: str) -> None:
    by_exit = await failure(a_script(tmp_path, f"raise SystemExit({complaint!r})"))
    by_word = await failure(a_script(tmp_path, says({"error": complaint})))

    assert by_exit == "program: the program failed with status 1; its log has more"
    assert by_word == "program: the program reports an error"


@pytest.mark.parametrize(
    ("complaint", "line"),
    [
        ("401 for api_key=sk-hush9", "401 for api_key=***"),
        ("got Bearer sk-hush9", "got Bearer ***"),
        ("sent Authorization: Bearer sk-hush9", "sent Authorization: Bearer ***"),
        ("KeyError: 'seed'", "KeyError: 'seed'"),
        ("GET https://me:sk-hush9@example.org/a?sig=sk-hush9 failed", "GET https://example.org/a failed"),
        (f"refused {'aB3' * 20}", "refused ***"),
        ("so " * 100, ("so " * 100)[:159] + "…"),
        ("a \x1b[31mred\u202e one", "a [31mred one"),
    ],
)
async def test_an_errors_first_line_is_cut_and_holds_no_key(tmp_path: Path, complaint: str, line: str) -> None:
    message = await failure(a_script(tmp_path, says({"error": complaint})))

    assert message == f"program: the program reports an error: {line}"


@pytest.mark.parametrize("endless", ["a" * 20_000, "a://" + "b" * 20_000, "Error: " + "a" * 20_000])
def test_of_a_line_without_end_only_its_beginning_is_searched_and_told(endless: str) -> None:
    # To search all of it takes seconds, or hours where it has a megabyte: a word's half is not told.
    assert told(endless, ["a fox"]) == endless.partition("a")[0].rstrip().replace("Error:", ": Error:")


def test_a_key_that_is_cut_with_its_line_is_not_told() -> None:
    address = "https://pictures.example/?sig=" + "a" * 480 + " "

    assert "hunter2" not in told(address * 2 + "hunter2" * 4, [])


async def test_an_answer_is_read_in_a_thread(tmp_path: Path) -> None:
    asyncio.get_running_loop().set_default_executor(threads := CountingThreads())

    await made(a_script(tmp_path, says({"image": RAW})), [a_task()])

    assert {"read_answer", "verified"} <= set(threads.works)


async def test_what_a_program_complains_of_is_in_the_log_for_debugging_only(tmp_path: Path) -> None:
    source = f"import sys; sys.stderr.write('a long\\nstory'); {says({'image': RAW})}"

    with structlog.testing.capture_logs() as lines:
        await made(a_script(tmp_path, source), [a_task()])

    assert [(line["log_level"], line["wrote"]) for line in lines] == [("debug", "a long\nstory")]
