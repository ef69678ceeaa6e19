"""What can be typed after `pinxit`. What a command does is in the module of its name, imported only when asked for.

No `from __future__ import annotations` here: typer reads the annotations when it runs.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from pinxit.cli.exits import Exit, explain
from pinxit.cli.groups import ban, books, guild, keys, mydata, quota, report
from pinxit.cli.program import Program
from pinxit.cli.typed import IDS, ConfigOption, JsonOption, Session, VarOption, desk_of, settings_of

app = typer.Typer(
    name="pinxit",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # `main` says what went wrong in a sentence.
    help="Paint what people ask for, and say of each picture how it came to be.",
    epilog="Every command and option: docs/cli.md. Every setting: config.toml.",
)
for name, inner in (
    ("keys", keys.app),
    ("quota", quota.app),
    ("guild", guild.app),
    ("ban", ban.app),
    ("report", report.app),
    ("audit", books.audit_app),
    ("ledger", books.ledger_app),
    ("mydata", mydata.app),
):
    app.add_typer(inner, name=name)


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
    """Start the server: API, queue and workers; Ctrl-C stops it, and loses nothing.

    Example: pinxit run
    """
    settings = settings_of(context, config, var)
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
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how many jobs it is and what they cost.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Many jobs at once are really wanted.")] = False,
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
    """Paint a picture, or several from choices.

    Example: pinxit imagine "a {red, blue} fox in snow" -o fox.png
    """
    settings = settings_of(context, config, var)
    from pinxit.cli import imagine as command  # noqa: PLC0415 - only this command needs it

    options = command.Options(prompt, output, count, seed, force, as_json, quiet, dry_run, yes, url, token)
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
    """Let the generators here work for a server elsewhere.

    Example: pinxit worker --url http://192.168.1.5:8003
    """
    settings = settings_of(context, config, var)
    from pinxit.cli import worker as command  # noqa: PLC0415 - only this command needs it

    key, boot = command.token_from(token, token_file), os.environ.get(command.BOOT_VARIABLE, "")
    options = command.Options(url, key, tuple(pool or ()), slots, boot)
    raise typer.Exit(command.worker(options, settings))


@app.command("models")
def list_models(
    context: typer.Context,
    *,
    guild: Annotated[str | None, typer.Option("--guild", metavar="GUILD", help="As this guild's rules allow.")] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """List who can paint: generators, their models with sizes and prices, aliases, chains.

    Example: pinxit models
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import models as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.models(desk, guild, as_json=as_json))


@app.command("styles")
def list_styles(
    context: typer.Context,
    *,
    guild: Annotated[str | None, typer.Option("--guild", metavar="GUILD", help="With this guild's own.")] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """List the styles that can be named.

    Example: pinxit styles
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import words as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.styles(desk, guild, as_json=as_json))


@app.command(context_settings=IDS)
def describe(
    context: typer.Context,
    *,
    picture: Annotated[str, typer.Argument(metavar="FILE", help="A picture's file, or an image's id.")],
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Put a picture into words: what its file says, else what a model sees.

    Example: pinxit describe fox.png
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import words as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.describe(desk, picture, as_json=as_json))


@app.command()
def doctor(
    context: typer.Context,
    *,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Look whether all is well: settings, database, generators …; with each cure.

    Example: pinxit doctor
    """
    from pinxit.cli import doctor as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.doctor(lambda: settings_of(context, config, var), context.obj.program, as_json=as_json))


@app.command()
def version(*, as_json: JsonOption = False) -> None:
    """Say which Pinxit this is, and on what it runs.

    Example: pinxit version
    """
    from pinxit.cli import version as command  # noqa: PLC0415 - only this command needs it

    command.version(as_json=as_json)
