from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from pinxit.chat.cards import Act, View, nature_of, view
from pinxit.domain.delivery import Card, Place
from pinxit.domain.errors import Code
from pinxit.domain.ids import PoolName
from pinxit.domain.job import PREPARE, Job, JobState, RouteStep
from pinxit.domain.verdict import Likeness, Recreation, Verdict
from tests.builders import NOW_AT, a_finished_job, a_job, a_request, an_image


def seen(job: Job, locale: str = "en", **card: object) -> View:
    return view(Card(job, **card), locale, NOW_AT)  # type: ignore[arg-type]  # fields of Card


def acts(shown: View) -> list[list[str]]:
    return [[f"{button.act}{'' if button.index is None else button.index}" for button in row] for row in shown.buttons]


def test_a_waiting_job_says_its_place_and_can_be_cancelled() -> None:
    shown = seen(a_job(), place=Place(2, 20.0))

    assert shown.status == "3rd in line, about 20 s"
    assert shown.progress is None
    assert acts(shown) == [["cancel"]]
    assert shown.buttons[0][0].only_requester


def test_a_running_job_says_how_far_it_is() -> None:
    job = a_job(state=JobState.RUNNING, route=(RouteStep(PoolName("sketch"), cost_s=10.0),))

    shown = seen(job, progress=0.52)

    assert shown.status == "painting, 52 %, about 5 s more"
    assert shown.progress == 0.52


def test_a_job_in_prepare_is_being_prepared() -> None:
    route = (RouteStep(PoolName(PREPARE), cost_s=1.0), RouteStep(PoolName("sketch"), cost_s=1.0))

    shown = seen(a_job(state=JobState.RUNNING, route=route))

    assert shown.status == "preparing"
    assert "sketch" in shown.facts


def test_a_single_picture_has_no_numbered_buttons() -> None:
    assert acts(seen(a_finished_job())) == [
        ["reroll", "vary0", "upscale0", "outpaint0", "edit"],
        ["details", "report", "delete"],
    ]


def test_four_pictures_have_v_and_u_buttons_in_rows_of_five() -> None:
    shown = seen(a_finished_job(request=a_request(count=4)))

    labels = [[button.label for button in row] for row in shown.buttons]

    assert labels == [
        ["Reroll", "V1", "V2", "V3", "V4"],
        ["Edit", "U1", "U2", "U3", "U4"],
        ["Details", "Report", "Delete"],
    ]
    assert shown.status == "4 pictures by sketch, seed 7"
    assert [picture.seed for picture in shown.pictures] == [7, 8, 9, 10]


def test_buttons_mean_the_pictures_that_are_left_after_one_was_deleted() -> None:
    whole = a_finished_job(request=a_request(count=3))
    job = dataclasses.replace(whole, images=whole.images[1:])

    assert acts(seen(job))[0] == ["reroll", "vary1", "vary2"]
    assert [button.label for button in seen(job).buttons[0]] == ["Reroll", "V2", "V3"]


def test_facts_tell_seed_generator_size_steps_time_and_price() -> None:
    job = a_finished_job(
        request=a_request(steps=30), ended_at=NOW_AT + timedelta(seconds=4.2), credits_milli=4000, private=True
    )

    assert seen(job).facts == ("seed 7", "sketch", "64×64", "30 steps", "4.2 s", "4 credits", "private")


def test_another_generator_than_the_first_of_the_route_is_told() -> None:
    route = (RouteStep(PoolName("flux"), cost_s=1.0), RouteStep(PoolName("sketch"), cost_s=1.0))

    assert seen(a_finished_job(route=route, step=1)).notes == ("Painted by sketch, because flux could not.",)


@pytest.mark.parametrize(
    ("locale", "note"),
    [
        ("en", "Painted by sketch, because these could not: flux, gpt."),
        ("de", "Gemalt von sketch, weil diese nicht konnten: flux, gpt."),
    ],
)
def test_every_generator_that_was_tried_before_is_told(locale: str, note: str) -> None:
    route = tuple(RouteStep(PoolName(name), cost_s=1.0) for name in (PREPARE, "flux", "gpt", "sketch", "spare"))

    assert seen(a_finished_job(route=route, step=3), locale).notes == (note,)


def test_a_failed_job_says_why_and_offers_another_try() -> None:
    job = a_job(state=JobState.FAILED, error_code=Code.MODERATED.value, error_facts={"reason": "violence"})

    shown = seen(job)

    assert shown.error == "This was refused because of its content (violence). Ask for something else."
    assert acts(shown) == [["reroll", "edit"], ["details", "delete"]]


def test_fewer_pictures_than_asked_for_are_told_with_the_reason() -> None:
    job = a_finished_job(
        request=a_request(count=2), images=(an_image(),), error_code="a_code_of_next_year", error_facts={}
    )

    shown = seen(job)

    assert shown.status.startswith("1 of 2 pictures")
    assert shown.error.startswith("Something went wrong here.")


def test_a_job_whose_pictures_are_gone_says_so() -> None:
    shown = seen(a_finished_job(images=()))

    assert shown.status == "deleted"
    assert shown.pictures == ()


def test_a_card_speaks_german() -> None:
    shown = seen(a_finished_job(request=a_request(count=2)), "de-AT")

    assert shown.status == "2 Bilder von sketch, Seed 7"
    assert [button.label for button in shown.buttons[0]] == ["Nochmal", "V1", "V2"]
    assert shown.pictures[1].alt == "Bild 2 von 2 zu: a red fox in snow"


@pytest.mark.parametrize("state", JobState)
def test_every_state_has_a_card_with_buttons(state: JobState) -> None:
    shown = seen(a_job(state=state))

    assert shown.status
    assert all(len(row) <= 5 for row in shown.buttons)
    assert any(button.act in (Act.CANCEL, Act.REROLL) for row in shown.buttons for button in row)


def test_text_from_people_stays_as_it_is() -> None:
    request = a_request(prompt="<b>fox</b> {seed} [x]", typed="<b>fox</b> {seed} [x]")

    shown = seen(a_finished_job(request=request))

    assert shown.prompt == "<b>fox</b> {seed} [x]"
    assert shown.pictures[0].alt == "Picture of: <b>fox</b> {seed} [x]"


def test_a_picture_made_again_says_the_verdict() -> None:
    recreation = Recreation(None, Verdict(Likeness.IDENTICAL))

    (note,) = seen(a_finished_job(recreation=recreation)).notes

    assert "identical" in note.casefold()


def test_a_sketch_says_that_no_model_made_it_and_a_models_picture_says_nothing() -> None:
    assert "no diffusion model" in nature_of(an_image(recipe={"kind": "sketch", "version": 2}), "en")
    assert "kein Diffusionsmodell" in nature_of(an_image(recipe={"kind": "sketch"}), "de")
    assert nature_of(an_image(recipe={}), "en") == ""
