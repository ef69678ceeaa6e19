from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from PIL import Image as Picture

from pinxit.config.tree import WebSettings
from pinxit.data.keys import KeyScope
from pinxit.domain.image_rules import Finding, finding_to_text
from tests.web.served import JOBS, Served, as_base64, complaint, serving

if TYPE_CHECKING:
    from pathlib import Path

V1 = "/api/v1"
ADMIN = f"{V1}/admin"
ABUSE = finding_to_text(Finding(is_flagged=True, categories=("sexual/minors",)))
ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}
SOMEBODY: dict[str, Any] = {"guild": "discord:1", "person": "discord:2"}
AS_SOMEBODY = "guild=discord:1&person=discord:2"


async def a_key(api: Served, *scopes: KeyScope) -> tuple[str, dict[str, str]]:
    """Return the guild and person that the key stands for, and how it is shown."""
    key, secret = await api.studio.store.keys.create("a key", scopes or (KeyScope.SUBMIT,), api.studio.clock.now())
    return key.guild, {"Authorization": f"Bearer {secret}"}


async def limit(api: Served, scope: str, name: str, amount: float, **more: Any) -> None:  # noqa: ANN401 - JSON
    body = {"scope": scope, "name": name, "period": "day", "amount": amount, **more}
    answer = await api.call("PUT", f"{ADMIN}/quotas", json=body)
    assert answer.status == 200, answer.body


# Quota


async def test_without_limits_the_quota_is_open(api: Served) -> None:
    await api.ask()

    answer = await api.call("GET", f"{V1}/quota")

    assert answer.json == {"limits": [], "grants": [], "credits_left": None, "used_today": 0.6}


async def test_the_quota_says_every_limit_and_what_is_left(api: Served) -> None:
    await api.ask(**SOMEBODY)
    await limit(api, "person", "discord:2", 12)
    await limit(api, "guild", "discord:1", 100)
    grant = {"scope": "person", "name": "discord:2", "amount": 2.5, "expires_days": 7}
    await api.call("POST", f"{ADMIN}/grants", json=grant)

    answer = (await api.call("GET", f"{V1}/quota?{AS_SOMEBODY}")).json

    lines = [(line["scope"], line["name"], line["limit"], line["used"], line["left"]) for line in answer["limits"]]
    assert lines == [("person", "discord:2", 12.0, 0.6, 11.4), ("guild", "discord:1", 100.0, 0.6, 99.4)]
    assert answer["limits"][0]["resets_at"].endswith("T00:00:00Z")
    assert [(grant["amount"], grant["left"], grant["unit"]) for grant in answer["grants"]] == [(2.5, 2.5, "credit")]
    assert answer["credits_left"] == 13.9


async def test_a_role_s_limit_is_told_to_who_has_the_role(api: Served) -> None:
    await api.ask(**SOMEBODY)
    await limit(api, "role", "everyone", 1, guild="discord:1")
    await limit(api, "role", "patron", 20, guild="discord:1")

    plain = (await api.call("GET", f"{V1}/quota?{AS_SOMEBODY}")).json
    patron = (await api.call("GET", f"{V1}/quota?{AS_SOMEBODY}&roles=member,patron")).json

    assert (plain["credits_left"], patron["credits_left"]) == (0.4, 19.4)


async def test_a_spent_quota_says_when_to_try_again(api: Served) -> None:
    await api.ask(**SOMEBODY)
    await limit(api, "person", "discord:2", 1)

    answer = await api.ask(**SOMEBODY)

    assert complaint(answer, "quota_spent", 429) == ""
    assert 0 < answer.json["retry_after_s"] <= 24 * 3600
    assert answer.headers["Retry-After"] == str(answer.json["retry_after_s"])
    assert "UTC" in answer.json["message"]


async def test_nobody_asks_for_another_s_quota_who_is_not_trusted(api: Served) -> None:
    _, key = await a_key(api)

    for path in ("quota", "models", "styles", "styles/oil/preview", "mydata"):
        answer = await api.call("GET", f"{V1}/{path}?{AS_SOMEBODY}", headers=key)
        assert complaint(answer, "scope_missing", 403) == "", path
    answer = await api.call("DELETE", f"{V1}/mydata?{AS_SOMEBODY}", headers=key)
    assert complaint(answer, "scope_missing", 403) == ""


