"""What a generator can do, is asked, and answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pinxit.domain.request import Json, Mode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.errors import PinxitError
    from pinxit.domain.ids import JobId, SourceId
    from pinxit.domain.request import Request

API_VERSION = 1


class Origin(StrEnum):
    """What painted a picture; the file says it."""

    TRAINED = "trained"  # A model that was trained on pictures: nearly every generator.
    ALGORITHMIC = "algorithmic"  # A program that has learnt from none, such as the sketch.


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a generator takes, as data: checks before the queue, completion and docs read it.

    `models`: names it answers to, the first is its default; empty means that it takes no model name.
    `default_size_px`: (width, height) where nobody names one. `size_step_px`: sizes are multiples of it.
    `max_batch`: how many jobs one `generate` call may hold. `runs_inline`: trusted to live in the server's own
    process (it never blocks the loop and never exits); anything else gets a child process.
    `remote`: the prompt leaves this machine, so `local = true` forbids it.
    `repeats`: equal requests with equal seeds give equal pictures, or nearly; a service that takes no seed says False.
    `takes_sources`: whether the worker fetches the sources' bytes before `generate` and hands them over in `Task`.
    `weights`: it understands `(word:1.2)` in a prompt; for the others the brackets are taken away.
    `lora_names`: the LoRAs that it can list; one with `loras` may know more than it lists.
    `vector`: its images are SVG, which chats do not show, so only callers of the API get them.
    `sizes_px`: the only (width, height) that there are, the nearest one being painted; empty: any size within
    `min_side_px`, `max_side_px`, `min_pixels`, `max_pixels` (None: no limit) and `max_ratio` (longer ÷ shorter side, 0:
    no limit).
    `max_steps` 1: it takes no steps. `guidance`: it takes a guidance scale. `seed`: it takes a seed. `strength`:
    it takes a number for how much a source may change.
    `negative_in_words`: it takes no negative prompt, and is told in the prompt what to avoid; says `in_words`.
    `max_sources`: how many pictures it takes at most beside a mask. `max_prompt_chars`: None: no limit of its own.
    `of_model`: what differs where a model is named, by its name; ask `of`.
    """

    modes: frozenset[Mode] = frozenset({Mode.TXT2IMG})
    models: tuple[str, ...] = ()
    samplers: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    qualities: tuple[str, ...] = ()
    default_size_px: tuple[int, int] = (768, 768)
    size_step_px: int = 1
    max_side_px: int = 2048
    default_steps: int = 20
    max_steps: int = 150
    default_guidance_scale: float = 7.0
    max_count: int = 10
    max_batch: int = 1
    negative_prompt: bool = True
    tile: bool = False
    loras: bool = False
    lora_names: tuple[str, ...] = ()
    clip_skip: bool = False
    weights: bool = False
    runs_inline: bool = False
    remote: bool = False
    takes_sources: bool = True
    repeats: bool = True
    vector: bool = False
    sizes_px: tuple[tuple[int, int], ...] = ()
    min_side_px: int = 1
    min_pixels: int | None = None
    max_pixels: int | None = None
    max_ratio: float = 0.0
    guidance: bool = True
    seed: bool = True
    strength: bool = True
    negative_in_words: bool = False
    max_sources: int = 10
    max_prompt_chars: int | None = None
    of_model: Mapping[str, Capabilities] = field(default_factory=dict)

    def of(self, model: str | None) -> Capabilities:
        """Return what holds for a model, named in any case (None or "": the default); unknown: what holds for all."""
        wanted = (model or next(iter(self.models), "")).casefold()
        found = next((own for name, own in self.of_model.items() if name.casefold() == wanted), None)
        return self if found is None else replace(found, models=self.models, of_model=self.of_model)


def in_words(negative_prompt: str) -> str:
    """Return how a prompt tells a model without negative prompts what not to paint; "" for nothing."""
    return f"Avoid: {negative_prompt}." if negative_prompt else ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A price: thousandths of a credit (people), millionths of a dollar (providers), seconds (the queue)."""

    credits_milli: int
    dollars_micro: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Task:
    """One job of a batch: make the images at `indices` (0-based); `sources` holds each source's bytes.

    `upstream_id`: the id that an earlier attempt stored through `Watch.sent`, to be polled instead of paid again.
    """

    job: JobId
    request: Request
    indices: tuple[int, ...]
    sources: Mapping[SourceId, bytes] = field(default_factory=dict)
    upstream_id: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """One finished image: encoded bytes as they came, with what is needed to make it again.

    `origin`: what painted it, sources apart; the server marks the file by it.
    """

    job: JobId
    index: int
    data: bytes
    media_type: str
    width_px: int
    height_px: int
    seed: int
    prompt: str
    model: str = ""
    model_hash: str = ""
    recipe: Mapping[str, Json] = field(default_factory=dict)
    origin: Origin = Origin.TRAINED


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the `prepare` pool made of a request: it goes on along its route with this one."""

    job: JobId
    request: Request


@dataclass(frozen=True, slots=True)
class Failed:
    """One job of the batch failed; the others go on. `error` says whether waiting helps."""

    job: JobId
    error: PinxitError


class Watch(Protocol):
    """What a generator tells while it works."""

    def progress(self, job: JobId, fraction: float, preview: bytes | None = None) -> None:
        """Note how far a job is (0 … 1), with a JPEG of at most 256 px. Never blocks; the last value wins."""

    def is_cancelled(self, job: JobId) -> bool:
        """Tell whether nobody wants this job's images any more."""

    async def sent(self, job: JobId, upstream_id: str | None) -> None:
        """Make durable that a call which may be billed is about to leave (None), or under which id it can be polled.

        `upstream_id`: your own text, such as a URL; for several calls a JSON object of them by index. The last one
        counts. Raises LeaseLost: then the call must not be made.
        """

    def charged(self, job: JobId, dollars_micro: int) -> None:
        """Note what the provider says that a call for this job cost, in millionths of a dollar; calls add up.

        Said before the call's last image is yielded. Without a word the quote's dollars are booked. Never blocks.
        """

    async def rest(self) -> None:
        """Return at once, or, where a crowd waits for this program's answers, when they have them: a second at most.

        What paints on the processor awaits it between its slices.
        """


@runtime_checkable
class Checks(Protocol):
    """A generator that refuses more than its capabilities can say, before the queue."""

    def check(self, request: Request) -> None:
        """Return if it takes the request; pure. Raises Refused with field, value and what is allowed."""


@runtime_checkable
class Generator(Protocol):
    """Something that makes images. A new one is one file; docs/how-to-add-a-generator.md has a working example."""

    name: str
    capabilities: Capabilities
    api_version: int

    def quote(self, request: Request) -> Quote:
        """Price a request; pure, no network."""

    def batch_key(self, request: Request) -> str:
        """Name what must agree for two requests to share one `generate` call."""

    def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made | Failed | Prepared]:
        """Make the images, yielding each as it comes.

        Raises Temporary, Broken or Refused for the whole batch; yields Failed for one job of it.
        """

    async def aclose(self) -> None:
        """Let go of connections and memory."""
