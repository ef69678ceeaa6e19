"""What was filled into a command's options, as fields of a draft, read by the same rules as flags in a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import ImageId, is_id
from pinxit.prompt.flags import FLAGS
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from collections.abc import Mapping

    import discord

    from pinxit.domain.limits import Limits
    from pinxit.domain.request import Role
    from pinxit.prompt.flag_values import Fields

# Each option by the flag that means the same.
_FLAG_OF = {
    "negative": "no",
    "model": "model",
    "style": "style",
    "aspect": "ar",
    "size": "size",
    "count": "n",
    "steps": "steps",
    "guidance": "cfg",
    "sampler": "sampler",
    "seed": "seed",
    "strength": "strength",
    "lora": "lora",
    "enhance": "enhance",
}
_FLAGS = {flag.name: flag for flag in FLAGS}
_PLACES = 6  # What a flag's number has behind the point, at most.


def draft_of(
    said: Mapping[str, str | float | None], sources: tuple[SourceDraft, ...] = (), *, private: bool | None = None
) -> Draft:
    """Return the fields that the options name; what is None was left out. Several LoRAs have commas between them.

    Raises Refused (FLAG_VALUE), with the option's name.
    """
    fields: Fields = {}
    for option, value in said.items():
        if value is None:
            continue
        flag = _FLAGS[_FLAG_OF[option]]
        for one in _values(option, value):
            try:
                flag.read(fields, one)
            except ValueError as error:
                allowed = list(flag.allowed)
                raise Refused(Code.FLAG_VALUE, field=option, flag=option, value=shown(one), allowed=allowed) from error
    if private is not None:
        fields["private"] = private
    return Draft(prompt="", sources=sources, **fields)


def source_of(file: discord.Attachment, role: Role, limits: Limits) -> SourceDraft:
    """Return an attached picture, which is fetched later. Raises Refused: SOURCE_INVALID, SOURCE_TOO_LARGE."""
    check_file(file, role.field, limits)
    return SourceDraft(role, url=file.url)


def check_file(file: discord.Attachment, field: str, limits: Limits) -> None:
    """Raise Refused for what cannot be a picture of ours by the looks of it: its type and size, as Discord tells."""
    kind = file.content_type or ""
    if kind and (not kind.startswith("image/") or kind.startswith("image/svg")):
        allowed = [say_slash("en", Slash.WHAT_IMAGE)]
        raise Refused(Code.SOURCE_INVALID, field=field, reason=shown(kind), allowed=allowed)
    if file.size > limits.max_source_bytes:
        allowed = [f"at most {limits.max_source_bytes} bytes"]
        raise Refused(Code.SOURCE_TOO_LARGE, field=field, value=file.size, allowed=allowed)


def image_of(named: str | None) -> ImageId | None:
    """Return the picture that was chosen, None where none was. Raises Refused (IMAGE_UNKNOWN)."""
    if named is None:
        return None
    if not is_id(named):  # It was typed, and nothing was chosen from the list.
        raise Refused(Code.IMAGE_UNKNOWN, image=shown(named))
    return ImageId(named)


def number_of(value: float | None) -> str:
    """Return a number as it is typed, "" for none."""
    return "" if value is None else f"{value:.{_PLACES}f}".rstrip("0").rstrip(".")


def _values(option: str, value: str | float) -> list[str]:
    if isinstance(value, float):
        return [number_of(value)]
    text = str(value).strip()
    if option == "lora":
        return [part.strip() for part in text.split(",") if part.strip()]
    return [text]
