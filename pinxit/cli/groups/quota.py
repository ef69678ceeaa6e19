"""`pinxit quota …`."""

from typing import TYPE_CHECKING, Annotated

import typer

from pinxit.cli.typed import ConfigOption, GuildOption, JsonOption, VarOption, desk_of, group

if TYPE_CHECKING:
    from pinxit.cli.quota import Whom
    from pinxit.domain.quota import Unit

EVERYONE = "everyone"

app = group("Limit who may use how much, give extra credits, and see who uses most.")

PersonOption = Annotated[
    str | None, typer.Option("--person", metavar="PERSON", help="A person, in every guild together.")
]
OfGuildOption = Annotated[
    str | None,
    typer.Option("--guild", metavar="GUILD", help="A whole guild; with --member or --role, theirs in that guild."),
]
MemberOption = Annotated[
    str | None, typer.Option("--member", metavar="PERSON", help="A person in that guild alone; or everyone: each one.")
]
OneMemberOption = Annotated[
    str | None, typer.Option("--member", metavar="PERSON", help="A person in that guild alone.")
]
RoleOption = Annotated[
    str | None, typer.Option("--role", metavar="ROLE", help="Each who has that role in the guild; the highest counts.")
]
EveryoneOption = Annotated[bool, typer.Option("--everyone", help="The whole installation together.")]
DollarsOption = Annotated[bool, typer.Option("--dollars", help="Dollars that providers charge, instead of credits.")]


@app.command("show")
def show(
    context: typer.Context,
    *,
    guild: GuildOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """List the limits as they were set.

    Example: pinxit quota show --guild discord:1
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import quota as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.show(desk, guild, as_json=as_json))


@app.command("set")
def set_limit(
    context: typer.Context,
    *,
    limit: Annotated[
        str, typer.Argument(metavar="AMOUNT/PERIOD", help="Such as 12/day; or /week, /month, /total. 0/day forbids.")
    ],
    person: PersonOption = None,
    guild: OfGuildOption = None,
    member: MemberOption = None,
    role: RoleOption = None,
    everyone: EveryoneOption = False,
    dollars: DollarsOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Set a limit; it replaces the one of that period.

    Example: pinxit quota set 12/day --guild discord:1 --role gold
    """
    whom = _whom(person, guild, member, role, everyone=everyone)
    desk = desk_of(context, config, var)
    from pinxit.cli import quota as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.set_limit(desk, whom, limit, _unit(dollars=dollars)))


@app.command("remove")
def remove(
    context: typer.Context,
    *,
    period: Annotated[str, typer.Argument(help="day, week, month or total: a limit has one of them.")],
    person: PersonOption = None,
    guild: OfGuildOption = None,
    member: MemberOption = None,
    role: RoleOption = None,
    everyone: EveryoneOption = False,
    dollars: DollarsOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Take a limit away.

    Example: pinxit quota remove day --guild discord:1 --member everyone
    """
    whom = _whom(person, guild, member, role, everyone=everyone)
    desk = desk_of(context, config, var)
    from pinxit.cli import quota as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.remove(desk, whom, period, _unit(dollars=dollars)))


@app.command("grant")
def grant(
    context: typer.Context,
    *,
    amount: Annotated[str, typer.Argument(help="How many credits, such as 20.")],
    person: PersonOption = None,
    guild: OfGuildOption = None,
    member: OneMemberOption = None,
    expires_days: Annotated[
        float | None,
        typer.Option("--expires-days", metavar="DAYS", help="After how many days the rest goes. Default: never."),
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why, for the ledger.")] = "",
    dollars: DollarsOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Give extra credits, used when a limit is reached.

    Example: pinxit quota grant 20 --guild discord:1
    """
    whom = _whom(person, guild, member)
    desk = desk_of(context, config, var)
    from pinxit.cli import quota as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.give(desk, whom, amount, _unit(dollars=dollars), expires_days, note))


@app.command("reset")
def reset(
    context: typer.Context,
    *,
    person: PersonOption = None,
    guild: OfGuildOption = None,
    member: OneMemberOption = None,
    everyone: EveryoneOption = False,
    only_credits: Annotated[bool, typer.Option("--credits", help="Credits alone. Default: dollars too.")] = False,
    dollars: Annotated[bool, typer.Option("--dollars", help="Dollars alone.")] = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Forgive what was used, in every window.

    Example: pinxit quota reset --guild discord:1
    """
    whom = _whom(person, guild, member, everyone=everyone)
    desk = desk_of(context, config, var)
    from pinxit.cli import quota as command  # noqa: PLC0415 - only this command needs it

    unit = None if only_credits == dollars else _unit(dollars=dollars)
    raise typer.Exit(command.reset(desk, whom, unit))


@app.command("top")
def top(
    context: typer.Context,
    *,
    guild: GuildOption = None,
    period: Annotated[
        str, typer.Option("--period", metavar="PERIOD", help="day, week, month or total. Default: day.")
    ] = "day",
    most: Annotated[int, typer.Option("--most", metavar="NUMBER", min=1, max=100, help="How many. Default: 20.")] = 20,
    dollars: DollarsOption = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """List who used most.

    Example: pinxit quota top --period month
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import quota as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.show_top(desk, guild, period, _unit(dollars=dollars), most, as_json=as_json))


@app.command("mine")
def mine(
    context: typer.Context,
    *,
    person: Annotated[
        str | None, typer.Option("--person", metavar="PERSON", help="Somebody else. Default: this command line itself.")
    ] = None,
    guild: Annotated[
        str | None, typer.Option("--guild", metavar="GUILD", help="In which guild. Default: local.")
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Say what may still be asked for, and what is used.

    Example: pinxit quota mine
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import quota as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.show_balance(desk, person, guild, as_json=as_json))


def _unit(*, dollars: bool) -> "Unit":
    from pinxit.domain.quota import Unit  # noqa: PLC0415 - as the commands

    return Unit.DOLLAR if dollars else Unit.CREDIT


def _whom(
    person: str | None, guild: str | None, member: str | None, role: str | None = None, *, everyone: bool = False
) -> "Whom":
    """Return whom the options name together. Raises BadParameter."""
    from pinxit.cli.quota import Whom  # noqa: PLC0415 - as the commands

    match person, guild, member, role, everyone:
        case None, None, None, None, True:
            return Whom(EVERYONE)
        case str(), None, None, None, False:
            return Whom("person", person)
        case None, str(), None, None, False:
            return Whom("guild", guild)
        case None, str(), str(), None, False:
            return Whom("role" if member == EVERYONE else "member", member, guild)
        case None, str(), None, str(), False:
            return Whom("role", role, guild)
    raise typer.BadParameter(
        "Say whose: --everyone, --person PERSON, --guild GUILD, or --guild GUILD with --member or --role."
    )
