"""`pinxit guild …`."""

from typing import TYPE_CHECKING, Annotated

import typer

from pinxit.cli.typed import ConfigOption, JsonOption, VarOption, desk_of, group

if TYPE_CHECKING:
    from pinxit.cli.guild import Which

app = group("Decide for a guild: settings, styles, its share of the queue. Pause, resume and clear.")

GuildArgument = Annotated[str, typer.Argument(metavar="GUILD", help="A guild by its id, such as discord:1.")]
MaybeGuildArgument = Annotated[str | None, typer.Argument(metavar="[GUILD]", help="A guild by its id.")]
PoolOption = Annotated[str | None, typer.Option("--pool", metavar="POOL", help="A generator by its name, or prepare.")]
StyleArgument = Annotated[str, typer.Argument(metavar="STYLE", help="What it is called.")]


@app.command("show")
def show(
    context: typer.Context,
    *,
    guild: GuildArgument,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Show what was decided for a guild.

    Example: pinxit guild show discord:1
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import guild as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.show(desk, guild, as_json=as_json))


@app.command("set")
def change(
    context: typer.Context,
    *,
    guild: GuildArgument,
    settings: Annotated[
        list[str], typer.Argument(metavar="NAME=VALUE...", help="Such as count=2; NAME=none takes it back.")
    ],
    as_json: JsonOption = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Change settings, all or none.

    Example: pinxit guild set discord:1 time_zone=Europe/Berlin count=2
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import guild as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.change(desk, guild, settings, as_json=as_json))


@app.command("weight")
def weight(
    context: typer.Context,
    *,
    guild: GuildArgument,
    weight: Annotated[float, typer.Argument(help="0.1 to 100; a guild that nobody weighed has 1.")],
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Give a guild so many times the share of others.

    Example: pinxit guild weight discord:1 2
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import guild as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.weigh(desk, guild, weight))


@app.command("cap")
def cap(
    context: typer.Context,
    *,
    guild: GuildArgument,
    most: Annotated[str, typer.Argument(metavar="NUMBER|none", help="Jobs at once in each pool; none: the settings'.")],
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Let at most so many jobs of a guild run at once.

    Example: pinxit guild cap discord:1 2
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import guild as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.cap(desk, guild, most))


@app.command("pause")
def pause(
    context: typer.Context,
    *,
    guild: MaybeGuildArgument = None,
    pool: PoolOption = None,
    all_pools: Annotated[bool, typer.Option("--all", help="Every pool.")] = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Let the jobs of a guild or a pool wait; what runs goes on.

    Example: pinxit guild pause discord:1
    """
    which = _which(guild, pool, is_all=all_pools)
    desk = desk_of(context, config, var)
    from pinxit.cli import guild as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.hold(desk, which))


@app.command("resume")
def resume(
    context: typer.Context,
    *,
    guild: MaybeGuildArgument = None,
    pool: PoolOption = None,
    all_pools: Annotated[bool, typer.Option("--all", help="Every pool.")] = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Undo a pause.

    Example: pinxit guild resume --pool sketch
    """
    which = _which(guild, pool, is_all=all_pools)
    desk = desk_of(context, config, var)
    from pinxit.cli import guild as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.go_on(desk, which))


@app.command("clear")
def clear(
    context: typer.Context,
    *,
    guild: MaybeGuildArgument = None,
    person: Annotated[str | None, typer.Option("--person", metavar="PERSON", help="Of this person alone.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Of everybody.")] = False,
    also_running: Annotated[bool, typer.Option("--also-running", help="Stop what runs as well.")] = False,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Cancel what waits, and pay it back.

    Example: pinxit guild clear discord:1
    """
    which = _which(guild, None, person, is_all=everything)
    desk = desk_of(context, config, var)
    from pinxit.cli import guild as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.empty(desk, which, also_running=also_running))


@app.command("style-add")
def add_style(
    context: typer.Context,
    *,
    guild: GuildArgument,
    style: StyleArgument,
    suffix: Annotated[str, typer.Option("--suffix", metavar="TEXT", help="What it adds to the prompt.")] = "",
    negative: Annotated[
        str, typer.Option("--negative", metavar="TEXT", help="What it adds to the negative prompt.")
    ] = "",
    aspect: Annotated[str | None, typer.Option("--aspect", metavar="W:H", help="The shape, such as 3:2.")] = None,
    steps: Annotated[int | None, typer.Option("--steps", metavar="NUMBER", help="How many steps.")] = None,
    guidance: Annotated[
        float | None, typer.Option("--guidance", metavar="NUMBER", help="How closely the prompt is followed.")
    ] = None,
    about: Annotated[str, typer.Option("--about", metavar="TEXT", help="For the list of styles.")] = "",
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Add a style to a guild.

    Example: pinxit guild style-add discord:1 house --suffix "soft pastel chalk"
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import guild as command  # noqa: PLC0415 - only this command needs it
    from pinxit.domain.guild_rules import NamedStyle  # noqa: PLC0415 - as above

    made = NamedStyle(style, suffix, negative, command.read_aspect(aspect), steps, guidance, about)
    raise typer.Exit(command.keep_style(desk, guild, made))


@app.command("style-remove")
def remove_style(
    context: typer.Context,
    *,
    guild: GuildArgument,
    style: StyleArgument,
    config: ConfigOption = None,
    var: VarOption = None,
) -> None:
    """Take a guild's own style away.

    Example: pinxit guild style-remove discord:1 house
    """
    desk = desk_of(context, config, var)
    from pinxit.cli import guild as command  # noqa: PLC0415 - only this command needs it

    raise typer.Exit(command.drop_style(desk, guild, style))


def _which(guild: str | None, pool: str | None, person: str | None = None, *, is_all: bool) -> "Which":
    """Return what the options name together. Raises BadParameter: nothing, or everything and something."""
    from pinxit.cli.guild import Which  # noqa: PLC0415 - as the commands

    named = any(text is not None for text in (guild, pool, person))
    if named is is_all or (guild is not None and pool is not None):
        raise typer.BadParameter("Say which: a guild, one of the options, or --all.")
    return Which(guild, pool, person)
