"""The pages of the console that need no job to be looked at."""

from __future__ import annotations

PAGES = ("/", "/history", "/favourites", "/queue", "/inspect", "/settings", "/help", "/login")
