"""Everything that one owner process is made of, built from the settings; `app.py` sets it to work."""

from __future__ import annotations

import secrets
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.actions.studio import Studio
from pinxit.data.blobs import LocalBlobs
from pinxit.data.store import open_store
from pinxit.domain.errors import ConfigError, Refused
from pinxit.domain.ids import BootId, new_id
from pinxit.domain.job import PREPARE
from pinxit.domain.ports import no_steps
from pinxit.generators import registry
from pinxit.generators.catalogue import Catalogue
from pinxit.house import house, numbers, source_hosts, warnings
from pinxit.prompt.describing import Describer
from pinxit.prompt.enhancing import Enhancer
from pinxit.prompt.filters import Filters
from pinxit.prompt.moderation import Moderator
from pinxit.prompt.text_filter import TextFilter
from pinxit.prompt.wildcards import Wildcards
from pinxit.queue.breakers import Breakers
from pinxit.queue.broker import LocalBroker
from pinxit.queue.clock import SystemClock
from pinxit.queue.delivery import DeliveryLoop
from pinxit.queue.downloads import Downloads
from pinxit.queue.events import Events
from pinxit.queue.message_writer import Patience
from pinxit.queue.prepare import Prepare
from pinxit.queue.queue import Queue
from pinxit.queue.retention import Retention
from pinxit.queue.rush import Rush
from pinxit.queue.screening import ServerScreen
from pinxit.queue.ticker import Ticker
from pinxit.web.console.platform import WEB, ConsolePlatform

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from pinxit.config import Settings
    from pinxit.data.store import Store
    from pinxit.domain.generator import Generator
    from pinxit.domain.ports import Blobs, Clock, Platform, Steps


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that one owner process is made of, built and open, but not yet running.

    `worker_token`: opens the worker endpoint for this program's own child processes; it dies with the program.
    `warnings`: what the operator should hear of at the start.
    """

    settings: Settings
    boot: BootId
    worker_token: str
    clock: Clock
    steps: Steps
    store: Store
    blobs: LocalBlobs
    events: Events
    queue: Queue
    broker: LocalBroker
    ticker: Ticker
    delivery: DeliveryLoop
    generators: Mapping[str, Generator]
    prepare: Generator
    studio: Studio
    warnings: tuple[str, ...] = ()


def build_generator(settings: Settings, name: str, clock: Clock) -> Generator:
    """Build one configured generator. Raises ConfigError with whatever its kind does not accept."""
    table = settings.generators[name]
    return registry.build(name, table.kind, table.kind_options(), clock, Catalogue.load(settings.catalogue))


def build_generators(settings: Settings, clock: Clock, catalogue: Catalogue | None = None) -> Mapping[str, Generator]:
    """Build every enabled generator by name. Raises ConfigError with the mistakes of all of them.

    `catalogue`: None: as the settings say.
    """
    catalogue = catalogue or Catalogue.load(settings.catalogue)
    generators: dict[str, Generator] = {}
    problems: list[str] = []
    for name in settings.chain():
        try:
            table = settings.generators[name]
            generators[name] = registry.build(name, table.kind, table.kind_options(), clock, catalogue)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return generators


@asynccontextmanager
async def open_parts(
    settings: Settings,
    *,
    platforms: Callable[[Blobs], Mapping[str, Platform]] | None = None,
    steps: Steps = no_steps,
    clock: Clock | None = None,
) -> AsyncIterator[Parts]:
    """Build everything over the run-time folder and take over what a dead program left.

    `platforms`: makes the platforms by name, given where their images lie. The caller holds the folder's lock.
    Raises ConfigError.
    """
    clock = clock or SystemClock()
    boot = BootId(new_id(clock.now()))
    async with AsyncExitStack() as stack:
        catalogue = Catalogue.load(settings.catalogue)
        generators = build_generators(settings, clock, catalogue)
        store = await stack.enter_async_context(
            open_store(settings.database_path, numbers(settings), readers=settings.database.readers)
        )
        await store.open_pools([PREPARE, *generators])
        blobs = LocalBlobs(settings.files_path, steps=steps)
        events = Events()
        rush = Rush()
        queue = Queue(store, blobs, events, clock, steps=steps)
        shares_room = settings.queue.max_running is not None
        kinds = {name: table.kind for name, table in settings.generators.items()}
        decisions = house(settings, generators, catalogue)
        breakers = Breakers(clock)
        enhancer, moderator, describer = _enhancer(settings), _moderator(settings), _describer(settings)
        filters = _filters(settings)
        for model in (enhancer, moderator, describer):
            if model is not None:
                await stack.enter_async_context(model)
        broker = LocalBroker(
            store,
            blobs,
            events,
            clock,
            steps=steps,
            shares_room=shares_room,
            kinds=kinds,
            rush=rush,
            breakers=breakers,
            screen=ServerScreen(moderator) if moderator is not None and settings.moderation.images else None,
        )
        retention = Retention(store, blobs, events, clock, days=decisions.retention_days, steps=steps)
        ticker = Ticker(store, blobs, queue, clock, boot, retention)
        downloads = await stack.enter_async_context(_downloads(settings))
        prepare = Prepare(
            store,
            blobs,
            downloads,
            clock,
            max_pixels=decisions.limits.max_source_pixels,
            enhancer=enhancer,
            moderator=moderator,
            filters=filters,
            checks_images=settings.moderation.images,
            steps=steps,
        )
        delivery = DeliveryLoop(
            store,
            queue,
            events,
            clock,
            {WEB: ConsolePlatform(events), **(platforms(blobs) if platforms else {})},
            boot=boot,
            patience=Patience(settle_s=settings.delivery.settle_s),
            steps=steps,
            rush=rush,
        )
        await ticker.take_over()
        studio = Studio(
            store,
            queue,
            events,
            blobs,
            clock,
            generators,
            decisions,
            steps,
            filters=filters,
            wildcards=Wildcards.load(settings.wildcards_path),
            describer=describer,
            moderator=moderator,
            rush=rush,
            known_breakers=breakers,
        )
        yield Parts(
            settings=settings,
            boot=boot,
            worker_token=secrets.token_urlsafe(32),
            clock=clock,
            steps=steps,
            store=store,
            blobs=blobs,
            events=events,
            queue=queue,
            broker=broker,
            ticker=ticker,
            delivery=delivery,
            generators=generators,
            prepare=prepare,
            studio=studio,
            warnings=tuple(warnings(settings, generators, catalogue, clock.now().date())),
        )


def _downloads(settings: Settings) -> Downloads:
    return Downloads(
        allow_hosts=source_hosts(settings),
        timeout_s=settings.sources.timeout_s,
        max_bytes=settings.limits.max_source_bytes,
    )


def _enhancer(settings: Settings) -> Enhancer | None:
    chosen = settings.enhancement
    if chosen.base_url is None:
        return None
    key = chosen.api_key.get_secret_value() if chosen.api_key else ""
    return Enhancer(
        base_url=chosen.base_url,
        api_key=key,
        model=chosen.model,
        timeout_s=chosen.timeout_s,
        translate=chosen.translate,
    )


def _describer(settings: Settings) -> Describer | None:
    chosen = settings.vision
    if chosen.base_url is None:
        return None
    key = chosen.api_key.get_secret_value() if chosen.api_key else ""
    return Describer(base_url=chosen.base_url, api_key=key, model=chosen.model, timeout_s=chosen.timeout_s)


def _filters(settings: Settings) -> Filters:
    chosen = settings.moderation
    if not chosen.enabled:
        return Filters(TextFilter.compile(()))
    try:
        return Filters(TextFilter.compile(chosen.blocked_words, chosen.blocked_patterns, chosen.allowed_words))
    except Refused as refused:
        written, allowed = refused.facts.get("value"), refused.facts.get("allowed")
        possible = "; ".join(map(str, allowed)) if isinstance(allowed, list) else ""
        sentence = f'moderation.blocked_patterns holds "{written}", which cannot be used; possible are {possible}'
        raise ConfigError([sentence]) from refused


def _moderator(settings: Settings) -> Moderator | None:
    chosen = settings.moderation
    if not chosen.enabled or chosen.base_url is None:
        return None
    key = chosen.api_key.get_secret_value() if chosen.api_key else ""
    return Moderator(base_url=chosen.base_url, api_key=key, model=chosen.model, timeout_s=chosen.timeout_s)
