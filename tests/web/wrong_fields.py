"""Every field of a job's body, wrong in every way: raw JSON of the value, and the code that it must be refused with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HUGE = str(2**80)
ENDLESS = "1" + 5000 * "0"
SURROGATE = '"\\ud800"'
NUL = '"a\\u0000b"'

_WHOLE = ("width", "height", "count", "seed", "steps", "clip_skip", "repeat")
_NUMBER = ("guidance_scale", "strength", "style_strength", "content_strength", "upscale")
_TRUTH = ("tile", "local", "private", "raw", "dry_run", "confirmed")
_NAME = ("model", "generator", "chain", "sampler", "style", "quality", "negative_prompt", "guild", "person", "aspect")
_CHOICE = ("mode", "enhance", "priority")
_SOURCE = ("mask", "style_image")

_RANGES = {  # field: values out of its range
    "width": ("0", "-8", "63", "1000000000", HUGE, ENDLESS),
    "height": ("0", "-8", "63", "1000000000", HUGE, ENDLESS),
    "count": ("0", "-1", "5", HUGE, ENDLESS),
    "seed": ("-2", "4294967296", HUGE, f"-{HUGE}", ENDLESS, f"-{ENDLESS}"),
    "steps": ("0", "-1", "151", HUGE, ENDLESS),
    "guidance_scale": ("-0.1", "30.1", HUGE, ENDLESS),
    "strength": ("-0.1", "1.1", HUGE),
    "style_strength": ("-0.1", "1.1", HUGE),
    "content_strength": ("-0.1", "1.1", HUGE),
    "upscale": ("0.5", "-2"),
    "repeat": ("0", "-1", "41", HUGE, ENDLESS),
}
_OWN = (
    # prompt
    ("prompt", '""', "prompt_empty"),
    ("prompt", '"  \\n "', "prompt_empty"),
    ("prompt", "null", "prompt_empty"),
    ("prompt", "7", "field_type"),
    ("prompt", '["a fox"]', "field_type"),
    ("prompt", json.dumps("a" * 2001), "prompt_too_long"),
    ("prompt", json.dumps("fox, " * 40_000), "prompt_too_long"),
    ("prompt", json.dumps("-- " * 66_000), "prompt_too_long"),
    ("prompt", json.dumps("--x " * 50_000), "prompt_too_long"),
    ("prompt", SURROGATE, "text_invalid"),
    ("prompt", NUL, "text_invalid"),
    ("prompt", '"a fox --sead 7"', "flag_unknown"),
    ("prompt", '"a fox --seed x"', "flag_value"),
    ("prompt", '"a fox --seed 1 --seed 2"', "flag_twice"),
    ("negative_prompt", json.dumps("a" * 2001), "prompt_too_long"),
    # names
    ("model", '"sketsch"', "model_unknown"),
    ("model", SURROGATE, "text_invalid"),
    ("generator", '"skech"', "generator_unknown"),
    ("chain", '"pant"', "chain_unknown"),
    ("sampler", '"euler"', "feature_unsupported"),
    ("style", '"oill"', "style_unknown"),
    ("quality", '"high"', "feature_unsupported"),
    ("guild", '""', "field_range"),
    ("guild", '"a guild"', "field_range"),
    ("guild", json.dumps("g" * 101), "field_range"),
    ("person", '"nobody\\n"', "field_range"),
    ("aspect", '"3x2"', "field_type"),
    ("aspect", '"3:2:1"', "field_type"),
    ("aspect", '"٣:٢"', "field_type"),
    ("aspect", '"0:1"', "field_range"),
    ("aspect", '"999999:1"', "field_range"),
    # features that the sketch lacks
    ("clip_skip", "-1", "feature_unsupported"),
    ("clip_skip", ENDLESS, "feature_unsupported"),
    ("loras", '[{"name": "a"}]', "feature_unsupported"),
    ("enhance", '"llm"', "feature_unsupported"),
    # lists and objects
    ("roles", '"admin"', "field_type"),
    ("roles", "[7]", "field_type"),
    ("roles", '["a role"]', "field_range"),
    ("roles", '["a\\u0000"]', "text_invalid"),
    ("roles", json.dumps(["r"] * 251), "field_range"),
    ("loras", "{}", "field_type"),
    ("loras", '["a"]', "field_type"),
    ("loras", '[{"weight": 1}]', "field_missing"),
    ("loras", '[{"name": "a", "weight": "1"}]', "field_type"),
    ("loras", '[{"name": "a", "wieght": 1}]', "field_unknown"),
    ("loras", '[{"name": "a", "weight": NaN}]', "field_type"),
    ("outpaint", "[]", "field_type"),
    ("outpaint", '{"lefft": 1}', "field_unknown"),
    ("outpaint", '{"left": 1.5}', "field_type"),
    ("outpaint", '{"left": true}', "field_type"),
    ("options", "[]", "field_type"),
    ("options", '"x"', "field_type"),
    ("options", '{"a": NaN}', "field_type"),
    ("options", f'{{"a": [{HUGE}]}}', "field_range"),
    ("options", '{"a\\u0000": 1}', "text_invalid"),
    ("options", '{"a": "\\ud800"}', "text_invalid"),
    ("options", json.dumps({"a": "b" * 20_000}), "field_range"),
    # pictures
    ("images", '"aGVsbG8="', "field_type"),
    ("images", "[7]", "field_type"),
    ("images", "[null]", "field_type"),
    ("images", '["aGVsbG8="]', "source_invalid"),
    ("images", '["not base64!"]', "source_invalid"),
    ("images", '[""]', "source_invalid"),
    ("images", '["data:image/png,abc"]', "source_invalid"),
    ("images", '["data:image/png;base64,aGVsbG8="]', "source_invalid"),
    ("images", '["\\ud800"]', "source_invalid"),
    ("images", '["http://example.org/a.png"]', "source_url_refused"),
    ("images", '["https://127.0.0.1/a.png"]', "source_url_refused"),
    ("images", '["https://169.254.169.254/latest"]', "source_url_refused"),
    ("images", '["https://[::1]/a.png"]', "source_url_refused"),
    ("images", '["https://localhost/a.png"]', "source_url_refused"),
    ("images", '["file:///etc/passwd"]', "source_url_refused"),
    ("images", '["javascript:alert(1)"]', "source_url_refused"),
    ("images", '["-0cUrUhAhlVuBOxyrI4RV_"]', "image_unknown"),
    ("images", '["a","a","a","a","a"]', "field_range"),
    ("mask", '"aGVsbG8="', "source_invalid"),
    ("style_image", '"aGVsbG8="', "source_invalid"),
    # what does not go together, and what does not exist
    ("sneed", "7", "field_unknown"),
    ("Seed", "7", "field_unknown"),
    ("", "7", "field_unknown"),
    ("__proto__", "{}", "field_unknown"),
)


_KINDS = (  # fields, values of a wrong kind, code
    (_WHOLE, ('"7"', "true", "1.5", "1e3", "NaN", "Infinity", "-Infinity", "[]", "{}"), "field_type"),
    (_NUMBER, ('"7"', "true", "NaN", "Infinity", "-Infinity", "1e999", "[]", "{}"), "field_type"),
    (_TRUTH, ("1", "0", '"true"', "[]"), "field_type"),
    ((*_NAME, *_SOURCE), ("7", "true", "[]", "{}"), "field_type"),
    (_NAME, (NUL,), "text_invalid"),
    (_CHOICE, ("7", "true", "[]", '"hihg"', '""'), "field_choice"),
    (_CHOICE, (SURROGATE,), "text_invalid"),
)


def wrong_fields() -> Iterator[tuple[str, str, str]]:
    """Yield (field, JSON of its value, code)."""
    for fields, wrong, code in _KINDS:
        for field in fields:
            for value in wrong:
                yield field, value, code
    for field, values in _RANGES.items():
        for value in values:
            is_large = field in ("width", "height") and not value.startswith("-") and int(value[:15]) > 63
            yield field, value, "size_too_large" if is_large else "field_range"
    yield from _OWN
