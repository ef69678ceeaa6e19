"""The pool `prepare`: whatever needs the network before a picture can be painted, as a generator that makes none."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from pinxit.data.blobs import source_path
from pinxit.data.pictures import NotAPicture, read_picture
from pinxit.domain.errors import Code, Refused, Temporary
from pinxit.domain.generator import API_VERSION, Capabilities, Failed, Prepared, Quote, Task, Watch
from pinxit.domain.ids import new_id
from pinxit.domain.job import PREPARE
from pinxit.domain.ports import no_steps
from pinxit.domain.request import Enhance, Mode, Request, Role
from pinxit.prompt.minors import check_minors

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from pinxit.data.store import Store
    from pinxit.data.submitting import NewSource
    from pinxit.domain.ids import JobId
    from pinxit.domain.ports import Blobs, Clock, Steps
    from pinxit.prompt.enhancing import Enhancer
    from pinxit.prompt.filters import Filters
    from pinxit.prompt.moderation import Moderator
    from pinxit.queue.downloads import Downloads

log = structlog.get_logger(__name__)

_ESTIMATE_S = 1.0


class Prepare:
    """Fetches sources, then has them and the prompt checked and the prompt rewritten, each only where configured.

    `max_pixels`: width × height of a source. `filters`: of words that a rewrite must not bring in either.
    `checks_images`: the moderator looks at sources too. A repeated attempt goes on with the sources that are there
    already, so its job is painted from the same bytes.
    """

    name = PREPARE
    api_version = API_VERSION
    capabilities = Capabilities(modes=frozenset(Mode), runs_inline=True, takes_sources=False)

    def __init__(
        self,
        store: Store,
        blobs: Blobs,
        downloads: Downloads,
        clock: Clock,
        *,
        max_pixels: int,
        enhancer: Enhancer | None = None,
        moderator: Moderator | None = None,
        filters: Filters | None = None,
        checks_images: bool = False,
        steps: Steps = no_steps,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._downloads = downloads
        self._clock = clock
        self._max_pixels = max_pixels
        self._enhancer = enhancer
        self._moderator = moderator
        self._filters = filters
        self._checks_images = checks_images
        self._steps = steps

    def quote(self, request: Request) -> Quote:  # noqa: ARG002 - nobody knows how slow the others are
        """Price a request: free, and about a second."""
        return Quote(0, 0, _ESTIMATE_S)

    def batch_key(self, request: Request) -> str:  # noqa: ARG002 - there are no batches here
        """Name what must agree within a batch."""
        return PREPARE

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Prepared | Failed]:
        """Yield each request as the rest of its route is to paint it. Nothing is yielded for a cancelled job."""
        for task in batch:
            try:
                request = await self._prepared(task, watch)
            except (Refused, Temporary) as error:
                yield Failed(task.job, error)
                continue
            if request is not None:
                yield Prepared(task.job, request)

    async def aclose(self) -> None:
        """Let go of nothing: who built the clients closes them."""

    async def _prepared(self, task: Task, watch: Watch) -> Request | None:
        self._steps("prepare.begin")
        for source in await self._store.images.sources(task.job):
            if watch.is_cancelled(task.job):
                return None
            if source.url is not None and source.path is None:
                await self._bring(task.job, source, source.url)
        self._steps("prepare.fetched")
        if watch.is_cancelled(task.job):
            return None
        request = task.request
        # Before the rewrite, so that a refused prompt costs no second call.
        await self._check(request)
        await self._check_sources(task.job)
        enhanced = await self._enhanced(task.job, request)
        self._steps("prepare.end")
        return replace(request, enhanced=enhanced)

    async def _bring(self, job: JobId, source: NewSource, url: str) -> None:
        field = Role(source.role).field
        data = await self._downloads.fetch(url, field=field)
        try:
            picture = await asyncio.to_thread(read_picture, data, max_pixels=self._max_pixels)
        except NotAPicture as error:
            raise Refused(Code.SOURCE_INVALID, field=field, reason=str(error)) from error
        # Under an id of its own: an attempt that comes too late must not write over what is painted from.
        path = source_path(new_id(now := self._clock.now()), picture.media_type, now)
        fetched = replace(
            source,
            path=path,
            media_type=picture.media_type,
            width_px=picture.width_px,
            height_px=picture.height_px,
            size_bytes=picture.size_bytes,
            sha256=picture.sha256,
        )
        try:
            await self._blobs.put(path, data)
        except OSError as error:
            raise Temporary(f"a source cannot be stored: {error.strerror or type(error).__name__}") from error
        if not await self._store.images.fetched(job, fetched):
            await self._blobs.delete(path)

    async def _check(self, request: Request) -> None:
        if self._moderator is None:
            return
        if request.local and not self._moderator.is_on_this_machine:
            # Neither promise may be broken in silence: that the prompt stays here, and that every prompt is checked.
            raise Refused(Code.FIELD_CONFLICT, field="local", value="true", other="moderation", allowed=["false"])
        await self._moderator.check(request.final_prompt)

    async def _check_sources(self, job: JobId) -> None:
        if self._moderator is None or not self._checks_images:
            return
        for source in await self._store.images.sources(job):
            if source.path is None or source.role == Role.MASK:  # A mask says where, not what.
                continue
            try:
                data = await self._blobs.get(source.path)
            except OSError as error:
                raise Temporary(f"a source cannot be read: {error.strerror or type(error).__name__}") from error
            found = await self._moderator.check_image(data, source.media_type)
            if found.is_flagged:
                field = Role(source.role).field
                raise Refused(Code.MODERATED, field=field, categories=list(found.categories))

    async def _enhanced(self, job: JobId, request: Request) -> str:
        """Return the rewrite to paint, or "" for the person's own words."""
        if self._enhancer is None or request.enhance is not Enhance.LLM or request.enhanced:
            return request.enhanced
        if request.local and not self._enhancer.is_on_this_machine:
            return ""
        enhanced = await self._enhancer.enhance(request.prompt)
        if not enhanced:
            return ""
        try:
            # With the words of a style, as it is painted: alone each may be harmless.
            painted = replace(request, enhanced=enhanced).final_prompt
            await self._check_words(job, painted)
            if self._moderator is not None:
                await self._moderator.check(painted)
        except Refused:
            # The person did not write it, so it is not theirs to answer for.
            log.warning("a rewritten prompt was refused; the typed one is painted")
            return ""
        return enhanced

    async def _check_words(self, job: JobId, text: str) -> None:
        found = await self._store.jobs.job(job)
        if self._filters is None or found is None:
            check_minors(text)
            return
        rules, _ = await self._store.guilds.rules(found.guild)
        await self._filters.admit(text, rules)
