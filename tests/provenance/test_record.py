from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pinxit.domain.ids import SourceId
from pinxit.domain.request import Enhance, Lora, Mode, Outpaint, Request, Role, Source
from pinxit.provenance.record import MAX_CHARS, NotARecord, from_json, to_json
from tests.provenance.pictures import DIGEST, a_record

FULL = a_record(
    request={
        "mode": Mode.INPAINT,
        "enhance": Enhance.LLM,
        "enhanced": "a fiery fox",
        "loras": (Lora("ink", 0.5),),
        "outpaint": Outpaint(1, 2, 3, 4),
        "options": {"a": [1, {"b": None, "c": 1.5}], "d": True},
        "tile": True,
        "style": "ink",
    }
)


def test_a_record_reads_back_equal() -> None:
    assert from_json(to_json(FULL)) == FULL


def test_every_field_of_a_request_is_in_the_record_but_for_what_was_typed() -> None:
    said = json.loads(to_json(FULL))["request"]

    assert set(said) == {field.name for field in dataclasses.fields(Request)} - {"typed"}


def test_sources_are_named_by_their_digests_alone() -> None:
    record = dataclasses.replace(
        FULL, request=dataclasses.replace(FULL.request, sources=(Source(SourceId("own-id"), Role.IMAGE),))
    )

    text = to_json(record)

    assert "own-id" not in text
    assert json.loads(text)["request"]["sources"] == [{"role": "image", "sha256": DIGEST}]
    assert from_json(text) == FULL


@given(prompt=some.text(some.characters(exclude_categories=("Cc", "Cs"))), note=some.text())
def test_any_text_makes_json_that_xml_can_hold(prompt: str, note: str) -> None:
    record = a_record(request={"prompt": prompt}, recipe={"note": note})

    text = to_json(record)

    assert json.loads(text)["recipe"]["note"] == note
    assert not any(char < " " or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff" for char in text)
    assert not {"\ufffe", "\uffff"} & set(text)
    assert from_json(to_json(dataclasses.replace(record, recipe={}))).request.prompt == prompt


def test_a_file_of_another_release_is_read_as_far_as_it_goes() -> None:
    raw = json.loads(to_json(FULL))
    raw["request"] = {
        **{name: raw["request"][name] for name in ("prompt", "width_px", "height_px", "seed")},
        "new": [1],
    }
    raw["newer"] = {"x": 1}
    del raw["recipe"], raw["model_hash"]

    record = from_json(json.dumps(raw))

    assert (record.request.prompt, record.request.steps, record.model_hash, record.recipe) == (
        FULL.request.prompt,
        0,
        "",
        {},
    )


def _changed(**fields: Any) -> str:  # noqa: ANN401 - JSON
    raw = json.loads(to_json(FULL))
    for name, value in fields.items():
        (raw["request"] if name in raw["request"] else raw)[name] = value
    return json.dumps(raw)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "{",
        '{"v": 1}',
        '{"v": 1, "request": {}}',
        "[" * 100_000,
        '{"v": 1, "request": {"prompt": "x", "width_px": 1, "height_px": 1}}',
        _changed(v=2),
        _changed(v="1"),
        _changed(width_px="64"),
        _changed(width_px=True),
        _changed(width_px=1.5),
        _changed(width_px=10**30),
        _changed(tile=1),
        _changed(prompt=None),
        _changed(prompt="a\x00b"),
        _changed(prompt="\ud800"),
        _changed(mode="paint"),
        _changed(enhance=[]),
        _changed(loras=[1]),
        _changed(loras={"name": "x"}),
        _changed(outpaint=[1, 2]),
        _changed(options=[]),
        _changed(recipe="x"),
        _changed(recipe={"x": 10**400}),
        _changed(sources=[{"role": "nobody", "sha256": ""}]),
        _changed(sources=[{"role": "image", "sha256": "../../etc"}]),
        _changed(pixels_sha256="AB" * 32),
        _changed(strength=float("nan")),
        _changed(strength=float("inf")),
        " " * (MAX_CHARS + 1),
        json.dumps({"v": 1, "request": {}, "seed": int("9" * 4000)}),
    ],
)
def test_what_is_no_record_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NotARecord):
        from_json(text)


def test_what_is_nested_deeply_is_no_record() -> None:
    deep: Any = 1
    for _ in range(30):
        deep = {"x": deep}

    with pytest.raises(NotARecord):
        from_json(_changed(options=deep))
