"""Make an image again: alone, with the same request, seed and generator, and compare the two."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.again import copied, draft_of
from pinxit.actions.asking import Ask
from pinxit.actions.imagine import imagine
from pinxit.actions.inspect import read_file
from pinxit.actions.look import find_image, may_see_image
from pinxit.actions.others import generator_of, request_of
from pinxit.actions.planning import Again
from pinxit.actions.repeat import Repeat
from pinxit.actions.routing import Way, open_to
from pinxit.data.blobs import source_path
from pinxit.data.recreations import Original
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import ImageId, new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.asking import Target
    from pinxit.actions.imagine import Accepted
    from pinxit.actions.studio import Studio
    from pinxit.data.pictures import Picture
    from pinxit.data.submitting import NewSource
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import SourceDraft
    from pinxit.domain.job import Job
    from pinxit.domain.verdict import Verdict
    from pinxit.provenance.record import Record

_GONE = Code.RECREATE_SOURCE_GONE


async def recreate(
    original: ImageId | bytes,
    caller: Caller,
    studio: Studio,
    *,
    key: str | None = None,
    target: Target | None = None,
) -> Accepted:
    """Queue a job that paints one image again, from our own or from a file that somebody sent.

    What comes of comparing the two is with the job as soon as the new image is stored (`verdict_of`). A file of another
    program is repeated as far as it goes. Raises Refused where it is impossible: RECREATE_NO_GENERATOR,
    RECREATE_NO_SEED, RECREATE_SOURCE_GONE, RECREATE_NOTHING_SAID, whatever `inspect` and `imagine` raise.
    """
    usable = open_to(caller, studio)
    if isinstance(original, bytes):
        repeat = await _from_file(original, caller, usable)
    else:
        repeat = await _from_image(original, caller, usable)
    request, generator = repeat.request, repeat.generator
    if not usable.generators[generator].capabilities.repeats:
        raise Refused(Code.RECREATE_NO_SEED, generator=generator)
    draft = replace(draft_of(request, private=repeat.private), seed=request.seed, sources=repeat.sources)
    again = Again((Way(generator, {}),), repeat.image, request.enhanced, request.enhance, repeat)
    return await imagine(Ask(draft, caller, key, target, again), studio)


async def verdict_of(job: Job, studio: Studio) -> Verdict | None:
    """Return what came of comparing the pictures, read anew; None: nothing yet, or the job makes none again."""
    if job.recreation is None:
        return None
    found = await studio.store.jobs.job(job.id)
    return None if found is None or found.recreation is None else found.recreation.verdict


async def _from_image(image_id: ImageId, caller: Caller, studio: Studio) -> Repeat:
    image = await find_image(image_id, caller, studio)
    job = await studio.store.jobs.job(image.job)
    if job is None:
        raise Refused(Code.JOB_UNKNOWN, job=image.job)
    if image.generator not in studio.generators:
        raise Refused(Code.RECREATE_NO_GENERATOR, generator=image.generator)
    request = job.request_at(image.generator)
    rows = {row.id: row for row in await studio.store.images.sources(job.id)}
    sources = [await copied(rows.get(source.id), source.role, studio, _GONE) for source in request.sources]
    return Repeat(
        request=replace(request, seed=image.seed, count=1),
        generator=image.generator,
        original=Original(
            pixels_sha256=image.pixels_sha256,
            width_px=image.width_px,
            height_px=image.height_px,
            generator=image.generator,
            model=image.model,
            model_hash=image.model_hash,
            recipe=image.recipe,
        ),
        sources=tuple(sources),
        image=image.id,
        private=image.private,
    )


async def _from_file(data: bytes, caller: Caller, studio: Studio) -> Repeat:
    picture, reading, record = await read_file(data, studio.house.limits)
    now = studio.clock.now()
    kept = (source_path(new_id(now), picture.media_type, now), data)
    if record is not None:
        return replace(await _from_record(record, picture, caller, studio), file=kept)
    if not reading.says_something:
        raise Refused(Code.RECREATE_NOTHING_SAID)
    generator = generator_of(reading, studio)
    request, changes = request_of(reading, studio.generators[generator].capabilities, picture)
    original = Original(
        pixels_sha256=picture.pixels_sha256,
        width_px=picture.width_px,
        height_px=picture.height_px,
        model=reading.model,
        model_hash=reading.model_hash,
        changes=changes,
    )
    return Repeat(request, generator, original, file=kept)


async def _from_record(record: Record, picture: Picture, caller: Caller, studio: Studio) -> Repeat:
    # Whoever rewrote the prompt, what was painted is what is checked: a file may say anything. A style's words stay
    # apart, where they are added once.
    prompt = record.request.enhanced or record.request.prompt
    return Repeat(
        request=replace(record.request, prompt=prompt, typed=prompt, enhanced="", seed=record.seed, count=1),
        generator=_generator(record, studio),
        original=Original(
            pixels_sha256=picture.pixels_sha256,
            width_px=picture.width_px,
            height_px=picture.height_px,
            generator=record.generator,
            model=record.model,
            model_hash=record.model_hash,
            recorded_sha256=record.pixels_sha256,
            recipe=record.recipe,
        ),
        sources=await _recorded_sources(record, caller, studio),
    )


def _generator(record: Record, studio: Studio) -> str:
    """Return the generator of the same name and kind, else another one of the kind. Raises Refused."""
    kinds = studio.house.kinds
    wanted = record.generator_kind
    if record.generator in studio.generators and wanted in ("", kinds.get(record.generator, wanted)):
        return record.generator
    same_kind = [name for name in studio.generators if wanted and kinds.get(name) == wanted]
    if not same_kind:
        raise Refused(Code.RECREATE_NO_GENERATOR, generator=shown(record.generator))
    # Of several, the one that knows the model.
    return min(same_kind, key=lambda name: record.model not in studio.generators[name].capabilities.models)


async def _recorded_sources(record: Record, caller: Caller, studio: Studio) -> tuple[SourceDraft, ...]:
    """Return the sources that a record names by their digests, where its job is here and the caller may see it."""
    if not record.sources:
        return ()
    image = await studio.store.images.image(record.image)
    rows: Sequence[NewSource] = ()
    if image is not None and may_see_image(caller, image):
        rows = await studio.store.images.sources(image.job)
    found = []
    for source in record.sources:
        row = next((row for row in rows if row.sha256 and (row.role, row.sha256) == (source.role, source.sha256)), None)
        found.append(await copied(row, source.role, studio, _GONE))
    return tuple(found)
