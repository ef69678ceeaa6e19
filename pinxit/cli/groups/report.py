"""`pinxit report …`."""

from typing import Annotated

import typer

from pinxit.cli.typed import IDS, ConfigOption, GuildOption, JsonOption, VarOption, desk_of, group

app = group("See which pictures people reported, and decide about them.")


@app.command("list")
def show(
    context: typer.Context,
    *,
    guild: GuildOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """List the open reports, one for each picture.

    Example: pinxit report list
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import reports as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.show(desk, guild, as_json=as_json))


@app.command("handle", context_settings=IDS)
def handle(
    context: typer.Context,
    *,
    report: Annotated[str, typer.Argument(metavar="REPORT", help="Its id, as `report list` shows it.")],
    verdict: Annotated[str, typer.Argument(help="dismiss, hide, delete, or ban: hide it and ban who asked for it.")],
    hours: Annotated[
        float | None, typer.Option("--hours", metavar="NUMBER", help="How long the ban holds. Default: without end.")
    ] = None,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Decide about a picture, and so about all its reports.

    Example: pinxit report handle -0cUrUhAhlVuBOxyrI4RV_ hide
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import reports as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.decide(desk, report, verdict, hours))
