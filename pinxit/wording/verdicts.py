"""What is said of a picture that was made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.verdict import Likeness, Why
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from pinxit.domain.verdict import Recreation, Verdict

_WHY = {
    Why.SIZE_DIFFERS: Phrase.RECREATION_SIZE_DIFFERS,
    Why.ORIGINAL_GONE: Phrase.RECREATION_ORIGINAL_GONE,
    Why.UNREADABLE: Phrase.RECREATION_UNREADABLE,
}


def said_of(recreation: Recreation, locale: str) -> tuple[str, ...]:
    """Return the sentences about a job that makes a picture again: the verdict first, then what was different."""
    verdict = recreation.verdict
    if verdict is None:
        return (say(locale, Phrase.RECREATION_PENDING, {}),)
    changes = (
        say(locale, Phrase.RECREATION_CHANGE, {"name": change.name, "before": change.before, "now": change.now})
        for change in verdict.changes
    )
    file = {True: Phrase.RECREATION_AS_RECORDED, False: Phrase.RECREATION_FILE_CHANGED}
    edited = () if verdict.as_recorded is None else (say(locale, file[verdict.as_recorded], {}),)
    return (_main(verdict, locale), *edited, *changes)


def _main(verdict: Verdict, locale: str) -> str:
    if verdict.difference is not None:
        difference = verdict.difference
        facts = {
            "share": _short(100 * difference.share),
            "mean": _short(difference.mean_of_colours),
            "psnr": f"{difference.psnr_db:.1f}",
        }
        return say(locale, Phrase.RECREATION_CLOSE, facts)
    identical = verdict.likeness is Likeness.IDENTICAL or verdict.why is None
    return say(locale, Phrase.RECREATION_IDENTICAL if identical else _WHY[verdict.why or Why.UNREADABLE], {})


def _short(number: float) -> str:
    """Write a number with two digits that say something, and never 0 for what is only near it."""
    return f"{number:.1f}" if number >= 10 else f"{number:.2g}"  # noqa: PLR2004 - from here on two digits are whole
