"""Let a language model rewrite a prompt; whatever goes wrong, the person's own words are painted."""

from __future__ import annotations

import asyncio
from collections import OrderedDict

import structlog

from pinxit.domain.errors import Temporary
from pinxit.prompt.answers import MAX_CHARS, clean, is_faithful, keeps_subject
from pinxit.prompt.languages import ENGLISH, language_of
from pinxit.prompt.model_server import Asker

log = structlog.get_logger(__name__)

CACHED = 512  # Prompts; a rewrite is at most 600 characters, so this is below a megabyte.
_ANSWER = (
    f"Answer with the new prompt alone: one paragraph of at most {MAX_CHARS} characters, without quotation marks, "
    "headings or remarks."
)
_KEEP = (
    "You rewrite prompts for an image generator. Keep the subject, every detail the person named and the language they "
    f"wrote in; add light, composition, mood and style where they said nothing. {_ANSWER}"
)
_TRANSLATE = (
    "You rewrite prompts for an image generator, in English whatever language they are in. Keep the subject and every "
    f"detail the person named; add light, composition, mood and style where they said nothing. {_ANSWER}"
)


class Enhancer(Asker):
    """Asks one OpenAI-compatible chat model, once a prompt, and remembers the last 512 rewrites.

    `timeout_s`: for the whole call. `translate`: rewrites are in English; else in the language of the prompt.
    """

    def __init__(
        self, base_url: str, api_key: str | None, model: str, timeout_s: float = 15.0, *, translate: bool = False
    ) -> None:
        super().__init__(base_url, api_key, model, timeout_s)
        self._translate = translate
        # Server, model and language are this object's, so the prompt alone is the key.
        self._known: OrderedDict[str, str] = OrderedDict()
        self._asking: dict[str, asyncio.Future[str]] = {}

    async def enhance(self, prompt: str) -> str:
        """Return a rewritten prompt of at most 600 characters, or "" where `prompt` is to be painted as it is.

        That is: no answer in time, an error, nothing useful, too long, a refusal, another subject or language, or a
        prompt that is longer already. Equal prompts at once are one call. A rewrite is remembered, a failure is not.
        """
        if not prompt.strip() or len(prompt) > MAX_CHARS:
            return ""
        while prompt not in self._known:
            if (asking := self._asking.get(prompt)) is None:
                return await self._first(prompt)
            # Who asks for it may be cancelled; then one of those who wait asks instead.
            await asyncio.wait([asking])
            if not asking.cancelled():
                return asking.result()
        self._known.move_to_end(prompt)
        return self._known[prompt]

    async def _first(self, prompt: str) -> str:
        asking = self._asking[prompt] = asyncio.get_running_loop().create_future()
        try:
            rewrite = await self._rewritten(prompt)
            asking.set_result(rewrite)
        finally:
            asking.cancel()  # Does nothing to one that has its result.
            del self._asking[prompt]
        if rewrite:
            self._known[prompt] = rewrite
            if len(self._known) > CACHED:
                self._known.popitem(last=False)
        return rewrite

    async def _rewritten(self, prompt: str) -> str:
        try:
            answer = await self._server.complete(_TRANSLATE if self._translate else _KEEP, prompt)
        except Temporary as error:
            log.warning("the prompt is painted as it was typed", why=str(error))
            return ""
        rewrite = clean(answer)
        if rewrite and not self._is_kept(prompt, rewrite):
            log.warning("a rewrite was about something else; the typed prompt is painted")
            return ""
        return rewrite

    def _is_kept(self, prompt: str, rewrite: str) -> bool:
        if not self._translate:
            return is_faithful(prompt, rewrite)
        if language_of(rewrite) not in ("", ENGLISH):
            return False
        return language_of(prompt) != ENGLISH or keeps_subject(prompt, rewrite)
