"""The operator's decisions, read from the settings: what the queue's rows are run by, and what a request may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pinxit.actions.aliases import named
from pinxit.actions.routing import local_first
from pinxit.actions.studio import House
from pinxit.config.settings import SHIPPED_CHAIN
from pinxit.config.tree import DiscordSettings
from pinxit.data.store import Numbers
from pinxit.data.submitting import Waiting
from pinxit.domain.budget import Budget
from pinxit.domain.fairness import Rules
from pinxit.domain.image_rules import ImageRules
from pinxit.domain.limits import Limits
from pinxit.domain.retry import Policy
from pinxit.prompt.styles import load_styles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from pinxit.config import Settings
    from pinxit.domain.generator import Generator
    from pinxit.generators.catalogue import Catalogue


def numbers(settings: Settings) -> Numbers:
    """Return what the queue's rows are run by."""
    queue = settings.queue
    return Numbers(
        rules=Rules(
            credit_s=queue.credit_s,
            slack_s=queue.slack_s,
            person_slack_s=queue.person_slack_s,
            batch_s=queue.batch_s,
            look=queue.look,
            running_cap=queue.guild_running,
        ),
        policy=Policy(tries=queue.tries, program_deaths=queue.program_deaths, billed_reruns=queue.billed_reruns),
        waiting=Waiting(per_person=queue.per_person, per_guild=queue.per_guild, total=queue.total),
        lease_s=queue.lease_s,
        at_once=queue.max_running,
        images=ImageRules(settings.moderation.image_rule, settings.moderation.unchecked_rule),
        budgets=budgets(settings),
    )


def budgets(settings: Settings) -> Mapping[str, Budget]:
    """Return what each generator may cost, by name; those without a limit are not there."""
    return {
        name: Budget(_micro(table.dollars_per_day), _micro(table.dollars_per_month))
        for name, table in settings.generators.items()
        if table.dollars_per_day is not None or table.dollars_per_month is not None
    }


def _micro(dollars: float | None) -> int | None:
    return None if dollars is None else round(dollars * 1_000_000)


def house(settings: Settings, generators: Mapping[str, Generator], catalogue: Catalogue) -> House:
    """Return what the operator decided about requests."""
    limits, defaults = settings.limits, settings.defaults
    kinds = {name: table.kind for name, table in settings.generators.items()}
    chains = {name: settings.chain(name) for name in settings.chains}
    chains.setdefault(SHIPPED_CHAIN, local_first(settings.chain(), generators, kinds))
    if defaults.generator is not None:
        route: tuple[str, ...] = (defaults.generator,)
    elif defaults.chain is not None:
        route = chains[defaults.chain]
    else:
        # Nobody who asked for nothing special wants a card: vectors are for whoever names them.
        route = tuple(name for name in settings.chain() if not generators[name].capabilities.vector)
    return House(
        route=route,
        chains=chains,
        limits=Limits(
            prompt_chars=limits.prompt_chars,
            count=limits.count,
            min_side_px=limits.min_side_px,
            max_side_px=limits.max_side_px,
            max_source_bytes=limits.max_source_bytes,
            max_source_pixels=limits.max_source_pixels,
        ),
        count=min(defaults.count, limits.count),
        steps=defaults.steps,
        guidance_scale=defaults.guidance_scale,
        deadline_s=settings.queue.deadline_s,
        enhance=settings.enhancement.mode,
        can_enhance=settings.enhancement.base_url is not None,
        moderates=settings.moderation.enabled and settings.moderation.base_url is not None,
        styles=load_styles(),
        confirm_jobs=settings.prompts.confirm_jobs,
        admitted_guilds=settings.access.guilds,
        admitted_persons=settings.access.persons,
        operators=settings.access.operators,
        person_cooldown_s=settings.cooldown.person_s,
        guild_cooldown_s=settings.cooldown.guild_s,
        retention_days=settings.storage.retention_days,
        source_hosts=source_hosts(settings),
        kinds=kinds,
        aliases=named(catalogue.aliases, generators, kinds),
        budgets=budgets(settings),
        known_models={(model.kind, model.name): model for model in catalogue.models},
    )


def warnings(
    settings: Settings, generators: Mapping[str, Generator], catalogue: Catalogue, today: date
) -> Iterator[str]:
    """Yield a sentence for each generator whose model ends soon at its provider, or has ended."""
    for name, generator in generators.items():
        table = settings.generators[name]
        names = table.named_models() or generator.capabilities.models[:1]
        for sentence in catalogue.warnings(table.kind, names, today):
            yield f"generators.{name}: {sentence}"


def source_hosts(settings: Settings) -> tuple[str, ...]:
    """Return the hosts that may be fetched from wherever they are; the file server of a chat that is set up is one."""
    files = urlsplit(settings.discord.cdn_url)
    is_elsewhere = settings.discord.token is not None and settings.discord.cdn_url != DiscordSettings().cdn_url
    return (*settings.sources.allow_hosts, *([files.netloc.rpartition("@")[2]] if is_elsewhere else []))
