"""What the actions are handed: the queue, the store, the generators and the operator's decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.domain.limits import Limits
from pinxit.domain.ports import no_steps
from pinxit.domain.request import Enhance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.data.store import Store
    from pinxit.domain.generator import Generator
    from pinxit.domain.ports import Blobs, Clock, Steps
    from pinxit.queue.events import Events
    from pinxit.queue.queue import Queue


@dataclass(frozen=True, slots=True)
class House:
    """The operator's decisions about requests.

    `route`: where a request goes that names nothing, by generator name. `chains`: routes that can be named.
    `steps`, `guidance_scale`: None leaves them to the generator. `enhance`: where nobody says.
    `can_enhance`: a language model is configured. `moderates`: an endpoint checks every prompt. `kinds`: what each
    generator is built from, by its name.
    """

    route: tuple[str, ...]
    chains: Mapping[str, tuple[str, ...]]
    limits: Limits = Limits()  # noqa: RUF009 - frozen, so one may serve all
    count: int = 1
    steps: int | None = None
    guidance_scale: float | None = None
    deadline_s: float = 300.0
    enhance: Enhance = Enhance.OFF
    can_enhance: bool = False
    moderates: bool = False
    blocked_words: tuple[str, ...] = ()
    source_hosts: tuple[str, ...] = ()
    kinds: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Studio:
    """Everything an action needs; built once, in app.py."""

    store: Store
    queue: Queue
    events: Events
    blobs: Blobs
    clock: Clock
    generators: Mapping[str, Generator]
    house: House
    steps: Steps = no_steps
