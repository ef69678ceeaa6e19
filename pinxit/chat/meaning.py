"""Which job or picture a command's words mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.history import HistoryQuery, history
from pinxit.actions.look import may_see_image
from pinxit.actions.outpaint import DIRECTIONS
from pinxit.chat.acts import OFF
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import ImageId, JobId, is_id
from pinxit.prompt.flag_values import decimal

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker

# Acts that mean a job as a whole, so that one without pictures will do.
_OF_JOBS = ("reroll", "edit", "details", "delete", "original")


async def meant(rest: str, name: str, asker: Asker, studio: Studio) -> tuple[JobId, int | None, str]:
    """Return the job and the picture that the words name, else the asker's newest, and the word that is left.

    Raises Refused: JOB_UNKNOWN (a word that is neither an id nor a value), NO_PICTURE_YET.
    """
    named, value = split_id(rest)
    if named is None and value and not _is_value(value):
        raise Refused(Code.JOB_UNKNOWN, job=shown(value))
    job, index = await found(named, name, asker, studio)
    return job, index, value


async def found(named: str | None, name: str, asker: Asker, studio: Studio) -> tuple[JobId, int | None]:
    """Return the job and picture that an id names, else the asker's newest here. Raises Refused: there is none."""
    if named is not None:
        image = await studio.store.images.image(ImageId(named))
        if image is None or not (may_see_image(asker.caller, image) or asker.caller.is_admin):
            return JobId(named), None  # Whoever may not see it is not told of which job it is, either.
        return image.job, image.index
    query = HistoryQuery(guild=asker.caller.guild, person=asker.caller.person, most=20)
    for job in (await history(query, asker.caller, studio)).jobs:
        if name == "cancel" and not job.state.is_final:
            return job.id, None
        if name in _OF_JOBS or (name != "cancel" and job.images):
            return job.id, None
    raise Refused(Code.NOTHING_TO_CANCEL if name == "cancel" else Code.NO_PICTURE_YET)


def split_id(rest: str) -> tuple[str | None, str]:
    """Return the first id among the words, None for none, and the other words; pure."""
    words = rest.split()
    named = next((word for word in words if is_id(word)), None)
    return named, " ".join(word for word in words if word != named)


def _is_value(text: str) -> bool:
    """Tell whether a word is an act's value, and not the id of something that is not there."""
    try:
        decimal(text)
    except ValueError:
        return text in (*DIRECTIONS, OFF)
    return True
