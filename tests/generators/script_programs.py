"""Small real programs that a `script` generator can run, written into a folder."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.domain.errors import Broken, Temporary
from pinxit.generators.script import Script
from tests.builders import a_png
from tests.contracts.test_generators import a_task, made
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.generator import Generator

RAW = base64.b64encode(a_png()).decode()
# Paints one colour of the seed, as the object asks, and answers in the way that its first argument names.
PAINTER = """
import base64, io, json, sys
from PIL import Image

said = json.loads(sys.stdin.readline())
assert sys.stdin.read() == ""
file = io.BytesIO()
Image.new("RGB", (said["width"], said["height"]), f"hsl({said['seed'] % 360}, 60%, 40%)").save(file, "PNG")
raw = base64.b64encode(file.getvalue()).decode()
field = sys.argv[1] if sys.argv[1:] else "dataUri"
print(json.dumps({field: raw if field == "image" else "data:image/png;base64," + raw}))
"""

# As StyleGAN3's: the same arguments, the same names of files.
GEN_IMAGES = """
import argparse, os
from PIL import Image

parser = argparse.ArgumentParser()
parser.add_argument("--network", required=True)
parser.add_argument("--seeds", required=True)
parser.add_argument("--trunc", type=float, required=True)
parser.add_argument("--class", type=int, dest="class_idx")
parser.add_argument("--noise-mode", choices=["const", "random", "none"], required=True)
parser.add_argument("--outdir", required=True)
asked = parser.parse_args()
tint = open(asked.network, "rb").read()[0]
os.makedirs(asked.outdir, exist_ok=True)
for seed in map(int, asked.seeds.split(",")):
    colour = (seed & 255, int(asked.trunc * 100), tint + (asked.class_idx or 0))
    Image.new("RGB", (32, 32), colour).save(f"{asked.outdir}/seed{seed:04d}.png")
"""

# Starts a child in its own group and one in a group of its own, which hold the pipe open; then waits for ever.
CLINGING = """
import signal, subprocess, sys

fifo = open(sys.argv[1], "w")
sleeper = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"
for alone in (False, True):
    subprocess.Popen([sys.executable, "-c", sleeper], stdout=fifo, start_new_session=alone)
fifo.write("all here\\n")
fifo.flush()
"""
WAITING = CLINGING + "signal.pause()\n"


def a_script(folder: Path, source: str, /, *arguments: str, clock: FakeClock | None = None, **options: Any) -> Script:  # noqa: ANN401 - a settings table
    """Return a generator over a program of this source. `environment`: in place of an almost empty one."""
    file = folder / "program.py"
    file.write_text(source, encoding="utf-8")
    environment = options.pop("environment", {"PATH": "/usr/bin:/bin"})
    table = {"program": [str(file), *arguments], "python_bin": sys.executable, **options}
    return Script("program", table, clock or FakeClock(), environment)


def a_network(folder: Path, name: str = "faces", content: bytes = b"\x07 weights") -> dict[str, Any]:
    """Return one entry of an admin's list, with its file."""
    file = folder / f"{name}.pkl"
    file.write_bytes(content)
    return {name: {"path": str(file), "sha256": hashlib.sha256(content).hexdigest()}}


def says(answer: object) -> str:
    return f"print({json.dumps(answer)!r})"


async def failure(generator: Generator, **changes: Any) -> str:  # noqa: ANN401 - a request's fields
    with pytest.raises((Broken, Temporary)) as wrong:
        await made(generator, [a_task(**changes)])
    return str(wrong.value)
