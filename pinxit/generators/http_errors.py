"""What a provider's status, or its silence, means in our errors."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import aiohttp

from pinxit.domain.errors import Broken, GeneratorError, Temporary
from pinxit.generators.http_retry import Later, retry_after_s

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# Answers that say that nothing was made. After any other failure a call may have been billed all the same.
NOT_BILLED = frozenset({408, 425, 429, 503})
_GATEWAYS = frozenset({502, 504})  # Somebody in between gave up, and the model behind may have gone on.
_LATER = frozenset({408, 425})

# Nobody's request gets through then, whatever it asks for, until the operator has done something.
_NOBODY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED})
_NOBODY_S = 60.0

_BROKEN = {
    400: "does not accept the request (400); update Pinxit, or correct the model's name and options",
    401: "does not accept the key (401); correct its api_key",
    402: "has no credit left (402); top up the account",
    403: "does not let the key do this (403); correct its api_key, or give it the right for this model",
    404: "knows no such model or address (404); correct the model's name or base_url",
    405: "knows no such call (405); correct its base_url",
    410: "has given this model or address up (410); name another model",
    413: "finds the request too large (413); ask for fewer or smaller sources",
    422: "does not accept the request (422); update Pinxit, or correct the model's name and options",
}


def error_of(
    name: str, status: int, headers: Mapping[str, str], now: datetime, *, is_billed: bool
) -> GeneratorError | None:
    """Return the error for an answer, or None for one that is none.

    `name`: the provider's, which the text begins with. No text holds anything that the answer says: providers repeat
    prompts and keys. `is_billed`: an answer that leaves open whether it was billed is an unanswered call.
    """
    if 200 <= status < 300:  # noqa: PLR2004 - the class of successes
        return None
    after_s = retry_after_s(headers.get("Retry-After", ""), now)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Temporary(f"{name} is asked too often (429); it may be asked again later", retry_after_s=after_s)
    if status >= 500 or status in _LATER:  # noqa: PLR2004 - the class of a server's own errors
        unanswered = is_billed and status in _GATEWAYS
        text = f"{name} has trouble of its own ({status}); it may be asked again later"
        return Temporary(text, retry_after_s=after_s, unanswered=unanswered)
    if 300 <= status < 400:  # noqa: PLR2004 - the class of redirects
        return Broken(f"{name} redirects ({status}), which a key does not follow; correct its base_url")
    text = _BROKEN.get(status, f"answers with {status}, which is not understood")
    return Broken(f"{name} {text}", rest_s=_NOBODY_S if status in _NOBODY else None)


def fault_of(name: str, error: Exception, timeout_s: float, *, is_billed: bool) -> GeneratorError | Later:
    """Return what a failure of the network means: Later where the call may be made again.

    A call that never reached the provider was not billed; one that broke off may have been.
    """
    if isinstance(error, aiohttp.ClientSSLError):
        return Broken(f"{name} has no valid certificate; correct its base_url")
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Later(Temporary(f"{name} cannot be reached; it may be asked again later"))
    if isinstance(error, TimeoutError):
        return Temporary(f"{name} did not answer within {timeout_s:g} s", unanswered=is_billed)
    if isinstance(error, ValueError):
        return Broken(f"{name} cannot be asked with these settings; correct its api_key and base_url")
    broke = Temporary(f"{name} broke the connection off; it may be asked again later", unanswered=is_billed)
    return broke if is_billed else Later(broke)
