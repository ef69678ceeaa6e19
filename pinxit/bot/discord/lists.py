"""Long lists as pages: history, favourites, the queue and styles, with buttons to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.favourite import favourites
from pinxit.actions.history import HistoryQuery, history
from pinxit.actions.lines import queue_view
from pinxit.actions.styles import list_styles
from pinxit.actions.tickets import keep, look
from pinxit.bot.discord.custom_ids import CustomId
from pinxit.bot.discord.naming import link_of, time_said
from pinxit.bot.discord.sheets import Press, Sheet
from pinxit.bot.discord.texts import cut, escape
from pinxit.chat.cards import view
from pinxit.chat.replies import Page
from pinxit.domain.ids import JobId, is_id
from pinxit.domain.job import JobState
from pinxit.wording import Phrase, Slash, Ui, say, say_slash, ui

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker
    from pinxit.domain.job import Job

PAGE = "page"  # The act of a button that turns a page.
A_PAGE = 10
_STYLES_A_PAGE = 15
_PROMPT_CHARS = 80
_WORDS_CHARS = 40 - 22 - 1  # A button's value, less the id of a job and the sign between; see `custom_ids.PATTERN`.
_SEARCH = "search"  # The kind of ticket that holds words too long for a button.
_SEARCH_MINUTES = 60.0
_REFRESH = "🔄"
_SIGNS: Mapping[JobState, str] = {
    JobState.QUEUED: "⏳ ",
    JobState.WAITING: "⏳ ",
    JobState.RUNNING: "🎨 ",
    JobState.FAILED: "✖ ",
    JobState.CANCELLED: "✖ ",
}


async def history_sheet(text: str, before: str, asker: Asker, studio: Studio) -> Sheet:
    """Return ten jobs of this place, the newest first, in whose prompts all words of `text` are. Raises Refused."""
    query = HistoryQuery(
        text=text,
        guild=asker.caller.guild,
        before=JobId(before) if is_id(before) else None,
        most=A_PAGE,
    )
    page = await history(query, asker.caller, studio)
    words = ui(asker.locale)
    lines = [await _job_line(job, asker, studio) for job in page.jobs]
    ways = [(words[Ui.NEWEST], "")] if before else []
    ways += [(words[Ui.OLDER], page.older)] if page.older else []
    subject, rest = await _words_in(text, asker, studio) if ways else (Page.HISTORY.value, "")
    buttons = [Press(label, CustomId(PAGE, subject, f"{place}{rest}")) for label, place in ways]
    nothing = say_slash(asker.locale, Slash.HISTORY_NONE if text else Slash.HISTORY_EMPTY)
    return Sheet(words[Ui.HISTORY], "\n".join(lines) or nothing, buttons, footer=text)


async def older_sheet(subject: str, value: str, asker: Asker, studio: Studio) -> Sheet:
    """Return the page of history that a button of `history_sheet` asks for. Raises Refused (TICKET_GONE)."""
    if subject != Page.HISTORY.value:
        text = await look(subject, _SEARCH, asker.caller, studio)
        return await history_sheet(text if isinstance(text, str) else "", value, asker, studio)
    before, _, text = value.partition("~")
    return await history_sheet(text, before, asker, studio)


async def favourites_sheet(after: str, asker: Asker, studio: Studio) -> Sheet:
    """Return ten of the asker's favourites, the last one kept first. Raises Refused."""
    page = await favourites(asker.caller, studio, after=after, most=A_PAGE)
    words = ui(asker.locale)
    lines = []
    for image in page.items:
        facts = [f"**{_short(image.prompt)}**", say(asker.locale, Phrase.FACT_SEED, {"seed": image.seed})]
        facts += [time_said(image.created_at), _link(await link_of(image.job, image.guild, studio))]
        lines.append(" · ".join(filter(None, facts)))
    ways = [(words[Ui.NEWEST], "")] if after else []
    ways += [(words[Ui.OLDER], page.after)] if page.after else []
    buttons = [Press(label, CustomId(PAGE, Page.FAVOURITES.value, place)) for label, place in ways]
    return Sheet(words[Ui.FAVOURITES], "\n".join(lines) or say_slash(asker.locale, Slash.FAVOURITES_EMPTY), buttons)


