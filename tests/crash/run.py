"""`make crash`: kill it for so long, print what was lost and doubled, and exit 1 on any crime."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from random import SystemRandom

from tests.crash.torture import torture
from tests.crash.world import Ordeal, Report


def main(arguments: list[str]) -> int:
    """Torture one folder and print the table."""
    parser = argparse.ArgumentParser(description="Kill Pinxit again and again, and count.", allow_abbrev=False)
    parser.add_argument("--duration", type=float, default=300.0, help="seconds of killing; the end takes some more")
    parser.add_argument("--seed", type=int, default=None, help="of people, kills and the chat's moods")
    options = parser.parse_args(arguments)
    seed = SystemRandom().randrange(10**6) if options.seed is None else options.seed
    folder = Path(tempfile.mkdtemp(prefix="pinxit-crash-"))
    say(f"seed {seed}, logs and data in {folder}")
    began_s = time.monotonic()
    report = asyncio.run(torture(folder, Ordeal(seed=seed, random_s=options.duration, drain_s=120.0)))
    say(table(report, time.monotonic() - began_s))
    for crime in report.crimes:
        say(crime)
    return 1 if report.crimes else 0


def table(report: Report, seconds: float) -> str:
    """Return the numbers in two lines, and the kinds of kills below."""
    verdict = report.verdict
    columns = {
        "seconds": round(seconds),
        "kills": sum(report.kills.values()),
        "points": len(report.points),
        "jobs": report.jobs,
        "edits": verdict.effects,
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "wrong": len(verdict.wrong) + len(verdict.finals_then_progress) + len(report.wrongs),
        "orphans": verdict.orphans,
    }
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(report.kills.items()))
    widths = [max(len(name), len(str(value))) for name, value in columns.items()]
    lines = (columns.keys(), columns.values())
    shown = ["  ".join(str(cell).rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    return "\n".join([*shown, f"killed: {kinds}"])


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
