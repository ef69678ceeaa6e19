"""Make one picture of two."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.guild_house import ruled
from pinxit.actions.imagine import imagine_all
from pinxit.actions.routing import can, open_to
from pinxit.actions.wishes import asks_of
from pinxit.domain.errors import Code, Refused
from pinxit.domain.request import Mode, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.asking import Target
    from pinxit.actions.imagine import Accepted
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import Draft, SourceDraft

PICTURES = 2


async def blend(
    sources: Sequence[SourceDraft],
    text: str,
    fields: Draft,
    caller: Caller,
    studio: Studio,
    *,
    key: str | None = None,
    target: Target | None = None,
) -> tuple[Accepted, ...]:
    """Queue one picture with what the first shows in the manner of the second.

    `sources`: two pictures, whatever their roles; `text`: a prompt with flags, or nothing; `fields`: what was said
    beside it. Raises Refused: SOURCE_MISSING (not two), MODE_UNSUPPORTED where no generator blends, and whatever
    `imagine` raises.
    """
    pictures = [source for source in sources if source.role is not Role.MASK]
    if len(pictures) != PICTURES:
        needed = [Role.IMAGE.value, Role.STYLE.value]
        mode = Mode.STYLE_TRANSFER.value
        raise Refused(Code.SOURCE_MISSING, field="images", value=f"{len(pictures)}", mode=mode, allowed=needed)
    rules, _ = await studio.store.guilds.rules(caller.guild)
    usable = ruled(open_to(caller, studio), rules)
    if not any(can(name, Mode.STYLE_TRANSFER, usable, is_local=fields.local) for name in usable.generators):
        mode = Mode.STYLE_TRANSFER.value
        known = {mode.value for one in usable.generators.values() for mode in one.capabilities.modes}
        raise Refused(Code.MODE_UNSUPPORTED, field="mode", value=mode, mode=mode, allowed=sorted(known))
    content, manner = pictures
    named = replace(
        fields,
        mode=Mode.STYLE_TRANSFER,
        sources=(replace(content, role=Role.IMAGE), replace(manner, role=Role.STYLE)),
    )
    asks = asks_of(text, named, caller, studio, key=key, target=target)
    return await imagine_all(asks, studio)
