"""From the body of a request to the message as Discord shows it: limits, files, embeds, components, mentions.

Sources: discord.com/developers/docs/resources/message (create, edit, embed limits) and
discord.com/developers/docs/components/reference, read 2026-11.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.platforms.discord import wire
from tests.platforms.discord.errors import DiscordError, Wrong, invalid

if TYPE_CHECKING:
    from tests.platforms.discord.entities import Attachment
    from tests.platforms.discord.state import State

Json = dict[str, Any]
_CONTENT_MAX = 2000
_EMBEDS_TOGETHER_MAX = 6000
_FILES_MAX = 10
_ROWS_MAX = 5
_BUTTONS_MAX = 5
_BUTTON = 2
_LINK = 5
_OF_PICTURE = ("url", "proxy_url", "width", "height", "content_type")
_IN_EMBED = re.compile(r"/attachments/\d+/(?P<id>\d+)/")
_MENTIONED = re.compile(r"<@!?(\d+)>")


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a request. `files`: field number → (name, bytes), of the fields `files[0]` and so on."""

    body: Any
    files: dict[int, tuple[str, bytes]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Where:
    """Where it is to be shown. `may_embed`: False drops embeds silently, as for who lacks "Embed Links"."""

    channel_id: str
    limit_bytes: int
    ephemeral: bool = False
    may_embed: bool = True


def composed(state: State, sent: Sent, where: Where, before: Json | None = None) -> Json:
    """Return what the message says after the request: content, embeds, attachments, components, flags, mentions.

    `before`: the message that is edited; what the body does not name stays. Raises DiscordError.
    """
    body = {name: value for name, value in sent.body.items() if value is not None or before is not None}
    _check(body, sent, where)
    old = before or {"content": "", "embeds": [], "attachments": [], "components": [], "flags": 0}
    kept, hidden = _files(state, sent, where, old, listed="attachments" in body)
    content = (body["content"] or "").strip() if "content" in body else old["content"]
    embeds = old["embeds"]
    used: set[str] = set()
    if "embeds" in body:
        asked = body["embeds"] or [] if where.may_embed else []
        embeds = [_embed(state, one, [*kept, *hidden], used) for one in asked]
    files = [wire.attachment_json(state, one) for one in kept if one.id not in used]
    components = _numbered(body["components"] or []) if "components" in body else old["components"]
    if not (content or embeds or files or components):
        raise DiscordError(Wrong.EMPTY)
    return {
        "content": content,
        "embeds": embeds,
        "attachments": files,
        "components": components,
        "flags": _flags(body, old["flags"], ephemeral=where.ephemeral),
        **_mentions(state, content, body.get("allowed_mentions")),
    }


def _check(body: Json, sent: Sent, where: Where) -> None:
    if _units(body.get("content") or "") > _CONTENT_MAX:
        raise invalid("content", "BASE_TYPE_MAX_LENGTH", f"Must be {_CONTENT_MAX} or fewer in length.")
    embeds = body.get("embeds") or []
    if sum(_embed_units(one) for one in embeds) > _EMBEDS_TOGETHER_MAX:
        raise invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    if any(_units(one.get("description") or "") > 4096 for one in embeds):
        raise invalid("embeds.0.description", "BASE_TYPE_MAX_LENGTH", "Must be 4096 or fewer in length.")
    if any(len(content) > where.limit_bytes for _, content in sent.files.values()):
        raise DiscordError(Wrong.TOO_LARGE)
    _check_components(body.get("components") or [])


def _check_components(rows: list[Json]) -> None:
    if len(rows) > _ROWS_MAX:
        raise invalid("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    seen: set[str] = set()
    for at, row in enumerate(rows):
        inside = row.get("components")
        if inside is None:
            raise invalid(f"components.{at}", "UNION_TYPE_CHOICES", "This component needs the flag IS_COMPONENTS_V2.")
        selects = [one for one in inside if one["type"] != _BUTTON]
        if not inside or len(inside) > (1 if selects else _BUTTONS_MAX):
            raise invalid(f"components.{at}.components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The row does not fit.")
        for number, one in enumerate(inside):
            _check_component(one, f"components.{at}.components.{number}", seen)


def _check_component(one: Json, path: str, seen: set[str]) -> None:
    custom_id = one.get("custom_id")
    if one["type"] == _BUTTON:
        is_link = one["style"] == _LINK
        if is_link == bool(custom_id) or is_link != bool(one.get("url")):
            raise invalid(f"{path}.custom_id", "BASE_TYPE_REQUIRED", "A custom id, or a url and the link style.")
        if not (one.get("label") or one.get("emoji")):
            raise invalid(f"{path}.label", "BUTTON_COMPONENT_MISSING_LABEL", "A button must have a label or emoji.")
    elif len({option["value"] for option in one.get("options", ())}) < len(one.get("options", ())):
        raise invalid(f"{path}.options", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "An option's value twice.")
    if custom_id and custom_id in seen:
        raise invalid(f"{path}.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    seen.add(custom_id or "")


def _files(
    state: State, sent: Sent, where: Where, old: Json, *, listed: bool
) -> tuple[list[Attachment], list[Attachment]]:
    """Return the files that stay or came, and those inside the old embeds.

    Without `attachments` in the body all old ones stay; with it those that it lists. New files all come; their entry
    in the list, where there is one, describes them.
    """
    entries = {str(one["id"]): one for one in (sent.body.get("attachments") or ())} if listed else {}
    present = [state.attachments[one["id"]] for one in old["attachments"]]
    hidden = [
        state.attachments[found["id"]]
        for one in old["embeds"]
        for part in ("image", "thumbnail")
        if (found := _IN_EMBED.search(one.get(part, {}).get("url", ""))) and found["id"] in state.attachments
    ]
    known = {one.id for one in present} | {one.id for one in hidden}
    for at, name in enumerate(entries):
        if name not in known and int(name) not in sent.files:
            raise invalid(f"attachments.{at}.id", "ATTACHMENT_NOT_FOUND", f"Unknown attachment {name}")
    kept = [one for one in present if not listed or one.id in entries]
    for number, (filename, content) in sent.files.items():
        entry = entries.get(str(number), {})
        kept.append(
            state.upload(
                re.sub(r"[^-.\w]", "_", entry.get("filename") or filename),
                content,
                where.channel_id,
                description=entry.get("description"),
                ephemeral=where.ephemeral,
            )
        )
    if len(kept) > _FILES_MAX:
        raise invalid("attachments", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    return kept, hidden


def _embed(state: State, asked: Json, files: list[Attachment], used: set[str]) -> Json:
    """Return the embed as it is shown; files that it refers to by attachment:// go into `used`."""
    shown: Json = {**_without_null(asked), "type": "rich"}
    for one in shown.get("fields", ()):
        one.setdefault("inline", False)
    by_name = {one.filename: one for one in files}
    for part in ("image", "thumbnail"):
        url = shown.get(part, {}).get("url", "")
        if not url.startswith("attachment://"):
            continue
        file = by_name.get(url.removeprefix("attachment://"))
        if file is None:  # Discord drops a picture that it cannot find.
            del shown[part]
            continue
        used.add(file.id)
        told = wire.attachment_json(state, file)
        shown[part] = {
            name: told[name] for name in ("url", "proxy_url", "width", "height", "content_type") if name in told
        }
    return shown


def _numbered(rows: list[Json]) -> list[Json]:
    """Return the components with the ids that Discord numbers them by, and without what is null."""
    count = 0

    def shown(one: Json) -> Json:
        nonlocal count
        count += 1
        told: Json = _without_null(one)
        told["id"] = count
        if "options" in told:
            told = {"min_values": 1, "max_values": 1, **told}
        if "components" in told:
            told["components"] = [shown(inner) for inner in told["components"]]
        return told

    return [shown(one) for one in rows]


def _without_null(node: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        return {name: _without_null(value) for name, value in node.items() if value is not None}
    return [_without_null(one) for one in node] if isinstance(node, list) else node


def _flags(body: Json, old: int, *, ephemeral: bool) -> int:
    asked = body.get("flags")
    settable = (1 << 2) | (1 << 12)  # SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS
    flags = (old & ~(1 << 7)) if asked is None else (old & ~settable & ~(1 << 7)) | (asked & settable)
    return flags | (1 << 6) if ephemeral else flags


def _mentions(state: State, content: str, allowed: Json | None) -> Json:
    """Return who is pinged, as `allowed_mentions` lets it."""
    parse = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or ())
    named = {str(one) for one in (allowed or {}).get("users") or ()}
    found = dict.fromkeys(one for one in _MENTIONED.findall(content) if one in state.users)
    pinged = [one for one in found if "users" in parse or one in named]
    everyone = "everyone" in parse and ("@everyone" in content or "@here" in content)
    return {
        "mentions": [wire.user_json(state.users[one]) for one in pinged],
        "mention_roles": [],
        "mention_everyone": everyone,
    }


def _embed_units(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [text for one in embed.get("fields") or () for text in (one["name"], one["value"])]
    return sum(_units(text or "") for text in texts)


def _units(text: str) -> int:
    """Return the length as the strictest of Discord's counters sees it: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
