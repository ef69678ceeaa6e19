"""Painting at a running server, which may go away and come back: the job is durable, and asking again is harmless."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

from pinxit.cli.exits import Failure
from pinxit.cli.painting import Painted, Progress, Promised, PromisedJob, Wish
from pinxit.domain.errors import Unavailable
from pinxit.domain.job import PREPARE, JobState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from pinxit.cli.client import Client
    from pinxit.domain.ports import Clock

T = TypeVar("T")

PATIENCE_S = 60.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 5.0
POLL_S = 0.5  # Between two looks where no stream comes through.
_JOBS = "/api/v1/jobs"


class ServerPainter:
    """Speaks to the job API.

    `locate`: tells where the server is now; it may come back on another port. `note`: is told, in a sentence, that the
    server is away and that it is back.
    """

    def __init__(
        self, client: Client, clock: Clock, *, locate: Callable[[], str | None], note: Callable[[str], None]
    ) -> None:
        self._client = client
        self._clock = clock
        self._locate = locate
        self._note = note
        self._job: str | None = None
        self._heard_s = clock.monotonic()

    async def submit(self, wish: Wish) -> Promised:
        """Queue the wish. Raises Failure."""
        body = {
            "prompt": wish.prompt,
            **({} if wish.count is None else {"count": wish.count}),
            **({} if wish.seed is None else {"seed": wish.seed}),
            **({"dry_run": True} if wish.dry_run else {}),
            **({"confirmed": True} if wish.confirmed else {}),
        }
        answer = await self._persist(lambda: self._client.post(_JOBS, body, {"Idempotency-Key": wish.key}))
        with _understood():
            jobs = [str(job) for job in answer["jobs"]]
            self._job = jobs[0] if jobs else None
            # The answer tells of the first job alone what paints it.
            generators = [str(answer["generator"]), *[""] * len(jobs)]
            return Promised(
                jobs=tuple(PromisedJob(job, generators[number]) for number, job in enumerate(jobs)),
                count=int(answer["job_count"]),
                credits=float(answer["total_credits"]),
                seconds=float(answer["total_seconds"]),
                hints=tuple(str(hint) for hint in answer["hints"]),
            )

    async def follow(self, job: str, show: Callable[[Progress], None]) -> Progress:
        """Show every change until the job has ended, and return its end. Raises Failure."""
        while True:
            progress = await self._persist(lambda: self._listen(job, show))
            if progress.state.is_final:
                return progress
            await self._clock.sleep(POLL_S)

    async def cancel(self, job: str) -> None:
        """Ask for the job's end."""
        with contextlib.suppress(Failure):  # It has ended meanwhile.
            await self._persist(lambda: self._client.post(f"{_JOBS}/{job}/cancel"))

    async def fetch(self, image: Painted) -> bytes:
        """Return an image's file. Raises Failure."""
        return await self._persist(lambda: self._client.download(f"/api/v1/images/{image.id}/download"))

    async def _listen(self, job: str, show: Callable[[Progress], None]) -> Progress:
        """Show what one stream tells, and return the state after it: one that is cut off says nothing of the end."""
        try:
            async with contextlib.aclosing(self._client.events(f"{_JOBS}/{job}/events")) as events:
                async for answer in events:
                    self._heard_s = self._clock.monotonic()
                    progress = _progress(answer)
                    show(progress)
                    if progress.state.is_final:
                        return progress
        except Unavailable:
            # Some proxies let no stream through. Whether the server itself is away shows at the next line.
            pass
        progress = _progress(await self._client.get(f"{_JOBS}/{job}"))
        show(progress)
        return progress

    async def _persist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Return what `work` returns, once the server answers. Raises Failure a minute after it was last heard."""
        pause_s, is_away = FIRST_PAUSE_S, False
        self._heard_s = self._clock.monotonic()
        while True:
            try:
                result = await work()
            except Unavailable as error:
                away_s = self._clock.monotonic() - self._heard_s
                if away_s >= PATIENCE_S:
                    raise Failure(self._lost(error)) from error
                if not is_away:
                    self._note(f"{_sentence(error)} Trying again for {PATIENCE_S:.0f} s; {self._kept()}.")
                    is_away = True
                await self._clock.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
                self._client.url = self._locate() or self._client.url
            else:
                if is_away:
                    self._note("The server answers again.")
                return result

    def _kept(self) -> str:
        return "asking again queues nothing twice" if self._job is None else f"job {self._job} is kept"

    def _lost(self, error: Unavailable) -> str:
        cure = "start it with `python -m pinxit run`"
        if self._job is not None:
            cure += f", and job {self._job} goes on; its pictures are then at {self._client.url}{_JOBS}/{self._job}"
        return f"{_sentence(error)} {cure[0].upper()}{cure[1:]}"


def _sentence(error: Unavailable) -> str:
    text = str(error).rstrip(".")
    return f"{text[0].upper()}{text[1:]}."


@contextlib.contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise Failure("What answers there is no Pinxit server of this release. Check the URL") from error


def _progress(answer: Mapping[str, Any]) -> Progress:
    with _understood():
        said = answer["error"] or answer["partial"] or {}
        return Progress(
            job=str(answer["id"]),
            state=JobState(answer["status"]),
            fraction=float(answer["progress"]),
            ahead=answer["position"],
            eta_s=answer["eta_s"],
            seed=int(answer["seed"]),
            generator=str(answer["generator"]),
            count=int(answer["count"]),
            images=tuple(
                Painted(
                    str(image["id"]),
                    int(image["seed"]),
                    int(image["width"]),
                    int(image["height"]),
                    str(image["media_type"]),
                )
                for image in answer["images"]
            ),
            reason=str(said.get("message", "")),
            withheld=int(answer["withheld"]),
            notes=tuple(map(str, answer["notes"])),
            tried=tuple(
                dict.fromkeys(
                    str(attempt["generator"]) for attempt in answer["attempts"] if attempt["generator"] != PREPARE
                )
            ),
        )
