"""Pages that say how things are: a job in full, one's settings, limits and data, and what can be done here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.details import details_of_job
from pinxit.actions.edit import same_text
from pinxit.actions.quota import balance
from pinxit.actions.settings import load_settings
from pinxit.bot.discord.custom_ids import CustomId
from pinxit.bot.discord.naming import link_of, time_said
from pinxit.bot.discord.sheets import Press, Sheet
from pinxit.bot.discord.texts import cut, escape
from pinxit.chat.cards import ACT_LABELS, Act, nature_of
from pinxit.chat.quota_lines import lines_of
from pinxit.domain.ids import JobId
from pinxit.domain.job import PREPARE, JobState
from pinxit.domain.request import Enhance
from pinxit.wording import LANGUAGES, SLASH_NAMES, Phrase, Slash, Ui, say, say_slash, ui

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker
    from pinxit.domain.job import Job

EXPORT, FORGET = "export", "forget"  # Acts of the buttons under one's data.
_FENCE = "```"
_PROMPTS = (Phrase.LABEL_PROMPT, Phrase.LABEL_ENHANCED, Phrase.LABEL_TYPED, Phrase.LABEL_NEGATIVE, Phrase.LABEL_UNDRAWN)
_UNREAD = (
    Phrase.LABEL_MODEL_HASH,
    Phrase.LABEL_RECIPE,
    Phrase.LABEL_CREATED,
    Phrase.LABEL_ENDED,
    Phrase.LABEL_JOB,
    Phrase.LABEL_IMAGE,
    Phrase.LABEL_FILE,
    Phrase.LABEL_SHA256,
    Phrase.LABEL_PIXELS,
)
_LONG_CHARS, _FACT_CHARS, _COMMAND_CHARS = 900, 300, 900
_ENHANCES: Mapping[Enhance, Ui] = {
    Enhance.OFF: Ui.ENHANCE_OFF,
    Enhance.RULES: Ui.ENHANCE_RULES,
    Enhance.LLM: Ui.ENHANCE_LLM,
}
# What can be done, as people look for it. A command that is on none of these lines comes last.
_GROUPS: Sequence[tuple[Slash, Sequence[str]]] = (
    (Slash.HELP_PAINT, ("imagine", "inpaint", "blend")),
    (Slash.HELP_GO_ON, ("vary", "upscale", "outpaint", "recreate", "cancel")),
    (Slash.HELP_LOOK, ("history", "favourites", "queue", "inspect", "describe", "models", "styles", "loras")),
    (Slash.HELP_OWN, ("quota", "settings", "mydata", "link", "report", "help")),
    (Slash.HELP_ADMIN, ("admin",)),
)


async def details_sheet(job: str, asker: Asker, studio: Studio) -> Sheet:
    """Return what is known of a job, and what to type for the same again. Raises Refused: no such job."""
    details = await details_of_job(JobId(job), asker.caller, studio)
    found, locale = details.job, asker.locale
    words = ui(locale)
    prompts, facts = [], []
    for label, text in details.facts:
        if label in _PROMPTS:
            prompts.append(f"**{say(locale, label, {})}** {escape(cut(text, _LONG_CHARS))}")
        elif not _is_for_machines(label, found):
            facts.append(f"**{say(locale, label, {})}** {escape(cut(text, _FACT_CHARS))}")
    nature = nature_of(found.pictures[0], locale) if found.pictures else ""
    asked = f"**{say(locale, Phrase.LABEL_CREATED, {})}** {time_said(found.created_at, 'f')}"
    link = await link_of(found.id, found.guild, studio)
    place = [f"[{words[Ui.JS_SHOW]}]({link})"] if link else []
    named = f"-# {say(locale, Phrase.LABEL_JOB, {})} `{found.id}`"
    again = await _again(found, asker, studio)
    files = Press(say(locale, Phrase.ACT_FILES, {}), CustomId(Act.FILES, found.id))
    made = [" · ".join([*facts, asked]), *([f"-# {escape(nature)}"] if nature else [])]
    lines = [*prompts, *made, *again, " · ".join([named, *place])]
    return Sheet(words[Ui.DETAILS], "\n".join(lines), [files] if found.pictures else [])


def _is_for_machines(label: Phrase, job: Job) -> bool:
    """Tell whether a fact says nothing to a reader in a chat, or nothing new; the console and the files have it all."""
    if label in (Phrase.LABEL_ROUTE, Phrase.LABEL_ATTEMPT):
        return sum(attempt.generator != PREPARE for attempt in job.attempts) <= 1
    return label in _UNREAD or (label is Phrase.LABEL_STATE and job.state is JobState.SUCCEEDED)


async def _again(job: Job, asker: Asker, studio: Studio) -> list[str]:
    """Return what to type for the same pictures, or for the first of them where words cannot say it."""
    command = await same_text(job.id, asker.caller, studio)
    if command:
        command = command.replace("/imagine ", "/imagine prompt:", 1)
    elif job.pictures and job.pictures[0].is_ready and _repeats(job, studio):
        command = f"/recreate picture:{job.pictures[0].id}"
    if not command:
        return []
    return [f"**{say_slash(asker.locale, Slash.TYPE_AGAIN)}**", coded(command, _COMMAND_CHARS)]


def _repeats(job: Job, studio: Studio) -> bool:
    generator = studio.generators.get(job.painter)
    return generator is not None and generator.capabilities.repeats


async def settings_sheet(asker: Asker, studio: Studio) -> Sheet:
    """Return what the asker has chosen for whenever a prompt says nothing else."""
    chosen, words = await load_settings(asker.caller, studio), ui(asker.locale)
    spoken = LANGUAGES.get(chosen.locale)
    enhance = "" if chosen.enhance is None else words[_ENHANCES[chosen.enhance]]
    values = (
        (Ui.NAME, chosen.name),
        (Ui.LANGUAGE, spoken.name if spoken else say_slash(asker.locale, Slash.AS_DISCORD)),
        (Ui.COUNT, "" if chosen.count is None else f"{chosen.count}"),
        (Ui.ASPECT, "" if chosen.aspect is None else "{}:{}".format(*chosen.aspect)),
        (Ui.GENERATOR, chosen.generator or ""),
        (Ui.NEGATIVE, chosen.negative_prompt),
        (Ui.ENHANCE, enhance),
        (Ui.ALWAYS_PRIVATE, "✓" if chosen.private else ""),
    )
    lines = [f"**{words[label]}** {escape(cut(value, _FACT_CHARS)) or '–'}" for label, value in values]
    return Sheet(words[Ui.SETTINGS], "\n".join(lines), footer=say_slash(asker.locale, Slash.SETTINGS_HOW))


async def quota_sheet(asker: Asker, studio: Studio) -> Sheet:
    """Return what the asker may still ask for here."""
    lines = lines_of(await balance(asker.caller, studio), asker.locale)
    return Sheet(ui(asker.locale)[Ui.QUOTA], "\n".join(escape(line) for line in lines))


def mydata_sheet(asker: Asker) -> Sheet:
    """Return what can be done with what is kept about the asker."""
    words = ui(asker.locale)
    buttons = [
        Press(words[Ui.MYDATA_EXPORT], CustomId(EXPORT)),
        Press(words[Ui.MYDATA_DELETE], CustomId(FORGET), is_last=True),
    ]
    return Sheet(words[Ui.MYDATA], words[Ui.MYDATA_HOW], buttons)


def help_sheet(commands: Mapping[str, str], signs: Mapping[Act, str], asker: Asker) -> Sheet:
    """Return what can be done here.

    `commands`: what each one does, by its name, in the asker's language. `signs`: which reactions ask for which act.
    """
    named = {name for _, names in _GROUPS for name in names}
    lines = [say_slash(asker.locale, Slash.HELP_LEAD), "", say_slash(asker.locale, Slash.HELP_BUTTONS)]
    reactions = ", ".join(f"{sign} {say(asker.locale, ACT_LABELS[act], {})}" for act, sign in signs.items())
    lines += [say_slash(asker.locale, Slash.HELP_REACTIONS, {"signs": reactions})] if reactions else []
    lines += [say_slash(asker.locale, Slash.HELP_REST)]
    for title, names in _GROUPS:
        here = [name for name in names if name in commands and (name != "admin" or asker.caller.is_moderator)]
        lines += ["", f"**{say_slash(asker.locale, title)}**"] if here else []
        lines += [_help_line(name, commands[name], asker.locale) for name in here]
    others = [name for name in commands if name not in named]
    lines += ["", *(_help_line(name, commands[name], asker.locale) for name in others)] if others else []
    return Sheet(ui(asker.locale)[Ui.HELP], "\n".join(lines))


def said_sheet(title: str, said: str) -> Sheet:
    """Return plain text as a page."""
    return Sheet(title, escape(said))


def coded(text: str, most: int) -> str:
    """Return text as it is to be typed, in a block from which it can be copied; nothing in it ends the block."""
    box = text.replace(_FENCE, "`\u200b`\u200b`")
    return f"{_FENCE}\n{cut(box, most)}\n{_FENCE}"


def _help_line(name: str, about: str, locale: str) -> str:
    said = SLASH_NAMES[locale if locale in LANGUAGES else "en"].get(name, name)
    return f"`/{said}` {about}"
