"""The gateway of the loopback Discord: sessions, shards, intents, resuming, connections that break when a test says so.

Source: discord.com/developers/docs/events/gateway, and "Opcodes and Status Codes", read 2026-11.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.platforms.discord import gateway_events, wire
from tests.platforms.discord.gateway_line import GOING_AWAY, NORMAL, Line
from tests.platforms.discord.gateway_session import Session

if TYPE_CHECKING:
    from tests.platforms.discord.entities import Channel, Event, Guild
    from tests.platforms.discord.server import DiscordServer
    from tests.platforms.discord.state import State

HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT = 1, 2, 3, 4, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11
UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, AUTHENTICATION_FAILED, ALREADY_AUTHENTICATED = range(4001, 4006)
INVALID_SHARD, SHARDING_REQUIRED, INVALID_VERSION, INVALID_INTENTS, DISALLOWED_INTENTS = range(4010, 4015)
_GUILDS_PER_SHARD_MAX = 2500


class Gateway:
    """All connections to this Discord's gateway. Made by `add_routes`.

    `identifies`, `resumes`, `refused_resumes`: how often each came. `close_codes`: what we closed connections with
    for a client's mistake. `allowed_intents`: the privileged ones that the "portal" has switched on.
    """

    def __init__(self, state: State, *, heartbeat_interval_ms: int = 41_250) -> None:
        self.identifies = 0
        self.resumes = 0
        self.refused_resumes = 0
        self.close_codes: list[int] = []
        self.allowed_intents = 0
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self._state = state
        self._heartbeat_interval_ms = heartbeat_interval_ms
        self._lines: set[Line] = set()
        state.listeners.append(self._tell)

    async def connected(self, shards: int = 1, timeout_s: float = 10.0) -> None:
        """Return once so many shards have a session and a connection. Raises TimeoutError."""
        await self._state.wait_for(lambda: len(self._live()) >= shards, timeout_s)

    def _live(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.line is not None]

    def drop(self, *, resumable: bool = True, politely: bool = False) -> None:
        """Break every connection. `resumable` False: the sessions are gone too, so the client must identify anew.

        `politely`: by asking the client to reconnect (op 7) or telling it that its session is invalid (op 9), instead
        of cutting the connection.
        """
        if not resumable:
            self.sessions.clear()
        for line in tuple(self._lines):
            if not politely:
                line.reset()
            elif resumable:
                line.put(RECONNECT)
            else:
                line.put(INVALID_SESSION, data=False)
        self._forget_lines()

    def close(self, code: int = GOING_AWAY) -> None:
        """Close every connection with the code; the sessions can be resumed."""
        for line in tuple(self._lines):
            line.close(code)
        self._forget_lines()

    def end(self) -> None:
        """Close every connection and hear of nothing any more."""
        self._state.listeners.remove(self._tell)
        self.close()

    def _forget_lines(self) -> None:
        for session in self.sessions.values():
            session.line = None
        self._state.touch()

    def joined(self, guild: Guild) -> None:
        """Tell the bot that it was added to the server, of which it already is a member in the state."""
        self._state.emit("GUILD_CREATE", gateway_events.guild_create_json(self._state, guild), guild_id=guild.id)

    def kicked(self, guild: Guild) -> None:
        """Take the bot out of the server and tell it."""
        self._state.emit("GUILD_DELETE", {"id": guild.id}, guild_id=guild.id)
        guild.members.pop(self._state.bot.id, None)

    def outage(self, guild: Guild) -> None:
        """Tell that the server is out for a while; `joined` brings it back."""
        self._state.emit("GUILD_DELETE", {"id": guild.id, "unavailable": True}, guild_id=guild.id)

    def opened(self, channel: Channel) -> None:
        """Tell the bot of a channel or thread that was made while it ran."""
        self._about(channel, "CREATE")

    def closed(self, channel: Channel) -> None:
        """Delete the channel or thread, with all that is in it, and tell the bot."""
        for message in self._state.messages_in(channel.id):
            message.deleted = True
        self._about(channel, "DELETE")
        del self._state.channels[channel.id]
        if (guild := self._state.guild_of(channel)) is not None:
            guild.channels.remove(channel.id)

    def _about(self, channel: Channel, what: str) -> None:
        kind = "THREAD" if channel.is_thread else "CHANNEL"
        shown = wire.channel_json(self._state, channel)
        self._state.emit(f"{kind}_{what}", shown, guild_id=channel.guild_id, channel_id=channel.id)

    def _tell(self, event: Event) -> None:
        in_guild = event.guild_id is not None
        is_member = event.guild_id is None or self._is_member(event.guild_id)
        # Of a server that the bot is not in it hears only how people use it there, by an install of their own.
        if not is_member and event.name != "INTERACTION_CREATE":
            return
        bot_id = self._state.bot.id
        for session in self.sessions.values():
            if gateway_events.shard_of(event.guild_id, session.shards) != session.shard:
                continue
            if gateway_events.is_covered(event.name, in_guild=in_guild, intents=session.intents):
                seen = gateway_events.as_read(event, bot_id=bot_id, intents=session.intents)
                session.send(event.name, seen)

    def _is_member(self, guild_id: str) -> bool:
        guild = self._state.guilds.get(guild_id)
        return guild is not None and self._state.bot.id in guild.members

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Hold one connection until either side ends it."""
        socket = web.WebSocketResponse(compress=False, timeout=1.0)
        await socket.prepare(request)
        line = Line(request, socket)
        if request.query.get("v") != "10":
            self._refuse(line, INVALID_VERSION)
        self._lines.add(line)
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(line.write())
                line.put(HELLO, {"heartbeat_interval": self._heartbeat_interval_ms, "_trace": []})
                async for message in socket:
                    if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                        self._take(line, message.data)
                writer.cancel()
        finally:
            self._lines.discard(line)
            self._hang_up(line)
        return socket

    def _hang_up(self, line: Line) -> None:
        session = self.sessions.get(line.session_id or "")
        if session is not None and session.line is line:
            session.line = None
            # A client that closes with one of these says that it will not resume.
            if line.socket.close_code in {NORMAL, GOING_AWAY} and not line.closed_by_us:
                del self.sessions[session.id]
        self._state.touch()

    def _refuse(self, line: Line, code: int) -> None:
        self.close_codes.append(code)
        line.close(code)

    def _take(self, line: Line, text: str | bytes) -> None:
        try:
            payload = json.loads(text)
            op, data = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            self._refuse(line, DECODE_ERROR)
            return
        match op:
            case _ if op == HEARTBEAT:
                if (session := self.sessions.get(line.session_id or "")) is not None and isinstance(data, int):
                    session.confirm(data)
                line.put(HEARTBEAT_ACK)
            case _ if op == IDENTIFY:
                self._identify(line, data)
            case _ if op == RESUME:
                self._resume(line, data)
            case _ if op in {PRESENCE, VOICE, REQUEST_MEMBERS}:
                if line.session_id is None:
                    self._refuse(line, NOT_AUTHENTICATED)
            case _:
                self._refuse(line, UNKNOWN_OPCODE)

    def _identify(self, line: Line, data: dict[str, Any]) -> None:
        shard, shards = data.get("shard") or (0, 1)
        code = self._mistake(line, data, shard, shards)
        if code is not None:
            self._refuse(line, code)
            return
        self.identifies += 1
        # A new session of a shard ends the one before: a client that crashed never says so.
        for old in [one for one in self.sessions.values() if (one.shard, one.shards) == (shard, shards)]:
            del self.sessions[old.id]
        session = Session(secrets.token_hex(16), shard, shards, data["intents"], line=line)
        self.sessions[session.id] = session
        line.session_id = session.id
        self._state.session.intents = session.intents
        self._state.session.shards.add(shard)
        guilds = [
            guild
            for guild in self._state.guilds.values()
            if self._is_member(guild.id) and gateway_events.shard_of(guild.id, shards) == shard
        ]
        session.send("READY", self._ready_json(session, guilds))
        if session.intents & gateway_events.GUILDS:
            for guild in guilds:
                shown = gateway_events.guild_create_json(self._state, guild)
                session.send("GUILD_CREATE", shown | {"unavailable": False})
        self._state.touch()

    def _mistake(self, line: Line, data: dict[str, Any], shard: int, shards: int) -> int | None:
        intents = data.get("intents")
        if line.session_id is not None:
            return ALREADY_AUTHENTICATED
        if data.get("token") != self._state.token:
            return AUTHENTICATION_FAILED
        if not 0 <= shard < shards:
            return INVALID_SHARD
        if len(self._state.guilds) / shards > _GUILDS_PER_SHARD_MAX:
            return SHARDING_REQUIRED
        if not isinstance(intents, int) or intents & ~gateway_events.EVERY_INTENT:
            return INVALID_INTENTS
        if intents & gateway_events.PRIVILEGED & ~self.allowed_intents:
            return DISALLOWED_INTENTS
        return None

    def _ready_json(self, session: Session, guilds: list[Guild]) -> dict[str, Any]:
        bot = wire.user_json(self._state.bot) | {"verified": True, "email": None, "mfa_enabled": True}
        return {
            "v": 10,
            "user": bot,
            "user_settings": {},
            "session_type": "normal",
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "relationships": [],
            "private_channels": [],
            "presences": [],
            "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
            "guild_join_requests": [],
            "geo_ordered_rtc_regions": [],
            "application": {"id": self._state.application_id, "flags": self._state.application_flags},
            "shard": [session.shard, session.shards],
            "_trace": [],
        }

    def _resume(self, line: Line, data: dict[str, Any]) -> None:
        if data.get("token") != self._state.token:
            self._refuse(line, AUTHENTICATION_FAILED)
            return
        session = self.sessions.get(str(data.get("session_id")))
        if session is None:
            self.refused_resumes += 1
            line.put(INVALID_SESSION, data=False)
            return
        self.resumes += 1
        if session.line is not None:
            session.line.close(GOING_AWAY)
        session.line = None
        session.confirm(int(data["seq"]))
        for _, payload in session.unconfirmed:
            line.put_text(payload)
        session.line = line
        line.session_id = session.id
        session.send("RESUMED", {"_trace": []})
        self._state.touch()


def add_routes(app: web.Application, server: DiscordServer) -> Gateway:
    """Serve the gateway under /gateway of the app and return it; the server sets its `url` (ws://…) once bound."""
    gateway = Gateway(server.state)
    app.router.add_get("/gateway", gateway.serve)
    app.router.add_get("/gateway/", gateway.serve)

    async def close_all(_: web.Application) -> None:
        gateway.end()

    app.on_shutdown.append(close_all)
    return gateway
