"""`pinxit version`: what to write into a report of a bug."""

from __future__ import annotations

import json
import platform

from pinxit import __version__
from pinxit.data.engine import sqlite_version


def version(*, as_json: bool) -> None:
    """Print the versions of Pinxit and of what it stands on."""
    said = {
        "pinxit": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite_version(),
        "platform": platform.platform(),
    }
    if as_json:
        print(json.dumps(said, indent=2))  # noqa: T201 - the answer, on standard output
        return
    print(f"Pinxit {said['pinxit']}, Python {said['python']}, SQLite {said['sqlite']}, {said['platform']}")  # noqa: T201 - as above
