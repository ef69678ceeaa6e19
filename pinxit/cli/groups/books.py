"""`pinxit audit …` and `pinxit ledger …`."""

from typing import Annotated

import typer

from pinxit.cli.typed import (
    ConfigOption,
    ForceOption,
    GuildOption,
    JsonOption,
    OutputOption,
    VarOption,
    desk_of,
    group,
)

audit_app = group("What admins did, and what was refused.")
ledger_app = group("What everybody was charged, and whether it adds up.")

FormatOption = Annotated[
    str, typer.Option("--format", metavar="FORMAT", help="csv or jsonl. Default: as the file's name ends, else csv.")
]
SinceOption = Annotated[
    str | None, typer.Option("--since", metavar="MOMENT", help="From then on: 2026-11-21 or 2026-11-21T18:00, UTC.")
]


@audit_app.command("export")
def export_audit(
    context: typer.Context,
    *,
    form: FormatOption = "",
    since: SinceOption = None,
    until: Annotated[str | None, typer.Option("--until", metavar="MOMENT", help="Before then.")] = None,
    guild: GuildOption = None,
    actor: Annotated[str | None, typer.Option("--actor", metavar="PERSON", help="Done by this person.")] = None,
    act: Annotated[str | None, typer.Option("--act", metavar="ACT", help="Of one kind, such as quota.set.")] = None,
    output: OutputOption = None,
    force: ForceOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Write every row, the newest first.

    Example: pinxit audit export --since 2026-11-01 -o audit.csv
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import books as command  # noqa: PLC0415 - only this command needs it

    sheet = command.Sheet(form, output, since, until, force)
    raise typer.Exit(command.export_audit(desk, sheet, guild, actor, act))


@ledger_app.command("export")
def export_ledger(
    context: typer.Context,
    *,
    form: FormatOption = "",
    since: SinceOption = None,
    output: OutputOption = None,
    force: ForceOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Write every row, the oldest first.

    Example: pinxit ledger export -o ledger.csv
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import books as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.export_ledger(desk, command.Sheet(form, output, since, force=force)))


@ledger_app.command("verify")
def verify(
    context: typer.Context, *, as_json: JsonOption = False, config: ConfigOption = None, var: VarOption = None
) -> None:
    """Recompute every balance from the ledger's rows.

    Example: pinxit ledger verify
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import books as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.verify_ledger(desk, as_json=as_json))
