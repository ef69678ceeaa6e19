"""Whom this installation is open to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.channels import PLATFORM as CONSOLE
from pinxit.domain.caller import API
from pinxit.domain.errors import Code, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller

_KEYED = (API, CONSOLE)  # Who comes this way has shown a key or the operator's password.


async def admit(caller: Caller, studio: Studio) -> None:
    """Return if the caller may come over a chat; a list that names one of their linked accounts names them.

    Raises Refused (NOT_ADMITTED).
    """
    house = studio.house
    try:
        check_access(caller, house.admitted_guilds, house.admitted_persons)
    except Refused:
        accounts = await studio.store.accounts.of_person(caller.person)
        if not any(f"{one.platform}:{one.external_id}" in house.admitted_persons for one in accounts):
            raise


def check_access(caller: Caller, guilds: Sequence[str], persons: Sequence[str]) -> None:
    """Return if the caller may come over a chat: their guild or they themselves are on a list, or there is no list.

    Pure. Raises Refused (NOT_ADMITTED). Whoever comes with a key, and the operator, needs no list.
    """
    if not guilds and not persons:
        return
    if caller.platform in _KEYED or caller.is_trusted or caller.is_admin:
        return
    if caller.guild not in guilds and caller.person not in persons:
        raise Refused(Code.NOT_ADMITTED)
