"""Named styles: the shipped ones, finding one by name, and what one does to a draft."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pinxit.domain.errors import Code, ConfigError, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.guild_rules import NamedStyle, style_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.draft import Draft
    from pinxit.domain.generator import Capabilities

_FILE = "styles.toml"
_SHOWN = 12  # Names in a refusal; nobody reads sixty.
_SPELLINGS = (("colour", "color"), ("vapour", "vapor"), ("grey", "gray"), ("jewellery", "jewelry"))


@cache
def load_styles() -> Mapping[str, NamedStyle]:
    """Return the shipped styles in their order, by `style_key` of their names. Raises ConfigError."""
    text = resources.files("pinxit.prompt").joinpath(_FILE).read_text("utf-8")
    return MappingProxyType(read_styles(text, _FILE))


def read_styles(text: str, name: str) -> dict[str, NamedStyle]:
    """Return the styles of a TOML text by key. `name`: of its file, for the sentences of ConfigError; pure."""
    try:
        tables = tomllib.loads(text).get("style")
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{name}: this is no TOML: {error}"]) from error
    if not isinstance(tables, list) or not tables:
        raise ConfigError([f"{name}: there is no style; write [[style]] and below it a name and a suffix"])
    problems: list[str] = []
    styles: dict[str, NamedStyle] = {}
    for number, table in enumerate(tables, 1):
        place = f"{name}: style {number}"
        found = _problems(table, place)
        problems += found
        if found:
            continue
        style = NamedStyle(**{**table, "aspect": tuple(table["aspect"]) if "aspect" in table else None})
        key = style_key(style.name)
        if key in styles:
            problems.append(f"{place} is called {style.name}, as an earlier one is; give it another name")
        styles[key] = style
    if problems:
        raise ConfigError(problems)
    return styles


def find(name: str, own: Mapping[str, NamedStyle], shipped: Mapping[str, NamedStyle]) -> NamedStyle:
    """Return the style of this name; a guild's own comes before a shipped one. Raises Refused (STYLE_UNKNOWN).

    British and American spellings are the same. Both mappings are by `style_key`.
    """
    for styles in (own, shipped):
        if (style := styles.get(style_key(name)) or _spelled(name, styles)) is not None:
            return style
    names = [style.name for style in (*own.values(), *shipped.values())]
    by_key = {style_key(one): one for one in names}
    near = nearest(style_key(name), list(by_key))
    raise Refused(
        Code.STYLE_UNKNOWN,
        field="style",
        value=shown(name),
        nearest=by_key.get(near, ""),
        allowed=[*names[:_SHOWN], "…"] if len(names) > _SHOWN else names,
    )


def styled(draft: Draft, style: NamedStyle, capabilities: Capabilities | None = None) -> Draft:
    """Return the draft in this style; what the person said stays. Pure.

    `capabilities`: of the generator that will paint, so that a mere suggestion is never the reason of a refusal. A
    draft that has this style already is returned as it is.
    """
    if style.suffix and draft.suffix == style.suffix:
        return draft
    can_avoid = capabilities is None or capabilities.negative_prompt
    steps = style.steps if capabilities is None or style.steps is None else min(style.steps, capabilities.max_steps)
    is_shapeless = (draft.width_px, draft.height_px, draft.aspect) == (None, None, None) and not draft.sources
    return replace(
        draft,
        style=draft.style if style.suffix else None,  # Without words there is nothing that its name could stand for.
        suffix=style.suffix,
        negative_prompt=_joined(draft.negative_prompt, style.negative) if can_avoid else draft.negative_prompt,
        aspect=style.aspect if is_shapeless else draft.aspect,
        steps=steps if draft.steps is None else draft.steps,
        guidance_scale=style.guidance_scale if draft.guidance_scale is None else draft.guidance_scale,
    )


def _joined(negative: str | None, more: str) -> str | None:
    """Return the negative prompt with what is not in it yet."""
    said = (negative or "").strip()
    there = {part.strip().casefold() for part in said.split(",")}
    new = [part.strip() for part in more.split(",") if part.strip() and part.strip().casefold() not in there]
    return ", ".join(filter(None, (said, *new))) if new else negative


def _spelled(name: str, styles: Mapping[str, NamedStyle]) -> NamedStyle | None:
    wanted = _one_spelling(style_key(name))
    return next((style for key, style in styles.items() if _one_spelling(key) == wanted), None)


def _one_spelling(key: str) -> str:
    for british, american in _SPELLINGS:
        key = key.replace(british, american)
    return key


_TEXTS = ("name", "suffix", "negative", "about")


def _problems(table: object, place: str) -> list[str]:
    """Return what is wrong with one table of a file, as sentences."""
    if not isinstance(table, dict):
        return [f"{place} is no table; write [[style]] above it"]
    keys = [field.name for field in fields(NamedStyle)]
    found = [f"{place} has {key!r}, which no style has; it can have {', '.join(keys)}" for key in table.keys() - keys]
    found += [f"{place} has no {key}; write one" for key in ("name", "suffix") if not table.get(key)]
    texts = (key for key in _TEXTS if not isinstance(table.get(key, ""), str))
    found += [f"{place}: {key} is {table[key]!r}; write a text in quotation marks" for key in texts]
    if isinstance(table.get("name"), str) and table["name"] and not style_key(table["name"]):
        found.append(f"{place} is called {table['name']!r}; use letters or digits")
    if "aspect" in table and not _is_pair(table["aspect"]):
        found.append(f"{place}: aspect is {table['aspect']!r}; write two whole numbers, such as [3, 2]")
    if "steps" in table and not (_is_number(table["steps"]) and table["steps"] == int(table["steps"]) >= 1):
        found.append(f"{place}: steps is {table['steps']!r}; write a whole number, such as 20")
    if "guidance_scale" in table and not (_is_number(table["guidance_scale"]) and table["guidance_scale"] >= 0):
        found.append(f"{place}: guidance_scale is {table['guidance_scale']!r}; write a number, such as 7.5")
    return found


def _is_pair(value: Any) -> bool:  # noqa: ANN401 - whatever stands in a file
    is_list = isinstance(value, list) and len(value) == len(("width", "height"))
    return is_list and all(isinstance(side, int) and not isinstance(side, bool) and side > 0 for side in value)


def _is_number(value: Any) -> bool:  # noqa: ANN401 - whatever stands in a file
    return isinstance(value, int | float) and not isinstance(value, bool)
