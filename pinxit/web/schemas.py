"""What the job API takes and answers, field by field; the OpenAPI page is made from it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from pinxit.domain.request import Enhance, Mode

# Names of choices come as text, which pydantic's strict mode would not turn into our enums.
ModeName = Annotated[Mode, Field(strict=False)]
EnhanceName = Annotated[Enhance, Field(strict=False)]


class Sent(BaseModel):
    """What a caller sends: nothing is converted, nothing unknown is passed over."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


class LoraBody(Sent):
    """A low-rank adapter."""

    name: str = Field(description="The adapter's name.")
    weight: float = Field(default=1.0, description="How strongly it counts, −4 to 4.")


class OutpaintBody(Sent):
    """Pixels to add at each side."""

    left: int = Field(default=0, description="Pixels to add on the left.")
    right: int = Field(default=0, description="Pixels to add on the right.")
    top: int = Field(default=0, description="Pixels to add at the top.")
    bottom: int = Field(default=0, description="Pixels to add at the bottom.")


_SOURCE = "A data URI, base64, an https URL of a public host, or the id of one of our images"


class JobBody(Sent):
    """One wish: a prompt and whatever it is to be painted with. A field that is absent or null takes its default."""

    prompt: str | None = Field(
        default=None,
        description="What to paint. Flags such as --ar 3:2, choices such as {red, blue} and wildcards such as"
        " __animal__ may stand in it; several choices make a group of jobs.",
        examples=["a red fox in snow --ar 3:2"],
    )
    mode: ModeName | None = Field(
        default=None, description="How the images come about; else what was sent along says it."
    )
    negative_prompt: str | None = Field(default=None, description="What the picture is not to show.")
    model: str | None = Field(default=None, description="A model by name; the job then goes to its generator only.")
    generator: str | None = Field(default=None, description="A generator by name; the job then goes to this one only.")
    chain: str | None = Field(default=None, description="A chain by name: its generators are tried in order.")
    width: int | None = Field(default=None, description="Pixels; rounded to what the generator can do.")
    height: int | None = Field(default=None, description="Pixels; rounded to what the generator can do.")
    aspect: str | None = Field(default=None, description="Width to height.", examples=["3:2"])
    count: int | None = Field(default=None, description="How many images.")
    seed: int | None = Field(default=None, description="Image i has seed + i; −1 or absent draws one.")
    steps: int | None = Field(default=None, description="Sampling steps.")
    guidance_scale: float | None = Field(default=None, description="How closely the prompt is followed.")
    sampler: str | None = Field(default=None, description="A sampler that the generator knows.")
    strength: float | None = Field(default=None, description="For a source image: 0 keeps it, 1 ignores it.")
    style: str | None = Field(
        default=None, description="A style by name: the generator's, the guild's or a shipped one."
    )
    style_strength: float | None = Field(default=None, description="How much of style_image's style is taken.")
    content_strength: float | None = Field(default=None, description="How much of the source's content may change.")
    quality: str | None = Field(default=None, description="A quality that the generator knows.")
    loras: list[LoraBody] | None = Field(default=None, description="Low-rank adapters.")
    tile: bool | None = Field(default=None, description="Whether the picture's edges fit together.")
    clip_skip: int | None = Field(default=None, description="How many last layers of the text encoder are left out.")
    images: list[str] | None = Field(default=None, description=f"Images to start from. {_SOURCE}.")
    mask: str | None = Field(default=None, description=f"White is repainted. {_SOURCE}.")
    style_image: str | None = Field(default=None, description=f"The image whose style is taken. {_SOURCE}.")
    outpaint: OutpaintBody | None = Field(default=None, description="Pixels to add around the source image.")
    upscale: float | None = Field(default=None, description="How many times larger each side of the source becomes.")
    options: dict[str, Any] | None = Field(default=None, description="What only one kind of generator understands.")
    enhance: EnhanceName | None = Field(default=None, description="Who may rewrite the prompt.")
    local: bool | None = Field(default=None, description="Whether the prompt must stay on this machine.")
    private: bool | None = Field(
        default=None,
        description="Whether only the person, not the guild, sees the images; absent: as the person set it.",
    )
    priority: Literal["low", "normal", "high"] | None = Field(
        default=None, description="The order inside a guild; high is for trusted callers."
    )
    guild: str | None = Field(default=None, description="For whom it is paid; only for trusted callers.")
    person: str | None = Field(default=None, description="Who asks; only for trusted callers.")
    roles: list[str] | None = Field(default=None, description="The person's roles in the guild; for trusted callers.")
    raw: bool | None = Field(default=None, description="These words and no others: no choices, styles, rewriting.")
    repeat: int | None = Field(default=None, description="How many jobs of the same wish, as one group.")
    dry_run: bool | None = Field(default=None, description="Check and price the wish, and queue nothing.")
    confirmed: bool | None = Field(default=None, description="That many jobs at once are really wanted.")


