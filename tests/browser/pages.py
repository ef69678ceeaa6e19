"""The pages of the console that need no job to be looked at."""

from __future__ import annotations

ADMIN_PAGES = ("/admin", *(f"/admin/{name}" for name in ("guilds", "quotas", "bans", "reports", "audit", "ledger")))
PAGES = (
    "/",
    "/history",
    "/favourites",
    "/queue",
    "/styles",
    "/quota",
    "/inspect",
    "/settings",
    "/help",
    "/login",
    *ADMIN_PAGES,
    "/admin/guilds/local",
)
