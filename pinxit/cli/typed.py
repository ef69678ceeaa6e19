"""What all commands share of what is typed.

No `from __future__ import annotations` here: typer reads the annotations when it runs.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pinxit.cli.program import Program

if TYPE_CHECKING:
    from pinxit.cli.desk import Desk
    from pinxit.config import Settings

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="The settings file. Default: PINXIT_CONFIG, else ./config.toml."),
]
VarOption = Annotated[
    Path | None,
    typer.Option("--var", metavar="FOLDER", help="Where everything is kept. Default: PINXIT_VAR, else ./var."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
GuildOption = Annotated[
    str | None, typer.Option("--guild", metavar="GUILD", help="Of one guild, such as discord:1. Default: of all.")
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write. Default: standard output.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")]

COMMANDS_OWN = frozenset({"PINXIT_TOKEN", "PINXIT_WORKER_TOKEN", "PINXIT_WORKER_BOOT"})  # Variables, but no settings.
IDS = {"ignore_unknown_options": True}  # Of commands that take an id, since ids begin with a dash.


@dataclass(frozen=True, slots=True)
class Session:
    """What the commands share: the program behind them, and the options in front of the command."""

    program: Program
    config: Path | None = None
    var: Path | None = None


def group(about: str) -> typer.Typer:
    """Return a group of commands."""
    return typer.Typer(no_args_is_help=True, help=about)


def settings_of(context: typer.Context, config: Path | None, var: Path | None) -> "Settings":
    """Read the settings; an option behind the command is stronger than one in front of it. Raises ConfigError."""
    from pinxit.config import load  # noqa: PLC0415 - `version` and --help do without

    session: Session = context.obj
    folder = var or session.var
    env = {name: text for name, text in os.environ.items() if name not in COMMANDS_OWN}
    return load(env, config or session.config, {"var": None if folder is None else str(folder)})


def desk_of(context: typer.Context, config: Path | None, var: Path | None) -> "Desk":
    """Return where a command's question goes. Raises ConfigError."""
    settings = settings_of(context, config, var)
    from pinxit.cli.desk import Desk  # noqa: PLC0415 - as above

    names = []
    at: typer.Context | None = context
    while at is not None and at.parent is not None:
        names.append(at.info_name or "")
        at = at.parent  # type: ignore[assignment]  # click's own class, of which typer's is one
    return Desk(settings, context.obj.program, " ".join(reversed(names)))


def only_one(**said: object) -> None:
    """Return if at most one option was given, else say so as typer does."""
    given = [f"--{name.replace('_', '-')}" for name, value in said.items() if value]
    if len(given) > 1:
        raise typer.BadParameter(f"{' and '.join(given)} exclude one another; give one of them.")
