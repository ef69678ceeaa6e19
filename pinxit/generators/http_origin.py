"""Where a provider's key may go: the configured host, and those that are the provider's too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yarl import URL

from pinxit.domain.addresses import fault_in_text

if TYPE_CHECKING:
    from collections.abc import Collection

_HTTPS_PORT = 443


class Origin:
    """One provider's addresses.

    `also_hosts`: further hosts that get the key, over https only; ".bfl.ai" means every host below bfl.ai.
    Raises ValueError for a base_url that is no http(s) URL, or has a query or a fragment, in words for the operator,
    without the URL.
    """

    def __init__(self, base_url: str, also_hosts: Collection[str] = ()) -> None:
        try:
            base = URL(base_url) if fault_in_text(base_url) is None else URL()
        except ValueError:
            base = URL()
        # Paths are written behind it: behind a query or a fragment they would be part of that.
        if base.scheme not in ("http", "https") or not base.host or "?" in base_url or "#" in base_url:
            raise ValueError("base_url is no address; write one such as https://api.example.org")
        self._base = base
        self._text = base_url.rstrip("/")
        self._also_hosts = tuple(also_hosts)

    @property
    def host(self) -> str:
        """Return host and port, such as "127.0.0.1:8080"."""
        host = self._base.raw_host or ""
        return f"[{host}]:{self._base.port}" if ":" in host else f"{host}:{self._base.port}"

    def url(self, path: str) -> URL | None:
        """Return the address of `path` below the base, or of a whole URL, or None where the key must not go.

        A query stays as it is written.
        """
        is_whole = "://" in path.partition("?")[0]
        if is_whole and fault_in_text(path):
            return None
        try:
            url = URL(path if is_whole else f"{self._text}/{path.lstrip('/')}")
        except ValueError:
            return None
        return url if self._is_own(url) else None

    def _is_own(self, url: URL) -> bool:
        if not url.host:
            return False
        if url.origin() == self._base.origin():
            return True
        if url.scheme != "https" or url.port != _HTTPS_PORT:
            return False
        host = url.host.lower()
        return any(host.endswith(one) if one.startswith(".") else host == one for one in self._also_hosts)
