"""What must lie on the disk at rest: every picture whole and marked, with its thumbnail and its record beside it."""

from __future__ import annotations

import hashlib
import io
import json
import os
from contextlib import closing
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops, ImageStat

from pinxit.data.pictures import NotAPicture, read_picture
from pinxit.data.sqlite import SqliteTx, connect
from pinxit.data.thumbnails import MEDIA_TYPE
from pinxit.domain.request import request_from_json
from pinxit.domain.seeds import image_seed
from pinxit.provenance import webp, xmp
from pinxit.provenance.mark import source_type_of
from pinxit.provenance.reading import read_with_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_MAX_PIXELS = 10**6
_UNLIKE = 20  # Mean difference of 255 beyond which a thumbnail shows something else; WebP's own is a few.
_LONG_AGO_S = 7200  # Before now: older than what the sweep spares because it may still be written.


def wrongs(tx: SqliteTx, files: Path) -> Iterable[str]:
    """Yield a sentence for every image that is not as it must be."""
    rows = tx.all("SELECT i.*, j.request FROM image i JOIN job j ON j.id = i.job_id ORDER BY i.job_id, i.position")
    there: dict[str, int] = {}
    for row in rows:
        name = f"image {row['position']} of {row['job_id']}"
        there[row["job_id"]] = there.get(row["job_id"], 0) + 1
        if row["state"] == "deleted":
            continue
        if row["state"] != "ready":
            yield f"{name} is {row['state']}"
        if row["seed"] != image_seed(request_from_json(row["request"]).seed, row["position"]):
            yield f"{name} has seed {row['seed']}"
        yield from (f"{name}: {fault}" for fault in _faults(row, files))
    for row in tx.all("SELECT id, made FROM job WHERE state = 'succeeded'"):
        if there.get(row["id"], 0) != row["made"]:
            yield f"{row['id']} made {row['made']} and has {there.get(row['id'], 0)}"


def _faults(row: Mapping[str, Any], files: Path) -> Iterator[str]:
    try:
        data = (files / row["path"]).read_bytes()
        picture = read_picture(data, max_pixels=_MAX_PIXELS)
    except (OSError, NotAPicture):
        yield "its file is not whole"
        return
    if (hashlib.sha256(data).hexdigest(), picture.pixels_sha256) != (row["sha256"], row["pixels_sha256"]):
        yield "its file is not whole"
    _, record = read_with_record(data)
    if source_type_of(data, row["media_type"]) is None or record is None or record.image != row["id"]:
        yield "its file does not say what it is"
    try:
        beside = json.loads((files / row["path"]).with_suffix(".json").read_bytes())
    except (OSError, ValueError):
        yield "its record is not there"
    else:
        if (beside["id"], beside["job"], beside["sha256"]) != (row["id"], row["job_id"], row["sha256"]):
            yield "its record is another one's"
    yield from _thumbnail_faults(row, data, files)


def _thumbnail_faults(row: Mapping[str, Any], data: bytes, files: Path) -> Iterator[str]:
    try:
        small = (files / (row["thumbnail_path"] or "nowhere")).read_bytes()
        with Image.open(io.BytesIO(small)) as shown, Image.open(io.BytesIO(data)) as picture:
            whole = picture.convert("RGB").resize(shown.size)
            unlike = max(ImageStat.Stat(ImageChops.difference(whole, shown.convert("RGB"))).mean)
    except OSError:
        yield "its thumbnail is not whole"
        return
    if unlike > _UNLIKE:
        yield f"its thumbnail shows something else: {unlike:.0f} of 255 apart"
    packet = webp.read_xmp(small) or b""
    is_marked = source_type_of(small, MEDIA_TYPE) is not None and xmp.is_ours(packet)
    if not is_marked or row["id"].encode() not in packet:
        yield "its thumbnail does not say what it is"


def strays(database: Path, files: Path) -> Sequence[str]:
    """Return a sentence for every file that belongs to no row. Call it when nothing is being written."""
    with closing(connect(database, read_only=True)) as connection:
        tx = SqliteTx(connection)
        images = tx.all("SELECT path, thumbnail_path FROM image WHERE state <> 'deleted'")
        sources = tx.all("SELECT path FROM source WHERE path IS NOT NULL")
    kept = {row["path"] for row in sources}
    for row in images:
        kept |= {row["path"], row["thumbnail_path"], f"{row['path'].rpartition('.')[0]}.json"}
    lying = (path.relative_to(files).as_posix() for path in _files(files))
    return [f"{path} belongs to no row" for path in lying if path not in kept]


def age(files: Path) -> None:
    """Make all files old enough for the sweep of the next start. Call it while nobody writes."""
    for path in _files(files):
        then_s = path.stat().st_mtime - _LONG_AGO_S
        os.utime(path, (then_s, then_s))


def _files(files: Path) -> list[Path]:
    return [path for folder in ("images", "sources") for path in (files / folder).rglob("*") if path.is_file()]
