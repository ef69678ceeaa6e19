from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from pinxit.chat.cards import Act
from pinxit.domain.ids import JobId, PersonId
from tests.web.served import as_base64, complaint

if TYPE_CHECKING:
    from tests.web.console.consoles import Console


async def test_text_becomes_a_job_of_this_channel(console: Console) -> None:
    guild = (await console.post("/channels", name="Foxes & Co")).json["url"].removeprefix("/c/")

    answer = await console.post(f"/c/{guild}/send", text="a red fox --seed 41 --size 64x64")

    (job,) = answer.json["jobs"]
    stored = await console.studio.store.jobs.job(JobId(job))
    assert stored is not None
    assert (guild, stored.guild, stored.person, stored.platform) == ("web:foxes-co", guild, "local", "web")
    assert (stored.request.prompt, stored.request.seed) == ("a red fox", 41)
    assert answer.json["said"].startswith("Queued: 1st in line")
    assert (answer.json["page"], answer.json["refill"]) == ("", "")


async def test_the_same_wish_sent_twice_is_one_job(console: Console) -> None:
    first = await console.say("a red fox", key="k-1")
    again = await console.say("a red fox", key="k-1")
    other = await console.post("/c/local/send", text="a blue fox", key="k-1")

    assert first == again
    assert complaint(other, "idempotency_mismatch", 422) == ""


async def test_pictures_come_along(console: Console) -> None:
    job = await console.say(
        "a red fox", images=[as_base64()], mask=f"data:image/png;base64,{as_base64(8)}", style_image=None
    )

    stored = await console.studio.store.jobs.job(JobId(job))
    assert stored is not None
    assert [source.role.value for source in stored.request.sources] == ["image", "mask"]
    assert stored.request.mode.value == "inpaint"


UNSENT: tuple[tuple[dict[str, Any], str], ...] = (
    ({"text": "/nonsense"}, "command_unknown"),
    ({"text": "a fox --seed x"}, "flag_value"),
    ({"text": "x" * 20_001}, "prompt_too_long"),
    ({"text": "a fox", "images": ["%%%"]}, "source_invalid"),
    ({"text": "a fox", "images": [as_base64()] * 5}, "field_range"),
    ({"text": "a fox", "key": "ü"}, "field_range"),
    ({"text": 7}, "field_type"),
    ({}, "field_missing"),
    ({"text": "a fox", "colour": "red"}, "field_unknown"),
    ({"text": "a\x00fox"}, "text_invalid"),
)


async def test_what_cannot_be_done_is_refused_as_the_api_does(console: Console) -> None:
    wrong = [complaint(await console.post("/c/local/send", **body), code, 422) for body, code in UNSENT]

    assert wrong == [""] * len(UNSENT)
    assert await console.studio.store.jobs.states() == {}


async def test_refusals_are_in_the_person_s_language(console: Console) -> None:
    await console.post("/settings", locale="de")

    answer = await console.post("/c/local/send", text="/nonsense", headers={"Accept-Language": "en"})

    assert "Befehl" in answer.json["message"]


async def test_a_form_is_not_taken_for_json(console: Console) -> None:
    answer = await console.call("POST", "/c/local/send", data={"text": "a red fox"})

    assert complaint(answer, "media_type", 415) == ""


async def test_some_commands_are_pages(console: Console) -> None:
    pages = {"/history red fox": "/history?q=red+fox"}
    pages |= {name: name for name in ("/favourites", "/queue", "/settings", "/inspect", "/help")}

    for text, page in pages.items():
        answer = await console.post("/c/local/send", text=text)

        assert answer.json == {"said": "", "jobs": [], "page": page, "refill": "", "keeps": False, "hints": []}
        assert (await console.call("GET", page)).status == 200


async def test_buttons_do_what_they_say(console: Console) -> None:
    job = await console.say("a red fox --seed 41 --size 64x64")
    await console.painted(job)

    async def act(name: Act, **more: Any) -> Any:  # noqa: ANN401 - JSON
        answer = await console.post("/c/local/act", act=name.value, job=job, **more)
        assert answer.status == 200, answer.body
        return answer.json

    edited = await act(Act.EDIT)
    details = await act(Act.DETAILS)
    made = [
        (await act(name, index=0))["jobs"][0]
        for name in (Act.REROLL, Act.VARY, Act.UPSCALE, Act.OUTPAINT, Act.RECREATE)
    ]
    cancelled = await console.post("/c/local/act", act="cancel", job=made[0])
    kept = await act(Act.FAVOURITE, index=0)
    deleted = await act(Act.DELETE)

    assert edited["refill"].startswith("/imagine a red fox")
    assert details["page"] == f"/details/{job}"
    assert len(set(made)) == 5
    assert cancelled.json["said"] == "Cancelled."
    assert kept["said"]
    assert deleted["said"]
    assert await console.studio.store.history.named([JobId(job)]) == []


