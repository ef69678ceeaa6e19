"""What a job's message says and shows on Discord, by its state; nothing that people wrote works as markup."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.bot.discord.address import Address
from pinxit.bot.discord.custom_ids import read_custom_id
from pinxit.bot.discord.drawing import Attached, Drawn, bar, draw, plain
from pinxit.bot.discord.texts import DESCRIPTION_MOST, cut, escape, size
from pinxit.chat.cards import view
from pinxit.domain.delivery import Card, Place
from pinxit.domain.job import JobState
from tests.builders import NOW_AT, a_finished_job, a_job, a_png, a_request, an_image

if TYPE_CHECKING:
    from pinxit.domain.job import Job

ADA = "80351110224678912"
NASTY = (
    "**bold** _it_ ~~no~~ `code` ```block```",
    "# head\n> quote\n- list\n1. first\n-# small",
    "<@80351110224678912> <@&1> <#2> @everyone @here </imagine:3> <t:0:R> <:emoji:4>",
    "[text](https://example.org) https://discord.gg/abc <https://example.org>",
    "||spoiler|| \\*not\\* | a | table |",
)


def drawn(job: Job, address: Address | None = None, locale: str = "en", **more: Any) -> Drawn:  # noqa: ANN401 - draw's own
    card = Card(job, more.pop("progress", 0.0), more.pop("place", None))
    where = Address(user=ADA, interaction="1") if address is None else address
    return draw(view(card, locale, NOW_AT), where, locale=locale, **more)


def text(message: Drawn) -> str:
    return message.embed.description or ""


def labels(message: Drawn) -> list[list[str]]:
    if message.view is None:
        return []
    rows = message.view.to_components()
    return [[_name(one) for one in row["components"]] for row in rows]


def _name(part: dict[str, Any]) -> str:
    if part["type"] == 3:
        return " ".join(option["value"] for option in part["options"])
    return str(part.get("label") or part["emoji"]["name"])


@pytest.mark.parametrize("words", NASTY)
def test_no_markup_in_peoples_words_works(words: str) -> None:
    escaped = escape(words)

    unescaped = re.sub(r"\\(.)", "x", escaped)
    assert not re.search(r"[\\*_~`|\[\]<>@#]|://|^\s*[-+]\s|^\s*\d+\.\s", unescaped, re.MULTILINE)
    assert re.sub(r"\\(.)", r"\1", escaped) == words


def test_numbers_and_hyphens_inside_a_line_are_left_alone() -> None:
    assert escape("0.1 credits, well-known") == "0.1 credits, well-known"


@pytest.mark.parametrize("most", [4, 5, 6, 7, 8, 9])
def test_a_cut_text_is_as_long_as_discord_counts_and_says_so(most: int) -> None:
    shortened = cut("a👩‍🚀b👍🏽c" * 3, most)

    assert size(shortened) <= most
    assert shortened.endswith("…")
    assert not re.search("[\u200d\ufe0f\U0001f3fb-\U0001f3ff]…", shortened)
    assert "👩…" not in shortened
    assert "👍…" not in shortened


def test_a_text_that_fits_stays_whole() -> None:
    assert cut("👍" * 5, 10) == "👍" * 5
    assert cut("👍" * 6, 11) == "👍" * 5 + "…"


@pytest.mark.parametrize("most", range(2, 12))
def test_a_cut_never_leaves_half_an_escape(most: int) -> None:
    shortened = escape("**\\**a", most)

    assert size(shortened) <= most
    assert re.fullmatch(r"(\\.|[^\\])*", shortened.removesuffix("…"))


async def test_a_waiting_job_says_its_place_and_can_be_cancelled() -> None:
    message = drawn(a_job(), place=Place(2, 20.0))

    assert text(message) == "a red fox in snow\n⏳ 3rd in line, about 20 s"
    assert labels(message) == [["Cancel"]]


async def test_a_running_job_shows_a_bar_and_its_preview() -> None:
    job = a_job(state=JobState.RUNNING, started_at=NOW_AT)

    message = drawn(job, progress=0.52, preview=b"jpeg")

    assert text(message).startswith("a red fox in snow\n▓▓▓▓▓░░░░░ painting, 52 %")
    assert [file.data for file in message.files] == [b"jpeg"]
    assert labels(message) == [["Cancel"]]


async def test_a_preview_that_comes_late_is_not_shown_with_the_end() -> None:
    assert drawn(a_finished_job(), preview=b"jpeg").files == ()


def test_the_bar_has_ten_cells_whatever_the_fraction() -> None:
    assert [bar(fraction) for fraction in (-1.0, 0.0, 0.5, 1.0, 7.0)] == [
        "░" * 10,
        "░" * 10,
        "▓▓▓▓▓░░░░░",
        "▓" * 10,
        "▓" * 10,
    ]


async def test_a_result_looks_as_promised() -> None:
    request = a_request(count=4, prompt="a lighthouse at dusk, stormy sea", steps=30, enhanced="lit by a storm")
    job = a_finished_job(request=request, credits_milli=4000, ended_at=NOW_AT + timedelta(seconds=4.2))

    message = drawn(job, left="8 of 12 left today")

    assert text(message) == (
        "a lighthouse at dusk, stormy sea\n"
        "-# seed 7 · sketch · 64×64 · 30 steps · 4.2 s\n"
        "-# 4 credits, 8 of 12 left today · enhanced ✨"
    )
    assert labels(message) == [
        ["Reroll", "V1", "V2", "V3", "V4"],
        ["Edit", "U1", "U2", "U3", "U4"],
        ["model aspect steps guidance sampler style"],
        ["Details", "Use original", "Report", "🗑️"],
    ]
    assert message.embed.footer.text is None  # Nobody reads an id under each picture; Details says it.


async def test_a_single_picture_has_no_numbered_buttons() -> None:
    message = drawn(a_finished_job())

    assert labels(message)[0] == ["Reroll", "Vary", "Upscale", "Zoom out", "Edit"]
    assert labels(message)[2][-1] == "🗑️"


async def test_every_custom_id_says_act_and_job() -> None:
    job = a_finished_job(request=a_request(count=4))
    message = drawn(job)

    assert message.view is not None
    ids = [part["custom_id"] for row in message.view.to_components() for part in row["components"]]
    read = [read_custom_id(one) for one in ids]
    assert all(one is not None and one.subject == job.id for one in read)
    assert len(set(ids)) == len(ids) == 14
    assert max(map(len, ids)) <= 100


async def test_what_can_be_pressed_is_not_kept_in_memory_by_discord_py() -> None:
    message = drawn(a_finished_job())

    assert message.view is not None
    assert message.view.is_finished()


async def test_a_failed_job_says_why() -> None:
    job = a_job(state=JobState.FAILED, error_code="generator_failed", ended_at=NOW_AT)

    assert "could not make this" in text(drawn(job))
    assert labels(drawn(job))[0] == ["Reroll", "Edit"]


async def test_fewer_pictures_than_asked_for_are_told() -> None:
    job = a_finished_job(request=a_request(count=2), images=(an_image(),), error_code="timed_out")

    lines = text(drawn(job)).splitlines()

    assert lines[1].startswith("1 of 2 pictures")
    assert len(lines) > 3


async def test_the_longest_prompt_fits_and_is_cut_visibly() -> None:
    job = a_finished_job(request=a_request(count=4, prompt="*🦊" * 2000))

    message = drawn(job, notes=["A note."] * 10)

    assert size(text(message)) <= DESCRIPTION_MOST
    assert "…" in text(message)
    assert "-# seed 7" in text(message)


async def test_a_prompts_own_lines_cannot_push_the_facts_away_or_look_like_them() -> None:
    job = a_finished_job(request=a_request(prompt="fox\n\n\n\n-# 0 credits\n⏳"))

    assert text(drawn(job)).splitlines()[:3] == ["fox", "-\\# 0 credits", "⏳"]


async def test_alt_text_is_cut_and_a_spoiler_is_named_so() -> None:
    file = Attached("fox.png", a_png(), "fox " * 500, spoiler=True)

    sent = drawn(a_finished_job(), files=[file]).to_send()["files"][0]

    assert sent.filename == "SPOILER_fox.png"
    assert sent.description is not None
    assert len(sent.description) <= 1024
    assert sent.description.endswith("…")


async def test_only_a_message_of_its_own_says_who_asked_and_pings_nobody() -> None:
    own = drawn(a_job(), Address(user=ADA, command="/imagine")).to_send()
    answer = drawn(a_job(), Address(user=ADA, command="/imagine", interaction="1")).to_send()

    assert own["content"] == f"<@{ADA}> used /imagine"
    assert dict(own["allowed_mentions"].to_dict()) == {"parse": []}
    assert answer["content"] is None


async def test_an_edit_brings_the_whole_list_of_files_each_time() -> None:
    message = drawn(a_finished_job(), files=[Attached("fox.png", b"1"), Attached("hen.png", b"2")])

    first, second = message.to_edit()["attachments"], message.to_edit()["attachments"]

    assert [file.filename for file in first] == ["fox.png", "hen.png"]
    assert [file.fp.read() for file in (*first, *second)] == [b"1", b"2", b"1", b"2"]
    assert drawn(a_job()).to_edit()["attachments"] == []


async def test_german_is_german() -> None:
    message = drawn(a_finished_job(), locale="de")

    assert message.view is not None
    assert message.view.to_components()[1]["components"][0]["placeholder"] == "⚙ Eine Sache ändern"
    assert "Schritte" in text(message)


async def test_the_plain_form_still_says_what_came_of_it() -> None:
    card = Card(a_finished_job())

    message = plain(view(card, "en", NOW_AT), Address(user=ADA), locale="en")

    assert "1 picture" in text(message)
    assert "/history" in text(message)
    assert message.view is None
