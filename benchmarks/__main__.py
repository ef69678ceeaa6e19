"""Measure what Pinxit promises and print one table: `make bench`; with STRICT=1 a missed goal fails."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from benchmarks import claims, console, discord, disk, prompts, reads, remote, server, sketch, start, store
from benchmarks.scale import QUICK, Scale
from benchmarks.table import exit_status, heading, missed, show

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from benchmarks.table import Line

    Part = Callable[[Path, Scale], AsyncIterator[Line]]


def parts() -> Mapping[str, Part]:
    """Return everything that can be measured, in the order of the table."""
    return {
        "disk": disk.measure,
        "store": store.measure,
        "claims": claims.measure,
        "start": start.measure,
        "reads": reads.measure,
        "server": server.measure,
        "sketch": sketch.measure,
        "console": console.measure,
        "prompts": prompts.measure,
        "discord": discord.measure,
        "remote": remote.measure,
    }


async def run(names: Sequence[str], folder: Path, scale: Scale) -> list[Line]:
    """Measure the named parts, printing each line as soon as it is known."""
    print(heading(), flush=True)
    lines = []
    for name in names:
        with tempfile.TemporaryDirectory(prefix=f"bench-{name}-", dir=folder) as own:
            async for line in parts()[name](Path(own), scale):
                print(show(line), flush=True)
                lines.append(line)
    return lines


def main(arguments: Sequence[str], *, is_strict: bool) -> int:
    """Do what the command line says and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(parts()), metavar="PART", help=", ".join(parts()))
    parser.add_argument("--quick", action="store_true", help="a tenth of everything: to see that it works")
    parser.add_argument("--folder", type=Path, default=Path("var"), help="on the disk to measure (default: var)")
    chosen = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    chosen.folder.mkdir(parents=True, exist_ok=True)
    names = ["disk", *(name for name in chosen.only or parts() if name != "disk")]
    began = time.perf_counter()
    lines = asyncio.run(run(names, chosen.folder, QUICK if chosen.quick else Scale()))
    print(f"\n{len(missed(lines))} goals missed, {time.perf_counter() - began:.0f} s")
    return exit_status(lines, is_strict=is_strict)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], is_strict=os.environ.get("STRICT", "") not in ("", "0")))
