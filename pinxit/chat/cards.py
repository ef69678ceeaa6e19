"""What a message shows of a job, in words: each platform draws it its own way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from pinxit.domain.guild_rules import ImageRule
from pinxit.domain.job import PREPARE, JobState
from pinxit.domain.place import remaining_s
from pinxit.domain.pricing import credits_of
from pinxit.wording import Phrase, say, say_stored
from pinxit.wording.verdicts import said_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pinxit.domain.delivery import Card
    from pinxit.domain.errors import Fact
    from pinxit.domain.ids import GuildId, ImageId, JobId, PersonId
    from pinxit.domain.image import Image
    from pinxit.domain.job import Job

_NUMBERED = 4  # Pictures that have buttons of their own under a message; a platform's rows hold five.


class Act(StrEnum):
    """What a button or a reaction asks for."""

    REROLL = "reroll"
    VARY = "vary"
    UPSCALE = "upscale"
    OUTPAINT = "outpaint"
    EDIT = "edit"
    DETAILS = "details"
    DELETE = "delete"
    CANCEL = "cancel"
    FAVOURITE = "favourite"
    RECREATE = "recreate"
    ORIGINAL = "original"
    REPORT = "report"
    CHANGE = "change"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Button:
    """One button. `index`: of the picture it is about, from 0; None: the whole job.

    `only_requester`: refused to everybody but the one who asked (and moderators), so better not shown to them.
    """

    act: Act
    index: int | None
    symbol: str
    label: str
    only_requester: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """One finished picture; `alt` is for those who cannot see it. `spoiler`: covered until somebody wants to look."""

    image: ImageId
    index: int
    width_px: int
    height_px: int
    seed: int
    media_type: str
    alt: str
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """Everything a message says. All texts are plain: whoever shows them escapes markup.

    `status` is the line about how it is going; `progress` 0 … 1 while it runs, else None. `error` is the sentence of
    a job that failed, or that stopped before its last picture. `facts` are short, `notes` whole sentences. `buttons`
    come in rows. `asked`: how many pictures were asked for. `width_px`, `height_px`: of the pictures to come.
    `group`: the same for all jobs of one wish. `price`: the one of the facts that says what it cost.
    """

    job: JobId
    guild: GuildId
    person: PersonId
    platform: str
    state: JobState
    prompt: str
    typed: str
    status: str
    progress: float | None
    facts: tuple[str, ...]
    notes: tuple[str, ...]
    error: str
    pictures: tuple[Picture, ...]
    buttons: tuple[tuple[Button, ...], ...]
    private: bool
    created_at: datetime
    asked: int
    width_px: int
    height_px: int
    group: str
    price: str = ""


def view(card: Card, locale: str, now: datetime) -> View:
    """Return what a message shows of a job at one moment; pure."""
    job = card.job
    images = job.pictures
    return View(
        job=job.id,
        guild=job.guild,
        person=job.person,
        platform=job.platform,
        state=job.state,
        prompt=job.request.prompt,
        typed=job.request.typed,
        status=_status(card, images, locale, now),
        progress=card.progress if job.state is JobState.RUNNING else None,
        facts=() if job.is_deleted else _facts(job, images, locale),
        notes=() if job.is_deleted else _notes(job, locale),
        error=_error(job, locale),
        pictures=tuple(_picture(image, job, len(images), locale) for image in images),
        buttons=_buttons(job, images, locale),
        private=job.private,
        created_at=job.created_at,
        asked=job.request.count,
        width_px=job.request.width_px,
        height_px=job.request.height_px,
        group=job.group_id,
        price=_price(job, locale),
    )


def _status(card: Card, images: Sequence[Image], locale: str, now: datetime) -> str:
    job, left_s = card.job, remaining_s(card, now)
    if job.is_deleted:
        return say(locale, Phrase.DELETED, {})
    match job.state:
        case JobState.QUEUED:
            return say(locale, Phrase.QUEUED, {"ahead": card.place.ahead if card.place else 0, "eta_s": left_s})
        case JobState.RUNNING if job.step < len(job.route) and job.route[job.step].pool == PREPARE:
            return say(locale, Phrase.PREPARING, {})
        case JobState.RUNNING:
            return say(locale, Phrase.RUNNING, {"progress": card.progress, "eta_s": left_s})
        case JobState.WAITING:
            return say(locale, Phrase.WAITING, {"eta_s": left_s})
        case JobState.FAILED:
            return say(locale, Phrase.FAILED, {})
        case JobState.CANCELLED:
            return say(locale, Phrase.CANCELLED, {})
    if not images:
        return say(locale, Phrase.WITHHELD if job.withheld else Phrase.DELETED, {})
    made = len(images) + len(job.withheld)
    about = Phrase.SUCCEEDED if made >= job.request.count else Phrase.PARTIAL
    first, asked = images[0], job.request.count
    said: dict[str, Fact] = {"count": made, "asked": asked, "generator": first.generator, "seed": first.seed}
    return say(locale, about, said)


def _facts(job: Job, images: Sequence[Image], locale: str) -> tuple[str, ...]:
    request = job.request
    shown = images[0] if images else None
    size_px = (shown.width_px, shown.height_px) if shown else (request.width_px, request.height_px)
    facts = [
        say(locale, Phrase.FACT_SEED, {"seed": shown.seed if shown else request.seed}),
        shown.generator if shown else job.painter,
        f"{size_px[0]}×{size_px[1]}",
        say(locale, Phrase.FACT_STEPS, {"steps": request.steps}),
    ]
    if job.state is JobState.SUCCEEDED and job.started_at and job.ended_at:
        took_s = max(0.1, round((job.ended_at - job.started_at).total_seconds(), 1))
        facts.append(say(locale, Phrase.FACT_TOOK, {"seconds": took_s}))
    facts.append(_price(job, locale))
    if request.enhanced:
        facts.append(say(locale, Phrase.FACT_ENHANCED, {}))
    if job.private:
        facts.append(say(locale, Phrase.FACT_PRIVATE, {}))
    return tuple(facts)


def _price(job: Job, locale: str) -> str:
    return say(locale, Phrase.FACT_CREDITS, {"credits": credits_of(job.credits_milli)})


def _notes(job: Job, locale: str) -> tuple[str, ...]:
    told = (*_other_painters(job, locale), *_withheld(job.withheld, locale))
    return told if job.recreation is None else (*told, *said_of(job.recreation, locale))


def _other_painters(job: Job, locale: str) -> Iterator[str]:
    """Yield a sentence for each generator that painted although it is not the first of the route."""
    route: list[str] = [step.pool for step in job.route if step.pool != PREPARE] or [job.pool]
    for name in sorted({image.generator for image in job.images if image.is_ready} - {route[0]}):
        before = route[: route.index(name)] if name in route else route[:1]
        phrase = Phrase.OTHER_GENERATOR if len(before) == 1 else Phrase.OTHER_GENERATORS
        yield say(locale, phrase, {"generator": name, "wanted": ", ".join(before)})


def _withheld(images: Sequence[Image], locale: str) -> Iterator[str]:
    """Yield a sentence for each reason why pictures are not shown."""
    counts = Counter(_why(image) for image in images)
    for phrase in sorted(counts):
        yield say(locale, phrase, {"count": counts[phrase]})


def _why(image: Image) -> Phrase:
    verdict = image.verdict
    if image.is_hidden and not (verdict is not None and verdict.is_about_minors):
        return Phrase.WITHHELD_HIDDEN
    is_flagged = verdict is not None and verdict.is_flagged
    return Phrase.WITHHELD_FLAGGED if is_flagged else Phrase.WITHHELD_UNCHECKED


def nature_of(image: Image, locale: str) -> str:
    """Return the sentence about a picture that no model made, or nothing; for whoever asks for details."""
    phrase = {"sketch": Phrase.NATURE_SKETCH, "svg": Phrase.NATURE_CARD}.get(str(image.recipe.get("kind", "")))
    return "" if phrase is None else say(locale, phrase, {})


def _error(job: Job, locale: str) -> str:
    if job.is_deleted or not job.error_code or job.state not in (JobState.FAILED, JobState.SUCCEEDED):
        return ""
    return say_stored(locale, job.error_code, job.error_facts)


def _picture(image: Image, job: Job, count: int, locale: str) -> Picture:
    facts: dict[str, Fact] = {"number": image.index + 1, "count": count, "prompt": job.request.prompt}
    alt = say(locale, Phrase.ALT_ONE if count == 1 else Phrase.ALT_OF_MANY, facts)
    size_px = image.width_px, image.height_px
    is_spoiler = image.shown is ImageRule.SPOILER
    return Picture(image.id, image.index, *size_px, image.seed, image.media_type, alt, is_spoiler)


def _buttons(job: Job, images: Sequence[Image], locale: str) -> tuple[tuple[Button, ...], ...]:
    def button(act: Act, symbol: str, index: int | None = None, *, own: bool = False) -> Button:
        is_numbered = index is not None and len(images) > 1
        label = say(locale, ACT_LABELS[act], {})
        # V1 and U1 are the field's own names, alike in every language.
        name = f"{act.value[0].upper()}{index + 1}" if is_numbered and index is not None else label
        return Button(act, index, symbol, name, own)

    if job.is_deleted:
        return ()
    if not job.state.is_final:
        return ((button(Act.CANCEL, "✖", own=True),),)
    rewritten = (button(Act.ORIGINAL, "↩"),) if job.request.enhanced else ()
    shown = (button(Act.REPORT, "⚠"),) if images else ()
    last = (button(Act.DETAILS, "ℹ"), *rewritten, *shown, button(Act.DELETE, "🗑", own=True))  # noqa: RUF001 - the sign that people know
    if not images:
        return ((button(Act.REROLL, "🔁"), button(Act.EDIT, "✏️")), last)
    numbered = [image.index for image in images[:_NUMBERED]]
    if len(images) == 1:
        one = images[0].index
        acts = (button(Act.VARY, "🎲", one), button(Act.UPSCALE, "🔍", one), button(Act.OUTPAINT, "↔", one))
        return ((button(Act.REROLL, "🔁"), *acts, button(Act.EDIT, "✏️")), last)
    return (
        (button(Act.REROLL, "🔁"), *(button(Act.VARY, "", index) for index in numbered)),
        (button(Act.EDIT, "✏️"), *(button(Act.UPSCALE, "", index) for index in numbered)),
        last,
    )


ACT_LABELS = {
    Act.REROLL: Phrase.ACT_REROLL,
    Act.VARY: Phrase.ACT_VARY,
    Act.UPSCALE: Phrase.ACT_UPSCALE,
    Act.OUTPAINT: Phrase.ACT_OUTPAINT,
    Act.EDIT: Phrase.ACT_EDIT,
    Act.DETAILS: Phrase.ACT_DETAILS,
    Act.DELETE: Phrase.ACT_DELETE,
    Act.CANCEL: Phrase.ACT_CANCEL,
    Act.FAVOURITE: Phrase.ACT_FAVOURITE,
    Act.RECREATE: Phrase.ACT_RECREATE,
    Act.ORIGINAL: Phrase.ACT_ORIGINAL,
    Act.REPORT: Phrase.ACT_REPORT,
    Act.CHANGE: Phrase.ACT_CHANGE,
    Act.FILES: Phrase.ACT_FILES,
}
