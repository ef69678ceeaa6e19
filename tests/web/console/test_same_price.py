"""The price that the command box shows is the one that is asked for everywhere else, and that is reserved."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from pinxit.wording import Phrase, say
from tests.prices import WISHES, Priced, source
from tests.web.served import JOBS

if TYPE_CHECKING:
    from tests.web.console.consoles import Console

TYPED = [wish for wish in WISHES if wish.factor is None]


async def shown(console: Console, wish: Priced) -> Any:  # noqa: ANN401 - JSON
    return (await console.post("/c/local/price", text=wish.text)).json


async def test_the_box_shows_what_the_api_and_a_dry_run_say(console: Console) -> None:
    for wish in TYPED:
        answer = await shown(console, wish)
        by_api = (await console.call("POST", JOBS, json={"prompt": wish.text, "dry_run": True})).json
        by_flag = await console.post("/c/local/send", text=f"{wish.text} --dry-run")

        assert (answer["credits"], answer["jobs"]) == (wish.credits, wish.jobs), wish
        assert (by_api["total_credits"], by_api["job_count"]) == (wish.credits, wish.jobs), wish
        said = say("en", Phrase.SAID_PRICE, {"credits": f"{wish.credits:g}"}).partition(" credit")[0]
        assert by_flag.json["said"].startswith(said), wish
        assert answer["price"].startswith(f"{wish.credits:g} credit"), wish
    assert await console.studio.store.jobs.states() == {}


async def test_what_was_shown_is_what_the_limit_loses(console: Console) -> None:
    limit: dict[str, Any] = {"scope": "role", "guild": "local", "name": "everyone", "amount": "1000", "period": "day"}
    await console.post("/admin/quotas", **limit)
    left_milli = 1_000_000

    for wish in TYPED:
        before = await shown(console, wish)
        answer = await console.post("/c/local/send", text=wish.text)
        left_milli -= round(before["credits"] * 1000)

        assert len(answer.json["jobs"]) == wish.jobs, wish
        after = await shown(console, wish)
        assert after["left"] == f"{left_milli / 1000:g} of 1000 left today", wish


async def test_pictures_that_come_along_count(console: Console) -> None:
    picture = base64.b64encode(source()).decode()

    priced = (await console.post("/c/local/price", text="a red fox", images=[picture])).json
    broken = (await console.post("/c/local/price", text="a red fox", images=["AAAA"])).json
    job = await console.look(await console.say("a red fox", images=[picture]))

    assert (job["request"]["mode"], job["credits"]) == ("img2img", priced["credits"])
    assert broken["credits"] is None


async def test_what_cannot_be_painted_yet_has_no_price(console: Console) -> None:
    for text in ("", "/queue", "a fox --seed", "a fox --size 9x9", "/vary 0.3"):
        answer = await console.post("/c/local/price", text=text)

        assert answer.json == {"credits": None, "jobs": 0, "price": "", "left": ""}, text
