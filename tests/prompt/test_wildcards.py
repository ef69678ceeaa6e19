from __future__ import annotations

from pathlib import Path

import pytest

from pinxit.domain.errors import ConfigError
from pinxit.domain.facts import is_text
from pinxit.prompt.wildcards import Wildcards

NOWHERE = Path("/nowhere/at/all")
SHIPPED = "animal artform colour flower food light material mood place season time weather".split()  # noqa: SIM905 - reads better


def problems(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as error:
        Wildcards.load(folder)
    return [problem.replace(str(folder), "…") for problem in error.value.problems]


def test_the_shipped_lists_are_there_without_a_folder() -> None:
    lists = Wildcards.load(NOWHERE).lists

    assert sorted(lists) == SHIPPED
    for entries in lists.values():
        assert 25 <= len(entries) == len(set(entries)) <= 40
        assert all(is_text(entry) and not set(entry) & set("{}|_<>") for entry in entries)


def test_the_operators_lists_are_read_and_win(tmp_path: Path) -> None:
    (tmp_path / "animal.txt").write_text("\ufeff# pets\n\n  cat  \r\ndog\n", encoding="utf-8")
    (tmp_path / "Clothes").mkdir()
    (tmp_path / "Clothes" / "hat.txt").write_text("bowler hat", encoding="utf-8")
    (tmp_path / "empty.txt").write_text("# nothing\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("no list", encoding="utf-8")

    wildcards = Wildcards.load(tmp_path)

    assert wildcards.lists["animal"] == ("cat", "dog")
    assert wildcards.lists["clothes/hat"] == ("bowler hat",)
    assert sorted(wildcards.lists) == sorted([*SHIPPED, "clothes/hat"])


def test_what_is_wrong_with_the_lists_is_said_all_at_once_with_the_cure(tmp_path: Path) -> None:
    folder, outside = tmp_path / "lists", tmp_path / "outside.txt"
    folder.mkdir()
    outside.write_text("secret", encoding="utf-8")
    (folder / "a.txt").write_bytes(b"fine\nF\xfcchse\n")
    (folder / "b.txt").write_bytes(b"x\n" * (512 * 1024 + 1))
    (folder / "c.txt").write_bytes(b"x\n" * 10_001)
    (folder / "d.txt").write_bytes(b"x" * 1001)
    (folder / "e.txt").write_bytes(b"a\x00b")
    (folder / "f.txt").symlink_to(outside)
    (folder / "g h.txt").write_bytes(b"x")
    (folder / "i__j.txt").write_bytes(b"x")
    (folder / "k.txt").mkdir()

    assert problems(folder) == [
        "wildcards: …/a.txt is not UTF-8 in line 2; save it as UTF-8",
        "wildcards: …/b.txt is larger than 1048576 bytes; split it",
        "wildcards: …/c.txt has 10001 entries; split it so that none has more than 10000",
        "wildcards: …/d.txt has an entry of 1001 characters; shorten it to 1000",
        "wildcards: …/e.txt holds control characters; save it as plain text",
        "wildcards: …/f.txt leads out of its folder; copy the file there",
        "wildcards: …/g h.txt has a name that nobody can type; use letters, digits, - and single _",
        "wildcards: …/i__j.txt has a name that nobody can type; use letters, digits, - and single _",
        "wildcards: …/k.txt cannot be read: Is a directory; check its rights",
    ]


def test_a_link_inside_the_folder_is_a_list(tmp_path: Path) -> None:
    (tmp_path / "pet.txt").write_text("cat", encoding="utf-8")
    (tmp_path / "beast.txt").symlink_to(tmp_path / "pet.txt")

    assert Wildcards.load(tmp_path).lists["beast"] == ("cat",)


def test_the_same_seed_draws_the_same_on_every_python() -> None:
    wildcards = Wildcards({"animal": ("fox", "owl", "hare", "lynx"), "place": ("forest", "city", "beach")})

    assert [wildcards.draw("__animal__ in __Place__", seed=7, number=number)[0] for number in range(4)] == [
        "fox in city",
        "fox in city",
        "lynx in beach",
        "owl in forest",
    ]


def test_every_place_in_a_text_is_drawn_for_itself_and_every_entry_has_its_turn() -> None:
    wildcards = Wildcards({"digit": tuple("0123456789")})

    drawn, unknown = wildcards.draw("__digit__ " * 100, seed=1)

    assert set(drawn.split()) == set("0123456789")
    assert unknown == ()


def test_an_entry_may_hold_choices_and_wildcards_of_which_one_is_drawn() -> None:
    wildcards = Wildcards({"pet": ("{red, black} __animal__",), "animal": ("cat",)})

    drawn = {wildcards.draw("a __pet__", seed)[0] for seed in range(20)}

    assert drawn == {"a red cat", "a black cat"}


def test_lists_that_name_each_other_come_to_an_end() -> None:
    wildcards = Wildcards({"a": ("x __b__ __b__",), "b": ("y __a__ __a__",)})

    drawn, _ = wildcards.draw("__a__ " * 200, seed=1)

    assert len(drawn) < 5000


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("__animl__", ("animl",)),
        ("__a/b__ __a/b__ __c__", ("a/b", "c")),
        (r"\__animal__", ()),
        ("____animal__", ()),
        ("_animal_ __ animal __ ____ __", ()),
        ("__" * 1000, ()),
    ],
)
def test_what_is_no_wildcard_stays_and_unknown_names_are_told(text: str, unknown: tuple[str, ...]) -> None:
    assert Wildcards({"animal": ("fox",)}).draw(text, seed=1) == (text, unknown)


def test_the_nearest_known_name_is_found() -> None:
    wildcards = Wildcards.load(NOWHERE)

    assert (wildcards.nearest("animl"), wildcards.nearest("qqqq")) == ("animal", "")
