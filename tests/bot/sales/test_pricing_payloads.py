"""The answers of the price API: the fields that sites and programs rely on, and what they are made of."""

import json
from datetime import date

from bot.sales.price_list import PriceList
from bot.sales.pricing import Configuration, price_list_payload, quote, quote_payload

ON = date(2026, 11, 22)


def test_price_list(price_list: PriceList) -> None:
    payload = json.loads(json.dumps(price_list_payload(price_list, ON)))
    assert payload["version"] == price_list.revision
    assert payload["currency"] == "RUB"
    assert payload["vat"] == {"mode": "included", "rate": 5}
    ids = [package["id"] for package in payload["packages"]]
    assert ids == ["chatbot", "kb_assistant", "voice", "automation", "doc_analytics", "support"]
    chatbot = payload["packages"][0]
    assert {"id", "title", "description", "price", "options"} <= chatbot.keys()
    assert chatbot["price"] == "120000.00"
    prices = [(option["id"], option["price"], option["max"]) for option in chatbot["options"]]
    assert prices == [("channel", "35000.00", 4), ("crm", "45000.00", 1), ("catalog", "60000.00", 1)]
    assert [choice["id"] for choice in payload["choices"]] == ["volume", "urgency", "integration", "support_term"]
    assert payload["choices"][1]["values"][0] == {"id": "6w", "title": "6 недель"}
    assert payload["excludes"] == [["urgency.3w", "integration.on_prem"]]


def test_quote(price_list: PriceList) -> None:
    shop = Configuration("chatbot", {"channel": 1, "crm": 1, "catalog": 1}, {"volume": "5k"})
    payload = json.loads(json.dumps(quote_payload(quote(price_list, shop, on=ON))))
    lines = payload.pop("lines")
    assert payload == {
        "total": "286000.00",
        "monthly": "0.00",
        "vat": "13619.05",
        "vat_monthly": "0.00",
        "vat_rate": 5,
        "vat_mode": "included",
        "currency": "RUB",
        "valid_until": "2026-12-06",
        "version": price_list.revision,
        "needs_manager": False,
    }
    assert lines[1] == {
        "title": "Ещё один канал",
        "quantity": 1,
        "price": "35000.00",
        "amount": "35000.00",
        "period": "once",
        "kind": "option",
    }


def test_quote_of_support(price_list: PriceList) -> None:
    support = Configuration("support", {"hour": 5}, {"support_term": "12m"})
    payload = quote_payload(quote(price_list, support, on=ON))
    assert (payload["total"], payload["monthly"]) == ("0.00", "36000.00")
    assert (payload["vat"], payload["vat_monthly"]) == ("0.00", "1714.29")
