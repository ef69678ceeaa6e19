"""The pages of styles and limits, the covered pictures, and what sending and settings tell of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pinxit.data.keys import KeyScope
from pinxit.domain.ids import JobId
from tests.web.console.consoles import STRANGER
from tests.web.console.test_console_pages import Elements
from tests.web.served import complaint

if TYPE_CHECKING:
    from tests.web.console.consoles import Console

LIMIT = {"scope": "role", "guild": "local", "name": "everyone", "period": "day"}


async def limited(console: Console, amount: str, **more: Any) -> None:  # noqa: ANN401 - JSON
    answer = await console.post("/admin/quotas", **{**LIMIT, "amount": amount, **more})
    assert answer.status == 200, answer.body


async def flagged(console: Console, job: str) -> None:
    """Let a filter have found the job's pictures unsafe."""
    verdict = json.dumps({"flagged": True, "categories": ["sexual"]})
    await console.studio.store.database.write(
        lambda tx: tx.run("UPDATE image SET verdict = :verdict WHERE job_id = :job", verdict=verdict, job=job)
    )


async def test_every_style_has_a_picture_and_a_way_to_use_it(console: Console) -> None:
    await console.post("/admin/guilds/local/styles", name='Candle "lit"', suffix="candle light")

    page = Elements(await console.page("/styles"))
    previews = [attrs["src"] or "" for tag, attrs in page.found if tag == "img" and "preview" in (attrs["src"] or "")]
    texts = [attrs["data-use"] or "" for _, attrs in page.found if "data-use" in attrs]
    picture = await console.call("GET", previews[0])
    lazy = {attrs["loading"] for tag, attrs in page.found if tag == "img" and "preview" in (attrs["src"] or "")}
    used = await console.say(f"{texts[0]}a fox --size 64x64")

    assert len(previews) == len(texts) >= 41
    assert (picture.status, picture.headers["Content-Type"], lazy) == (200, "image/webp", {"lazy"})
    job = await console.studio.store.jobs.job(JobId(used))
    assert job is not None
    assert (job.request.prompt, job.request.suffix) == ("a fox", "candle light")


async def test_limits_are_said_with_when_they_free_on_their_page_and_at_the_box(console: Console) -> None:
    free = Elements(await console.page("/quota"))
    await limited(console, "12")
    await console.say("a fox --size 1024x1024")

    page = Elements(await console.page("/quota"))
    chat = Elements(await console.page("/c/local"))
    bar = page.first(max="12000")

    assert "No limit holds" in free.text
    assert "1 of your 12 credits are used today; they reset at 00:00 UTC." in page.text
    assert bar["value"] == "1000"
    assert "11 of 12 left today" in chat.text


async def test_a_spent_limit_is_a_sentence_with_when_it_frees(console: Console) -> None:
    await limited(console, "1")
    await console.say("a fox --size 1024x1024")

    answer = await console.post("/c/local/send", text="a fox --size 1024x1024")

    assert complaint(answer, "quota_spent", 429) == ""
    assert answer.json["message"] == "1 of your 1 credits are used today; they reset at 00:00 UTC."


async def test_another_channel_s_limits_and_styles_are_the_operator_s_to_see(console: Console) -> None:
    channel = (await console.post("/channels", name="Foxes")).json["url"].removeprefix("/c/")
    await console.post(f"/admin/guilds/{channel}/styles", name="Russet", suffix="russet fur")
    await limited(console, "7", guild=channel)
    _, secret = await console.studio.store.keys.create("k", [KeyScope.SUBMIT], console.studio.clock.now())
    holder = {"Authorization": f"Bearer {secret}", **STRANGER}

    named = [await console.page(f"{path}?guild={channel}") for path in ("/styles", "/quota")]
    own = [await console.page(path) for path in ("/styles", "/quota")]
    strange = [await console.call("GET", f"{path}?guild={channel}", headers=holder) for path in ("/styles", "/quota")]
    typed = await console.post(f"/c/{channel}/send", text="/quota")

    assert "Russet" in named[0]
    assert "of your 7 credits" in named[1]
    assert "Russet" not in own[0]
    assert "credits are used" not in own[1]
    assert [answer.status for answer in strange] == [404, 404]
    assert typed.json["page"] == "/quota?guild=web%3Afoxes"


async def test_a_spoiler_is_covered_until_somebody_asks_and_a_withheld_picture_is_a_sentence(console: Console) -> None:
    await console.post("/admin/guilds/local", nsfw="spoiler")
    job = await console.say("a fox --n 2 --size 64x64")
    await console.painted(job)
    await console.post("/c/local/act", act="favourite", job=job, index=0)
    plain = Elements(await console.page("/c/local"))
    await flagged(console, job)

    pages = {
        path: Elements(await console.page(path)) for path in ("/c/local", "/favourites", f"/details/{job}?index=0")
    }
    await console.post("/admin/guilds/local", nsfw="withhold")
    withheld = Elements(await console.page("/c/local"))

    assert not [attrs for _, attrs in plain.found if "data-reveal" in attrs]
    for path, page in pages.items():
        covered = [attrs for tag, attrs in page.found if tag == "a" and "covered" in (attrs.get("class") or "")]
        buttons = [attrs for tag, attrs in page.found if tag == "button" and "data-reveal" in attrs]
        assert len(covered) == len(buttons) == (2 if path == "/c/local" else 1), path
        assert all("inert" in attrs for attrs in covered), path
    assert not [attrs for tag, attrs in withheld.found if tag == "a" and "pic" in (attrs.get("class") or "")]
    assert "2 pictures are withheld, because the filter calls them not safe for everybody." in withheld.text


async def test_jobs_of_one_wish_know_their_group(console: Console) -> None:
    answer = await console.post("/c/local/send", text="a {red, blue} fox")
    alone = await console.say("a green fox")

    groups = {one["data-job"]: one["data-group"] for one in Elements(await console.page("/c/local")).messages()}

    first, second = answer.json["jobs"]
    assert groups[first] == groups[second] != groups[alone]


async def test_what_was_attached_is_wanted_again_with_a_yes(console: Console) -> None:
    answer = (await console.post("/c/local/send", text="a {a,b,c} {1,2,3} fox")).json
    hinted = (await console.post("/c/local/send", text="a fox --stylize 250")).json

    assert (answer["jobs"], answer["keeps"]) == ([], True)
    assert answer["refill"].endswith(" --yes")
    assert len(hinted["hints"]) == 1


async def test_enhancement_is_a_setting_of_the_person(console: Console) -> None:
    await console.post("/settings", enhance="rules")
    page = Elements(await console.page("/settings"))
    await console.post("/settings", enhance="")
    wrong = await console.post("/settings", enhance="magic")
    no_model = await console.post("/settings", enhance="llm")
    after = Elements(await console.page("/settings"))

    assert "selected" in page.first(value="rules")
    assert "selected" not in after.first(value="rules")
    assert complaint(wrong, "field_choice", 422) == complaint(no_model, "field_choice", 422) == ""
    assert page.first(href="/api/v1/mydata")


async def test_completion_knows_the_new_values(console: Console) -> None:
    page = await console.page("/c/local")
    start = page.index('id="data">') + len('id="data">')
    data = json.loads(page[start : page.index("</script>", start)])

    assert {"off", "rules"} <= set(data["values"]["enhance"])
    assert data["values"]["priority"] == ["high", "normal", "low"]
    assert "Watercolour" in data["values"]["style"]
    assert data["values"]["__"] == sorted(console.studio.wildcards.lists)
    assert "admin" in {command["name"] for command in data["commands"]}