class Answered(BaseModel):
    """What the API answers."""

    model_config = ConfigDict(frozen=True)


class Accepted(Answered):
    """A job that is durable, or, after `dry_run`, what it would be."""

    id: str | None = Field(description="The job's id; null after dry_run.")
    group_id: str | None = Field(description="What jobs that were sent together have in common.")
    jobs: list[str] = Field(description="The ids of all jobs of the group; the other fields are of the first one.")
    job_count: int = Field(description="How many jobs it is, after dry_run too.")
    status: str = Field(description="queued, running, waiting, succeeded, failed, cancelled; priced after dry_run.")
    position: int | None = Field(description="About how many jobs run before it; null if it does not wait in line.")
    eta_s: float | None = Field(description="About how many seconds to its end, if nobody else comes.")
    mode: str = Field(description="How the images come about.")
    seed: int = Field(description="The seed of the first image.")
    count: int = Field(description="How many images it makes.")
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    generator: str = Field(description="The first generator of its route.")
    prompt_enhanced: str | None = Field(description="The rewritten prompt, where it was rewritten already.")
    credits: float = Field(description="What the person is charged if all images are made.")
    total_credits: float = Field(description="The same for all jobs of the group.")
    dollars: float = Field(description="What the provider is expected to charge.")
    seconds: float = Field(description="How long a worker is expected to need.")
    total_seconds: float = Field(description="The same for all jobs of the group.")
    url: str | None = Field(description="Where to ask how it is going.")
    events_url: str | None = Field(description="Where to listen to how it is going.")
    hints: list[str] = Field(description="What is worth telling a person about it, in sentences.")


class ImageAnswer(Answered):
    """A finished image of a job."""

    id: str
    url: str = Field(description="Where its file is.")
    thumbnail_url: str = Field(description="Where it is as a WebP of at most 512 pixels a side.")
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    seed: int = Field(description="The seed that makes this image alone.")
    media_type: str = Field(description="The file's true type.")
    spoiler: bool = Field(description="A filter flagged it: cover it until somebody wants to look.")


class ImageDetails(ImageAnswer):
    """All that is needed to make an image again."""

    job_id: str = Field(description="The job that made it.")
    index: int = Field(description="Its place among the job's images, from 0.")
    size_bytes: int
    sha256: str = Field(description="Of the file's bytes, in hex.")
    prompt: str = Field(description="The prompt that the generator was given.")
    generator: str
    model: str
    model_hash: str
    recipe: dict[str, Any] = Field(description="What the generator says is needed to make it again.")
    private: bool
    created_at: datetime


class AttemptAnswer(Answered):
    """One run of a job on one generator."""

    number: int = Field(description="From 1.")
    generator: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None = Field(description="null while it runs.")
    seconds: float = Field(description="How long it occupied its worker.")
    message: str | None = Field(description="What the worker said, for trusted callers; else null.")


class ErrorAnswer(Answered):
    """Why a job ended as it did."""

    code: str = Field(description="The same for every language.")
    message: str = Field(description="A sentence: what happened, then what to do.")


class LoraAnswer(Answered):
    """A low-rank adapter."""

    name: str
    weight: float


class OutpaintAnswer(Answered):
    """Pixels added at each side."""

    left: int
    right: int
    top: int
    bottom: int


class RequestAnswer(Answered):
    """The request as it was resolved at submit: nothing in it changes with a later default."""

    prompt: str = Field(description="The prompt without its flags.")
    typed: str = Field(description="The prompt as it was sent.")
    prompt_enhanced: str | None = Field(description="The rewritten prompt, if it was rewritten.")
    mode: str
    negative_prompt: str
    model: str
    width: int
    height: int
    count: int
    seed: int
    steps: int
    guidance_scale: float
    sampler: str
    strength: float
    style: str
    style_strength: float
    content_strength: float
    quality: str
    loras: list[LoraAnswer]
    tile: bool
    clip_skip: int
    outpaint: OutpaintAnswer
    upscale: float
    options: dict[str, Any]
    enhance: str
    local: bool


