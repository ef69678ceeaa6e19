"""Azure's OpenAI on loopback, with its two kinds of addresses and one deployment.

POST /openai/v1/images/…                                                header api-key, the deployment as model
POST /openai/deployments/<deployment>/images/…?api-version=VERSION      the classic ones

Source: Azure's error objects and both of the SDK's clients, read 2026-11.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.providers.openai_rules import RefusalError
from tests.providers.openai_server import KEY, OpenAIServer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

VERSION = "2025-04-01-preview"
DEPLOYMENT = "our-pictures"


class AzureOpenAIServer(OpenAIServer):
    """Azure with one deployment, DEPLOYMENT, of `model`. `is_classic`: options() ask for the classic addresses."""

    def __init__(self, model: str = "gpt-image-2.5-flare", *, is_classic: bool = False) -> None:
        super().__init__()
        self._of, self._is_classic = model, is_classic

    @property
    def url(self) -> str:
        """Return the resource's address."""
        return self.host

    def options(self) -> dict[str, Any]:
        """Return options for a generator of this server."""
        given: dict[str, Any] = {"base_url": self.url, "api_key": KEY, "deployments": {DEPLOYMENT: self._of}}
        return given | ({"api_version": VERSION} if self._is_classic else {})

    def refuse_next(self) -> None:
        """Refuse the next call as Azure's content filter does."""
        verdicts = {
            "hate": {"filtered": False, "severity": "safe"},
            "sexual": {"filtered": True, "severity": "high"},
            "violence": {"filtered": True, "severity": "medium"},
            "jailbreak": {"detected": False, "filtered": False},
        }
        inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_results": verdicts}
        error = {"code": "contentFilter", "message": "Your task failed as a result of our safety system."}
        self.fail_next(400, body=json.dumps({"error": {**error, "inner_error": inner}}))

    def _places(self) -> tuple[str, ...]:
        return ("/openai/v1", "/openai/deployments/{deployment}")

    def _has_key(self, request: web.Request) -> bool:
        if "Authorization" in request.headers:
            self.strangers.append("a bearer key at Azure")
        return request.headers.get("api-key") == KEY

    def _model(self, request: web.Request, said: Mapping[str, Any]) -> str:
        deployment = request.match_info.get("deployment", said.get("model"))
        is_classic = "deployment" in request.match_info
        if request.query != ({"api-version": VERSION} if is_classic else {}):
            raise RefusalError(404, "404", text="Resource not found")
        if deployment != DEPLOYMENT:
            raise RefusalError(404, "DeploymentNotFound", text="The API deployment for this resource does not exist.")
        return self._of
