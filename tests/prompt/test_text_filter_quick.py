"""What is quick about the filter must find whatever the slow way finds."""

from __future__ import annotations

from itertools import groupby

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pinxit.prompt.disguises import Disguises
from pinxit.prompt.folding import accented
from pinxit.prompt.innocent import Innocent
from pinxit.prompt.looks import look
from pinxit.prompt.text_filter import TextFilter
from pinxit.prompt.word_index import Rule, WordIndex, all_rough, rough

BLOCKED = ("gore", "stab", "ass", "kill", "tit", "massacre", "hakenkreuz", "red head", "go", "klan")
PIECES = (
    *"abcdegiklmorst0134578",
    *" \n\t.,;:-_*#?!|@$+=~^%()[]<>{}/\\'\"",
    *("go", "re", "sta", "bb", "mass", "acre", "red", "head", "haken", "kreuz", "a", "the", "fox", "xxx", "vv", "35mm"),
    *("g0re", "k i l l", "g*re", "erog", " 8k, ", "(soft light:1.2)", "f/1.8", "|-|", "ss", "ll", "li", "() "),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
WORDS = st.lists(st.text("aegiklmorsst", min_size=1, max_size=14), max_size=12)


class Thorough(Disguises):
    """Tries every place, and not only those where a word in pieces may begin."""

    def _begun(self, pairs: frozenset[tuple[str, str]]) -> set[tuple[str, str]]:
        return set(pairs)


def disguises(kind: type[Disguises]) -> Disguises:
    forms, rough_forms = WordIndex(), WordIndex(is_rough=True)
    rules = [*map(ruled, BLOCKED)]
    for rule in rules:
        for index in (forms, rough_forms):
            index.add(rule, (rule.parts() or (rule.joined,))[-1], "".join(rule.parts()[:-1]))
    return kind(forms, rough_forms, rules, Innocent.of((), BLOCKED), is_strict=True)


def ruled(word: str) -> Rule:
    gap = word.find(" ")
    return Rule(word, word.replace(" ", ""), frozenset((gap,)) if gap > 0 else frozenset())


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example("f/1.8,a b 3_c")
@example("_k_1_l_l_")
def test_plain_text_reads_the_same_beside_a_sign_that_needs_the_long_way(text: str) -> None:
    quick, slow = look(text), look(f"{text} \n☆ \n☆ \n☆")

    assert quick.tokens == slow.tokens
    assert sorted(quick.doubled) == sorted(slow.doubled)
    assert set(quick.leet) == set(slow.leet)
    assert quick.shapes == slow.shapes
    assert {tuple(one.rough) for one in quick.plain} == {tuple(one.rough) for one in slow.plain}


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_filter_finds_the_same_on_the_quick_and_on_the_long_way(text: str) -> None:
    words = TextFilter.compile(BLOCKED)

    assert (words.find(text) is None) == (words.find(f"{text} \n☆ \n☆ \n☆") is None)


QUICK, THOROUGH = disguises(Disguises), disguises(Thorough)


@settings(max_examples=500, deadline=None)
@given(TEXTS)
@example("red\nhead")
@example("k i l l s")
@example("go r e")
@example("ha ken kreuz")
def test_no_word_in_pieces_is_passed_over(text: str) -> None:
    seen = look(text)

    assert {rule.said for rule in QUICK.found(seen)} == {rule.said for rule in THOROUGH.found(seen)}


@given(WORDS)
def test_whatever_is_a_form_of_a_word_is_a_suspect(tokens: list[str]) -> None:
    forms = WordIndex()
    for word in ("go", "ass", "stab", "skeletor", "ter"):
        forms.add(Rule(word, word), word)
    distinct = frozenset((*tokens, *(f"{token}skeletor" for token in tokens), "goes", "asses", "terlik"))

    found = {token for token in distinct if forms.found(token)}

    assert found
    assert found <= forms.suspects(distinct, [token for token in distinct if len(token) > 8])


@given(WORDS)
def test_all_words_at_once_are_made_rough_as_one_by_one(tokens: list[str]) -> None:
    slowly = ["".join(letter for letter, _ in groupby(token.replace("l", "i"))) for token in tokens]

    assert all_rough(tokens) == slowly
    assert [*map(rough, tokens)] == slowly


def test_what_is_not_shown_counts_for_nothing_beside_accents() -> None:
    assert accented("A\u00ad\u00d1\u200bO") == "a\u00f1o"
