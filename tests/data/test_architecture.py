"""docs/architecture.md names every table with its columns, and every module."""

import re
from pathlib import Path

from pinxit.data.migrate import migrate
from pinxit.data.sqlite import connect

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def test_the_page_lists_exactly_the_tables_and_columns_that_exist(tmp_path: Path) -> None:
    migrate(tmp_path / "pinxit.db")
    connection = connect(tmp_path / "pinxit.db", read_only=True)
    names = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    existing = {
        name: [row["name"] for row in connection.execute(f"PRAGMA table_info({name})")]
        for name in names
        if not name.startswith("sqlite_")
    }
    connection.close()

    rows = PAGE.split("<!-- tables:")[1].splitlines()[3:]
    listed = {}
    for row in rows:
        if row.startswith("| `"):
            name, _, columns = (cell.strip() for cell in row.strip("|").split("|"))
            listed[name.strip("`")] = re.findall(r"`(\w+)`", columns)

    assert listed == existing


def test_the_page_names_every_module_of_the_package() -> None:
    modules = {
        path.name if path.is_dir() else path.stem
        for path in (ROOT / "pinxit").iterdir()
        if (path.is_dir() and (path / "__init__.py").exists()) or path.suffix == ".py"
    } - {"__init__"}

    named = set(re.findall(r"^\| `pinxit/(\w+)", PAGE, re.MULTILINE))

    assert named == modules
