"""A value of many fields once more, with some of them changed."""

from __future__ import annotations

import dataclasses
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.changing import changed
from pinxit.domain.draft import SILENT, Draft
from pinxit.domain.request import Enhance, Mode, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

DRAFT = Draft("a fox", typed="a fox --n 2", count=2, options={"a": 1})
REQUEST = Request("a fox", 64, 96, 7, steps=20)


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        (DRAFT, {}),
        (DRAFT, {"count": None, "aspect": (3, 2)}),
        (SILENT, {"prompt": "a wolf", "raw": True}),
        (REQUEST, {"enhance": Enhance.RULES, "enhanced": "a fox, soft light"}),
        (changed(REQUEST, seed=8), {"mode": Mode.IMG2IMG}),
    ],
)
def test_it_is_what_dataclasses_replace_makes(value: Draft | Request, fields: Mapping[str, object]) -> None:
    copy = changed(value, **fields)  # type: ignore[arg-type]  # its fields

    wanted = dataclasses.replace(value, **fields)  # type: ignore[arg-type]  # its fields
    assert copy == wanted
    assert repr(copy) == repr(wanted)
    assert list(vars(copy)) == [field.name for field in dataclasses.fields(value)]


def test_the_value_itself_stays_as_it_is() -> None:
    before = repr(DRAFT)

    changed(DRAFT, count=5, options={})

    assert repr(DRAFT) == before


def test_the_copy_is_as_frozen_as_its_value() -> None:
    copy = changed(REQUEST, seed=8)

    with pytest.raises(FrozenInstanceError):
        copy.seed = 9  # type: ignore[misc]  # the point


def test_a_field_that_there_is_not_is_named() -> None:
    with pytest.raises(TypeError, match="Draft has no field kount"):
        changed(DRAFT, kount=2)  # type: ignore[call-arg]  # the point
