"""What people had deleted, kept and made again, as far as the door acknowledged it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Wishes:
    """Ids of jobs and images. `jobs`, `images`: whose deletion was acknowledged.

    `tried`: jobs and images whose deletion was begun, so that they may be gone or not. `favourites`: by person and
    image, whether the last word was to keep it. `recreations`: jobs that make an image again.
    """

    jobs: set[str] = field(default_factory=set)
    images: set[str] = field(default_factory=set)
    tried: set[str] = field(default_factory=set)
    favourites: dict[tuple[str, str], bool] = field(default_factory=dict)
    recreations: set[str] = field(default_factory=set)
