"""A value of many fields once more, with some of them changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

__all__ = ["changed"]

if TYPE_CHECKING:
    from dataclasses import (
        replace as changed,
    )  # Of which type checkers know that the fields must be those of the class.
else:
    T = TypeVar("T")

    def changed(value: T, /, **fields: object) -> T:
        """Return a copy of `value` with these fields. Raises TypeError for one that its class does not have.

        As `dataclasses.replace`, which takes 15 µs for the 38 fields of a draft where this takes 0.7, because a frozen
        class sets each one by a call; a dozen are made of every wish. Only for dataclasses without slots and without
        `__post_init__`.
        """
        known = value.__dict__
        if not fields.keys() <= known.keys():
            msg = f"{type(value).__name__} has no field {', '.join(sorted(fields.keys() - known.keys()))}"
            raise TypeError(msg)
        copy = object.__new__(type(value))
        object.__setattr__(copy, "__dict__", {**known, **fields})
        return copy
