from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

from pinxit.config.settings import Settings
from pinxit.domain.errors import Code
from pinxit.domain.generator import Capabilities
from pinxit.web.body import MAX_DEPTH
from pinxit.web.drafts import MAX_IMAGES, MAX_JOBS
from pinxit.web.jobs import KEY
from pinxit.web.refusals import STATUS
from pinxit.web.schemas import Accepted, JobAnswer, JobBody, Refusal
from tests.web.served import Served, house, serving

NUMBERS = ("width", "height", "count", "seed", "guidance_scale", "strength", "style_strength", "content_strength")
DOC = (Path(__file__).parents[2] / "docs" / "api.md").read_text()


def rows(heading: str) -> dict[str, str]:
    """Return the table under a heading: what stands in backquotes first, or the plain cell, and the rest of its row."""
    table = DOC.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.findall(r"^\| `?([^|`]+?)`? \| (.*) \|$", table, re.MULTILINE)
    return dict(found[1:])  # Without the head.


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)


def shape(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return the names in a JSON value, without what they hold."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(inner) for inner in value[:1]] if isinstance(value, list) else None


def test_the_table_has_every_field_in_order() -> None:
    assert list(rows("Asking for images")) == list(JobBody.model_fields)


async def test_the_list_of_routes_is_what_the_server_has(api: Served) -> None:
    described = (await api.call("GET", "/openapi.json")).json["paths"]

    served = [f"{method.upper()} {path}" for path, methods in described.items() for method in methods]
    assert sorted(rows("Routes")) == sorted(served)


async def test_every_schema_that_is_referred_to_is_described(api: Served) -> None:
    answer = await api.call("GET", "/openapi.json")
    named = set(re.findall(r'"#/components/schemas/(\w+)"', answer.body.decode()))

    assert named >= {Refusal.__name__, JobAnswer.__name__}
    assert named <= set(answer.json["components"]["schemas"])


def test_every_status_has_its_codes() -> None:
    listed = {
        code: int(status)
        for status, codes in rows("Refusals").items()
        if status != "422"
        for code in re.findall(r"`(\w+)`", codes)
    }

    assert listed == {code.value: status for code, status in STATUS.items()}
    assert set(listed) <= {code.value for code in Code}


def test_defaults_and_caps_are_the_real_ones() -> None:
    fields, settings, sketch = rows("Asking for images"), Settings(), Capabilities()
    limits, queue = settings.limits, settings.queue

    assert f"1 to {limits.prompt_chars:,} characters" in fields["prompt"]
    assert f"at most {limits.prompt_chars:,} characters" in fields["negative_prompt"]
    assert f"{limits.min_side_px} to {limits.max_side_px}" in fields["width"]
    assert f"sketch {sketch.default_size_px[0]}" in fields["width"]
    assert fields["width"] == fields["height"]
    assert f"1:{limits.max_side_px // limits.min_side_px}" in fields["aspect"]
    assert f"{settings.defaults.count} [`defaults.count`] | 1 to {limits.count} " in fields["count"]
    assert f"sketch {sketch.default_steps}" in fields["steps"]
    assert f"sketch {sketch.max_steps}" in fields["steps"]
    assert f"sketch {sketch.default_guidance_scale:g}" in fields["guidance_scale"]
    assert f"at most {MAX_IMAGES}," in fields["images"]
    assert f"at most {limits.max_source_bytes // 2**20} MB" in DOC
    assert f"{limits.max_source_pixels // 10**6} megapixels" in DOC
    assert f"{settings.web.max_body_bytes // 2**20} MB [`web.max_body_bytes`] and {MAX_DEPTH} levels" in DOC
    assert f"{queue.deadline_s:g} seconds [`queue.deadline_s`]" in DOC
    assert f"{queue.per_person:,} jobs of a person [`queue.per_person`], {queue.per_guild:,} of a guild" in DOC
    assert f"`{settings.enhancement.mode.value}` [`enhancement.mode`]" in fields["enhance"]
    assert fields["repeat"].endswith(f"1 to {MAX_JOBS}")
    assert f"From {settings.prompts.confirm_jobs} jobs on [`prompts.confirm_jobs`]" in DOC
    assert f"{queue.total:,} in all [`queue.total`]" in DOC
    assert f"`{KEY}` (1 to 200 printable ASCII characters" in DOC


async def test_caps_that_the_table_names_are_where_refusals_begin(api: Served) -> None:
    fields = rows("Asking for images")

    for field in NUMBERS:
        least, most = ends(fields[field])
        step = 1 if field in NUMBERS[:4] else 0.01
        beyond = -2 if field == "seed" else least - step  # -1 is a seed that is drawn.
        for value, status in ((least, 200), (most, 200), (beyond, 422), (most + step, 422)):
            wish: dict[str, Any] = {"dry_run": True, field: value}
            answer = await api.ask(**wish)

            assert answer.status == status, (field, value, answer.json)


def ends(row: str) -> tuple[Any, Any]:
    """Return the numbers of "0 to 30" in the last cell of a row."""
    found = re.search(r"(\d+) to (\d+)", row.rsplit(" | ", 1)[1])
    assert found is not None, row
    return int(found[1]), int(found[2])


async def test_the_json_examples_are_what_is_sent_and_answered(tmp_path: Path) -> None:
    wish, accepted, job, _, _, _, refusal = map(json.loads, blocks("json"))
    async with serving(tmp_path, decisions=house(enhance=Settings().enhancement.mode)) as api:
        answer = await api.call("POST", "/api/v1/jobs", json=wish)
        painted = await api.painted(answer.json["id"])
        refused = await api.ask(count=9)

    same = ("job_count", "seed", "count", "width", "height", "mode", "generator", "credits", "total_credits", "hints")
    assert {name: answer.json[name] for name in same} == {name: accepted[name] for name in same}
    assert list(accepted) == list(Accepted.model_fields)
    assert list(job) == list(JobAnswer.model_fields)
    assert shape(painted) == shape(job)
    for said in (answer.json, accepted, painted["request"], job["request"]):
        assert said["prompt_enhanced"].startswith("a red fox in snow, ")
    assert painted["request"]["enhance"] == job["request"]["enhance"]
    assert {**refused.json, "correlation_id": ""} == {**refusal, "correlation_id": ""}
    assert set(refusal) <= set(Refusal.model_fields)


async def test_the_json_examples_for_admins_do_what_is_said(api: Served) -> None:
    wish, _, _, balance, limit, settings, _ = map(json.loads, blocks("json"))
    await api.call("POST", "/api/v1/jobs", json=wish)

    limited = await api.call("PUT", "/api/v1/admin/quotas", json=limit)
    grant = {"scope": "person", "name": "local", "amount": 5, "expires_days": 30}
    await api.call("POST", "/api/v1/admin/grants", json=grant)
    answer = (await api.call("GET", "/api/v1/quota")).json
    patched = await api.call("PATCH", "/api/v1/admin/guilds/local", json=settings)

    assert (limited.status, patched.status) == (200, 200)
    assert timeless(answer) == timeless(balance)
    assert {name: patched.json["settings"][name] for name in settings} == settings


def timeless(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a JSON value without the moments in it."""
    if isinstance(value, dict):
        return {name: timeless(inner) for name, inner in value.items() if not name.endswith("_at")}
    return [timeless(inner) for inner in value] if isinstance(value, list) else value


async def test_the_python_example_works_as_it_stands(api: Served, tmp_path: Path) -> None:
    (program,) = blocks("python")

    async with api.painting():
        run = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", program.replace("http://127.0.0.1:8003", api.url)),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await run.communicate()

    assert run.returncode == 0
    assert said.decode().splitlines()[-1] == "succeeded 1.0"
    assert [picture.read_bytes()[:4] for picture in pictures(tmp_path)] == [b"\x89PNG"]


def pictures(folder: Path) -> list[Path]:
    return list(folder.glob("*.png"))
