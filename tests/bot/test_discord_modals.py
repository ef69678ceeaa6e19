"""Forms as Discord gets them, and as it sends them back."""

from __future__ import annotations

from typing import Any

from pinxit.bot.discord.custom_ids import CustomId
from pinxit.bot.discord.modals import (
    MOST_TEXT_CHARS,
    Blank,
    Form,
    edit_form,
    filled_in,
    fits,
    picture_form,
    report_form,
)
from pinxit.domain.ids import JobId, new_id
from pinxit.wording import LANGUAGES
from tests.builders import NOW_AT

JOB = JobId(new_id(NOW_AT))


async def test_the_edit_form_holds_the_words_and_the_job() -> None:
    form = edit_form(JOB, "a red fox --ar 3:2", "en").to_dict()

    assert form["custom_id"] == str(CustomId("edit", JOB))
    assert _blank(form, Blank.PROMPT)["value"] == "a red fox --ar 3:2"


async def test_a_form_is_finished_before_it_is_sent_so_that_nothing_keeps_it() -> None:
    forms = [
        edit_form(JOB, "a fox", "en"),
        report_form(JOB, None, "de"),
        picture_form(Form.SOURCE, JOB, "en"),
    ]

    assert all(form.is_finished() for form in forms)


async def test_every_text_of_a_form_is_within_discords_limits_in_every_language() -> None:
    for locale in LANGUAGES:
        for form in (
            edit_form(JOB, "a fox", locale),
            report_form(JOB, 0, locale),
            picture_form(Form.REMIX, JOB, locale, indices=range(10)),
            picture_form(Form.TICKET, JOB, locale),
        ):
            said = form.to_dict()
            assert 1 <= len(said["title"]) <= 45
            assert len(said["custom_id"]) <= 100
            assert 1 <= len(said["components"]) <= 5
            for label in said["components"]:
                assert 1 <= len(label["label"]) <= 45
                assert len(label.get("description") or "") <= 100


async def test_a_text_that_a_form_cannot_hold_whole_does_not_fit() -> None:
    assert fits("a" * MOST_TEXT_CHARS)
    assert not fits("a" * (MOST_TEXT_CHARS + 1))
    assert not fits("🦊" * (MOST_TEXT_CHARS // 2 + 1))  # Discord counts as JavaScript does.


async def test_a_job_with_several_pictures_asks_which_one() -> None:
    form = picture_form(Form.REMIX, JOB, "en", indices=(0, 2, 3), text="a fox").to_dict()

    options = _blank(form, Blank.PICTURE)["options"]
    assert [(option["label"], option["value"]) for option in options] == [
        ("Picture 1", "0"),
        ("Picture 3", "2"),
        ("Picture 4", "3"),
    ]
    assert form["custom_id"] == str(CustomId("remix", JOB))


async def test_a_job_with_one_picture_carries_it_in_the_forms_id() -> None:
    form = picture_form(Form.REMIX, JOB, "en", indices=(2,)).to_dict()

    assert form["custom_id"] == str(CustomId("remix", JOB, "2"))
    assert len(form["components"]) == 2


def test_what_was_written_comes_out_of_rows_and_labels() -> None:
    data = {
        "custom_id": str(CustomId("remix", JOB)),
        "components": [
            {"type": 18, "component": {"type": 4, "custom_id": "prompt", "value": "  a fox\n"}},
            {"type": 1, "components": [{"type": 4, "custom_id": "strength", "value": "0.4"}]},
            {"type": 18, "component": {"type": 3, "custom_id": "picture", "values": ["2"]}},
        ],
    }

    found = filled_in(data)

    assert found is not None
    custom_id, written = found
    assert (custom_id.act, custom_id.subject) == ("remix", JOB)
    assert (written[Blank.PROMPT], written[Blank.STRENGTH], written[Blank.PICTURE]) == ("a fox", "0.4", "2")
    assert written[Blank.REASON] == ""


def test_a_form_that_is_not_ours_or_is_broken_is_none_or_empty() -> None:
    assert filled_in({"custom_id": "theirs", "components": []}) is None
    assert filled_in({"custom_id": "px1:reroll:x:", "components": []}) is None
    broken = filled_in({"custom_id": str(CustomId("edit", JOB)), "components": [None, 7, {"components": {}}]})
    assert broken is not None
    assert set(broken[1].values()) == {""}


def _blank(form: dict[str, Any], name: Blank) -> dict[str, Any]:
    inputs = [label["component"] for label in form["components"]]
    return next(found for found in inputs if found["custom_id"] == name)
