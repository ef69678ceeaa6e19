from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

from tests.cli.shell import KIND, read_until
from tests.cli.test_imagine_server import slow

if TYPE_CHECKING:
    from tests.cli.shell import Shell

BIRDS = "an {owl, eagle} --size 128x128 --seed 3"


def test_choices_make_several_jobs_and_every_picture_is_saved(shell: Shell) -> None:
    painted, single, as_json, taken = shell.batch(
        ("imagine", f"{BIRDS} --n 2", "-o", "bird.png"),
        ("imagine", "an owl --size 128x128 --seed 3", "-o", "owl.png", "-q"),
        ("imagine", BIRDS, "-o", "again.png", "--json"),
        ("imagine", "an {owl, {red, pale} eagle} --size 128x128", "-o", "bird.png"),
    )

    assert painted.stdout.splitlines() == ["bird.png", "bird-2.png", "bird-3.png", "bird-4.png"]
    assert "2/2: " in painted.stderr
    assert single.stdout == "owl.png\n"
    assert (shell.folder / "bird.png").read_bytes() != (shell.folder / "bird-3.png").read_bytes()
    jobs = as_json.json["jobs"]
    assert [image["path"] for job in jobs for image in job["images"]] == ["again.png", "again-2.png"]
    assert [(job["status"], job["seed"]) for job in jobs] == [("succeeded", 3), ("succeeded", 3)]
    assert (as_json.json["id"], as_json.json["credits"]) == (jobs[0]["id"], 0.2)
    assert taken.stderr.startswith("bird.png, bird-2.png, bird-3.png are there already.")


def test_a_dry_run_says_what_it_would_be_and_does_nothing(shell: Shell) -> None:
    words, as_json, flag, mine = shell.batch(
        ("imagine", BIRDS, "--dry-run"),
        ("imagine", f"{BIRDS} --stylize 250", "--dry-run", "--json"),
        ("imagine", "an owl --size 1024x1024 --dry-run"),
        "quota mine --json",
    )

    assert words.stdout.startswith("2 jobs, 0.2 credits, about ")
    said = as_json.json
    assert (said["status"], said["job_count"], said["credits"]) == ("priced", 2, 0.2)
    assert said["seconds"] > 0
    assert said["hints"] == ["--stylize 250 is Midjourney's; here it became a guidance scale of 6.3."]
    assert flag.stdout.startswith("1 job, 1 credit, about ")
    assert mine.json["used_today"] == 0
    assert not list(shell.folder.glob("*.png"))


def test_many_jobs_have_to_be_confirmed_and_hints_are_told_on_standard_error(shell: Shell) -> None:
    many = ("imagine", "an owl __nothing__ --size 64x64 --repeat 8", "-o", "owl.png")

    refused, confirmed = shell.batch(many, (*many, "--yes"))

    assert (refused.returncode, "--yes" in refused.stderr) == (1, True)
    assert len(confirmed.stdout.splitlines()) == 8
    assert confirmed.stderr.count("There is no wildcard __nothing__") == 1


def test_a_job_that_fails_leaves_the_others_pictures(shell: Shell) -> None:
    shell.configure(f'[generators.worn]\nkind = "{KIND}broken"\n[generators.sketch]\n')

    (done,) = shell.batch(("imagine", "an owl --size 128x128 --model {sketch, worn}", "-o", "owl.png"))

    assert done.returncode == 1
    assert done.stdout == "owl.png\n"
    (failure,) = [line for line in done.stderr.splitlines() if line.endswith("Tried: worn.")]
    assert failure.startswith("2/2: ")


def test_ctrl_c_cancels_every_job_of_the_group(shell: Shell) -> None:
    shell.configure(slow(20))

    with shell.server(), shell.start("imagine", "an {owl, eagle, {red, pale} fox}", "--json") as asking:
        # Standard error is silent with --json: the queue itself tells when all are in it.
        while shell.batch("quota mine --json")[0].json["used_today"] == 0:
            assert asking.poll() is None
        asking.send_signal(signal.SIGINT)
        said, _ = asking.communicate()
        (mine,) = shell.batch("quota mine --json")

    assert asking.returncode == 130
    assert [job["status"] for job in json.loads(said)["jobs"]] == ["cancelled"] * 4
    assert mine.json["used_today"] == 0


def test_a_group_is_followed_job_by_job_on_the_screen(shell: Shell) -> None:
    shell.configure(slow(0.2))

    with shell.start("imagine", BIRDS, "-o", "bird.png") as painting:
        read_until(painting, "1/2: ")
        printed, said = painting.communicate()

    assert printed == "bird.png\nbird-2.png\n"
    assert "2/2: 1 picture by slow, seed 3" in said
