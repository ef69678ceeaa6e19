"""What the actions are handed: the queue, the store, the generators and the operator's decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.domain.limits import Limits
from pinxit.domain.ports import no_steps
from pinxit.domain.request import Enhance
from pinxit.prompt.filters import Filters
from pinxit.prompt.text_filter import TextFilter
from pinxit.prompt.wildcards import Wildcards
from pinxit.queue.breakers import Breakers
from pinxit.queue.rush import Rush

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.actions.aliases import Named
    from pinxit.data.store import Store
    from pinxit.domain.budget import Budget
    from pinxit.domain.generator import Generator
    from pinxit.domain.guild_rules import NamedStyle
    from pinxit.domain.ports import Blobs, Clock, Steps
    from pinxit.generators.catalogue import Model
    from pinxit.prompt.describing import Describer
    from pinxit.prompt.moderation import Moderator
    from pinxit.queue.events import Events
    from pinxit.queue.queue import Queue


@dataclass(frozen=True, slots=True)
class House:
    """The operator's decisions about requests, and those of a guild's admins on top where `ruled` put them.

    `route`: where a request goes that names nothing, by generator name. `chains`: routes that can be named.
    `steps`, `guidance_scale`: None leaves them to the generator. `max_steps`: None: the generator's own most. `models`:
    the only ones that may be used, by model or generator name; empty: all. `failover`: False keeps a request on its
    first generator. `enhance`: where nobody says. `can_enhance`: a language model is configured. `moderates`: an
    endpoint checks every prompt. `style`: where nobody names one. `styles`: the shipped ones, `own_styles`: the
    guild's, both by folded name. `confirm_jobs`: from how many jobs on a wish is to be confirmed. `admitted_guilds`,
    `admitted_persons`: who may come over a chat; both empty: everybody. `operators`: who may do there what concerns
    all, as "platform:id there". `kinds`: what each generator is built from, by its name. `aliases`: other names for
    models, those that mean something here. `budgets`: by generator.
    `known_models`: the catalogue's, by kind and name.
    """

    route: tuple[str, ...]
    chains: Mapping[str, tuple[str, ...]]
    limits: Limits = Limits()  # noqa: RUF009 - frozen, so one may serve all
    count: int = 1
    steps: int | None = None
    max_steps: int | None = None
    guidance_scale: float | None = None
    deadline_s: float = 300.0
    model: str | None = None
    models: tuple[str, ...] = ()
    failover: bool | None = None
    enhance: Enhance = Enhance.OFF
    can_enhance: bool = False
    moderates: bool = False
    style: str = ""
    styles: Mapping[str, NamedStyle] = field(default_factory=dict)
    own_styles: Mapping[str, NamedStyle] = field(default_factory=dict)
    confirm_jobs: int = 8
    admitted_guilds: tuple[str, ...] = ()
    admitted_persons: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    person_cooldown_s: float = 0.0
    guild_cooldown_s: float = 0.0
    retention_days: int | None = None
    source_hosts: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, Named] = field(default_factory=dict)
    budgets: Mapping[str, Budget] = field(default_factory=dict)
    known_models: Mapping[tuple[str, str], Model] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Studio:
    """Everything an action needs; built once, in app.py. `describer`: None: no model looks at pictures here.

    `moderator`: None: no server checks texts and pictures. `known_breakers`: None: nobody keeps any.
    """

    store: Store
    queue: Queue
    events: Events
    blobs: Blobs
    clock: Clock
    generators: Mapping[str, Generator]
    house: House
    steps: Steps = no_steps
    filters: Filters = field(default_factory=lambda: Filters(TextFilter.compile(())))
    wildcards: Wildcards = field(default_factory=Wildcards)
    describer: Describer | None = None
    moderator: Moderator | None = None
    rush: Rush = field(default_factory=Rush)
    known_breakers: Breakers | None = None

    @property
    def breakers(self) -> Breakers:
        """Return the generators' circuits; where nobody keeps any, all are closed."""
        return self.known_breakers or Breakers(self.clock)
