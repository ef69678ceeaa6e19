"""A draft as JSON and back, for a wish that waits for a word of its person."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any

from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.ids import ImageId
from pinxit.domain.job import Priority
from pinxit.domain.request import Enhance, Lora, Mode, Outpaint, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.request import Json


def draft_to_json(draft: Draft) -> dict[str, Json]:
    """Write what a draft says; `draft_from_json` reads it back equal. Raises ValueError: it holds a file's bytes."""
    if any(source.data is not None for source in draft.sources):
        msg = "the bytes of a source are no JSON"
        raise ValueError(msg)
    silent = Draft(prompt="")
    said: dict[str, Json] = {
        name: value for name, value in asdict(draft).items() if getattr(draft, name) != getattr(silent, name)
    }
    return said


def draft_from_json(said: Mapping[str, Any]) -> Draft:
    """Read what `draft_to_json` wrote, also after a way through text; names of other versions are passed over."""
    known = {field.name for field in fields(Draft)}
    read = {name: _READ.get(name, _same)(value) for name, value in said.items() if name in known}
    return replace(Draft(prompt=""), **read)


def _same(value: Any) -> Any:  # noqa: ANN401 - whatever a field of a draft holds
    return value


def _source(said: Mapping[str, Any]) -> SourceDraft:
    image = said["image"]
    return SourceDraft(Role(said["role"]), url=said["url"], image=None if image is None else ImageId(image))


_READ: Mapping[str, Any] = {
    "mode": Mode,
    "enhance": Enhance,
    "priority": Priority,
    "aspect": tuple,
    "loras": lambda loras: tuple(Lora(**lora) for lora in loras),
    "sources": lambda sources: tuple(_source(source) for source in sources),
    "outpaint": lambda sides: Outpaint(**sides),
}
