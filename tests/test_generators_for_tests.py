from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from pinxit.domain.errors import Broken, Refused, Temporary
from pinxit.domain.generator import Made, Task
from pinxit.domain.ids import JobId
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.contracts.test_generators import Notes
from tests.fakes import FakeClock
from tests.generators_for_tests import png

if TYPE_CHECKING:
    from pinxit.domain.generator import Generator, Watch
    from pinxit.domain.request import Json


def named(name: str, **options: Json) -> Generator:
    return build(name, f"tests.generators_for_tests:build_{name}", options, FakeClock())


async def paint(generator: Generator, watch: Watch | None = None, count: int = 1) -> list[Made]:
    images: list[Made] = []
    await collect(generator, images, watch, count)
    return images


async def collect(generator: Generator, images: list[Made], watch: Watch | None = None, count: int = 1) -> None:
    task = Task(JobId("job"), a_request(count=count), tuple(range(count)))
    async for image in generator.generate([task], watch or Notes()):
        assert isinstance(image, Made)
        images.append(image)


@pytest.mark.parametrize(
    ("name", "error"),
    [("raises", RuntimeError), ("broken", Broken), ("refuses", Refused), ("temporary", Temporary)],
)
async def test_each_fails_in_its_own_way(name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await paint(named(name))


async def test_a_temporary_failure_ends_after_so_many_times() -> None:
    generator = named("temporary", times=2)

    for _ in range(2):
        with pytest.raises(Temporary):
            await paint(generator)

    assert len(await paint(generator)) == 1


async def test_a_partial_one_makes_the_first_images_only() -> None:
    images: list[Made] = []

    with pytest.raises(Temporary):
        await collect(named("partial", first=2), images, count=4)

    assert [image.index for image in images] == [0, 1]


@pytest.mark.parametrize("name", ["blocks", "hangs", "exits"])
def test_what_would_take_the_server_down_is_not_trusted_to_live_in_it(name: str) -> None:
    assert not named(name).capabilities.runs_inline


class Ledger(Notes):
    """A Watch that notes what was sent, among the provider's own entries."""

    def __init__(self, entries: list[str]) -> None:
        super().__init__()
        self._entries = entries

    async def sent(self, job: JobId, upstream_id: str | None) -> None:
        self._entries.append(f"sent {job} {upstream_id}")


async def test_a_billed_call_is_noted_before_it_leaves() -> None:
    entries: list[str] = []

    async def sell(request: web.Request) -> web.Response:
        entries.append(f"billed {(await request.json())['seed']}")
        return web.Response(body=png(3))

    provider = web.Application()
    provider.router.add_post("/", sell)
    async with TestServer(provider) as server:
        images = await paint(named("billed", url=str(server.make_url("/"))), Ledger(entries))

    assert entries == ["sent job None", "billed 7"]
    assert images[0].data == png(3)


async def test_a_provider_that_cannot_be_reached_is_a_temporary_failure() -> None:
    with pytest.raises(Temporary):
        await paint(named("billed", url="http://127.0.0.1:1/"), Ledger([]))
