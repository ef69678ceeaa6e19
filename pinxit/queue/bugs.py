"""A bug of ours where a worker waits for an answer: the attempt ends and the operator looks."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from pinxit.domain.errors import Broken, PinxitError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.domain.job import Lease

log = structlog.get_logger(__name__)

# What Python raises for a mistake in a program. A disk's and a database's errors are none of these, and may pass.
BUGS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NameError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)


@contextmanager
def told_as_broken(lease: Lease, kinds: tuple[type[Exception], ...] = BUGS) -> Iterator[None]:
    """Turn a bug in the block into Broken, with its traceback in the log once.

    `kinds`: what counts as a bug there. Our own errors, and that memory is short, pass as they are.
    """
    try:
        yield
    except (PinxitError, MemoryError):
        raise
    except kinds as error:
        log.exception("a picture cannot be stored", job=lease.job, pool=lease.pool)
        raise Broken(f"the server failed with {type(error).__name__} at the picture; see its log") from error
