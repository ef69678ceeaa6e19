from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    whole: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return whole


@pytest.fixture(scope="module")
def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def behind(requirements: list[str]) -> set[str]:
    """Return every package that the requirements bring here, as installed."""
    found: set[str] = set()
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name not in found:
            found.add(name)
            for text in metadata.requires(name) or []:
                inner = Requirement(text)
                if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)):
                    waiting.append(inner)
    return found


def test_every_package_that_is_installed_for_us_is_pinned_at_its_version(
    project: dict[str, Any], pins: dict[str, str]
) -> None:
    wanted = project["project"]
    names = behind([*wanted["dependencies"], *wanted["optional-dependencies"]["dev"]])

    assert {name: pins.get(name) for name in names} == {name: metadata.version(name) for name in names}


def test_every_extra_is_pinned_within_what_it_asks_for(project: dict[str, Any], pins: dict[str, str]) -> None:
    extras = project["project"]["optional-dependencies"]

    assert set(extras) == {"diffusers", "perchance", "c2pa", "nsfw", "dev"}
    for text in (text for group in extras.values() for text in group):
        requirement = Requirement(text)
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), text
    assert pins["torch"] == "2.13.0"


def test_the_build_backend_is_pinned_in_both_places(project: dict[str, Any], pins: dict[str, str]) -> None:
    assert project["build-system"]["requires"] == [f"hatchling=={pins['hatchling']}"]


def test_every_ignored_lint_rule_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    block = text[text.index("ignore = [") : text.index("[tool.ruff.lint.flake8-tidy-imports]")]
    rules = [line for line in block.splitlines() if re.match(r'\s+"[A-Z]+\d*",', line)]

    assert len(rules) > 10
    assert [line for line in rules if not re.search(r"# .{10,}", line)] == []


def dry_run(*targets: str) -> str:
    """Return what make would do on a clean clone."""
    command = ["make", "--dry-run", "--no-print-directory", "VENV=nowhere-yet", *targets]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30).stdout


@pytest.mark.parametrize(
    ("target", "installs", "starts"),
    [
        ("run", "-e .\n", "nowhere-yet/bin/python -m pinxit run"),
        ("test", "-e '.[dev]'\n", "nowhere-yet/bin/python -m pytest"),
        ("check", "-e '.[dev]'\n", "nowhere-yet/bin/lint-imports"),
        ("bench", "-e '.[dev]'\n", "nowhere-yet/bin/python -m benchmarks"),
        ("crash", "-e '.[dev]'\n", "nowhere-yet/bin/python -m tests.crash.run --duration"),
    ],
)
def test_each_make_target_brings_its_own_environment_then_does_its_work(
    target: str, installs: str, starts: str
) -> None:
    plan = dry_run(target)

    steps = ["-m venv nowhere-yet", "-c constraints.txt", installs, starts]
    assert [plan.index(step) for step in steps] == sorted(plan.index(step) for step in steps)


def test_make_without_an_environment_refuses_an_old_python(tmp_path: Path) -> None:
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    command = ["make", f"PYTHON={old}", f"VENV={tmp_path}/venv", f"{tmp_path}/venv/bin/python"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)

    assert done.returncode != 0
    assert "Pinxit needs Python 3.11 or newer" in done.stderr


@pytest.mark.parametrize("script", [".ci/run", "scripts/install-postgres", "scripts/install-chromium"])
def test_a_script_is_strict_executable_bash(script: str) -> None:
    path = ROOT / script

    subprocess.run(["bash", "-n", str(path)], check=True, timeout=30)
    assert "set -euo pipefail" in path.read_text()
    assert path.stat().st_mode & 0o111


def test_ci_checks_then_tests_and_asks_nothing() -> None:
    text = (ROOT / ".ci/run").read_text()

    assert text.rstrip().endswith("make check\nmake test")
    assert "DEBIAN_FRONTEND=noninteractive" in text


def dockerfile() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest) for word, rest in lines]


def test_the_image_starts_the_server_as_nobody_special_with_a_health_check() -> None:
    steps = dockerfile()
    words = [word for word, _ in steps]
    said = dict(steps)

    assert steps[0] == ("ARG", "IMAGE=python:3.11-slim")
    assert steps[1] == ("FROM", "${IMAGE}")
    assert ("ARG", 'EXTRAS=""') in steps
    assert said["USER"] not in ("root", "0")
    assert words.index("USER") > max(index for index, word in enumerate(words) if word == "RUN")
    assert said["VOLUME"] == "/var/lib/pinxit"
    assert "PINXIT_VAR=/var/lib/pinxit" in said["ENV"]
    assert ast.literal_eval(said["CMD"]) == ["python", "-m", "pinxit", "run"]
    assert "/health/live" in said["HEALTHCHECK"]


def test_the_images_health_check_fails_where_nothing_listens() -> None:
    command = ast.literal_eval(dict(dockerfile())["HEALTHCHECK"].split("CMD", 1)[1].strip())

    done = subprocess.run(
        [sys.executable, *command[1:]], env={"PORT": "1"}, capture_output=True, text=True, check=False, timeout=30
    )

    assert done.returncode == 1
    assert "URLError" in done.stderr


def test_the_image_gets_every_file_it_copies() -> None:
    sent = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    copied = {name.strip("./") for word, rest in dockerfile() if word == "COPY" for name in rest.split()[:-1]}

    assert copied == sent


def test_gitignore_cannot_drop_a_part_of_the_package() -> None:
    lines = [line for line in (ROOT / ".gitignore").read_text().splitlines() if line and not line.startswith("#")]
    harmless = {"__pycache__/", "*.egg-info/"}

    assert [line for line in lines if not line.startswith("/") and line not in harmless] == []


def test_the_command_pinxit_is_the_module_pinxit(project: dict[str, Any]) -> None:
    assert project["project"]["scripts"] == {"pinxit": "pinxit.__main__:main"}
