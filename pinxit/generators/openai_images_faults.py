"""What an images server's refusals and silences mean, as our errors. They repeat nothing that the server says.

Source: OpenAI's and Azure's error objects as of 2026-11: `error.code`, `error.type`, `inner_error`.
"""

from __future__ import annotations

import re
import ssl
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.generators.http_retry import Later

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pinxit.domain.request import Json
    from pinxit.generators.http_answers import Answer

_MODERATION = frozenset(
    {
        "moderation_blocked",
        "content_policy_violation",
        "content_safety_violation",
        "contentfilter",
        "content_filter",
        "responsibleaipolicyviolation",
    }
)
_NO_CREDIT = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_NO_MODEL = frozenset({"model_not_found", "deploymentnotfound", "modelnotfound", "model_deprecated"})
_NO_PICTURE = frozenset({"invalid_image_file", "invalid_image", "invalid_image_format", "image_parse_error"})
# Only these words of a provider get into our errors.
_CATEGORIES = (
    "harassment",
    "hate",
    "illicit",
    "indirect_attack",
    "jailbreak",
    "minors",
    "profanity",
    "protected_material_code",
    "protected_material_text",
    "self_harm",
    "sexual",
    "violence",
)
_FIELDS = frozenset(
    [
        "model",
        "prompt",
        "n",
        "size",
        "quality",
        "style",
        "response_format",
        "output_format",
        "background",
        "moderation",
        "image",
        "mask",
        "stream",
        "partial_images",
        "safety_identifier",
        "input_fidelity",
        "seed",
    ]
)
_VIOLATIONS = re.compile(r"safety_violations=\[([a-z_/ ,\-]{0,200})\]")
_BLOCKED_S = 300.0  # Azure says "temporarily" and no number; the queue waits no longer than this anyhow.


def fault_of_answer(answer: Answer, said: Mapping[str, Json]) -> PinxitError | None:
    """Return what an answer's own words mean, 2xx included, or None to have its status decide."""
    error = said.get("error")
    if isinstance(error, str):  # Some compatible servers say no more.
        error = {"message": error}
    if not isinstance(error, dict):
        return _filtered(answer, said)
    codes = {text.lower() for text in _codes(error)}
    message = error.get("message")
    text = message if isinstance(message, str) else ""
    name = answer.name
    if codes & _MODERATION or "safety_violations=" in text:
        return Refused(Code.MODERATED, generator=name, categories=_categories(error, text))
    if codes & _NO_CREDIT:
        return Broken(f"{name} has no credit left ({answer.status}); top up the account")
    if codes & _NO_MODEL:
        return Broken(f"{name} knows no such model ({answer.status}), it may be retired; name another model")
    if codes & _NO_PICTURE:
        return Refused(Code.SOURCE_INVALID, field="images", value="", allowed=["PNG", "JPEG", "WebP"])
    return _of_status(answer, error, text)


def _of_status(answer: Answer, error: Mapping[str, Json], text: str) -> PinxitError | None:
    name, lower = answer.name, text.lower()
    match answer.status:
        case 403 if "temporarily blocked" in lower:
            again = f"{name} is blocked for a while after too many refused prompts (403); it may be asked again later"
            return Temporary(again, retry_after_s=_BLOCKED_S)
        case 403 if "must be verified" in lower:
            return Broken(f"{name} paints only for verified organisations (403); verify yours in its settings")
        case 400 | 422 if isinstance(field := error.get("param"), str) and field in _FIELDS:
            return Broken(f"{name} does not accept the field {field} as it was sent ({answer.status}); correct options")
        case 200:
            return Broken(f"{name} answers with an error where pictures are due; look at its own log")
    return None


def _filtered(answer: Answer, said: Mapping[str, Json]) -> PinxitError | None:
    """Return the refusal that a success may be: Azure leaves a filtered picture out and says only why."""
    data = said.get("data")
    items = [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []
    if any(one.get("b64_json") or one.get("url") for one in items):
        return None
    found = sorted({name for one in (said, *items) for name in _filters(one)})
    return Refused(Code.MODERATED, generator=answer.name, categories=found) if found else None


def _codes(error: Mapping[str, Json]) -> Iterator[str]:
    for one in (error, error.get("inner_error"), error.get("innererror")):
        if isinstance(one, dict):
            yield from (text for text in (one.get("code"), one.get("type")) if isinstance(text, str))


def _categories(error: Mapping[str, Json], text: str) -> list[str]:
    found = {name for one in (error, error.get("inner_error"), error.get("innererror")) for name in _filters(one)}
    named = _VIOLATIONS.search(text)
    if named:
        words = re.split(r"[,/ ]+", named[1].replace("-", "_"))
        found |= {name for name in _CATEGORIES if name in words}
    return sorted(found)


def _filters(said: Json | Mapping[str, Json]) -> set[str]:
    """Return the categories that Azure's content filter found, of those that are known here."""
    found: set[str] = set()
    if isinstance(said, dict):
        for key in ("content_filter_result", "content_filter_results", "prompt_filter_results"):
            results = said.get(key)
            if isinstance(results, dict):
                found |= {
                    name
                    for name in _CATEGORIES
                    if isinstance(one := results.get(name), dict) and one.get("filtered") is True
                }
            elif isinstance(results, list):
                found |= {name for one in results for name in _filters(one)}
    return found


def fault_of_call(name: str, error: Exception, timeout_s: float, *, is_billed: bool) -> PinxitError | Later:
    """Return what a failure of the network or of the SDK means: Later where the call may be made again.

    A call that never reached the server was not billed; one that broke off may have been. Raises what is a bug.
    """
    import httpx2  # noqa: PLC0415 - who asked has imported it, and who did not shall not have to
    import openai  # noqa: PLC0415 - same

    chain = list(_chain(error))
    if ours := next((one for one in chain if isinstance(one, PinxitError)), None):
        return ours
    if any(isinstance(one, ssl.SSLError) for one in chain):
        return Broken(f"{name} has no valid certificate; correct its base_url")
    if any(isinstance(one, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout) for one in chain):
        return Later(Temporary(f"{name} cannot be reached; it may be asked again later"))
    if any(isinstance(one, TimeoutError | httpx2.TimeoutException | openai.APITimeoutError) for one in chain):
        return Temporary(f"{name} did not answer within {timeout_s:g} s", unanswered=is_billed)
    wrong = httpx2.UnsupportedProtocol | httpx2.LocalProtocolError | httpx2.InvalidURL | UnicodeError
    if any(isinstance(one, wrong) for one in chain):
        return Broken(f"{name} cannot be asked with these settings; correct its api_key and base_url")
    if any(isinstance(one, httpx2.HTTPError | openai.APIConnectionError | OSError) for one in chain):
        broke = Temporary(f"{name} broke the connection off; it may be asked again later", unanswered=is_billed)
        return broke if is_billed else Later(broke)
    if any(isinstance(one, openai.OpenAIError | ValueError | RecursionError) for one in chain):
        return Broken(f"{name} answers with something that is not understood; is it an images server?")
    raise error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
