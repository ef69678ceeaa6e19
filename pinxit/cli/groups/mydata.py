"""`pinxit mydata …`."""

from pathlib import Path
from typing import Annotated

import typer

from pinxit.cli.typed import ConfigOption, ForceOption, VarOption, desk_of, group

app = group("Hand out or delete all that is kept about a person.")

PersonOption = Annotated[str, typer.Option("--person", metavar="PERSON", help="The person's id.")]


@app.command("export")
def export(
    context: typer.Context,
    *,
    person: PersonOption,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write. Default: pinxit-mydata.zip.")
    ] = Path("pinxit-mydata.zip"),
    force: ForceOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Write a zip file with all that is kept about a person.

    Example: pinxit mydata export --person local
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import mydata as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.export(desk, person, output, force=force))


@app.command("delete")
def delete(
    context: typer.Context,
    *,
    person: PersonOption,
    yes: Annotated[bool, typer.Option("--yes", help="It is really wanted; it cannot be undone.")] = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Delete a person's pictures, prompts and names for good.

    Example: pinxit mydata delete --person local --yes
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import mydata as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.delete(desk, person, is_sure=yes))
