"""`pinxit keys …`."""

from typing import Annotated

import typer

from pinxit.cli.typed import IDS, ConfigOption, JsonOption, VarOption, group, settings_of

app = group("Make, list and revoke access keys.")


@app.command("create")
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
    """Make a key and print its secret, this once.

    Example: pinxit keys create gallery --scope submit
    """
    settings = settings_of(context, config, var)
    from pinxit.cli import keys as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.create(settings, name, scope, expires_days, as_json=as_json))


@app.command("list")
def list_keys(
    context: typer.Context,
    *,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """List the keys, revoked ones included, without their secrets.

    Example: pinxit keys list
    """
    settings = settings_of(context, config, var)
    from pinxit.cli import keys as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.show(settings, as_json=as_json))


@app.command("revoke", context_settings=IDS)
def revoke_key(
    context: typer.Context,
    *,
    key: Annotated[str, typer.Argument(help="Its id, as `keys list` shows it.")],
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Make a key invalid at once.

    Example: pinxit keys revoke -0cUrUhAhlVuBOxyrI4RV_
    """
    settings = settings_of(context, config, var)
    from pinxit.cli import keys as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.revoke(settings, key))