async def test_an_unknown_question_names_the_nearest_known_one(api: Served) -> None:
    answer = await api.call("GET", f"{V1}/quota?gild=a")

    assert complaint(answer, "field_unknown", 422) == ""
    assert "Did you mean guild?" in answer.json["message"]


# Styles


async def test_styles_are_listed_with_pictures_that_are_there(api: Served) -> None:
    styles = (await api.call("GET", f"{V1}/styles")).json["styles"]

    async with api.session.get(styles[0]["preview_url"]) as response:
        picture = Picture.open(io.BytesIO(await response.read()))
        tag = response.headers["ETag"]
    async with api.session.get(styles[0]["preview_url"], headers={"If-None-Match": tag}) as again:
        assert (again.status, await again.read()) == (304, b"")

    assert len(styles) >= 40
    assert (picture.format, picture.size) == ("WEBP", (192, 128))


async def test_a_style_that_is_none_names_the_nearest(api: Served) -> None:
    preview = await api.call("GET", f"{V1}/styles/watercolur/preview")
    wish = await api.ask(style="watercolorr")

    assert complaint(preview, "style_unknown", 422) == ""
    assert complaint(wish, "style_unknown", 422) == ""
    assert "Watercolour" in preview.json["message"]


# Describing


async def test_our_own_picture_says_its_prompt_by_id_and_as_a_file(api: Served) -> None:
    job = await api.painted((await api.ask(prompt="a red fox in snow", negative_prompt="dogs")).json["id"])
    image = job["images"][0]
    file = base64.b64encode((await api.call("GET", f"{V1}/images/{image['id']}/download")).body).decode()

    by_id = await api.call("POST", f"{V1}/describe", json={"image": image["id"]})
    by_file = await api.call("POST", f"{V1}/describe", json={"image": file})

    assert by_id.json == by_file.json
    assert (by_id.json["prompt"], by_id.json["negative_prompt"]) == ("a red fox in snow", "dogs")
    assert (by_id.json["by"], by_id.json["reading"]["program"]) == ("metadata", "pinxit")


async def test_a_picture_that_says_nothing_is_not_described_without_a_model(api: Served) -> None:
    silent = await api.call("POST", f"{V1}/describe", json={"image": as_base64()})
    unknown = await api.call("POST", f"{V1}/describe", json={"image": "-0cUrUhAhlVuBOxyrI4RV_"})
    broken = await api.call("POST", f"{V1}/describe", json={"image": "aGVsbG8="})

    assert complaint(silent, "describe_nothing", 422) == ""
    assert complaint(unknown, "image_unknown", 404) == ""
    assert complaint(broken, "source_invalid", 422) == ""


# Reports


async def test_a_reported_picture_is_hidden_by_an_admin_and_then_withheld(api: Served) -> None:
    guild, key = await a_key(api)
    job = await api.painted((await api.ask(guild=guild, person="discord:2")).json["id"])
    image = job["images"][0]["id"]
    reported = await api.call("POST", f"{V1}/images/{image}/report", json={"reason": "it is rude"}, headers=key)
    again = await api.call("POST", f"{V1}/images/{image}/report", json={}, headers=key)

    (report,) = (await api.call("GET", f"{ADMIN}/reports")).json["reports"]
    decided = await api.call("POST", f"{ADMIN}/reports/{report['id']}", json={"verdict": "hide"})
    seen = await api.call("GET", f"{V1}/images/{image}/download", headers=key)

    assert (reported.status, again.json) == (201, reported.json)
    assert (report["id"], report["reasons"], report["count"]) == (reported.json["id"], ["it is rude"], 1)
    assert (report["image"]["id"], report["image"]["prompt"], report["person"]) == (image, "a red fox", "discord:2")
    assert decided.status == 200
    assert complaint(seen, "image_withheld", 403) == ""
    assert (await api.call("GET", f"{ADMIN}/reports")).json == {"reports": []}
    shown = await api.call("DELETE", f"{ADMIN}/images/{image}/hidden")
    assert (shown.status, (await api.call("GET", f"{V1}/images/{image}/download", headers=key)).status) == (204, 200)
    await api.studio.store.database.write(lambda tx: tx.run("UPDATE image SET hidden = 1, verdict = :v", v=ABUSE))
    stays = await api.call("DELETE", f"{ADMIN}/images/{image}/hidden")
    assert complaint(stays, "image_withheld", 403) == ""


