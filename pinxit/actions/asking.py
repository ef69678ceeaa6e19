"""One wish, as every platform hands it over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinxit.actions.planning import Again
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import Draft
    from pinxit.domain.hints import Told


@dataclass(frozen=True, slots=True)
class Target:
    """Where the end is to be shown. `address`: the platform's own, as JSON. `message_id`: one that is there already."""

    platform: str
    channel: str
    address: str = "{}"
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One wish. `key`: makes repeating it harmless, unique for its caller; None: every call is a new job.

    `again`: what it takes over from a job that was there before; then the draft leaves nothing to anybody's settings.
    `hints`: what was understood on the way here.
    """

    draft: Draft
    caller: Caller
    key: str | None = None
    target: Target | None = None
    again: Again | None = None
    hints: tuple[Told, ...] = ()
