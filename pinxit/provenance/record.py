"""The record inside a file: all that is needed to make its image again, for whoever has nothing but the file."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pinxit.domain.facts import is_text
from pinxit.domain.ids import ImageId, JobId
from pinxit.domain.request import Enhance, Json, Lora, Mode, Outpaint, Request, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

VERSION = 1
# Where containers keep it: a PNG text chunk of this keyword, elsewhere the XMP property `pinxit:request`.
KEYWORD = "pinxit"
MAX_CHARS = 2**20
_MAX_DEPTH = 20
_MAX_INT = 2**63 - 1
_DIGEST = re.compile(r"[0-9a-f]{64}")
# In JSON they can only stand inside strings, where an escape means the same; XML 1.0 takes none of them raw.
_NOT_XML = re.compile("[\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class NotARecord(ValueError):
    """The text is no record of ours; the message says where it is wrong, without a word of its text."""


@dataclass(frozen=True, slots=True)
class RecordedSource:
    """A source as a file may name it: what it was for, and the SHA-256 of its bytes in hex ("" where unknown)."""

    role: Role
    sha256: str


@dataclass(frozen=True, slots=True)
class Record:
    """How one image came to be. `seed` is this image's own, and `index` its place in its job.

    `generator`: the name in the settings; `generator_kind`: what it was built from, "" where unknown.
    `pixels_sha256`: of the decoded RGBA pixels. `request`: as it was resolved, without what was typed and without
    sources: those are in `sources`, by their digests, since ids mean nothing elsewhere.
    """

    job: JobId
    image: ImageId
    index: int
    seed: int
    generator: str
    model: str
    model_hash: str
    pixels_sha256: str
    request: Request
    sources: tuple[RecordedSource, ...] = ()
    recipe: Mapping[str, Json] = field(default_factory=dict)
    generator_kind: str = ""


def to_json(record: Record) -> str:
    """Write a record as one line of JSON that can also stand in XML once `& < >` are escaped."""
    request = dataclasses.asdict(dataclasses.replace(record.request, sources=()))
    del request["typed"]
    request["sources"] = [{"role": source.role.value, "sha256": source.sha256} for source in record.sources]
    said = {
        "v": VERSION,
        "job": record.job,
        "image": record.image,
        "index": record.index,
        "seed": record.seed,
        "generator_kind": record.generator_kind,
        "generator": record.generator,
        "model": record.model,
        "model_hash": record.model_hash,
        "recipe": dict(record.recipe),
        "pixels_sha256": record.pixels_sha256,
        "request": request,
    }
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def from_json(text: str) -> Record:
    """Read what `to_json` wrote, whoever may have changed it since.

    A field that is not there takes its default and an unknown one is passed over. Every type is checked, no number and
    no size is: a caller resolves the request again before it paints. Raises NotARecord.
    """
    if len(text) > MAX_CHARS:
        raise NotARecord(f"it has more than {MAX_CHARS} characters")
    try:
        raw: object = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise NotARecord("it is nested too deeply") from error
    except ValueError as error:
        raise NotARecord("it is not JSON") from error
    fields = _typed(dict, raw, "the record")
    if fields.get("v") != VERSION:
        raise NotARecord(f"it is not of version {VERSION}")
    asked = _typed(dict, fields.get("request"), "request")
    return Record(
        job=JobId(_get(fields, "job", "")),
        image=ImageId(_get(fields, "image", "")),
        index=_get(fields, "index", 0),
        seed=_get(fields, "seed", 0),
        generator=_get(fields, "generator", ""),
        generator_kind=_get(fields, "generator_kind", ""),
        model=_get(fields, "model", ""),
        model_hash=_get(fields, "model_hash", ""),
        pixels_sha256=_digest(_get(fields, "pixels_sha256", "")),
        recipe=_plain_dict(fields.get("recipe", {}), "recipe"),
        request=_request(asked),
        sources=tuple(_source(item) for item in _typed(list, asked.get("sources", []), "sources")),
    )


# The request's fields that are plain values: read and checked by the type in their annotation.
_PLAIN = {"str": str, "int": int, "float": float, "bool": bool}


def _request(raw: Mapping[str, Any]) -> Request:
    values: dict[str, Any] = {}
    for each in dataclasses.fields(Request):
        kind = _PLAIN.get(str(each.type))
        if kind is not None and each.name in raw:
            values[each.name] = _typed(kind, raw[each.name], each.name)
    try:
        values["mode"] = Mode(_get(raw, "mode", Mode.TXT2IMG.value))
        values["enhance"] = Enhance(_get(raw, "enhance", Enhance.OFF.value))
    except ValueError as error:
        raise NotARecord("it names a mode that there is not") from error
    values["loras"] = tuple(_lora(item) for item in _typed(list, raw.get("loras", []), "loras"))
    edges = _typed(dict, raw.get("outpaint", {}), "outpaint")
    values["outpaint"] = Outpaint(*(_get(edges, side, 0) for side in ("left", "right", "top", "bottom")))
    values["options"] = _plain_dict(raw.get("options", {}), "options")
    values["typed"] = ""
    try:
        return Request(**values)
    except TypeError as error:
        raise NotARecord("its request lacks a field") from error


def _lora(raw: object) -> Lora:
    fields = _typed(dict, raw, "loras")
    return Lora(_get(fields, "name", ""), _get(fields, "weight", 1.0))


def _source(raw: object) -> RecordedSource:
    fields = _typed(dict, raw, "sources")
    try:
        role = Role(_get(fields, "role", ""))
    except ValueError as error:
        raise NotARecord("a source has a role that there is not") from error
    return RecordedSource(role, _digest(_get(fields, "sha256", "")))


def _get(fields: Mapping[str, Any], name: str, default: T) -> T:
    return _typed(type(default), fields.get(name, default), name)


def _typed(kind: type[T], raw: object, name: str) -> T:
    if kind is float and isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) <= _MAX_INT:
        raw = float(raw)
    if not isinstance(raw, kind) or (kind is int and isinstance(raw, bool)):
        raise NotARecord(f"{name} is not a {kind.__name__}")
    if isinstance(raw, str) and not is_text(raw):
        raise NotARecord(f"{name} has control characters")
    if (isinstance(raw, int) and abs(raw) > _MAX_INT) or (isinstance(raw, float) and not math.isfinite(raw)):
        raise NotARecord(f"{name} is out of range")
    return raw


def _digest(text: str) -> str:
    if text and not _DIGEST.fullmatch(text):
        raise NotARecord("a digest is not a SHA-256 in hex")
    return text


def _plain_dict(raw: object, name: str) -> Mapping[str, Json]:
    return cast("Mapping[str, Json]", _plain(_typed(dict, raw, name), name, _MAX_DEPTH))


def _plain(raw: object, name: str, depth: int) -> Json:
    if depth < 0:
        raise NotARecord(f"{name} is nested too deeply")
    if isinstance(raw, dict):
        return {_typed(str, key, name): _plain(item, name, depth - 1) for key, item in raw.items()}
    if isinstance(raw, list):
        return [_plain(item, name, depth - 1) for item in raw]
    if raw is None or isinstance(raw, str | int | float):
        return None if raw is None else _typed(type(raw), raw, name)
    raise NotARecord(f"{name} is no JSON")


def _no_constant(name: str) -> None:
    msg = f"{name} is not JSON"
    raise ValueError(msg)
