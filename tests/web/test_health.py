from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.web.closing import Closing
from pinxit.web.health import Readiness

if TYPE_CHECKING:
    from tests.web.served import Answer, Served


async def test_a_server_that_works_is_alive_and_ready(api: Served) -> None:
    for path, status in (("live", "alive"), ("ready", "ready"), ("", "ready")):
        answer = await api.call("GET", f"/health/{path}")

        assert (answer.status, answer.json["status"]) == (200, status)
        assert (await api.call("HEAD", f"/health/{path or 'live'}")).status == 200


async def test_a_disk_that_cannot_be_written_is_named(api: Served) -> None:
    (api.var / "sources").write_text("a file where a folder must be")

    ready = await api.call("GET", "/health/ready")
    overall = await api.call("GET", "/health/")

    assert (ready.status, ready.json["status"]) == (503, "unready")
    assert {check["name"]: check["ok"] for check in ready.json["checks"]} == {"database": True, "disk": False}
    assert "cannot be written" in ready.json["checks"][1]["message"]
    assert (overall.status, overall.json["status"]) == (200, "unready")


async def test_a_server_that_stops_is_not_ready(api: Served) -> None:
    closing = Closing(api.studio.events)
    readiness = Readiness(api.studio, closing)

    closing.begin()

    assert [(check.name, check.ok) for check in (await readiness.look()).checks][-1] == ("server", False)


async def test_looking_often_writes_seldom(api: Served) -> None:
    await api.call("GET", "/health/ready")
    (api.var / "sources").rename(api.var / "elsewhere")
    (api.var / "sources").write_text("")

    again = await api.call("GET", "/health/ready")

    assert again.status == 200  # From the check before.


def _number(answer: Answer, series: str) -> float:
    lines = dict(line.rsplit(" ", 1) for line in answer.body.decode().splitlines() if not line.startswith("#"))
    return float(lines[series])


async def test_the_numbers_count_jobs_and_requests(api: Served) -> None:
    await api.painted((await api.ask()).json["id"])
    await api.ask()
    await api.ask(count=99)
    await api.call("GET", "/nowhere/else")
    await api.studio.queue.look()

    numbers = await api.call("GET", "/metrics")

    assert numbers.headers["Content-Type"].startswith("text/plain")
    assert _number(numbers, 'pinxit_jobs{state="succeeded"}') == 1
    assert _number(numbers, 'pinxit_pool_jobs{pool="sketch",state="queued"}') == 1
    assert _number(numbers, 'pinxit_workers{pool="sketch"}') == 1
    assert _number(numbers, 'pinxit_deliveries{state="due"}') == 0
    requests = 'pinxit_http_requests_total{{method="{}",route="{}",status="{}"}}'
    assert _number(numbers, requests.format("POST", "/api/v1/jobs", 202)) == 2
    assert _number(numbers, requests.format("POST", "/api/v1/jobs", 422)) == 1
    assert _number(numbers, requests.format("GET", "none", 404)) == 1
