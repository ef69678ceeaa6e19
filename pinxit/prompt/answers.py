"""The prompt inside what a language model says, and whether it is still the person's; pure."""

from __future__ import annotations

import re

from pinxit.domain.facts import is_text
from pinxit.prompt.languages import language_of, script_of, words_of

MAX_CHARS = 600
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)|\A.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[\w-]*\s*\n(.*?)(?:```|\Z)", re.DOTALL)
_LABEL = re.compile(r"\A[^\n:.]{0,60}\bprompt\b[^\n:.]{0,20}:\s*", re.IGNORECASE)
_QUOTES = ('""', "''", "“”", "„“", "\u2018’", "«»", "»«", "「」")
_REFUSAL = re.compile(
    r"(?:i['’]m|i am) (?:sorry|unable|not able)|sorry\b|i (?:can['’]?t|cannot|can not|won['’]?t|will not)\b|as an ai\b",
    re.IGNORECASE,
)
_KEPT = 0.5  # The share of a prompt's words that a rewrite repeats; models leave out a third of them at times.
_STEM_CHARS = 4  # "snow" is kept in "snowy", "Fuchs" in "Fuchses".
# Words that carry no subject; a rewrite may say it without them.
_SMALL_WORDS = (
    "the and with without from into onto over under near very some that this its his her their there are for not "
    "der die das den dem des ein eine einen einem einer eines und mit ohne von vom im am auf bei zum zur ist sind "
    "les des une dans avec sur sous aux est los las una unos unas con del por gli della nel nella sul uma com nos nas "
    "please make draw paint picture image photo bitte mal male zeichne bild"
)
_SMALL = frozenset(_SMALL_WORDS.split())
_LEAST_CHARS = 3


def clean(answer: str) -> str:
    """Return the prompt inside a model's answer as one line, or "" if there is none that can be used."""
    line = line_of(answer)
    return line if len(line) <= MAX_CHARS else ""


def shortened(answer: str) -> str:
    """Return the same, but what is too long ends where a sentence, a clause or else a word does."""
    line = line_of(answer)
    if len(line) <= MAX_CHARS:
        return line
    head = line[: MAX_CHARS + 1]
    end = max(head.rfind(". ") + 1, head.rfind(", "), head.rfind("; "))
    if end < MAX_CHARS // 2:
        end = head.rfind(" ") if " " in head else MAX_CHARS
    return head[:end].rstrip(" ,;")


def line_of(answer: str) -> str:
    """Return what a model says, without thoughts, fences, labels and quotation marks; "" for a refusal and no text."""
    text = _THOUGHT.sub("", answer)
    if fence := _FENCE.search(text):
        text = fence[1]
    text = _LABEL.sub("", text.strip()).strip("`")
    if len(text) > 1 and text[0] + text[-1] in _QUOTES:
        text = text[1:-1]
    line = " ".join(text.split())
    return "" if not is_text(line) or _REFUSAL.match(line) else line


def is_faithful(prompt: str, answer: str) -> bool:
    """Tell whether a rewrite is in the prompt's script and language and still about the same things."""
    if script_of(prompt) != script_of(answer):
        return False
    before, after = language_of(prompt), language_of(answer)
    return (not before or not after or before == after) and keeps_subject(prompt, answer)


def keeps_subject(prompt: str, answer: str) -> bool:
    """Tell whether at least half of the words that carry a prompt are in the answer, in some form."""
    wanted = {word for word in words_of(prompt) if word not in _SMALL and len(word) >= _LEAST_CHARS}
    if script_of(prompt) in ("CJK", "THAI"):  # They put no spaces between words.
        wanted = {char for char in prompt if char.isalpha()}
    if not wanted:
        return True
    there = " ".join(words_of(answer)) if script_of(prompt) not in ("CJK", "THAI") else answer
    kept = sum(word[: max(_STEM_CHARS, len(word) * 2 // 3)] in there for word in wanted)
    return kept >= _KEPT * len(wanted)
