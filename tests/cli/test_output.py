from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.cli import output
from pinxit.cli.exits import Failure
from pinxit.cli.painting import Painted

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_that_came_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "fox.png"
    path.write_bytes(b"mine")

    with pytest.raises(Failure, match="is there already"):
        output.save(path, b"new", force=False)
    assert path.read_bytes() == b"mine"

    output.save(path, b"new", force=True)
    assert path.read_bytes() == b"new"


def test_a_servers_name_for_an_image_cannot_lead_elsewhere(tmp_path: Path) -> None:
    image = Painted("../../evil", 1, 8, 8, "image/png")

    with pytest.raises(Failure, match="what is no id"):
        output.target(tmp_path, 1, image)
