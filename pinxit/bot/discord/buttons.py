"""The buttons under a job's message, and the select "change one thing"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import ui

from pinxit.bot.discord.custom_ids import CustomId
from pinxit.bot.discord.texts import cut
from pinxit.chat.cards import Act
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from pinxit.chat.cards import Button, View

# discord.com/developers/docs/components/reference, read 2026-11.
_LABEL_MOST = 80
_PLACEHOLDER_MOST = 150
_ROWS_MOST = 5
_ROW_MOST = 5

_CHANGE = "change"
FIELD_NAMES = {
    "model": Slash.CHANGE_MODEL,
    "aspect": Slash.CHANGE_ASPECT,
    "steps": Slash.CHANGE_STEPS,
    "guidance": Slash.CHANGE_GUIDANCE,
    "sampler": Slash.CHANGE_SAMPLER,
    "style": Slash.CHANGE_STYLE,
}
_ONLY_SYMBOL = frozenset({Act.DELETE})
# Signs that are text unless a selector follows; Discord takes them as emoji only with it.
_TEXTUAL = frozenset("✖✏ℹ↩↔⚠🗑❤☠")  # noqa: RUF001 - the signs that people know
_AS_EMOJI = "\ufe0f"


def buttons(view: View, locale: str) -> ui.View | None:
    """Return what can be pressed under the job's message, None for nothing.

    It is stopped already: discord.py keeps in memory whatever is not finished when it is sent, and presses are found
    by their custom ids. Needs a running event loop.
    """
    rows = [row[:_ROW_MOST] for row in view.buttons[:_ROWS_MOST]]
    if not rows:
        return None
    shown = ui.View(timeout=None)
    last = len(rows) - 1
    has_select = bool(view.state.is_final and view.pictures and len(rows) < _ROWS_MOST)
    for number, row in enumerate(rows):
        place = number + 1 if has_select and number == last else number
        for button in row:
            shown.add_item(_button(button, view, place))
    if has_select:
        shown.add_item(_select(view, locale, last))
    shown.stop()
    return shown


def _button(button: Button, view: View, row: int) -> ui.Button[ui.View]:
    value = "" if button.index is None else str(button.index)
    is_bare = button.act in _ONLY_SYMBOL and bool(button.symbol)
    return ui.Button(
        label=None if is_bare else cut(button.label, _LABEL_MOST),
        emoji=emoji(button.symbol) if button.symbol else None,
        custom_id=str(CustomId(button.act.value, view.job, value)),
        style=discord.ButtonStyle.secondary,
        row=row,
    )


def _select(view: View, locale: str, row: int) -> ui.Select[ui.View]:
    options = [discord.SelectOption(label=say_slash(locale, said), value=name) for name, said in FIELD_NAMES.items()]
    return ui.Select(
        custom_id=str(CustomId(_CHANGE, view.job)),
        placeholder=cut(say_slash(locale, Slash.CHANGE_ONE), _PLACEHOLDER_MOST),
        options=options,
        row=row,
    )


def emoji(symbol: str) -> str:
    """Return a sign as Discord knows it: as an emoji, not as a letter."""
    return symbol + _AS_EMOJI if symbol in _TEXTUAL else symbol
