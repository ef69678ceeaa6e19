"""Moments between tables (epoch milliseconds) and the rest of the program (aware UTC)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(moment: datetime) -> int:
    """Return epoch milliseconds, rounded down."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """Return the moment in UTC."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def moment(milliseconds: int | None) -> datetime | None:
    """Return the moment in UTC, or None for NULL."""
    return None if milliseconds is None else from_ms(milliseconds)
