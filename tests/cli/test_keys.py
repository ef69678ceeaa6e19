from __future__ import annotations

import json
import urllib.error
import urllib.request
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.shell import Shell


def status(url: str, secret: str, path: str = "/metrics", body: bytes | None = None) -> int:
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    request = urllib.request.Request(url + path, body, headers)  # noqa: S310 - our own server
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.mark.parametrize("runs", [False, True], ids=["no server", "a server"])
def test_a_key_is_made_listed_and_revoked(shell: Shell, *, runs: bool) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(shell.server()) if runs else None
        made = shell.run("keys", "create", "gallery", "--scope", "submit", "--scope", "admin", "--expires-days", "3")
        (listed,) = json.loads(shell.run("keys", "list", "--json").stdout)
        before = server and status(server.url, made.stdout.strip())
        revoked = shell.run("keys", "revoke", listed["id"])
        after = server and status(server.url, made.stdout.strip())
        again = shell.run("keys", "revoke", listed["id"])
        table = shell.run("keys", "list")

    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("pinxit_")
    assert len(made.stdout.splitlines()) == 1
    assert (listed["name"], listed["scopes"]) == ("gallery", ["admin", "submit"])
    assert listed["created_at"] < listed["expires_at"]
    assert revoked.returncode == 0, revoked.stderr
    assert (before, after) == ((200, 401) if runs else (None, None))
    assert (again.returncode, len(again.stderr.splitlines())) == (1, 1)
    assert "revoked 2" in table.stdout
    assert made.stdout.strip() not in table.stdout + json.dumps(listed)


def test_a_wrong_scope_is_named_with_what_is_allowed(shell: Shell) -> None:
    done = shell.run("keys", "create", "gallery", "--scope", "submt")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "scopes cannot be submt. Did you mean submit? Choose submit, act_as, worker or admin.\n"


def test_a_key_without_a_scope_is_no_key(shell: Shell) -> None:
    done = shell.run("keys", "create", "gallery")

    assert done.returncode == 2
    assert "--scope" in done.stderr
    assert "Traceback" not in done.stderr


def test_only_the_operator_and_admins_see_and_make_keys(shell: Shell) -> None:
    secret = shell.run("keys", "create", "gallery", "--scope", "submit").stdout.strip()
    key = json.loads(shell.run("keys", "list", "--json").stdout)[0]["id"]
    more = json.dumps({"name": "mine", "scopes": ["admin"]}).encode()

    with shell.server() as server:
        refused = [
            status(server.url, secret, "/api/v1/keys"),
            status(server.url, secret, "/api/v1/keys", more),
            status(server.url, secret, f"/api/v1/keys/{key}/revoke", b"{}"),
        ]
        kept = json.loads(shell.run("keys", "list", "--json").stdout)

    assert refused == [403, 403, 403]
    assert [(one["name"], one["revoked_at"]) for one in kept] == [("gallery", None)]
