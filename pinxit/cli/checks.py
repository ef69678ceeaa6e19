"""What the doctor looks at, one function each; none of them changes anything that stays."""

from __future__ import annotations

import ipaddress
import os
import shutil
import statistics
import tempfile
import time
from typing import TYPE_CHECKING, Any

from pinxit.cli.checks_local import Neighbours, check_local
from pinxit.cli.checks_prompts import check_prompts
from pinxit.cli.client import Client
from pinxit.cli.connection import address, server_of
from pinxit.cli.exits import Failure
from pinxit.data.examine import examine
from pinxit.data.lock import owner
from pinxit.data.times import to_ms
from pinxit.domain.checkup import Check, State, split
from pinxit.domain.errors import ConfigError, Unavailable
from pinxit.generators import registry
from pinxit.generators.catalogue import Catalogue
from pinxit.queue.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pinxit.config import GeneratorSettings, Settings
    from pinxit.data.examine import Examination

LEAST_FREE_BYTES = 10**9
SLOW_FSYNC_S = 0.05  # A submit waits for one or two of them.
_FSYNCS = 5


async def check_all(settings: Settings, neighbours: Neighbours = Neighbours()) -> Sequence[Check]:  # noqa: B008 - frozen
    """Look at everything, with settings that could be read. `neighbours`: where servers of other programs may be."""
    checks = [Check("settings", State.GOOD, f"right; what is kept lies in {settings.var}/"), *_later(settings)]
    checks += _folders(settings)
    found, check = _database(settings)
    checks += check
    checks += _disk(settings)
    try:
        catalogue = Catalogue.load(settings.catalogue)
    except ConfigError as error:
        checks += [Check("catalogue", State.BAD, *split(problem)) for problem in error.problems]
        catalogue = Catalogue.load()
    for name, table in settings.generators.items():
        if table.enabled:
            checks += await _generator(name, table, catalogue)
    checks += await check_local(settings, neighbours)
    checks += check_prompts(settings)
    checks.append(_openness(settings, found.valid_keys if found is not None else 0))
    checks += await _server(settings)
    return checks


def check_settings(problems: Sequence[str]) -> Sequence[Check]:
    """Return a finding for each mistake in the settings; with one of them nothing else can be looked at."""
    return [Check("settings", State.BAD, *split(problem)) for problem in problems]


def _later(settings: Settings) -> Iterator[Check]:
    for sentence in settings.later:
        yield Check("settings", State.ODD, sentence)


def _folders(settings: Settings) -> Iterator[Check]:
    seen = set()
    for folder in (settings.var, settings.database_path.parent, settings.files_path):
        if folder in seen:
            continue
        seen.add(folder)
        there = _nearest(folder)
        if not there.is_dir():
            yield Check("folder", State.BAD, f"{there} is no folder", "move that file away, or name another --var")
        elif not os.access(there, os.W_OK | os.X_OK):
            cure = "give this user the right to write there, or name another --var"
            yield Check("folder", State.BAD, f"{there} cannot be written", cure)
        elif there == folder.absolute():
            yield Check("folder", State.GOOD, f"{folder} can be written")
        else:
            yield Check("folder", State.GOOD, f"{folder} is made at the first start")


def _database(settings: Settings) -> tuple[Examination | None, Sequence[Check]]:
    path = settings.database_path
    if not path.exists():
        return None, [Check("database", State.GOOD, f"{path} is made at the first start")]
    try:
        found = examine(path, to_ms(SystemClock().now()))
    except OSError as error:
        cure = "move it away, or put a copy back (the last one lies beside it as .v…)"
        return None, [Check("database", State.BAD, f"{path} cannot be read ({error})", cure)]
    return found, _examined(path, found)


def _examined(path: Path, found: Examination) -> Sequence[Check]:
    if found.version > found.newest:
        message = f"{path} has version {found.version}, and this Pinxit knows versions up to {found.newest}"
        return [Check("database", State.BAD, message, "install the newer Pinxit again, or name another --var")]
    if found.version < found.newest:
        message = f"{path} has version {found.version}; the next start brings it to {found.newest}, a copy first"
        return [Check("database", State.ODD, message)]
    if found.damages:
        message = f"{path} is damaged: {'; '.join(found.damages)}"
        return [Check("database", State.BAD, message, "stop the server and put a copy back")]
    if found.differences:
        message = f"{len(found.differences)} counters of quotas differ from the ledger, such as {found.differences[0]}"
        return [Check("database", State.BAD, message, "please report it; nothing is lost, the ledger is right")]
    return [Check("database", State.GOOD, f"{path} is whole, version {found.version}, and its ledger adds up")]


def _disk(settings: Settings) -> Iterator[Check]:
    folder = _nearest(settings.files_path)
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return  # The folders' own check says it.
    try:
        free_bytes, fsync_s = shutil.disk_usage(folder).free, _fsync_s(folder)
    except OSError as error:
        yield Check("disk", State.BAD, f"{folder} cannot be written ({error.strerror})", "look at the disk")
        return
    text = f"{free_bytes / 10**9:.1f} GB free"
    if free_bytes < LEAST_FREE_BYTES:
        yield Check("disk", State.ODD, f"only {text}", "make room; a full disk stops the queue, and loses nothing")
    else:
        yield Check("disk", State.GOOD, text)
    text = f"a durable write takes {1000 * fsync_s:.1f} ms"
    if fsync_s > SLOW_FSYNC_S:
        yield Check("disk", State.ODD, text, "name a folder on a faster disk with --var; every job waits for it")
    else:
        yield Check("disk", State.GOOD, text)


