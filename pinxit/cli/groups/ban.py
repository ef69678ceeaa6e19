"""`pinxit ban …`."""

from typing import TYPE_CHECKING, Annotated

import typer

from pinxit.cli.typed import ConfigOption, GuildOption, JsonOption, VarOption, desk_of, group

if TYPE_CHECKING:
    from pinxit.actions.admin.bans import BanWish

app = group("Ban persons, in one guild or everywhere, and whole guilds.")

PersonOption = Annotated[str | None, typer.Option("--person", metavar="PERSON", help="A person by the id.")]
WhereOption = Annotated[
    str | None,
    typer.Option("--guild", metavar="GUILD", help="A whole guild; with --person, that person in this guild alone."),
]


@app.command("add")
def add(
    context: typer.Context,
    *,
    person: PersonOption = None,
    guild: WhereOption = None,
    hours: Annotated[
        float | None, typer.Option("--hours", metavar="NUMBER", help="For how long. Default: without end.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="The person is told it.")] = "",
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Ban somebody; a ban that is there is replaced.

    Example: pinxit ban add --guild discord:1 --hours 24
    """
    wish = _wish(person, guild, reason, hours)
    desk = desk_of(context, config, var)
    from pinxit.cli import bans as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.add(desk, wish))


@app.command("remove")
def remove(
    context: typer.Context,
    *,
    person: PersonOption = None,
    guild: WhereOption = None,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """End a ban, named as it was made.

    Example: pinxit ban remove --guild discord:1
    """
    wish = _wish(person, guild)
    desk = desk_of(context, config, var)
    from pinxit.cli import bans as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.remove(desk, wish))


@app.command("list")
def show(
    context: typer.Context,
    *,
    guild: GuildOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """List the bans that hold now.

    Example: pinxit ban list --guild discord:1
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import bans as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.show(desk, guild, as_json=as_json))


def _wish(person: str | None, guild: str | None, reason: str = "", hours: float | None = None) -> "BanWish":
    """Return whom the options name. Raises BadParameter."""
    from pinxit.actions.admin.bans import BanWish  # noqa: PLC0415 - as the commands

    if person is not None:
        return BanWish("person", person, guild or "", reason, hours)
    if guild is None:
        raise typer.BadParameter("Say whom: --person PERSON, --guild GUILD, or both.")
    return BanWish("guild", guild, "", reason, hours)
