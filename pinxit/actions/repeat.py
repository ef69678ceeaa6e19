"""A picture that is to be made again, and what the new one will be compared with."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from pinxit.data.recreations import NewRecreation
from pinxit.domain.facts import shown
from pinxit.domain.request import Request
from pinxit.domain.verdict import Change

if TYPE_CHECKING:
    from pinxit.data.recreations import Original
    from pinxit.domain.draft import SourceDraft
    from pinxit.domain.ids import ImageId

# What is another one by design, or decides nothing about pixels any more.
_ASIDE = ("count", "seed", "typed", "sources", "enhance", "enhanced", "local")


@dataclass(frozen=True, slots=True)
class Repeat:
    """A picture that is to be made again. `request`: as it was, with this picture's own seed.

    One of the two: `image`, our own; `file`, path and bytes of one that was sent, kept until it is compared.
    """

    request: Request
    generator: str
    original: Original
    sources: tuple[SourceDraft, ...] = ()
    image: ImageId | None = None
    file: tuple[str, bytes] | None = None
    private: bool = False

    def noted(self, taken: Request) -> NewRecreation:
        """Return what is stored for the comparison. `taken`: the request as today's generator and limits take it."""
        changes = (*self.original.changes, *_changes(self.request, taken))
        path = None if self.file is None else self.file[0]
        return NewRecreation(replace(self.original, changes=changes), self.image, path)


def _changes(asked: Request, taken: Request) -> tuple[Change, ...]:
    """Return what today's generator or limits made different."""
    names = [field.name for field in fields(Request) if field.name not in _ASIDE]
    return tuple(
        Change(name, shown(before), shown(now))
        for name in names
        if (before := getattr(asked, name)) != (now := getattr(taken, name)) and before not in ("", None)
    )
