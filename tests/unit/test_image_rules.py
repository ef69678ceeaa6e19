from __future__ import annotations

import pytest

from pinxit.domain.guild_rules import GuildRules, ImageRule
from pinxit.domain.image_rules import UNCHECKED, Finding, ImageRules, finding_from_text, finding_to_text, shown_as

POST, SPOILER, WITHHOLD = ImageRule.POST, ImageRule.SPOILER, ImageRule.WITHHOLD
NSFW = Finding(is_flagged=True, categories=("sexual",))


@pytest.mark.parametrize("guild", [None, *ImageRule])
@pytest.mark.parametrize("house", ImageRule)
@pytest.mark.parametrize("category", ["sexual/minors", "sexual_minors"])
@pytest.mark.parametrize("is_flagged", [True, False])
def test_no_rule_lets_through_what_sexualizes_minors(
    guild: ImageRule | None,
    house: ImageRule,
    category: str,
    is_flagged: bool,  # noqa: FBT001 - a case
) -> None:
    found = Finding(is_flagged, ("violence", category))

    assert found.is_about_minors
    assert shown_as(found, GuildRules(nsfw=guild), ImageRules(house, house)) is WITHHOLD


@pytest.mark.parametrize("finding", [None, Finding(), NSFW, UNCHECKED])
def test_what_an_admin_hid_is_withheld(finding: Finding | None) -> None:
    assert shown_as(finding, GuildRules(nsfw=POST), ImageRules(POST, POST), is_hidden=True) is WITHHOLD


@pytest.mark.parametrize(
    ("finding", "guild", "shown"),
    [
        (None, WITHHOLD, POST),
        (Finding(), WITHHOLD, POST),
        (NSFW, None, SPOILER),
        (NSFW, POST, POST),
        (NSFW, WITHHOLD, WITHHOLD),
        (UNCHECKED, None, SPOILER),
        (UNCHECKED, POST, SPOILER),
        (UNCHECKED, WITHHOLD, WITHHOLD),
    ],
)
def test_the_guilds_rule_goes_first_and_only_tightens_what_nobody_could_check(
    finding: Finding | None, guild: ImageRule | None, shown: ImageRule
) -> None:
    assert shown_as(finding, GuildRules(nsfw=guild), ImageRules(SPOILER, SPOILER)) is shown


@pytest.mark.parametrize("finding", [None, Finding(), NSFW, UNCHECKED, Finding(is_flagged=True)])
def test_a_finding_is_read_as_it_was_written(finding: Finding | None) -> None:
    assert finding_from_text(finding_to_text(finding)) == finding


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"flagged": 1, "categories": []}', "something else", "null"])
def test_a_finding_that_cannot_be_read_counts_as_unchecked(text: str) -> None:
    assert finding_from_text(text) == UNCHECKED