async def test_an_act_with_its_key_happens_once(console: Console) -> None:
    job = await console.say("a red fox --size 64x64")
    await console.painted(job)

    first, again = [await console.post("/c/local/act", act="reroll", job=job, key="k-1") for _ in range(2)]

    assert first.json["jobs"] == again.json["jobs"]


UNDONE: tuple[tuple[dict[str, Any], str, int], ...] = (
    ({"act": "explode", "job": "x"}, "field_choice", 422),
    ({"act": "reroll", "job": "x"}, "job_unknown", 404),
    ({"act": "vary", "job": "-0cUtt77_yVvmsTiD_Vfv4"}, "job_unknown", 404),
    ({"act": "reroll"}, "field_missing", 422),
    ({"act": "vary", "job": "x", "index": "0"}, "field_type", 422),
)


async def test_an_act_that_means_nothing_is_refused(console: Console) -> None:
    wrong = [complaint(await console.post("/c/local/act", **body), code, status) for body, code, status in UNDONE]

    assert wrong == [""] * len(UNDONE)


async def test_channels_are_made_and_read(console: Console) -> None:
    made = await console.post("/channels", name="Foxes")
    again = await console.post("/channels", name="foxes")
    bad = await console.post("/channels", name=" ")
    job = await console.say("a red fox", "web:foxes")

    before = await console.page("/c/local")
    read = await console.post("/c/web:foxes/read", job=job)
    after = await console.page("/c/local")

    assert made.json == {"url": "/c/web:foxes"}
    assert again.status == 409
    assert complaint(bad, "field_range", 422) == ""
    assert read.status == 204
    assert ">Foxes<" in before
    assert "<span>1</span>" in before
    assert "<span>1</span>" not in after


async def test_settings_are_kept_and_filled_in(console: Console) -> None:
    wanted: dict[str, Any] = {
        "name": "Ada",
        "locale": "en",
        "count": 2,
        "aspect": "3:2",
        "generator": "sketch",
        "negative_prompt": "text",
        "private": True,
    }

    saved = await console.post("/settings", **wanted)
    job = await console.studio.store.jobs.job(JobId(await console.say("a red fox")))

    assert saved.json == {"ok": True}
    assert job is not None
    assert (job.request.count, job.request.negative_prompt, job.private) == (2, "text", True)
    assert job.request.width_px * 2 == job.request.height_px * 3
    assert (await console.studio.store.people.names([PersonId("local")])) == {"local": "Ada"}
    assert '<b dir="auto">Ada</b>' in await console.page("/c/local")
    page = await console.page("/settings")
    assert 'value="3:2"' in page
    assert 'name="private" checked' in page


async def test_settings_that_nobody_could_use_are_refused(console: Console) -> None:
    bad: tuple[dict[str, Any], ...] = ({"count": 99}, {"generator": "dalle"}, {"aspect": "wide"}, {"locale": "tlh"})

    assert [(await console.post("/settings", **body)).status for body in bad] == [422] * len(bad)


async def test_a_dropped_file_says_what_it_is(console: Console) -> None:
    job = await console.say("a red fox <xss-tag> --seed 41 --size 64x64")
    image = (await console.painted(job))["images"][0]
    file = await console.call("GET", f"/api/v1/images/{image['id']}/download")

    answer = await console.post("/inspect", image=base64.b64encode(file.body).decode())
    plain = await console.post("/inspect", image=as_base64())
    broken = await console.post("/inspect", image="bm90IGEgcGljdHVyZQ==")

    text = answer.body.decode()
    assert "a red fox &lt;xss-tag&gt;" in text
    assert "--seed 41" in text
    assert f"/details/{job}" in text
    assert plain.status == 200
    assert complaint(broken, "source_invalid", 422) == ""
