"""A message says which pictures it does not show, and why."""

from __future__ import annotations

import dataclasses

from pinxit.chat.cards import View, view
from pinxit.domain.delivery import Card
from pinxit.domain.errors import Code
from pinxit.domain.guild_rules import ImageRule
from pinxit.domain.image_rules import UNCHECKED, Finding
from pinxit.domain.job import Job, JobState
from pinxit.wording import say
from tests.builders import NOW_AT, a_finished_job, a_job, a_request

NSFW = Finding(is_flagged=True, categories=("sexual",))
ABUSE = Finding(is_flagged=True, categories=("sexual/minors",))


def seen(job: Job, locale: str = "en") -> View:
    return view(Card(job), locale, NOW_AT)


def job_of(*images: dict[str, object]) -> Job:
    job = a_finished_job(request=a_request(count=len(images)))
    changed = tuple(
        dataclasses.replace(image, **changes)  # type: ignore[arg-type]  # fields of Image
        for image, changes in zip(job.images, images, strict=True)
    )
    return dataclasses.replace(job, images=changed)


def test_a_withheld_picture_is_not_shown_but_spoken_of() -> None:
    shown = seen(job_of({}, {"verdict": NSFW, "shown": ImageRule.WITHHOLD}))

    assert [picture.index for picture in shown.pictures] == [0]
    assert shown.notes == ("1 picture is withheld, because the filter calls it not safe for everybody.",)
    assert shown.status.startswith("2 pictures")


def test_each_reason_is_said_once() -> None:
    withheld = {"shown": ImageRule.WITHHOLD}
    shown = seen(
        job_of(
            {**withheld, "verdict": UNCHECKED},
            {**withheld, "verdict": UNCHECKED},
            {**withheld, "verdict": NSFW, "is_hidden": True},
            {**withheld, "verdict": ABUSE, "is_hidden": True},
        )
    )

    assert shown.status == "withheld"
    assert shown.pictures == ()
    assert sorted(shown.notes) == [
        "1 picture is withheld, because an admin hid it.",
        "1 picture is withheld, because the filter calls it not safe for everybody.",
        "2 pictures are withheld, because nobody could check them: the filter did not answer.",
    ]
    assert not any(button.index is not None for row in shown.buttons for button in row)


def test_a_spoiler_is_marked_as_one() -> None:
    shown = seen(job_of({"verdict": NSFW, "shown": ImageRule.SPOILER}, {}))

    assert [picture.spoiler for picture in shown.pictures] == [True, False]
    assert shown.notes == ()


def test_a_providers_refusal_is_one_sentence_that_names_it() -> None:
    job = a_job(state=JobState.FAILED, error_code=Code.MODERATED, error_facts={"generator": "flux"})

    assert seen(job).error == "This was refused by flux because of its content. Ask for something else."
    assert say("de", Code.MODERATED, {}) == "Das wurde wegen seines Inhalts abgelehnt. Wünsch dir etwas anderes."
