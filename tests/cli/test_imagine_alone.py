from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PIL import Image

from tests.cli.shell import KIND, Shell

if TYPE_CHECKING:
    from pathlib import Path

FOX = "a red fox in snow --ar 3:2 --seed 7"


def pixels(path: Path) -> tuple[tuple[int, int], bytes]:
    with Image.open(path) as image:
        return image.size, image.convert("RGB").tobytes()


def test_the_same_seed_paints_the_same_pixels_in_any_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        done = Shell(tmp_path / name).run("imagine", FOX, "-o", "fox.png")
        assert (done.returncode, done.stdout) == (0, "fox.png\n"), done.stderr

    first, second = pixels(tmp_path / "one" / "fox.png"), pixels(tmp_path / "two" / "fox.png")

    assert first == second
    assert first[0][0] * 2 == first[0][1] * 3
    assert len(set(first[1])) > 20


def test_it_says_how_it_goes_on_standard_error_only(shell: Shell) -> None:
    done = shell.run("imagine", FOX, "-o", "fox.png")

    assert done.stdout == "fox.png\n"
    assert "1 picture by sketch, seed 7" in done.stderr
    assert "warning" not in done.stderr
    with Image.open(shell.folder / "fox.png") as image:
        assert image.info["parameters"].startswith("a red fox in snow, ")


def test_several_pictures_are_numbered_and_are_those_of_their_seeds(shell: Shell) -> None:
    shell.run("imagine", "an owl --size 128x128 --raw", "-o", "owl.png", "-n", "3", "--seed", "4")
    shell.run("imagine", "an owl --size 128x128 --raw --seed 6", "-o", "alone.png")

    assert sorted(path.name for path in shell.folder.glob("*.png")) == [
        "alone.png",
        "owl-2.png",
        "owl-3.png",
        "owl.png",
    ]
    assert pixels(shell.folder / "owl-3.png") == pixels(shell.folder / "alone.png")


def test_without_a_name_it_is_the_images_id(shell: Shell) -> None:
    done = shell.run("imagine", "an owl --size 128x128", "--json")
    assert done.returncode == 0, done.stderr
    (image,) = json.loads(done.stdout)["images"]

    assert image["path"] == f"pinxit-{image['id']}.png"
    assert (image["width"], image["height"]) == (128, 128)
    assert pixels(shell.folder / image["path"])[0] == (128, 128)


def test_a_folder_after_o_takes_the_pictures(shell: Shell) -> None:
    (shell.folder / "pictures").mkdir()

    done = shell.run("imagine", "an owl --size 128x128", "-o", "pictures", "--quiet")

    assert done.stderr == ""
    assert done.stdout.startswith("pictures/")
    assert (shell.folder / done.stdout.strip()).is_file()


def test_a_file_is_replaced_only_with_force(shell: Shell) -> None:
    (shell.folder / "fox-2.png").write_text("mine")
    words = ("imagine", "a fox --n 2 --size 128x128", "-o", "fox.png")

    refused = shell.run(*words)

    assert refused.returncode == 1
    assert (
        refused.stderr
        == "fox-2.png is there already. Write --force to replace what is there, or another name after -o.\n"
    )
    assert not shell.var.exists()
    assert (shell.folder / "fox-2.png").read_text() == "mine"

    assert shell.run(*words, "--force").returncode == 0
    assert pixels(shell.folder / "fox-2.png")[0] == (128, 128)


def test_a_folder_that_is_not_there_is_said_before_anything_is_painted(shell: Shell) -> None:
    done = shell.run("imagine", FOX, "-o", "nowhere/fox.png")

    assert (done.returncode, done.stderr) == (
        1,
        "nowhere is no folder. Make it first, or write -o with another name.\n",
    )
    assert not shell.var.exists()


def test_a_refusal_is_a_sentence_and_leaves_nothing(shell: Shell) -> None:
    done = shell.run("imagine", "a fox --seeed 7", "-o", "fox.png")

    assert done.returncode == 1
    assert done.stderr.startswith("There is no flag --seeed. Did you mean --seed?")
    assert len(done.stderr.splitlines()) == 1
    assert not (shell.folder / "fox.png").exists()


def test_an_option_that_contradicts_a_flag_is_refused(shell: Shell) -> None:
    done = shell.run("imagine", "a fox --seed 7", "--seed", "8")

    assert done.returncode == 1
    assert "seed" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_job_that_fails_says_why_and_which_generators_tried(shell: Shell) -> None:
    shell.configure(f'[generators.worn]\nkind = "{KIND}broken"\n[generators.torn]\nkind = "{KIND}broken"\n')

    done = shell.run("imagine", "a fox", "-o", "fox.png", "--quiet")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("Tried: worn, torn.")
    assert not (shell.folder / "fox.png").exists()


def test_another_generators_picture_is_said_to_be_one(shell: Shell) -> None:
    shell.configure(f'[generators.worn]\nkind = "{KIND}broken"\n[generators.sketch]\n')

    done = shell.run("imagine", "a fox --size 128x128", "-o", "fox.png")

    assert done.returncode == 0
    assert "Painted by sketch, because worn could not." in done.stderr
