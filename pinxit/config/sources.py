"""Where settings are written: the file, the environment under both kinds of name, and the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.config.aliases import ALIASES
from pinxit.config.keys import from_text, place_of
from pinxit.config.problems import PREFIX, dotted
from pinxit.domain.facts import is_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pinxit.config.aliases import Read
    from pinxit.config.keys import Keys

CONFIG_VARIABLE = "PINXIT_CONFIG"


@dataclass(frozen=True, slots=True)
class Given:
    """One setting as it was written.

    `name`: where, as a sentence calls it. `is_text`: a variable or an option, so its text is still to be read;
    `read` and `wanted` are a foreign name's own way to do that. `in_env`: its problems speak of variables.
    """

    path: Keys
    name: str
    value: object
    is_text: bool = False
    read: Read | None = None
    wanted: str = ""
    in_env: bool = False

    def parsed(self) -> object:
        """Return the value as validation wants it."""
        if not isinstance(self.value, str) or not self.is_text:
            return self.value
        return self.read(self.value) if self.read else from_text(self.value, place_of(self.path))


def from_file(path: Path, problems: list[str]) -> list[Given]:
    """Read config.toml. A file that cannot be read or understood is a problem."""
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"{path} cannot be read ({error.strerror}); write the path of a TOML file, such as config.toml")
    except UnicodeDecodeError:
        problems.append(f"{path} is not UTF-8 text; save it as UTF-8")
    except (ValueError, RecursionError) as error:  # ValueError: wrong syntax, or a number of thousands of digits
        problems.append(f"{path} is not TOML ({error}); correct that line")
    else:
        return list(_leaves(tree, (), str(path)))
    return []


def _leaves(tree: Mapping[str, object], path: Keys, file: str) -> Iterator[Given]:
    for key, value in tree.items():
        here = (*path, key)
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, here, file)
        else:
            yield Given(here, f"{file}: {dotted(here)}", value)


def from_environment(env: Mapping[str, str], problems: list[str]) -> list[Given]:
    """Read every PINXIT_… variable. An empty one counts as not set; upper and lower case are the same."""
    found = []
    for name, text in _texts(env, problems):
        if name.upper().startswith(PREFIX) and name.upper() != CONFIG_VARIABLE:
            path = tuple(name[len(PREFIX) :].lower().split("__"))
            found.append(Given(path, f"environment {name}", text, is_text=True, in_env=True))
    return found


def from_aliases(env: Mapping[str, str], problems: list[str]) -> list[Given]:
    """Read the foreign names that set something today."""
    texts = texts_of(env, [alias.name for alias in ALIASES], problems)
    return [
        Given(
            alias.path,
            f"environment {alias.name}",
            texts[alias.name],
            is_text=True,
            read=alias.read,
            wanted=alias.wanted,
            in_env=True,
        )
        for alias in ALIASES
        if alias.path is not None and alias.name in texts
    ]


def texts_of(env: Mapping[str, str], names: Iterable[str], problems: list[str]) -> dict[str, str]:
    """Return what the named variables hold, without those that are empty."""
    return dict(_texts({name: env[name] for name in names if name in env}, problems))


def _texts(env: Mapping[str, str], problems: list[str]) -> Iterator[tuple[str, str]]:
    for name, text in env.items():
        if not is_text(text):
            problems.append(f"environment {name} holds characters that are no text; write it in plain UTF-8")
        elif text.strip():
            yield name, text.strip()


def from_options(overrides: Mapping[str, object]) -> list[Given]:
    """Take what the command line says, by dotted key (`web.port`). None counts as not given."""
    return [
        Given(tuple(key.split(".")), f"option --{key.rpartition('.')[2].replace('_', '-')}", value, is_text=True)
        for key, value in overrides.items()
        if value is not None
    ]
