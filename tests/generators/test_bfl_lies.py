"""BFL, or whoever answers in its place, says what is not to be believed."""

from __future__ import annotations

import json
from collections import UserDict
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit.domain.errors import Broken, Code, ConfigError, PinxitError, Refused, Temporary
from pinxit.domain.generator import Task
from pinxit.domain.request import Mode, Role
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.fakes import FakeClock
from tests.generators.flux_room import PROMPT, a_task, failure, made, painter
from tests.generators.watching import Notes
from tests.providers.bfl_server import KEY, BflServer

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.ids import SourceId

HUGE = 10**400  # JSON allows it, and no float holds it.


@pytest.mark.parametrize("credit", [-3.0, 1e30, HUGE, True, "3", [3], {}])
async def test_a_cost_that_cannot_be_is_the_catalogues(credit: object) -> None:
    notes = Notes()
    async with BflServer(credit=credit) as server, painter("bfl", server) as generator:
        assert len(await made(generator, a_task(), notes)) == 1

    assert notes.charged_micro == [14_000]


@pytest.mark.parametrize("progress", [HUGE, -1, "half", True, None, [0.5]])
async def test_a_progress_that_cannot_be_does_no_harm(progress: object) -> None:
    notes = Notes()
    async with BflServer(polls=2) as server, painter("bfl", server) as generator:
        server.progress = progress
        assert len(await made(generator, a_task(), notes)) == 1

    assert all(0 <= fraction <= 1 for fraction in notes.fractions)


@pytest.mark.parametrize("sample", [None, 5, ["https://bfl.ai/x.png"]])
async def test_a_picture_without_an_address_is_paid_for_all_the_same(sample: object) -> None:
    notes = Notes()
    async with BflServer() as server:
        server.sample = sample
        error = await failure("bfl", server, notes=notes)

    assert str(error) == "flux says that a picture is ready, and not where it is"
    assert notes.charged_micro == [14_000]


@pytest.mark.parametrize(
    "sample",
    ["http://10.0.0.1/x.png", "https://[::1]/x.png", "https://127.1/x.png", "file:///etc/passwd", "data:image/png,x"],
)
async def test_a_picture_is_fetched_from_public_addresses_only(sample: str) -> None:
    async with BflServer() as server:
        server.sample = sample
        error = await failure("bfl", server)

    assert isinstance(error, Broken)
    assert str(error).startswith("flux names a picture by an address that is not asked")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.bfl.ai.evil.example/v1/get_result?id=1",
        "https://evilbfl.ai/v1/get_result",
        "https://api.bfl.ai@127.0.0.1/v1/get_result",
        "https://api.bfl.ai:8443/v1/get_result",
        "http://api.bfl.ai/v1/get_result",
        "https://[::1]/v1/get_result",
        "file:///etc/passwd",
        "https://api.bfl.ai%2eevil.example/",
        "https://api.bfl.ai\\.evil.example/",
    ],
)
async def test_a_polling_url_on_another_host_is_not_asked(url: str) -> None:
    async with BflServer() as server:
        server.polling_url = url
        error = await failure("bfl", server)

    assert str(error).startswith("flux names an address that is not its own")


async def test_an_endless_polling_url_is_neither_asked_nor_noted() -> None:
    notes = Notes()
    async with BflServer() as server:
        server.polling_url = f"{server.url}/v1/get_result?id={'x' * 3000}"
        error = await failure("bfl", server, notes=notes)

    assert isinstance(error, Broken)
    assert notes.sent_ids == [None]


async def test_an_answer_of_megabytes_is_no_state_of_a_task() -> None:
    async with BflServer(polls=1) as server:
        server.progress = "x" * 2**21
        error = await failure("bfl", server)

    assert str(error).startswith("flux answers with more than the 1048576 bytes that are taken")


@pytest.mark.parametrize(("said", "kept"), [("an owl " * 1000, ("an owl " * 1000)[:4000]), ("an owl\ud800", None)])
async def test_a_changed_prompt_is_kept_within_bounds(said: str, kept: str | None) -> None:
    async with BflServer() as server, painter("bfl", server) as generator:
        server.changed = said
        (image,) = await made(generator, a_task())

    assert image.recipe.get("revised_prompt") == kept


