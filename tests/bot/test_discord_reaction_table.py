"""Which reaction asks for what, and when it is the same one again."""

from __future__ import annotations

from datetime import timedelta

from pinxit.bot.discord.reaction_table import AGAIN_S, Asked, Recent, key_of, plain, table_of
from pinxit.chat.cards import Act
from tests.builders import NOW_AT


def test_our_own_table_knows_the_emoji_with_and_without_the_variation_selector() -> None:
    table = table_of(None)

    for emoji in ("❤️", "❤"):
        assert table[plain(emoji)] == Asked(Act.FAVOURITE)
    assert table[plain("🔁")] == Asked(Act.REROLL)
    assert [table[plain(f"{number}️⃣")] for number in range(1, 5)] == [Asked(Act.UPSCALE, index) for index in range(4)]
    assert table[plain("✉️")] == Asked(Act.FILES)


def test_an_operators_table_replaces_ours() -> None:
    table = table_of({"🌟": "favourite", "2️⃣": "vary2"})

    assert table == {"🌟": Asked(Act.FAVOURITE), plain("2️⃣"): Asked(Act.VARY, 1)}


def test_an_empty_table_switches_reactions_off() -> None:
    assert table_of({}) == {}


def test_what_is_no_act_is_left_out() -> None:
    assert table_of({"🌟": "dance", "🔁": "reroll"}) == {"🔁": Asked(Act.REROLL)}


def test_the_same_reaction_within_ten_seconds_is_one() -> None:
    recent = Recent()

    assert recent.is_new("ada", "m1", "🔁", NOW_AT)
    assert not recent.is_new("ada", "m1", "🔁", NOW_AT + timedelta(seconds=AGAIN_S - 0.1))
    assert recent.is_new("ada", "m1", "🔁", NOW_AT + timedelta(seconds=AGAIN_S))


def test_another_person_message_or_emoji_is_another_reaction() -> None:
    recent = Recent()
    recent.is_new("ada", "m1", "🔁", NOW_AT)

    assert recent.is_new("ben", "m1", "🔁", NOW_AT)
    assert recent.is_new("ada", "m2", "🔁", NOW_AT)
    assert recent.is_new("ada", "m1", "❌", NOW_AT)


def test_two_reactions_with_one_key_are_less_than_ten_seconds_apart() -> None:
    moments = [NOW_AT + timedelta(seconds=half / 2) for half in range(100)]

    apart = [
        (later - earlier).total_seconds()
        for earlier in moments
        for later in moments
        if later > earlier and key_of("m1", "🔁", later) == key_of("m1", "🔁", earlier)
    ]

    assert max(apart) < AGAIN_S


def test_the_key_of_an_emoji_does_not_depend_on_how_it_is_drawn() -> None:
    assert key_of("m1", "❤️", NOW_AT) == key_of("m1", "❤", NOW_AT) != key_of("m1", "❌", NOW_AT)