def _fsync_s(folder: Path) -> float:
    """Return how long a small durable write takes, the median of a few."""
    took_s = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(_FSYNCS):
            file.write(b"\0" * 4096)
            file.flush()
            start_s = time.perf_counter()
            os.fsync(file.fileno())
            took_s.append(time.perf_counter() - start_s)
    return statistics.median(took_s)


async def _generator(name: str, table: GeneratorSettings, catalogue: Catalogue) -> Sequence[Check]:
    title, clock = f"generator {name}", SystemClock()
    try:
        generator = registry.build(name, table.kind, table.kind_options(), clock, catalogue)
        capabilities = generator.capabilities
        await generator.aclose()
    except ConfigError as error:
        return [Check(title, State.BAD, *split(" ".join(error.problems)))]
    except Exception as error:  # noqa: BLE001 - a stranger's code may raise anything; that is the finding
        message = f"cannot be built ({type(error).__name__})"
        cure = f"look at [generators.{name}] and at the documentation of {table.kind}"
        return [Check(title, State.BAD, message, cure)]
    in_process = not capabilities.runs_inline if table.process is None else table.process
    slots = table.slots(capabilities)
    if slots == 0:
        where = "none here; start some elsewhere with `pinxit worker`"
    else:
        noun = "worker" if slots == 1 else "workers"
        where = f"{slots} {noun} in {'a child process' if in_process else 'the server itself'}"
    names = table.named_models() or capabilities.models[:1]
    ends = catalogue.warnings(table.kind, names, clock.now().date())
    return [
        Check(title, State.GOOD, f"kind {table.kind}, {where}"),
        *(Check(title, State.ODD, *split(sentence)) for sentence in ends),
    ]


def _openness(settings: Settings, valid_keys: int) -> Check:
    web = settings.web
    if _is_loopback(web.host):
        return Check("access", State.GOOD, f"only this machine, at {web.host}:{web.port}")
    if not web.authentication:
        message = f"everybody who reaches {web.host}:{web.port} may paint, without password or key"
        return Check("access", State.ODD, message, "set web.authentication = true unless you want just that")
    if web.password is None and not valid_keys:
        message = f"web.host is {web.host}, where others reach the server, and there is neither a password nor a key"
        return Check("access", State.BAD, message, "set web.password, or `pinxit keys create`; else it does not start")
    return Check("access", State.GOOD, f"others reach {web.host}:{web.port} with a password or a key")


async def _server(settings: Settings) -> Sequence[Check]:
    try:
        holder = owner(settings.var)
    except ConfigError as error:
        return [Check("server", State.BAD, *split(error.problems[0]))]
    if holder is None:
        return [Check("server", State.GOOD, "does not run; `python -m pinxit run` starts it")]
    url = server_of(settings.var, holder)
    if url is None:
        return [Check("server", State.ODD, f"process {holder.pid} (pinxit {holder.doing}) uses the folder just now")]
    password = settings.web.password.get_secret_value() if settings.web.password else None
    try:
        async with Client(address(url, None, password)) as client:
            health = await client.get("/health")
            painters = (await client.get("/api/v1/models"))["generators"]
    except (Unavailable, Failure) as error:
        cure = f"look at its log; stop process {holder.pid} and start it again"
        return [Check("server", State.BAD, f"{url} does not answer: {error}", cure)]
    wrong = [f"{one['name']} {one['message']}" for one in health.get("checks", ()) if not one["ok"]]
    if wrong:
        return [Check("server", State.BAD, f"{url} is not ready: {'; '.join(wrong)}", "look at its log")]
    runs = Check("server", State.GOOD, f"runs at {url}, version {health.get('version')}, and is ready")
    return [runs, *_unavailable(painters)]


def _unavailable(painters: Sequence[Mapping[str, Any]]) -> Iterator[Check]:
    """Yield a finding for each generator, as the running server tells of it, that cannot be had just now."""
    for one in painters:
        title = f"generator {one['name']}"
        if one["state"] == "spent":
            cure = "wait for the next day or month (UTC), or raise its dollars_per_day or dollars_per_month"
            yield Check(title, State.ODD, "its budget is spent, so it is left out", cure)
        elif one["state"] != "available":
            until = f" until {one['until']}" if one["until"] else ", and one job at a time tries it"
            message = f"its last answers were errors, so it is left alone{until}"
            yield Check(title, State.ODD, message, "look at the attempts of its jobs, or at the server's log")


def _nearest(path: Path) -> Path:
    """Return the path itself, or the nearest one above it that is there."""
    return next(at for at in (path.absolute(), *path.absolute().parents) if at.exists())


def _is_loopback(host: str) -> bool:
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
