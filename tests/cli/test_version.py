from __future__ import annotations

import json
import platform
import sqlite3
import subprocess
import sys

import pinxit
from tests.cli.shell import ROOT, Shell

HEAVY = ("fastapi", "aiohttp", "uvicorn", "numpy", "PIL", "structlog", "pinxit.config", "pinxit.app")


def test_it_names_what_it_runs_on(shell: Shell) -> None:
    line, said = shell.run("version"), json.loads(shell.run("version", "--json").stdout)

    assert said["pinxit"] == pinxit.__version__
    assert said["python"] == platform.python_version()
    assert said["sqlite"] == sqlite3.sqlite_version
    assert line.stdout.startswith(f"Pinxit {pinxit.__version__}, Python {platform.python_version()}, SQLite ")


def test_it_needs_no_right_settings(shell: Shell) -> None:
    shell.configure("this is no TOML")

    assert shell.run("version").returncode == 0


def test_it_imports_nothing_that_takes_long() -> None:
    code = (
        "import sys\nfrom pinxit.__main__ import main\nsys.argv = ['pinxit', 'version']\n"
        f"try:\n    main()\nexcept SystemExit:\n    pass\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60, cwd=ROOT
    )

    assert done.stdout.splitlines()[-1] == "[]"
