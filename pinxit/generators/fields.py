"""Our words with one model's names for them, as the catalogue's `extra.fields` has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.request import Mode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pinxit.generators.catalogue import Model

_PLAIN: Mapping[str, str] = {"prompt": "prompt", "seed": "seed"}


def read_fields(model: Model, ours: Collection[str], *, sizes: bool = False) -> Mapping[str, str]:
    """Return the names by our words, of which a kind knows `ours`. A word without a name is not sent.

    `sizes`: sizes are told in another way. Raises ValueError: a word that is none, or one without a name though the
    model's entry promises that it is heeded.
    """
    names = model.extra.get("fields", _PLAIN)
    if not isinstance(names, dict) or not set(names) <= set(ours) or "prompt" not in names:
        raise ValueError(f"extra.fields names other than {', '.join(sorted(ours))}, or no prompt; correct it")
    for words in _promised(model, sizes=sizes):
        if not any(word in names for word in words):
            where = f"extra.fields has no {words[0]}, which the model's entry promises"
            raise ValueError(f"{where}; add its name there, or correct the entry")
    return {word: str(name) for word, name in names.items()}


def read_span(model: Model) -> tuple[float, float] | None:
    """Return the least and the most guidance of `extra.guidance`, None where it has none. Raises ValueError."""
    limits = model.extra.get("guidance")
    if limits is None:
        return None
    span = [float(limit) for limit in limits if isinstance(limit, int | float)] if isinstance(limits, list) else []
    if len(span) != 2:  # noqa: PLR2004 - least and most
        raise ValueError("extra.guidance is of another form; write guidance = [least, most]")
    return span[0], span[1]


def _promised(model: Model, *, sizes: bool) -> Iterator[tuple[str, ...]]:
    """Yield for each promise the words of which one must have a name."""
    modes = frozenset(map(Mode, model.modes))
    if modes & {Mode.IMG2IMG, Mode.INPAINT, Mode.OUTPAINT}:
        yield "image", "images"
    if modes & {Mode.INPAINT, Mode.OUTPAINT}:
        yield ("mask",)
    if Mode.STYLE_TRANSFER in modes:
        yield ("images",)
    if model.negative == "yes":
        yield ("negative",)
    if model.steps:
        yield ("steps",)
    if model.guidance is not None:
        yield ("guidance",)
    if model.seed:
        yield ("seed",)
    if Mode.TXT2IMG in modes and not sizes and len(model.sizes) != 1:
        yield ("width",)
        yield ("height",)
