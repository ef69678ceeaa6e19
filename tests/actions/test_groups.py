"""What was typed becomes one job or a group of them: choices, repeats, confirmation, prices, styles and hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.actions.imagine import imagine_all
from pinxit.actions.wishes import asks_of
from pinxit.data.people import Saved
from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.hints import Hint
from pinxit.domain.request import Enhance, Role
from tests.actions.atelier import ANNA, NOBODY_PAINTS, PLAIN, refusal, running
from tests.builders import a_png

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.actions.imagine import Accepted
    from pinxit.parts import Parts


async def wished(parts: Parts, text: str, *, key: str | None = None, **said: object) -> tuple[Accepted, ...]:
    fields = Draft(prompt="", **said)  # type: ignore[arg-type]  # fields of Draft
    return await imagine_all(asks_of(text, fields, ANNA, parts.studio, key=key), parts.studio)


async def waiting(parts: Parts) -> int:
    return sum(queued for queued, _ in (await parts.store.lines.pools()).values())


async def test_choices_make_one_group_of_jobs_each_with_its_own_words(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        group = await wished(parts, "a {red, blue} car in {rain, snow} --n 2")

    jobs = [one.job for one in group if one.job is not None]
    assert [job.request.prompt for job in jobs] == [
        "a red car in rain",
        "a red car in snow",
        "a blue car in rain",
        "a blue car in snow",
    ]
    assert {job.group_id for job in jobs} == {jobs[0].id}
    assert {job.request.count for job in jobs} == {2}
    assert jobs[0].request.typed == "a red car in rain --n 2"


async def test_a_group_is_taken_in_whole_or_not_at_all(tmp_path: Path) -> None:
    async with running(tmp_path, f"{NOBODY_PAINTS}[queue]\nper_person = 3\n") as parts:
        refused = await refusal(wished(parts, "a {red, blue, green, white} car", sources=()))
        upload = (SourceDraft(Role.IMAGE, data=a_png()),)
        await refusal(wished(parts, "a {red, blue, green, white} car", sources=upload))
        left = await waiting(parts)
        three = await wished(parts, "a {red, blue, green} car")
    files = [path for path in (tmp_path / "var").rglob("sources/**/*") if path.is_file()]

    assert refused.code is Code.FULL_PERSON
    assert (left, len(three)) == (0, 3)
    assert files == []


async def test_repeating_a_wish_with_its_key_answers_the_same_jobs_wildcards_included(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        first = await wished(parts, "{a|the} __animal__ in __place__", key="k")
        again = await wished(parts, "{a|the} __animal__ in __place__", key="k")
        other = await refusal(wished(parts, "{a|the} dog in __place__", key="k"))
        waits = await waiting(parts)

    assert [one.job and one.job.id for one in again] == [one.job and one.job.id for one in first]
    assert all(not one.is_new for one in again)
    assert "__" not in first[0].request.prompt
    assert other.code is Code.IDEMPOTENCY_MISMATCH
    assert waits == 2


async def test_many_jobs_at_once_are_to_be_confirmed_and_are_told_with_their_price(tmp_path: Path) -> None:
    text = "a {red, blue} {fox, cat} {asleep, awake} --size 1024x1024"
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        refused = await refusal(wished(parts, text))
        left = await waiting(parts)
        confirmed = await wished(parts, f"{text} --yes")
    async with running(tmp_path, f"{NOBODY_PAINTS}[prompts]\nconfirm_jobs = 9\n") as parts:
        unasked = await wished(parts, text)

    assert (refused.code, refused.facts["count"], refused.facts["credits"]) == (Code.CONFIRM_NEEDED, 8, 8.0)
    assert left == 0
    assert len(confirmed) == len(unasked) == 8


async def test_a_dry_run_tells_the_price_and_queues_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        flagged = await wished(parts, "a {red, blue} fox --size 1024x1024 --dry-run")
        fielded = await wished(parts, "a {red, blue} fox --size 1024x1024", dry_run=True)
        queued = await waiting(parts)
        real = await wished(parts, "a {red, blue} fox --size 1024x1024")

    assert [one.quote for one in flagged] == [one.quote for one in fielded] == [one.quote for one in real]
    assert [one.job for one in flagged] == [None, None]
    assert queued == 0


async def test_repeats_are_jobs_of_their_own_with_other_seeds(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        drawn = await wished(parts, "a red fox --repeat 3")
        named = await wished(parts, "a red fox --repeat 3 --seed 7 --n 2")

    assert len({one.request.seed for one in drawn}) == 3
    assert [one.request.seed for one in named] == [7, 9, 11]


@pytest.mark.parametrize("text", ["a { red fox", "a } red fox", "a {red} fox", "a {red, blue fox", "__init__ fox"])
async def test_a_stray_brace_is_text(tmp_path: Path, text: str) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        (one,) = await wished(parts, text)

    assert one.request.prompt == text


async def test_raw_takes_the_words_as_they_are(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        (flagged,) = await wished(parts, "a {red, blue} __animal__ --raw")
        (fielded,) = await wished(parts, "a {red, blue} __animal__", raw=True)
        (plain,) = await wished(parts, "a red fox")

    assert flagged.request.prompt == fielded.request.prompt == "a {red, blue} __animal__"
    assert (flagged.request.enhance, flagged.request.enhanced) == (Enhance.OFF, "")
    assert (fielded.request.enhance, fielded.request.enhanced) == (Enhance.OFF, "")
    assert plain.request.enhance is Enhance.RULES
    assert plain.request.enhanced.startswith("a red fox, ")


async def test_a_named_style_is_put_into_words_and_kept_by_name(tmp_path: Path) -> None:
    async with running(tmp_path, PLAIN) as parts:
        (one,) = await wished(parts, "a red fox --style steampunk")
        refused = await refusal(wished(parts, "a red fox --style steampnk"))

    request = one.request
    assert request.suffix
    assert request.final_prompt.endswith(request.suffix)
    assert request.style
    assert (refused.code, str(refused.facts["nearest"]).casefold()) == (Code.STYLE_UNKNOWN, "steampunk")


async def test_weights_are_taken_away_where_nobody_understands_them_and_that_is_told(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        (one,) = await wished(parts, "a (red:1.3) fox")
        (none,) = await wished(parts, "a red fox (1984)")

    assert (one.request.prompt, one.request.typed) == ("a red fox", "a (red:1.3) fox")
    assert [told.hint for told in one.hints] == [Hint.WEIGHTS_STRIPPED]
    assert (none.request.prompt, none.hints) == ("a red fox (1984)", ())


async def test_a_wrong_choice_refuses_the_whole_group_before_anything_is_stored(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        with pytest.raises(Refused) as caught:
            await wished(parts, "a fox --size {96x64, 96x99999}")
        left = await waiting(parts)

    assert caught.value.code is Code.SIZE_TOO_LARGE
    assert left == 0


@pytest.mark.parametrize("later", [PLAIN, NOBODY_PAINTS])
async def test_whose_settings_are_known_already_gets_for_a_repeated_wish_what_it_was(
    tmp_path: Path, later: str
) -> None:
    """In the second life of the first row nobody can paint it any more, so it would be refused as a new one."""

    async def asked(text: str, parts: Parts, steps: int = 20) -> tuple[Accepted, ...]:
        asks = asks_of(text, Draft(prompt="", generator="sketch"), ANNA, parts.studio, key="k")
        return await imagine_all(asks, parts.studio, Saved({"steps": steps}, {}))

    async with running(tmp_path, NOBODY_PAINTS) as parts:
        first = await asked("a {red, blue} car --n 2", parts)
    async with running(tmp_path, later) as parts:
        again = await asked("a {red, blue} car --n 2", parts, steps=40)  # Which would cost more.
        other = await refusal(asked("a {red, grey} car --n 2", parts))
        count = await waiting(parts)

    assert [one.job and one.job.id for one in again] == [one.job and one.job.id for one in first]
    assert [(one.is_new, one.quote, one.request) for one in again] == [(False, one.quote, one.request) for one in first]
    assert other.code is Code.IDEMPOTENCY_MISMATCH
    assert count == 2


async def test_settings_that_were_read_already_decide_as_those_that_are_read(tmp_path: Path) -> None:
    async with running(tmp_path, NOBODY_PAINTS) as parts:
        asks = asks_of("a fox", Draft(prompt=""), ANNA, parts.studio)
        (one,) = await imagine_all(asks, parts.studio, Saved({"max_count": 3, "count": 2}, {"count": 4}))
        large = asks_of("a fox", Draft(prompt="", width_px=256, height_px=256), ANNA, parts.studio)
        refused = await refusal(imagine_all(large, parts.studio, Saved({"max_side_px": 128}, {})))

    assert one.request.count == 3
    assert refused.facts["field"] == "width"
