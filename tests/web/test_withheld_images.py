"""Neither file nor thumbnail of a withheld picture leaves the server, but for the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.data.keys import KeyScope
from pinxit.domain.image_rules import UNCHECKED, Finding, finding_to_text
from tests.web.served import complaint
from tests.web.test_trust import a_key, bearer

if TYPE_CHECKING:
    from tests.web.served import Served


async def test_a_withheld_picture_is_served_to_nobody_but_the_operator(api: Served) -> None:
    headers = bearer(await a_key(api.studio.store, KeyScope.SUBMIT))
    asked = await api.ask(headers, width=64, height=64)
    async with api.painting():
        await api.ended(asked.json["id"])
    job = (await api.call("GET", f"/api/v1/jobs/{asked.json['id']}", headers=headers)).json
    image = f"/api/v1/images/{job['images'][0]['id']}"
    seen = await api.call("GET", f"{image}/download", headers=headers)
    await api.studio.store.database.write(
        lambda tx: tx.run("UPDATE image SET verdict = :verdict", verdict=finding_to_text(UNCHECKED))
    )
    # The file's own name for it does not help who has seen it before.
    again = {**headers, "If-None-Match": seen.headers["ETag"]}

    answers = [
        await api.call("GET", f"{image}{path}", headers=how)
        for path in ("", "/download", "/thumbnail")
        for how in (headers, again)
    ]
    left = (await api.call("GET", f"/api/v1/jobs/{asked.json['id']}", headers=headers)).json
    operators = await api.call("GET", f"{image}/download")

    assert seen.status == 200
    assert [complaint(answer, "image_withheld", 403) for answer in answers] == [""] * 6
    assert (left["images"], left["status"]) == ([], "succeeded")
    assert (operators.status, operators.body) == (200, seen.body)


async def found_in_all(api: Served, finding: Finding) -> None:
    """Let a filter have found this in every picture."""
    await api.studio.store.database.write(
        lambda tx: tx.run("UPDATE image SET verdict = :verdict", verdict=finding_to_text(finding))
    )


async def test_a_job_says_how_many_of_its_pictures_are_withheld_and_why(api: Served) -> None:
    job = (await api.ask(width=64, height=64, count=2)).json["id"]
    before = await api.painted(job)
    await found_in_all(api, UNCHECKED)

    after = await api.look(job)
    listed = (await api.call("GET", "/api/v1/history")).json["jobs"][0]
    grouped = (await api.call("GET", f"/api/v1/groups/{job}")).json["jobs"][0]
    german = (await api.call("GET", f"/api/v1/jobs/{job}", headers={"Accept-Language": "de"})).json

    assert (len(before["images"]), before["withheld"], before["notes"]) == (2, 0, [])
    assert after["notes"] == ["2 pictures are withheld, because nobody could check them: the filter did not answer."]
    assert [(each["images"], each["withheld"]) for each in (after, listed, grouped)] == [([], 2)] * 3
    assert listed["notes"] == grouped["notes"] == after["notes"] != german["notes"]


async def test_a_flagged_picture_says_that_it_is_to_be_covered(api: Served) -> None:
    job = (await api.ask(width=64, height=64)).json["id"]
    before = await api.painted(job)
    await found_in_all(api, Finding(is_flagged=True, categories=("sexual",)))

    after = await api.look(job)
    image = (await api.call("GET", f"/api/v1/images/{after['images'][0]['id']}")).json

    assert [before["images"][0]["spoiler"], after["images"][0]["spoiler"], image["spoiler"]] == [False, True, True]


async def test_an_admins_key_opens_what_waits_for_a_decision_and_nothing_else(api: Served) -> None:
    admin = bearer(await a_key(api.studio.store, KeyScope.ADMIN))
    job = (await api.ask(width=64, height=64, private=True, guild="discord:1", person="discord:2")).json["id"]
    image = (await api.painted(job))["images"][0]["id"]
    paths = [f"/api/v1/images/{image}{path}" for path in ("", "/download", "/thumbnail")]

    before = [await api.call("GET", path, headers=admin) for path in paths]
    await api.call("POST", f"/api/v1/images/{image}/report", json={"reason": "rude"})
    (report,) = (await api.call("GET", "/api/v1/admin/reports", headers=admin)).json["reports"]
    reported = [(await api.call("GET", path, headers=admin)).status for path in paths]
    await api.call("POST", f"/api/v1/admin/reports/{report['id']}", json={"verdict": "dismiss"}, headers=admin)
    dismissed = [await api.call("GET", path, headers=admin) for path in paths]
    await found_in_all(api, UNCHECKED)
    withheld = [(await api.call("GET", path, headers=admin)).status for path in paths]
    asked = await api.ask(admin)

    assert [complaint(answer, "image_unknown", 404) for answer in (*before, *dismissed)] == [""] * 6
    assert (report["prompt"], report["verdict"], report["hidden"]) == ("a red fox", None, False)
    assert reported == withheld == [200] * 3
    assert complaint(asked, "scope_missing", 403) == ""
