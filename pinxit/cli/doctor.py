"""`pinxit doctor`: look at everything that Pinxit needs, change nothing, and name the cure of what is wrong."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from pinxit.cli.checks import check_all, check_settings
from pinxit.cli.exits import Exit
from pinxit.domain.checkup import State
from pinxit.domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pinxit.cli.program import Program
    from pinxit.config import Settings
    from pinxit.domain.checkup import Check

_SIGNS = {State.GOOD: ("✓", "green"), State.ODD: ("!", "yellow"), State.BAD: ("✗", "red")}


def doctor(read: Callable[[], Settings], program: Program, *, as_json: bool) -> Exit:
    """Print every check. `read`: returns the settings, or raises ConfigError, which is a finding here.

    `program`: looks at the chat platforms.
    """
    try:
        settings = read()
    except ConfigError as error:
        checks: Sequence[Check] = check_settings(error.problems)
    else:
        checks = asyncio.run(_look(settings, program))
    if as_json:
        _print_json(checks)
    else:
        print_checks(checks)
    return Exit.FAILED if any(check.state is State.BAD for check in checks) else Exit.DONE


async def _look(settings: Settings, program: Program) -> Sequence[Check]:
    return [*await check_all(settings), *await program.platform_checks(settings)]


def print_checks(checks: Sequence[Check]) -> None:
    """Print each finding with its cure, and how many there are to mend."""
    console = Console(soft_wrap=True, highlight=False)
    width = max(len(check.name) for check in checks)
    for check in checks:
        sign, style = _SIGNS[check.state]
        line = Text.assemble((sign, style), f" {check.name:<{width}}  {check.message}")
        if check.cure:
            cure = check.cure.replace("\n", f"\n  {'':<{width}}    ")
            line.append(f"\n  {'':<{width}}  → {cure}", style="bold")
        console.print(line)
    bad, odd = (sum(check.state is state for check in checks) for state in (State.BAD, State.ODD))
    if bad:
        console.print(f"\n{bad} to mend{f', {odd} to look at' if odd else ''}.")
    else:
        console.print(f"\nAll is well{f', {odd} to look at' if odd else ''}.")


def _print_json(checks: Sequence[Check]) -> None:
    said = {
        "ok": all(check.state is not State.BAD for check in checks),
        "checks": [
            {"name": check.name, "state": check.state.value, "message": check.message, "cure": check.cure or None}
            for check in checks
        ],
    }
    print(json.dumps(said, ensure_ascii=False, indent=2))  # noqa: T201 - the answer, on standard output