class DifferenceAnswer(Answered):
    """How far two pictures of one size are apart."""

    mean: list[float] = Field(description="Mean absolute difference of red, green, blue and alpha, each 0 to 255.")
    share: float = Field(description="Of the pixels that differ at all, 0 to 1.")
    psnr_db: float = Field(description="Peak signal-to-noise ratio in decibels.")


class ChangeAnswer(Answered):
    """Something that was not the same as the first time; empty: there was none, or it was left out."""

    name: str
    before: str
    now: str


class RecreationAnswer(Answered):
    """What came of making an image again."""

    image_id: str | None = Field(description="The first image, if it is one of ours; null if a file was sent.")
    verdict: str = Field(description="pending, then identical, close or incomparable: from comparing decoded pixels.")
    reason: str | None = Field(description="Why incomparable: size_differs, original_gone or unreadable.")
    difference: DifferenceAnswer | None = Field(description="How close.")
    as_recorded: bool | None = Field(
        description="The file was changed since it was painted, and whether the new picture is as it was painted."
    )
    changes: list[ChangeAnswer] = Field(description="What differed in how the two were made.")
    message: str = Field(description="All of it in sentences.")


class JobAnswer(Answered):
    """A job, now."""

    id: str
    group_id: str = Field(description="What jobs that were sent together have in common.")
    status: str = Field(description="queued, running, waiting (for its next try), succeeded, failed or cancelled.")
    progress: float = Field(description="0 to 1.")
    position: int | None = Field(description="About how many jobs run before it; null if it does not wait in line.")
    eta_s: float | None = Field(description="About how many seconds to its end, if nobody else comes; null once ended.")
    images: list[ImageAnswer] = Field(description="Present once the job has succeeded, but for withheld ones.")
    withheld: int = Field(description="How many more images it made that nobody but admins is shown; `notes` says why.")
    notes: list[str] = Field(description="What is worth telling a person about how it went, in sentences.")
    attempts: list[AttemptAnswer] = Field(description="Its runs so far, oldest first.")
    error: ErrorAnswer | None = Field(description="Why it failed or was cancelled.")
    partial: ErrorAnswer | None = Field(description="Why a job that succeeded has fewer images than were asked for.")
    recreation: RecreationAnswer | None = Field(description="Of a job that makes an image again: how near it comes.")
    seed: int = Field(description="The seed of the first image.")
    count: int = Field(description="How many images were asked for.")
    generator: str = Field(description="The generator that has it, had it last, or is the next.")
    cancel_requested: bool = Field(description="Somebody cancelled it, and its worker has not stopped yet.")
    credits: float = Field(description="What was reserved for it.")
    guild: str
    person: str
    priority: str
    private: bool
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    deadline_s: float = Field(description="How many seconds one attempt may take.")
    request: RequestAnswer
    url: str
    events_url: str
    preview_url: str = Field(description="A small JPEG of what is being painted, where there is one.")


class Problem(Answered):
    """One of several things that are wrong with a body."""

    error: str
    field: str | None = None
    message: str
    allowed: list[str | int | float] | None = None


class Refusal(Answered):
    """Why a request was refused: what happened, then what to do."""

    success: Literal[False] = False
    error: str = Field(description="The code, the same for every language.")
    message: str = Field(description="A sentence in the language of Accept-Language (en, de).")
    field: str | None = Field(default=None, description="The field that is wrong.")
    allowed: list[str | int | float] | None = Field(default=None, description="What it takes.")
    retry_after_s: int | None = Field(default=None, description="When to try again, as the header Retry-After says.")
    errors: list[Problem] | None = Field(default=None, description="All that is wrong, if it is more than one thing.")
    correlation_id: str = Field(description="Names this request in the server's log.")


class Check(Answered):
    """One thing that must work."""

    name: str
    ok: bool
    message: str


class Health(Answered):
    """Whether the server can do its work."""

    status: Literal["alive", "ready", "unready"]
    version: str
    checks: list[Check]