async def test_a_report_needs_a_picture_that_one_may_see(api: Served) -> None:
    _, key = await a_key(api)
    job = await api.painted((await api.ask()).json["id"])

    answer = await api.call("POST", f"{V1}/images/{job['images'][0]['id']}/report", json={}, headers=key)
    long = await api.call("POST", f"{V1}/images/{job['images'][0]['id']}/report", json={"reason": "a" * 501})

    assert complaint(answer, "image_unknown", 404) == ""
    assert complaint(long, "field_range", 422) == ""


# The original prompt


async def test_the_original_is_painted_with_the_same_seed_and_without_the_rewrite(api: Served) -> None:
    first = await api.ask(prompt="a red fox", seed=7, enhance="rules")

    key = {"Idempotency-Key": "original"}
    second = await api.call("POST", f"{JOBS}/{first.json['id']}/original", headers=key)
    again = await api.call("POST", f"{JOBS}/{first.json['id']}/original", headers=key)

    assert first.json["prompt_enhanced"].startswith("a red fox, ")
    assert (second.status, second.json["seed"], second.json["prompt_enhanced"]) == (202, 7, None)
    assert (again.json["id"], again.headers["Idempotent-Replay"]) == (second.json["id"], "true")
    assert (await api.look(second.json["id"]))["request"]["enhance"] == "off"


# Personal data


async def test_everything_about_a_person_comes_as_a_zip_and_can_be_deleted(api: Served) -> None:
    mine = await api.ask(prompt="a secret fox", **SOMEBODY)
    other = await api.ask(prompt="an open cat", guild="discord:1", person="discord:3")
    await api.painted(mine.json["id"])

    answer = await api.call("GET", f"{V1}/mydata?{AS_SOMEBODY}")
    deleted = await api.call("DELETE", f"{V1}/mydata?{AS_SOMEBODY}")

    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="pinxit-mydata.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.testzip() is None
        text = b"".join(archive.read(name) for name in archive.namelist() if name.endswith("jsonl")).decode()
        pictures = [name for name in archive.namelist() if name.endswith(".png")]
    assert "a secret fox" in text
    assert "an open cat" not in text
    assert len(pictures) == 1
    assert (deleted.json["jobs"], deleted.json["images"]) == (1, 1)
    assert complaint(await api.call("GET", f"{JOBS}/{mine.json['id']}"), "job_unknown", 404) == ""
    assert (await api.look(other.json["id"]))["request"]["prompt"] == "an open cat"
    assert (await api.call("POST", f"{ADMIN}/ledger/verify")).json["is_right"]


async def test_nothing_is_deleted_while_a_job_runs(tmp_path: Path) -> None:
    async with serving(tmp_path, options={"pace_s": 60.0}) as api:
        job = (await api.ask()).json["id"]
        async with api.painting():
            with api.studio.events.listen(job) as heard:
                while (await api.look(job))["status"] != "running":
                    await heard.wait()
                    heard.clear()

            answer = await api.call("DELETE", f"{V1}/mydata")
            await api.call("POST", f"{JOBS}/{job}/cancel")

    assert complaint(answer, "jobs_running", 409) == ""


async def test_strangers_without_a_key_cannot_take_or_delete_what_they_have_in_common(tmp_path: Path) -> None:
    async with serving(tmp_path, web=WebSettings(authentication=False)) as api:
        job = (await api.ask(ELSEWHERE)).json["id"]
        refused = [await api.call(method, f"{V1}/mydata", headers=ELSEWHERE) for method in ("GET", "DELETE")]
        left = await api.look(job)
        operators = await api.call("DELETE", f"{V1}/mydata?guild=api:anonymous&person=api:anonymous")

    assert [complaint(answer, "key_missing", 401) for answer in refused] == ["", ""]
    assert left["status"] == "queued"
    assert operators.json["jobs"] == 1


async def test_who_is_nobody_is_told_nothing(api: Served) -> None:
    for method, path in (
        ("GET", "quota"),
        ("GET", "styles"),
        ("GET", "styles/oil/preview"),
        ("POST", "describe"),
        ("POST", "images/-0cUrUhAhlVuBOxyrI4RV_/report"),
        ("POST", "jobs/-0cUrUhAhlVuBOxyrI4RV_/original"),
        ("GET", "mydata"),
        ("DELETE", "mydata"),
    ):
        answer = await api.call(method, f"{V1}/{path}", headers=ELSEWHERE, data=json.dumps({}))
        assert complaint(answer, "key_missing", 401) == "", path