async def queue_sheet(asker: Asker, studio: Studio) -> Sheet:
    """Return what of the asker's waits or runs and when it is done, and how long each generator's line is."""
    words, now = ui(asker.locale), studio.clock.now()
    own: list[Job] = []
    for state in (JobState.RUNNING, JobState.WAITING, JobState.QUEUED):
        query = HistoryQuery(person=asker.caller.person, guild=asker.caller.guild, state=state, most=A_PAGE)
        own += (await history(query, asker.caller, studio)).jobs
    lines = []
    for job in own[:A_PAGE]:
        status = escape(view(await studio.queue.card(job), asker.locale, now).status)
        link = _link(await link_of(job.id, job.guild, studio))
        lines.append(" · ".join(filter(None, (f"{_SIGNS[job.state]}**{_short(job.request.prompt)}**", status, link))))
    pools = [
        f"{escape(pool.pool)}: {pool.queued} {words[Ui.WAITING]}, {pool.running} {words[Ui.RUNNING]}"
        for pool in await queue_view(asker.caller, studio)
        if pool.queued or pool.running
    ]
    body = "\n".join([*lines, *([""] if lines and pools else []), *pools])
    again = Press(_REFRESH, CustomId(PAGE, Page.QUEUE.value))
    return Sheet(words[Ui.QUEUE], body or words[Ui.NOBODY_WAITS], [again])


async def styles_sheet(start: str, asker: Asker, studio: Studio) -> Sheet:
    """Return fifteen styles that can be named here, from a place in the list on."""
    first = int(start) if start.isascii() and start.isdecimal() else 0
    styles = await list_styles(asker.caller, studio, asker.locale)
    words = ui(asker.locale)
    shown = styles[first : first + _STYLES_A_PAGE]
    lines = [f"**{escape(style.name)}** {escape(cut(style.about or style.suffix, _PROMPT_CHARS))}" for style in shown]
    ways = [("◀", first - _STYLES_A_PAGE)] if first else []
    ways += [("▶", first + _STYLES_A_PAGE)] if first + _STYLES_A_PAGE < len(styles) else []
    buttons = [Press(label, CustomId(PAGE, Page.STYLES.value, f"{max(0, place)}")) for label, place in ways]
    footer = f"{first + 1}-{first + len(shown)} / {len(styles)}" if shown else ""
    body = "\n".join([say_slash(asker.locale, Slash.STYLES_HOW), "", *lines])
    return Sheet(words[Ui.STYLES], body if lines else words[Ui.NOTHING_FOUND], buttons, footer)


async def _words_in(text: str, asker: Asker, studio: Studio) -> tuple[str, str]:
    """Return how a button says which words are searched for: itself, or by a ticket where there is no room."""
    if not text:
        return Page.HISTORY.value, ""
    if len(text) <= _WORDS_CHARS and text.isprintable() and not set(text) & set(":~"):
        return Page.HISTORY.value, f"~{text}"
    return await keep(_SEARCH, text, asker.caller, studio, _SEARCH_MINUTES), ""


async def _job_line(job: Job, asker: Asker, studio: Studio) -> str:
    seed = job.pictures[0].seed if job.pictures else job.request.seed
    count = f" ×{len(job.pictures)}" if len(job.pictures) > 1 else ""
    facts = [
        f"{_SIGNS.get(job.state, '')}**{_short(job.request.prompt)}**{count}",
        say(asker.locale, Phrase.FACT_SEED, {"seed": seed}),
        say(asker.locale, Phrase.FACT_PRIVATE, {}) if job.private else "",
        time_said(job.created_at),
        _link(await link_of(job.id, job.guild, studio)),
    ]
    return " · ".join(filter(None, facts))


def _short(prompt: str) -> str:
    return escape(cut(" ".join(prompt.split()), _PROMPT_CHARS)) or "–"


def _link(address: str) -> str:
    return f"[↗]({address})" if address else ""
