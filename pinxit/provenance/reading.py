"""Read from a picture file how it was made, whichever program wrote it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.domain.reading import Program, Reading
from pinxit.domain.seeds import SEED_LIMIT
from pinxit.provenance import xmp
from pinxit.provenance.comfyui import read_graph
from pinxit.provenance.embedded import COMMENT, XMP, embedded_texts
from pinxit.provenance.exif_reading import USER_COMMENT
from pinxit.provenance.infotext_reading import read_infotext
from pinxit.provenance.record import KEYWORD, NotARecord, Record, from_json

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARAMETERS, _PROMPT, _WORKFLOW = "parameters", "prompt", "workflow"
_MAX_NAMES = 500
_NAME_CHARS = 100
# Not about how the picture was made: cameras and editors leave them, and marks are no parameters.
_ASIDE = (
    XMP,
    "Software",
    "Make",
    "Model",
    "Author",
    "Copyright",
    "Creation Time",
    "date:create",
    "date:modify",
    "Title",
)


def read(data: bytes) -> Reading:
    """Return what a file says; an empty reading where it says nothing.

    Needs time and memory within bounds, whatever the file holds. Raises Refused (SOURCE_INVALID): no picture file.
    """
    return read_with_record(data)[0]


def read_with_record(data: bytes) -> tuple[Reading, Record | None]:
    """Return what a file says, and our own record if it holds one. Raises Refused as `read` does."""
    texts = embedded_texts(data)
    if (record := _record(texts)) is not None:
        return _of_record(record), record
    return _of_others(texts), None


def _record(texts: Mapping[str, str]) -> Record | None:
    text = texts.get(KEYWORD)
    if text is None and XMP in texts:
        text = xmp.request(texts[XMP].encode("utf-8", "replace"))
    try:
        return None if text is None else from_json(text)
    except NotARecord:
        return None


def _of_record(record: Record) -> Reading:
    request = record.request
    return Reading(
        program=Program.PINXIT,
        prompt=request.final_prompt,
        negative_prompt=request.negative_prompt,
        seed=record.seed if 0 <= record.seed < SEED_LIMIT else None,
        steps=request.steps,
        guidance_scale=request.guidance_scale,
        sampler=request.sampler,
        size_px=(request.width_px, request.height_px),
        model=record.model or request.model,
        model_hash=record.model_hash,
        loras=request.loras,
        clip_skip=request.clip_skip or None,
        strength=request.strength if record.sources else None,
        tile=request.tile,
        request=request,
        sources=tuple((source.role, source.sha256) for source in record.sources),
        generator=record.generator,
        recipe=record.recipe,
    )


def _of_others(texts: Mapping[str, str]) -> Reading:
    graph, names = _graph(texts)
    from_graph = None if graph is None else read_graph(graph)
    # Some nodes save an infotext beside the graph; it helps where the graph is of nodes that nobody here knows.
    if from_graph is not None and (from_graph.prompt or _PARAMETERS not in texts):
        return _with_rest(from_graph, texts, names)
    for name in (_PARAMETERS, USER_COMMENT, COMMENT):
        text = texts.get(name, "").strip()
        if text and _object(text) is None:
            reading = read_infotext(text)
            if name == _PARAMETERS or reading.program is not Program.UNKNOWN:
                return _with_rest(reading, texts, (name, *names))
    return _with_rest(Reading(not_understood=_keys(texts)), texts, (_PARAMETERS, USER_COMMENT, _PROMPT))


def _graph(texts: Mapping[str, str]) -> tuple[Mapping[str, object] | None, tuple[str, ...]]:
    """Return ComfyUI's graph and the names of the texts that it came in.

    PNG files have it in a text chunk `prompt`, beside the editor's own view of the same in `workflow`; WebP files in
    EXIF tags as `prompt:{…}`. Source: ComfyUI, nodes.py::SaveImage and comfy_extras/nodes_images.py, read 2026-11.
    """
    if (graph := _object(texts.get(_PROMPT, ""))) is not None:
        return graph, (_PROMPT, _WORKFLOW)
    prefix = f"{_PROMPT}:"
    for name, text in texts.items():
        if text[: len(prefix)].casefold() == prefix and (graph := _object(text[len(prefix) :])) is not None:
            return graph, (name, *(other for other in texts if texts[other].startswith(f"{_WORKFLOW}:")))
    return None, ()


_MAX_VALUES = 200_000  # Every value costs some hundred bytes of memory once it is read.


def _object(text: str) -> Mapping[str, object] | None:
    if not text.lstrip().startswith("{") or sum(map(text.count, "[{,")) > _MAX_VALUES:
        return None
    try:
        # ComfyUI writes NaN where a node reports that it changes with every run (`is_changed`).
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _keys(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of fields in texts of programs that we do not know; some write JSON under a usual name."""
    found: list[str] = []
    for name in (_PARAMETERS, USER_COMMENT, _PROMPT):
        if name in texts:
            fields = _object(texts[name])
            found += [name] if fields is None else [str(key)[:_NAME_CHARS] for key in fields]
    return tuple(found)


def _with_rest(reading: Reading, texts: Mapping[str, str], used: tuple[str, ...]) -> Reading:
    """Name the texts that nobody read, too."""
    rest = [name[:_NAME_CHARS] for name in texts if name not in used and name not in _ASIDE]
    every = tuple(dict.fromkeys((*reading.not_understood, *rest)))[:_MAX_NAMES]
    return replace(reading, not_understood=every)
