from __future__ import annotations

import base64
import io
import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

from PIL import Image as Picture

from pinxit.domain.limits import Limits
from pinxit.web.schemas import JobBody
from tests.web.served import Served, as_base64, complaint, house, serving
from tests.web.wrong_fields import wrong_fields

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

# These are about a picture or a text that was read; nothing can be listed that would do instead.
WITHOUT_CHOICE = {"source_invalid", "image_unknown", "source_missing"}
WRONG_MODES: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"upscale": 2}, "source_missing", "images"),
    ({"outpaint": {"left": 64}}, "source_missing", "images"),
    ({"mode": "img2img"}, "source_missing", "images"),
    ({"mode": "txt2img", "images": [as_base64()]}, "field_conflict", "mode"),
)


async def test_every_field_that_is_wrong_in_any_way_is_named_and_leaves_nothing_behind(
    api: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await api.stored()
    wrong = []

    for field, value, code in wrong_fields():
        prompt = "" if field == "prompt" else '"prompt": "a red fox", '
        answer = await api.send(f"{{{prompt}{json.dumps(field)}: {value}}}")
        said = complaint(answer, code, 422)
        if not said and not str(answer.json["field"]).startswith(field):
            said = f"field {answer.json['field']}"
        if not said and "allowed" not in answer.json and code not in WITHOUT_CHOICE:
            said = "does not say what is allowed"
        if said:
            wrong.append(f"{field} = {value[:40]}: {said}")

    assert not wrong, "\n".join(wrong)
    assert await api.stored() == before
    assert "Traceback" not in "".join(capsys.readouterr())


def test_the_table_of_wrong_fields_has_every_field() -> None:
    assert {field for field, _, _ in wrong_fields()} >= set(JobBody.model_fields)


async def test_a_mode_that_cannot_be_is_refused(api: Served) -> None:
    for wish, code, field in WRONG_MODES:
        answer = await api.ask(**wish)

        assert not complaint(answer, code, 422), wish
        assert answer.json["field"] == field


async def test_all_wrong_fields_are_told_at_once(api: Served) -> None:
    answer = await api.ask(width="wide", hieght=7, tile=1)

    assert [problem["field"] for problem in answer.json["errors"]] == ["width", "tile", "hieght"]
    assert answer.json["field"] == "width"
    assert answer.json["message"] == answer.json["errors"][0]["message"]


async def test_an_unknown_field_names_the_nearest_known_one(api: Served) -> None:
    answer = await api.ask(hieght=7)

    assert "Did you mean height?" in answer.json["message"]
    assert "height" in answer.json["allowed"]


async def test_the_sentence_is_in_the_language_that_the_caller_likes(api: Served) -> None:
    answer = await api.ask({"Accept-Language": "fr, de-AT;q=0.8, en;q=0.3"}, count=9)

    assert "Möglich ist 1 bis 4" in answer.json["message"]


async def test_an_idempotency_key_that_is_none_is_refused(api: Served) -> None:
    for key in ("", "ä", "k" * 201, "a\tb"):
        answer = await api.ask({"Idempotency-Key": key})

        assert not complaint(answer, "field_range", 422), key
        assert answer.json["field"] == "Idempotency-Key"


async def test_a_picture_beyond_the_cap_is_refused(tmp_path: Path) -> None:
    limits = Limits(max_source_bytes=50_000)
    async with serving(tmp_path, decisions=house(limits=limits)) as api:
        answer = await api.ask(images=["A" * 100_000])

        assert not complaint(answer, "source_too_large", 422)
        assert answer.json["allowed"] == ["at most 50000 bytes"]
        assert (await api.stored())["files"] == 0


async def test_a_bomb_is_refused_without_being_unpacked(api: Served) -> None:
    for side_px in (10_000, 60_000):
        bomb = base64.b64encode(_png_of_size(side_px, side_px)).decode()

        answer = await api.ask(images=[bomb])

        assert not complaint(answer, "source_invalid", 422)


def _png_of_size(width_px: int, height_px: int) -> bytes:
    """Return a PNG whose header promises so many pixels."""
    file = io.BytesIO()
    Picture.new("1", (8, 8)).save(file, "PNG")
    data = bytearray(file.getvalue())
    data[16:24] = struct.pack(">II", width_px, height_px)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    return bytes(data)


async def test_a_half_picture_is_refused(api: Served) -> None:
    half = base64.b64encode(base64.b64decode(as_base64())[:60]).decode()

    answer = await api.ask(images=[half])

    assert not complaint(answer, "source_invalid", 422)
    assert (await api.stored())["files"] == 0
