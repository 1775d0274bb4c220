"""The price list and the calculator as the site's API sees them: plain JSON values, the same formula as everywhere."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.sales.configuration import parse_configuration
from bot.sales.price_model import PriceList
from bot.sales.pricing import price_list_payload, quote, quote_payload
from infra.clock import Clock


class SitePrices:
    """`GET /api/price-list` and `POST /api/quote`; dates are days of the company's own time zone."""

    def __init__(self, price_list: PriceList, clock: Clock, zone: ZoneInfo) -> None:
        self._price_list = price_list
        self._clock = clock
        self._zone = zone

    def price_list(self) -> Mapping[str, object]:
        return price_list_payload(self._price_list, self._clock.now().astimezone(self._zone).date())

    def quote(self, obj: object) -> Mapping[str, object]:
        """QuoteError, with a Russian message per field, for what cannot be priced."""
        today = self._clock.now().astimezone(self._zone).date()
        return quote_payload(quote(self._price_list, parse_configuration(obj), on=today))
