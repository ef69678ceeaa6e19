"""How hard hypothesis tries: the same few hundred cases in `make test`, fresh and many more when asked for."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings


def effort(examples: int, steps: int = 50) -> settings:
    """Return settings for a test; `PINXIT_TEST_EFFORT=20` tries 20 times as many cases, other ones each time."""
    factor = int(os.environ.get("PINXIT_TEST_EFFORT", "1"))
    return settings(
        max_examples=examples * factor,
        stateful_step_count=steps,
        deadline=None,
        derandomize=factor == 1,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
