"""What is offered while an option is typed: names that can be used, and the person's own pictures and jobs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import structlog
from discord.app_commands import Choice

from pinxit.actions.history import HistoryQuery, history
from pinxit.actions.routing import open_to
from pinxit.actions.styles import list_styles
from pinxit.bot.discord.places import known_asker
from pinxit.bot.discord.texts import cut, one_line, size
from pinxit.domain.errors import Refused
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker
    from pinxit.domain.errors import Fact
    from pinxit.domain.job import Job

log = structlog.get_logger(__name__)

Completer: TypeAlias = "Callable[[Interaction, str], Coroutine[Any, Any, list[Choice[str]]]]"
_Offer: TypeAlias = Callable[["Asker", "Studio", str], Awaitable["Sequence[tuple[str, str]]"]]

# discord.com/developers/docs/interactions/application-commands, "Application Command Option Choice", read 2026-11.
_MOST = 25
_MOST_CHARS = 100
_LOOKED_AT = 50
_WORDS_MOST = 200
_RATIOS = ("1:1", "3:2", "2:3", "4:3", "3:4", "16:9", "9:16")
_SIZES = ("512x512", "768x768", "1024x1024", "1216x832", "832x1216")


def completing(offer: _Offer) -> Completer:
    """Return what Discord asks while somebody types. An error costs the choices only, never the typing."""

    async def complete(interaction: Interaction, current: str) -> list[Choice[str]]:
        try:
            studio = interaction.client.desk.studio
            found = await offer(await known_asker(interaction, studio), studio, current.strip())
        except Refused:  # What was typed cannot be looked for; who goes on and sends it is told so.
            return []
        except Exception:
            log.exception("choices cannot be offered")
            return []
        # A value that does not fit could not come back whole.
        fitting = [(label, value) for label, value in found if 0 < size(value) <= _MOST_CHARS]
        return [Choice(name=cut(one_line(label), _MOST_CHARS), value=value) for label, value in fitting[:_MOST]]

    return complete


async def models(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:
    """Offer the models that can be named."""
    able = open_to(asker.caller, studio).generators.values()
    return _named([*(name for one in able for name in one.capabilities.models), *studio.house.aliases], typed)


async def samplers(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:
    """Offer the samplers of whoever paints here."""
    able = open_to(asker.caller, studio).generators.values()
    return _named((name for one in able for name in one.capabilities.samplers), typed)


async def styles(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:
    """Offer the styles of the guild, the shipped ones, and the generators' own."""
    able = open_to(asker.caller, studio).generators.values()
    listed = [style.name for style in await list_styles(asker.caller, studio)]
    return _named([*listed, *(name for one in able for name in one.capabilities.styles)], typed)


async def loras(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:
    """Offer the LoRAs, for the one that is being typed behind the last comma."""
    before, comma, last = typed.rpartition(",")
    able = open_to(asker.caller, studio).generators.values()
    names = _named((name for one in able for name in one.capabilities.lora_names), last.strip())
    done = f"{before}{comma} " if comma else ""
    return [(f"{done}{name}", f"{done}{name}") for name, _ in names]


async def aspects(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:  # noqa: ARG001 - as all
    """Offer the usual shapes; another one can be typed."""
    return _named([*_RATIOS, typed], typed)


async def sizes(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:  # noqa: ARG001 - as all
    """Offer the usual sizes; another one can be typed."""
    return _named([*_SIZES, typed], typed)


async def pictures(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:
    """Offer the person's newest pictures here, by words of their prompts."""
    return _choices(asker, await _own(asker, studio, typed))


def _choices(asker: Asker, jobs: Iterable[Job]) -> list[tuple[str, str]]:
    found = []
    for job in jobs:
        for image in job.pictures:
            facts: dict[str, Fact] = {"prompt": cut(one_line(job.request.prompt), _MOST_CHARS // 2), "seed": image.seed}
            number = f" ({image.index + 1})" if len(job.pictures) > 1 else ""
            found.append((say_slash(asker.locale, Slash.PICTURE_CHOICE, facts) + number, str(image.id)))
    return found


async def pictures_here(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:
    """Offer the newest pictures here that the person may see, whoever asked for them."""
    query = HistoryQuery(text=typed[:_WORDS_MOST], guild=asker.caller.guild, most=_LOOKED_AT)
    return _choices(asker, (await history(query, asker.caller, studio)).jobs)


async def waiting_jobs(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:
    """Offer the person's jobs that have not ended."""
    jobs = await _own(asker, studio, typed)
    return [(one_line(job.request.prompt) or job.id, job.id) for job in jobs if not job.state.is_final]


async def _own(asker: Asker, studio: Studio, typed: str) -> Sequence[Job]:
    caller = asker.caller
    query = HistoryQuery(text=typed[:_WORDS_MOST], guild=caller.guild, person=caller.person, most=_LOOKED_AT)
    return (await history(query, caller, studio)).jobs


def fitting(offered: Iterable[tuple[str, str]], typed: str) -> list[tuple[str, str]]:
    """Return of (label, value) those in which what was typed is; pure."""
    wanted = typed.casefold()
    return [(label, value) for label, value in offered if wanted in label.casefold() or wanted in value.casefold()]


def _named(names: Iterable[str], typed: str) -> list[tuple[str, str]]:
    """Return the names that hold what was typed, those that begin with it first; pure."""
    wanted = typed.casefold()
    different = {name.casefold(): name for name in reversed(list(names))}  # Of names that are alike the first.
    fitting = [name for key, name in reversed(different.items()) if key and wanted in key]
    fitting.sort(key=lambda name: not name.casefold().startswith(wanted))
    return [(name, name) for name in fitting]
