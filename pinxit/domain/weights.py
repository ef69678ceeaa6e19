r"""Weights inside a prompt: `(word:1.2)`, `((word))`, `[word]`, and `\(` for a bracket that is only a bracket.

As in AUTOMATIC1111 (its `modules/prompt_parser.py`, read 2026-11), but for what people write without thinking of
weights, which stays text: one pair of round brackets without a number, `(16:9)`, `[1]`, `[see: this]`, `()`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

_STEP = 1.1  # What one pair of emphasising brackets multiplies by; a square one divides.
_MOST = 10.0  # No model paints anything sensible beyond 2; (10:30) is a time.
_MARK = re.compile(r"\\[()\[\]]|[()\[\]]")
_NUMBER = re.compile(r":\s*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))\s*$")
_ROUNDS = 4  # What one round leaves can be a weight of its own. Nobody writes that four times over.
_NUMBER_CHARS = 16  # A longer tail holds no weight; the bound keeps the search linear.
_INK = re.compile(r"\S")
_PARTS = re.compile(r"[:|]")
_REFERENCE = re.compile(r"[0-9.,\s]*")


def strip(text: str) -> str:
    r"""Return the words without weights, and `(` for `\(`. What is stripped already stays as it is.

    So an escape stays an escape where a weight or another escape would come of it.
    """
    if not _MARK.search(text):  # As in most prompts.
        return text
    for _ in range(_ROUNDS):
        before, text = text, _stripped(text)
        if text == before:
            break
    return text


def has_weights(text: str) -> bool:
    """Tell whether anything in the prompt is weighted."""
    return bool(_groups(text))


def parse(text: str) -> tuple[tuple[str, float], ...]:
    """Return the words with their weights, in order; 1.0 is neutral. Neighbours of one weight are one piece."""
    joined: list[tuple[str, float]] = []
    run: list[str] = []
    for piece in _pieces(text):
        if joined and joined[-1][1] == piece.weight:
            run.append(piece.text)
            continue
        if joined:
            joined[-1] = ("".join(run), joined[-1][1])
        run = [piece.text]
        joined.append((piece.text, piece.weight))
    if joined:
        joined[-1] = ("".join(run), joined[-1][1])
    return tuple(joined)


def _stripped(text: str) -> str:
    pieces = _pieces(text)
    plain = "".join(piece.text for piece in pieces)
    is_done = not has_weights(plain) and not any(len(mark[0]) > 1 for mark in _MARK.finditer(plain))
    return plain if is_done else "".join(piece.written for piece in pieces)


@dataclass(frozen=True, slots=True)
class _Group:
    """Brackets that weight: `close` is the closing one, `end` where the words inside end."""

    opening: int
    end: int
    close: int
    weight: float


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    weight: float
    written: str  # With its escapes.


def _pieces(text: str) -> list[_Piece]:
    groups = _groups(text)
    closing = {group.close: group for group in groups.values()}
    weights = [1.0]
    pieces: list[_Piece] = []
    begun = 0

    def flush(end: int) -> None:
        if end > begun:
            pieces.append(_Piece(text[begun:end], weights[-1], text[begun:end]))

    for mark in _MARK.finditer(text):
        at = mark.start()
        if len(mark[0]) > 1:
            flush(at)
            pieces.append(_Piece(mark[0][1], weights[-1], mark[0]))
        elif at in groups:
            flush(at)
            weights.append(_bounded(weights[-1] * groups[at].weight))
        elif at in closing:
            flush(closing[at].end)
            weights.pop()
        else:
            continue
        begun = mark.end()
    flush(len(text))
    return pieces


def _bounded(weight: float) -> float:
    return round(min(max(weight, -_MOST), _MOST), 4)


def _groups(text: str) -> dict[int, _Group]:
    """Return the brackets that weight, by where they open."""
    if "(" not in text and "[" not in text:
        return {}
    rounds, squares = _pairs(text)
    ends = {opening: _number(text, opening, close) for opening, close in rounds.items()}
    groups = {at: _Group(at, end, rounds[at], weight) for at, (end, weight) in ends.items() if weight is not None}
    for opening, close in rounds.items():
        # Doubled: one pair directly inside the other. One pair alone is how people put things in brackets.
        inner = rounds.get(opening + 1)
        if inner is not None and inner + 1 == ends[opening][0] and _INK.search(text, opening + 2, inner):
            for at, end in ((opening, close), (opening + 1, inner)):
                groups.setdefault(at, _Group(at, end, end, _STEP))
    numbers = {group.end for group in groups.values() if group.end != group.close}
    parts = [part.start() for part in _PARTS.finditer(text) if part.start() not in numbers]
    for opening, close in squares.items():
        # [a:b:0.5] and [a|b] change while a model paints; those, footnotes and remarks are no weights.
        next_part = bisect_left(parts, opening)
        has_parts = next_part < len(parts) and parts[next_part] < close
        if not has_parts and _INK.search(text, opening + 1, close) and not _is_reference(text, opening, close):
            groups[opening] = _Group(opening, close, close, 1 / _STEP)
    return groups


def _is_reference(text: str, opening: int, close: int) -> bool:
    return close - opening <= _NUMBER_CHARS and _REFERENCE.fullmatch(text, opening + 1, close) is not None


def _pairs(text: str) -> tuple[dict[int, int], dict[int, int]]:
    """Return where each round and each square bracket closes; one that crosses another's end is text."""
    pairs: dict[str, dict[int, int]] = {"(": {}, "[": {}}
    opened: list[tuple[str, int]] = []
    count = {"(": 0, "[": 0}
    for mark in _MARK.finditer(text):
        bracket = mark[0]
        if bracket in count:
            opened.append((bracket, mark.start()))
            count[bracket] += 1
        elif bracket in ")]" and count[wanted := "(" if bracket == ")" else "["]:
            kind, at = opened.pop()
            count[kind] -= 1
            while kind != wanted:
                kind, at = opened.pop()
                count[kind] -= 1
            pairs[wanted][at] = mark.start()
    return pairs["("], pairs["["]


def _number(text: str, opening: int, close: int) -> tuple[int, float | None]:
    """Return where the words end and the weight behind them, None where there is none."""
    found = _NUMBER.search(text[max(opening + 1, close - _NUMBER_CHARS) : close])
    if found is None:
        return close, None
    end = close - (len(found.string) - found.start())
    is_ratio = "." not in found[1] and text[end - 1].isdigit()  # (16:9), (10:30)
    if is_ratio or abs(float(found[1])) > _MOST or not _INK.search(text, opening + 1, end):
        return close, None
    return end, float(found[1])
