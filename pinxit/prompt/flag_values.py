"""What stands behind each flag, noted for the draft. Every reader raises ValueError for what it does not take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypedDict

from pinxit.domain.errors import Code, Refused
from pinxit.domain.job import Priority
from pinxit.domain.request import Enhance
from pinxit.domain.resolve import MAX_LORAS
from pinxit.domain.seeds import SEED_LIMIT
from pinxit.prompt.loras import read_lora

if TYPE_CHECKING:
    from pinxit.domain.request import Lora

_MOST = 10**12


class Fields(TypedDict, total=False):
    """What was said so far, as fields of a draft; one draft after the other would cost more than all the reading."""

    aspect: tuple[int, int]
    width_px: int
    height_px: int
    negative_prompt: str
    seed: int
    count: int
    steps: int
    guidance_scale: float
    sampler: str
    model: str
    style: str
    strength: float
    tile: bool
    loras: tuple[Lora, ...]
    enhance: Enhance
    raw: bool
    private: bool
    local: bool
    priority: Priority
    dry_run: bool
    confirmed: bool
    stylize: int
    chaos: int
    repeat: int


def read_aspect(fields: Fields, value: str) -> None:
    """Read 3:2."""
    fields["aspect"] = _pair(value, ":/xX×")


def read_size(fields: Fields, value: str) -> None:
    """Read 768x512."""
    fields["width_px"], fields["height_px"] = _pair(value, "xX×*")


def read_no(fields: Fields, value: str) -> None:
    """Read what is not to be seen."""
    fields["negative_prompt"] = _something(value)


def read_seed(fields: Fields, value: str) -> None:
    """Read a seed; -1 and `random` are drawn."""
    fields["seed"] = -1 if value.casefold() == "random" else _whole(value, -1, SEED_LIMIT - 1)


def read_count(fields: Fields, value: str) -> None:
    """Read how many images; whether it is too many, the house says."""
    fields["count"] = _whole(value)


def read_steps(fields: Fields, value: str) -> None:
    """Read how many steps; whether it is too many, the generator says."""
    fields["steps"] = _whole(value)


def read_guidance(fields: Fields, value: str) -> None:
    """Read a guidance scale."""
    fields["guidance_scale"] = decimal(value)


def read_sampler(fields: Fields, value: str) -> None:
    """Read a sampler's name."""
    fields["sampler"] = _something(value)


def read_model(fields: Fields, value: str) -> None:
    """Read a model's name."""
    fields["model"] = _something(value)


def read_style(fields: Fields, value: str) -> None:
    """Read a style's name."""
    fields["style"] = _something(value)


def read_strength(fields: Fields, value: str) -> None:
    """Read how much of the source is repainted."""
    strength = decimal(value)
    if strength > 1:
        raise ValueError(value)
    fields["strength"] = strength


def read_tile(fields: Fields, _value: str) -> None:
    """Ask for a picture that can be laid side by side."""
    fields["tile"] = True


def add_lora(fields: Fields, value: str) -> None:
    """Add a LoRA: `ink`, or `ink:0.8`."""
    loras = fields.get("loras", ())
    if len(loras) == MAX_LORAS:  # Said here already: adding to a tuple ten thousand times is not linear.
        allowed = [f"at most {MAX_LORAS}"]
        raise Refused(Code.FIELD_RANGE, field="loras", value=f"more than {MAX_LORAS}", allowed=allowed)
    fields["loras"] = (*loras, read_lora(value))


def read_enhance(fields: Fields, value: str) -> None:
    """Read who may rewrite the prompt."""
    fields["enhance"] = Enhance(value.casefold())


def read_raw(fields: Fields, _value: str) -> None:
    """Ask for these words and no others."""
    fields["raw"] = True


def read_private(fields: Fields, _value: str) -> None:
    """Keep it from the others."""
    _seen_by(fields, is_private=True)


def read_public(fields: Fields, _value: str) -> None:
    """Let the others see it."""
    _seen_by(fields, is_private=False)


def read_local(fields: Fields, _value: str) -> None:
    """Keep it on the operator's machines."""
    fields["local"] = True


def read_priority(fields: Fields, value: str) -> None:
    """Read the place among one's own jobs and those of one's guild."""
    if value.upper() not in Priority.__members__:
        raise ValueError(value)
    fields["priority"] = Priority[value.upper()]


def read_dry_run(fields: Fields, _value: str) -> None:
    """Ask for the price only."""
    fields["dry_run"] = True


def read_yes(fields: Fields, _value: str) -> None:
    """Confirm that many jobs are wanted."""
    fields["confirmed"] = True


def read_stylize(fields: Fields, value: str) -> None:
    """Read Midjourney's --stylize."""
    fields["stylize"] = _whole(value, 0, 1000)


def read_chaos(fields: Fields, value: str) -> None:
    """Read Midjourney's --chaos."""
    fields["chaos"] = _whole(value, 0, 100)


def read_repeat(fields: Fields, value: str) -> None:
    """Read how many jobs; whether it is too many, `wishes` says."""
    fields["repeat"] = _whole(value, 1)


def decimal(value: str) -> float:
    """Return the number that a person wrote, with a point or a comma. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,4}([.,][0-9]{1,6})?", value):  # Half of Europe writes 7,5.
        raise ValueError(value)
    return float(value.replace(",", "."))


def _seen_by(fields: Fields, *, is_private: bool) -> None:
    if "private" in fields:  # The same flag twice was refused before.
        raise Refused(Code.FIELD_CONFLICT, field="private", value="--private", other="--public", allowed=[])
    fields["private"] = is_private


def _whole(value: str, least: int = -_MOST, most: int = _MOST) -> int:
    if not re.fullmatch(r"-?[0-9]{1,12}", value):  # int() also takes "1_0" and digits of other scripts.
        raise ValueError(value)
    if not least <= int(value) <= most:
        raise ValueError(value)
    return int(value)


def _pair(value: str, separators: str) -> tuple[int, int]:
    match = re.fullmatch(rf"([0-9]{{1,6}})[{re.escape(separators)}]([0-9]{{1,6}})", value)
    first, second = (int(match[1]), int(match[2])) if match else (0, 0)
    if not first or not second:
        raise ValueError(value)
    return first, second


def _something(value: str) -> str:
    if not value:
        raise ValueError(value)
    return value