@pytest.mark.parametrize(
    "upstream_id", ["[" * 100_000, '{"' + "9" * 5000 + '": {"url": "x"}}', '{"0": {"url": ["x"]}}', "\x00"]
)
async def test_garbage_that_was_noted_is_passed_over(upstream_id: str) -> None:
    notes = Notes()
    async with BflServer() as server, painter("bfl", server) as generator:
        assert len(await made(generator, a_task(upstream_id=upstream_id), notes)) == 1

    assert None in notes.sent_ids


async def test_what_is_asked_for_again_after_a_crash_is_announced_as_new() -> None:
    first, again = Notes(), Notes()
    async with BflServer() as server, painter("bfl", server) as generator:
        await made(generator, a_task(), first)
        server.forget()
        await made(generator, a_task(upstream_id=first.sent_ids[-1]), again)

    assert again.sent_ids[:2] == [first.sent_ids[-1], None]


@pytest.mark.parametrize(
    ("ends", "kind"),
    [
        (["Error", "Request Moderated"], Refused),
        (["Error", "Request Moderated", "Task not found"], Temporary),
    ],
)
async def test_of_several_failures_the_gravest_is_told(ends: list[str], kind: type[PinxitError]) -> None:
    async with BflServer() as server:
        for end in ends:
            server.end_next(end)
        error = await failure("bfl", server, a_task(indices=tuple(range(len(ends)))))

    assert type(error) is kind
    assert isinstance(error, Refused) or (isinstance(error, Temporary) and error.unanswered)


async def test_pictures_are_encoded_once_for_all_the_images_of_a_job() -> None:
    opened: list[SourceId] = []

    class Files(UserDict["SourceId", bytes]):
        def __getitem__(self, source: SourceId) -> bytes:
            opened.append(source)
            return super().__getitem__(source)

    wish = a_task({Role.IMAGE: Image.new("RGB", (256, 256), "teal")}, indices=(0, 1, 2), mode=Mode.IMG2IMG)
    task = Task(wish.job, wish.request, wish.indices, Files(wish.sources))
    async with BflServer() as server, painter("bfl", server) as generator:
        assert len(await made(generator, task)) == 3

    assert len(opened) == 1
    assert [body["seed"] for body in server.created] == [7, 8, 9]


@pytest.mark.parametrize("model", ["flux-kontext-pro", "flux-2-klein-4b", "flux-3-image"])
async def test_a_picture_to_change_that_is_missing_is_refused(model: str) -> None:
    task = a_task(mode=Mode.IMG2IMG, model=model, width_px=1024, height_px=1024)
    async with BflServer() as server:
        error = await failure("bfl", server, task)

    assert isinstance(error, Refused)
    assert error.code is Code.SOURCE_MISSING
    assert server.created == []


@pytest.mark.parametrize("timeout_s", [float("nan"), float("inf")])
def test_a_time_that_never_ends_is_no_setting(timeout_s: float) -> None:
    with pytest.raises(ConfigError, match=r"generators\.flux\.timeout_s is .*; write a number"):
        build("flux", "bfl", {"api_key": KEY, "timeout_s": timeout_s}, FakeClock())


@pytest.mark.parametrize(
    ("modes", "extra", "said"),
    [
        (["img2img"], "", "images is missing; name the field of its pictures"),
        (["inpaint"], 'images = "image"', "mask is missing; name the field of its mask"),
    ],
)
def test_an_own_model_whose_pictures_would_be_dropped_is_an_error(
    tmp_path: Path, modes: list[str], extra: str, said: str
) -> None:
    own = tmp_path / "catalogue.toml"
    own.write_text(f'[bfl."my-flux"]\nmodes = {json.dumps(modes)}\n[bfl."my-flux".extra]\n{extra}\n')
    options: dict[str, Any] = {"api_key": KEY, "model": "my-flux"}

    with pytest.raises(ConfigError, match=said):
        build("flux", "bfl", options, FakeClock(), Catalogue.load(own))


@pytest.mark.parametrize("body", [[[PROMPT]], {"id": PROMPT, "polling_url": {"url": PROMPT}, "cost": PROMPT}])
async def test_no_lie_repeats_the_prompt(body: object) -> None:
    async with BflServer() as server:
        server.fail_next(200, body=json.dumps(body))
        error = await failure("bfl", server)

    assert str(error).startswith("flux takes a task without a polling_url")
