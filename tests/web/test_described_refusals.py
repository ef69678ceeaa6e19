"""The description of the API says with which statuses a route refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.web.served import Served

WHO = {"401", "403"}  # Every route asks who calls, and keys have scopes.
BODY = {"400", "413", "415", "422"}


async def test_every_route_says_how_it_refuses_callers_and_bodies(api: Served) -> None:
    paths = (await api.call("GET", "/openapi.json")).json["paths"]
    routes = {
        f"{method} {path}": about
        for path, methods in paths.items()
        if path.startswith("/api/")
        for method, about in methods.items()
    }

    assert len(routes) > 50
    for route, about in routes.items():
        wanted = WHO | (BODY if "requestBody" in about else set())
        assert wanted <= set(about["responses"]), route
