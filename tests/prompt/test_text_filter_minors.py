# ruff: noqa: RUF001 - look-alike letters are what is tested
from __future__ import annotations

import pytest

from pinxit.domain.errors import Code, Refused
from pinxit.prompt.minors import check_minors, find_minors


@pytest.mark.parametrize(
    "text",
    [
        *("nude child", "NUDE CHILDREN", "n u d e child", "nud3 ch1ld", "nսde chіld", "sexy schoolgirl", "porn, 15yo"),
        *(
            "nude, 15 years old",
            "nude, aged 12",
            "naked 9-year-old",
            "erotic, sixteen years old",
            "lewd loli",
            "lolicon",
        ),
        *(
            "nude, under 18",
            "nude, １５ years old",
            "topless, age: 13",
            "children and a nude",
            "nackte Kinder",
            "nacktes Kind",
        ),
        *(
            "Nacktfoto, 12-jährige",
            "enfant nu",
            "fillette, érotique",
            "nue, 13 ans",
            "niña desnuda",
            "menor de edad, sexo",
        ),
        *("desnuda, 12 años", "bambina nuda", "criança nua", "голая девочка", "голый ребёнок", "обнажённая, 12 лет"),
        *(
            "çıplak çocuk",
            "çıplak, 12 yaşında",
            "naga dziewczynka",
            "naakt kind",
            "裸の少女",
            "裸体 儿童",
            "누드 소녀",
            "裸、12歳",
        ),
    ],
)
def test_sexual_words_and_minors_are_refused_together(text: str) -> None:
    with pytest.raises(Refused) as refused:
        check_minors(f"a picture of {text}")

    assert refused.value.code is Code.MINORS
    assert refused.value.facts == {"field": "prompt"}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a child in the garden",
            "a nude in oil",
            "baby animals",
            "a naked tree",
            "a naked tree and children",
            "bare feet",
        ),
        *(
            "naked mole rat with its babies",
            "some kind of nude",
            "nude, a kind of art",
            "nude, 25 years old",
            "nude, aged 45",
        ),
        *(
            "nude, 118 years old",
            "nude, 50 mm f/1.8, 4k",
            "1girl, 1boy, nsfw",
            "Essex school",
            "same-sex parents with children",
        ),
        *("kinder", "ein Kind", "裸足の子供", "pieds nus, un enfant", "çıplak ayaklı çocuk", "a breastfeeding baby"),
        *(
            "a 15th century nude",
            "nude, 17 cm tall",
            "pussy willow and a child",
            "голые деревья и дети",
            "nude, Ursa Minor",
        ),
    ],
)
def test_what_is_only_one_of_both_passes(text: str) -> None:
    assert not find_minors(text)
