"""A provider's client whose calls cost money: `kind = "tests.crash.priced:build"`, option `url`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.generator import Quote
from tests.generators_for_tests import Billed

if TYPE_CHECKING:
    from pinxit.domain.request import Request

PRICE_MICRO = 40_000


class Priced(Billed):
    """Buys each image for four cents."""

    def quote(self, request: Request) -> Quote:
        return Quote(100 * request.count, PRICE_MICRO * request.count, 0.1 * request.count)


build = Priced
