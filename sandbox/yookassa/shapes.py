"""What the vendor's requests may hold, by its specification; everything else is refused."""

from sandbox.llm.shapes import Anything, Either, Fields, Flag, Items, Number, Shape, Tagged, Text

MONEY = r"(0|[1-9]\d{0,12})\.\d{2}"
AMOUNT = Fields({"value": Text(pattern=MONEY), "currency": Text(choices=("RUB",))})
KEY = r"[0-9a-zA-Z+\-_.]{1,64}"

METHODS = ("bank_card", "sbp", "yoo_money", "sberbank", "tinkoff_bank", "sber_loan", "b2b_sberbank", "mobile_balance")
MODES = (
    *("full_prepayment", "partial_prepayment", "advance", "full_payment", "partial_payment", "credit"),
    "credit_payment",
)
SUBJECTS = (
    *("commodity", "excise", "job", "service", "payment", "casino", "gambling_bet", "gambling_prize", "lottery"),
    *("lottery_prize", "intellectual_activity", "agent_commission", "property_right", "non_operating_gain"),
    *("insurance_premium", "sales_tax", "resort_fee", "composite", "another", "marked", "non_marked", "fine", "tax"),
    *("lien", "cost", "agent_withdrawals", "pension_insurance_without_payouts", "pension_insurance_with_payouts"),
    *("health_insurance_without_payouts", "health_insurance_with_payouts", "health_insurance", "casino"),
    *("marked_excise", "non_marked_excise"),
)
MEASURES = (
    *("piece", "gram", "kilogram", "ton", "centimeter", "decimeter", "meter", "square_centimeter", "square_decimeter"),
    *("square_meter", "milliliter", "liter", "cubic_meter", "kilowatt_hour", "gigacalorie", "day", "hour", "minute"),
    *("second", "kilobyte", "megabyte", "gigabyte", "terabyte", "another"),
)
MOST_ITEMS = 80
"""Positions in one receipt of «Чеки от ЮKassa»."""


class Metadata(Shape):
    """At most 16 keys of 32 characters, texts of 512."""

    kinds = ("object",)

    def inside(self, value: dict[str, object], path: tuple[str | int, ...]) -> None:
        Items(Anything(), most=16).check(list(value), path)
        for name, item in value.items():
            Text(most=32).check(name, (*path, name))
            Text(most=512).check(item, (*path, name))


CUSTOMER = Fields(
    optional={
        "full_name": Text(most=256),
        "inn": Text(pattern=r"\d{10}|\d{12}"),
        "email": Text(pattern=r"[^@\s]+@[^@\s]+\.[^@\s]+", most=254),
        "phone": Text(pattern=r"\d{4,15}"),
    }
)
ITEM = Fields(
    {
        "description": Text(least=1, most=128),
        "quantity": Either(Number(low=0.001, high=99_999.999), Text(pattern=r"\d{1,5}(\.\d+)?")),
        "amount": AMOUNT,
        "vat_code": Number(low=1, high=12, whole=True),
    },
    {
        "payment_mode": Text(choices=MODES),
        "payment_subject": Text(choices=SUBJECTS),
        "measure": Text(choices=MEASURES),
        "country_of_origin_code": Text(pattern="[A-Z]{2}"),
    },
)
RECEIPT = Fields(
    {"items": Items(ITEM, least=1, most=MOST_ITEMS)},
    {
        "customer": CUSTOMER,
        "internet": Flag(),
        "tax_system_code": Number(low=1, high=6, whole=True),
        "timezone": Number(low=1, high=11, whole=True),
    },
)
CONFIRMATION = Tagged(
    "type",
    {
        "redirect": Fields(
            {"type": Text(), "return_url": Text(least=1, most=2048, pattern=r"https?://\S+")},
            {"enforce": Flag(), "locale": Text(choices=("ru_RU", "en_US"))},
        ),
        "embedded": Fields({"type": Text()}, {"locale": Text(choices=("ru_RU", "en_US"))}),
        "qr": Fields({"type": Text()}, {"return_url": Text(most=2048), "locale": Text(choices=("ru_RU", "en_US"))}),
    },
)
PAYMENT = Fields(
    {"amount": AMOUNT},
    {
        "capture": Flag(),
        "confirmation": CONFIRMATION,
        "description": Text(most=128),
        "metadata": Metadata(),
        "receipt": RECEIPT,
        "payment_method_data": Fields({"type": Text(choices=METHODS)}),
        "save_payment_method": Flag(),
        "client_ip": Text(),
        "merchant_customer_id": Text(most=200),
        "statements": Items(Anything(), most=0),  # the official SDK always sends them, empty
        "transfers": Items(Anything(), most=0),
    },
)
CAPTURE = Fields(optional={"amount": AMOUNT, "receipt": RECEIPT})
CANCEL = Fields()
REFUND = Fields(
    {"payment_id": Text(least=36, most=36), "amount": AMOUNT},
    {
        "description": Text(most=250),
        "receipt": RECEIPT,
        "metadata": Metadata(),
        "sources": Items(Anything(), most=0),  # from the SDK, as above
    },
)
SETTLEMENT = Fields(
    {"type": Text(choices=("cashless", "prepayment", "postpayment", "consideration")), "amount": AMOUNT}
)
_SECOND: dict[str, Shape] = {
    "customer": CUSTOMER,
    "items": Items(ITEM, least=1, most=MOST_ITEMS),
    "settlements": Items(SETTLEMENT, least=1),
    "send": Flag(),
}
_OTHER: dict[str, Shape] = {
    "internet": Flag(),
    "tax_system_code": Number(low=1, high=6, whole=True),
    "timezone": Number(low=1, high=11, whole=True),
}
SECOND = Tagged(
    "type",
    {
        "payment": Fields({"type": Text(), "payment_id": Text(least=36, most=36), **_SECOND}, _OTHER),
        "refund": Fields({"type": Text(), "refund_id": Text(least=36, most=36), **_SECOND}, _OTHER),
    },
)
