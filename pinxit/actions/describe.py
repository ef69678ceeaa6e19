"""From a picture back to a prompt: what its file says, else what a model sees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pinxit.actions.admin.access import admit
from pinxit.actions.inspect import FIELD, read_file
from pinxit.actions.look import find_image, find_job
from pinxit.data.admission import check_ban
from pinxit.data.times import to_ms
from pinxit.domain.errors import Code, Refused, Temporary, Unavailable

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import ImageId
    from pinxit.domain.reading import Reading
    from pinxit.prompt.describing import Describer
    from pinxit.prompt.moderation import Moderator


class By(StrEnum):
    """Where a description comes from."""

    METADATA = "metadata"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Description:
    """A prompt for a picture. `reading`: all that the file says; None where it says nothing of a prompt."""

    prompt: str
    negative: str
    by: By
    reading: Reading | None


async def describe(
    named: ImageId | bytes,
    caller: Caller,
    studio: Studio,
    describer: Describer | None,
    moderator: Moderator | None = None,
) -> Description:
    """Return a prompt for one of our images, or for a file. Stores nothing.

    What the file says always comes first; else `describer` looks at it, for as long as that takes. What it says passes
    the filters and the moderator as a prompt does. A picture that was to stay on this machine is shown to no other.
    Raises Refused: no such image, no picture, DESCRIBE_NOTHING, MODERATED, and where a model would have to look
    BANNED, GUILD_BANNED, NOT_ADMITTED. Raises Unavailable: a server did not answer.
    """
    is_local = False
    if isinstance(named, bytes):
        data = named
    else:
        image = await find_image(named, caller, studio)
        is_local = (await find_job(image.job, caller, studio)).request.local
        try:
            data = await studio.blobs.get(image.path)
        except OSError as error:
            raise Refused(Code.IMAGE_BROKEN, field=FIELD, image=image.id) from error
    _, reading, _ = await read_file(data, studio.house.limits)
    if reading.prompt:
        return Description(reading.prompt, reading.negative_prompt, By.METADATA, reading)
    if describer is None or (is_local and not describer.is_on_this_machine):
        raise Refused(Code.DESCRIBE_NOTHING, field=FIELD)
    await _check_caller(caller, studio)
    try:
        prompt = await describer.describe(data)
        if prompt:
            await _check(prompt, caller, studio, moderator)
    except Temporary as error:
        raise Unavailable("the model that looks at pictures did not answer; try again in a minute") from error
    if not prompt:
        raise Refused(Code.DESCRIBE_NOTHING, field=FIELD)
    return Description(prompt, "", By.MODEL, None)


async def _check_caller(caller: Caller, studio: Studio) -> None:
    """Raise Refused for whom no picture may be painted either: looking at one costs as much."""
    await admit(caller, studio)
    now_ms = to_ms(studio.clock.now())
    await studio.store.database.read(lambda tx: check_ban(tx, caller.person, caller.guild, now_ms))


async def _check(prompt: str, caller: Caller, studio: Studio, moderator: Moderator | None) -> None:
    rules, _ = await studio.store.guilds.rules(caller.guild)
    try:
        await studio.filters.admit(prompt, rules)
        if moderator is not None:
            await moderator.check(prompt)
    except Refused as refused:
        # It is the picture that was sent, not these words.
        raise Refused(refused.code, **{**refused.facts, "field": FIELD}) from refused
