"""What can be typed after `pinxit`. What a command does is in the module of its name, imported only when asked for.

No `from __future__ import annotations` here: typer reads the annotations when it runs.
"""

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pinxit.cli.exits import Exit, explain
from pinxit.cli.program import Program

if TYPE_CHECKING:
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

COMMANDS_OWN = frozenset({"PINXIT_TOKEN", "PINXIT_WORKER_TOKEN", "PINXIT_WORKER_BOOT"})  # Variables, but no settings.

app = typer.Typer(
    name="pinxit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # `main` says what went wrong in a sentence.
    help="Paint what people ask for, and say of each picture how it came to be.",
    epilog="Every command and option: docs/cli.md. Every setting: config.toml.",
)
keys_app = typer.Typer(no_args_is_help=True, help="Make, list and revoke access keys.")
app.add_typer(keys_app, name="keys")


@dataclass(frozen=True, slots=True)
class Session:
    """What the commands share: the program behind them, and the options in front of the command."""

    program: Program
    config: Path | None = None
    var: Path | None = None


def main(program: Program) -> None:
    """Run the command that was typed, and exit with its code."""
    try:
        app(obj=Session(program))
    except Exception as error:  # noqa: BLE001 - the edge: whatever it is becomes a sentence
        sys.exit(explain(error))
    except KeyboardInterrupt:
        sys.exit(Exit.INTERRUPTED)


@app.callback()
def _before(context: typer.Context, config: ConfigOption = None, var: VarOption = None) -> None:
    context.obj = replace(context.obj, config=config, var=var)


@app.command()
def run(context: typer.Context, *, config: ConfigOption = None, var: VarOption = None) -> None:
    """Start the server: API, queue and workers. Ctrl-C stops it, and loses nothing."""
    settings = _settings(context, config, var)
    from pinxit.cli import run as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.run(settings, context.obj.program))


@app.command()
def imagine(
    context: typer.Context,
    *,
    prompt: Annotated[
        str,
        typer.Argument(help='What to paint, in quotes, with its flags: "a red fox --ar 3:2 --seed 7".'),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to save; several become fox.png, fox-2.png … Default: pinxit-<id>.png.",
        ),
    ] = None,
    count: Annotated[int | None, typer.Option("--count", "-n", metavar="NUMBER", help="How many pictures.")] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="NUMBER", help="The seed of the first picture; −1 draws one.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there already.")] = False,
    as_json: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, only the files' names.")] = False,
    url: Annotated[
        str | None,
        typer.Option(
            "--url", metavar="URL", help="Ask the server there. Default: the one over this --var, if it runs."
        ),
    ] = None,
    token: Annotated[
        str | None, typer.Option("--token", metavar="KEY", envvar="PINXIT_TOKEN", help="An access key for that server.")
    ] = None,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Paint a picture. The running server does it, or, where none runs, this process."""
    settings = _settings(context, config, var)
    from pinxit.cli import imagine as command  # noqa: PLC0415 - only this command needs it

    options = command.Options(prompt, output, count, seed, force, as_json, quiet, url, token)
    raise typer.Exit(command.imagine(options, settings, context.obj.program))


@app.command()
def worker(
    context: typer.Context,
    *,
    url: Annotated[str, typer.Option("--url", metavar="URL", help="Where the server is.")],
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            metavar="KEY",
            envvar="PINXIT_WORKER_TOKEN",
            help="A key of scope worker. Others see options in ps.",
        ),
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="FILE", help="A file that holds the key.")
    ] = None,
    pool: Annotated[
        list[str] | None,
        typer.Option("--pool", metavar="NAME", help="A generator of the settings here; repeatable. Default: all."),
    ] = None,
    slots: Annotated[
        int | None,
        typer.Option(
            "--slots", metavar="NUMBER", min=1, max=256, help="Jobs at once per pool. Default: its `workers`."
        ),
    ] = None,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Let the generators here work for a server elsewhere. Ctrl-C stops it, and loses nothing."""
    settings = _settings(context, config, var)
    from pinxit.cli import worker as command  # noqa: PLC0415 - only this command needs it

    key, boot = command.token_from(token, token_file), os.environ.get(command.BOOT_VARIABLE, "")
    options = command.Options(url, key, tuple(pool or ()), slots, boot)
    raise typer.Exit(command.worker(options, settings))


@keys_app.command("create")
def create_key(
    context: typer.Context,
    *,
    name: Annotated[str, typer.Argument(help="Whose it is, for the list of keys.")],
    scope: Annotated[
        list[str],
        typer.Option("--scope", metavar="SCOPE", help="submit, act_as, worker or admin; may be given several times."),
    ],
    expires_days: Annotated[
        int | None,
        typer.Option("--expires-days", metavar="DAYS", help="After how many days it opens nothing. Default: never."),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Make a key and print its secret, this once."""
    settings = _settings(context, config, var)
    from pinxit.cli import keys as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.create(settings, name, scope, expires_days, as_json=as_json))


@keys_app.command("list")
def list_keys(
    context: typer.Context,
    *,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """List the keys, revoked ones included, without their secrets."""
    settings = _settings(context, config, var)
    from pinxit.cli import keys as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.show(settings, as_json=as_json))


@keys_app.command("revoke", context_settings={"ignore_unknown_options": True})  # Ids begin with a dash.
def revoke_key(
    context: typer.Context,
    *,
    key: Annotated[str, typer.Argument(help="Its id, as `keys list` shows it.")],
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Make a key invalid at once."""
    settings = _settings(context, config, var)
    from pinxit.cli import keys as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.revoke(settings, key))


@app.command()
def doctor(
    context: typer.Context,
    *,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Look whether all is well. Settings, database, disk, folders, generators, server; with the cure of each fault."""
    from pinxit.cli import doctor as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.doctor(lambda: _settings(context, config, var), as_json=as_json))


@app.command()
def version(*, as_json: JsonOption = False) -> None:
    """Say which Pinxit this is, and on what it runs."""
    from pinxit.cli import version as command  # noqa: PLC0415 - only this command needs it

    command.version(as_json=as_json)


def _settings(context: typer.Context, config: Path | None, var: Path | None) -> "Settings":
    """Read the settings; an option behind the command is stronger than one in front of it. Raises ConfigError."""
    from pinxit.config import load  # noqa: PLC0415 - `version` and --help do without

    session: Session = context.obj
    folder = var or session.var
    env = {name: text for name, text in os.environ.items() if name not in COMMANDS_OWN}
    return load(env, config or session.config, {"var": None if folder is None else str(folder)})
