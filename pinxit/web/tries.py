"""How often somebody may guess a password."""

from __future__ import annotations

from collections import OrderedDict, deque

from pinxit.domain.errors import Code, Refused

TRIES = 5
WITHIN_S = 60.0
_MOST_CLIENTS = 10_000


class Tries:
    """Wrong guesses of each client in the last minute, whichever door they were made at."""

    def __init__(self, most: int = TRIES, within_s: float = WITHIN_S) -> None:
        self._most = most
        self._within_s = within_s
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, client: str, now_s: float) -> None:
        """Return if this client may guess again. Raises Refused (LOGIN_TRIES)."""
        wrong = self._wrong.get(client)
        while wrong and now_s - wrong[0] >= self._within_s:
            wrong.popleft()
        if wrong and len(wrong) >= self._most:
            raise Refused(Code.LOGIN_TRIES, retry_after_s=wrong[0] + self._within_s - now_s)

    def note(self, client: str, now_s: float) -> None:
        """Note a wrong guess."""
        self._wrong.setdefault(client, deque(maxlen=self._most)).append(now_s)
        self._wrong.move_to_end(client)
        if len(self._wrong) > _MOST_CLIENTS:
            self._wrong.popitem(last=False)
