"""A wrong price list is refused with every mistake named by its path and line, never by a traceback."""

from decimal import Decimal
from pathlib import Path

import pytest

from bot.sales.price_list import PriceList, PriceListError, content_hash, load_price_list, parse_price_list

VOLUME = (
    "{id: volume, title: Объём, line: Объём, short: объём, applies: once,"
    " values: [{id: 1k, title: До 1 000, coefficient: 1}, {id: 5k, title: До 5 000, coefficient: 1.1}]}"
)
SPEED = (
    "{id: speed, title: Срок, line: Срок, short: срок, applies: once,"
    " values: [{id: slow, title: Месяц, coefficient: 1}, {id: fast, title: Неделя, coefficient: 1.5}]}"
)
SMALL = """\
version: "1"
currency: RUB
vat: {mode: included, rates: {2026-01-01: 5}}
rounding: 100
limits: {min_once: 100, max_auto: 9000, max_discount: 20%, valid_days: 14}
discounts: {combine: largest, kinds: [{id: manager, title: Скидка, percent: 10%}]}
choices:
  - VOLUME
  - SPEED
excludes:
  - [fast, crm]
requires:
  - {what: catalog, needs: [crm]}
packages:
  - id: bot
    title: Бот
    short: бот
    description: Отвечает
    period: once
    base: 1 200.50
    typical: [2000, 3000]
    options:
      - {id: crm, title: CRM, short: CRM, price: 500, max: 1, unit: [связь, связи, связей]}
      - {id: catalog, title: Каталог, short: каталог, price: 600, max: 2, unit: [каталог, каталога, каталогов]}
    questions:
      - id: links
        text: С чем связать?
        answers:
          - {id: crm, title: CRM, set: {options: {crm: 1}}}
          - {id: none, title: Ни с чем}
        unknown: {note: Без связей}
    aliases: [бот, чат-бот]
  - id: care
    title: Поддержка
    short: поддержка
    description: Следим
    period: month
    base: 100
    typical: [100, 200]
    options: []
""".replace("VOLUME", VOLUME).replace("SPEED", SPEED)


def broken(*changes: tuple[str, str]) -> list[str]:
    text = SMALL
    for old, new in changes:
        assert old in text, f"the small file has no {old!r}"
        text = text.replace(old, new, 1)
    with pytest.raises(PriceListError) as caught:
        parse_price_list(text, source="prices.yaml")
    return [line.removeprefix("prices.yaml: ") for line in str(caught.value).split("\n")]


def test_the_small_file_is_right() -> None:
    prices = parse_price_list(SMALL)
    bot = prices.package("bot")
    assert bot is not None
    assert bot.base == Decimal("1200.50")
    assert prices.choices[0].values[0].title == "До 1\u00a0000"
    assert [str(ref) for ref in prices.excludes[0]] == ["speed.fast", "options.crm"]
    assert prices.revision == f"1-{content_hash(SMALL)[:8]}"


def test_the_version_changes_with_the_text() -> None:
    assert parse_price_list(SMALL).revision != parse_price_list(SMALL.replace("500", "501")).revision


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('version: "1"\n', "", "line 1: version: is missing"),
        ('version: "1"', "version:", "line 1: version: is missing"),
        (
            'version: "1"',
            "version: a b",
            'line 1: version: must be 1 to 40 letters, digits, points and hyphens, got "a b"',
        ),
        ("currency: RUB", "currency: USD", 'line 2: currency: must be one of: RUB, got "USD"'),
        ("currency: RUB", "currency: [RUB]", "line 2: currency: must be a single value, not a list or a section"),
        ("mode: included", "mode: inside", 'line 3: vat.mode: must be one of: none, included, added, got "inside"'),
        (
            "{2026-01-01: 5}",
            "{2026-01-01: 18}",
            'line 3: vat.rates.2026-01-01: must be one of: none, 0, 5, 7, 22, 5%, 7%, 22%, 0%, got "18"',
        ),
        (
            "{2026-01-01: 5}",
            "{2026-13-01: 5}",
            "line 3: vat.rates.2026-13-01: the day must be written as 2026-12-31",
        ),
        (", rates: {2026-01-01: 5}", "", "line 3: vat: needs at least one rate with its day"),
        (
            "rounding: 100",
            "rounding: 0",
            'line 4: rounding: must be a number from 0.01 to 100000, at most 2 digits after the point, got "0"',
        ),
        ("rounding: 100", "roundings: 100", "line 1: rounding: is missing"),
        ("min_once: 100", "min_once: 9100", "line 5: limits.min_once: is above max_auto (9000)"),
        (
            "valid_days: 14",
            "valid_days: 1.5",
            'line 5: limits.valid_days: must be a whole number from 1 to 365, got "1.5"',
        ),
        ("combine: largest", "combine: sum", 'line 6: discounts.combine: must be one of: largest, got "sum"'),
        (
            "percent: 10%",
            "percent: 25%",
            "line 6: discounts.kinds[0].percent: is above limits.max_discount (20 %)",
        ),
        (
            "title: До 1 000, coefficient: 1}",
            "title: До 1 000, coefficient: 1.2}",
            "line 8: choices[0].values[0].coefficient: the first value must be neutral, its coefficient 1",
        ),
        (
            "coefficient: 1.5",
            "coefficient: -1.5",
            "line 9: choices[1].values[1].coefficient: must be a number from 0.1 to 10, "
            'at most 4 digits after the point, got "-1.5"',
        ),
        ("id: 5k", "id: 1k", 'line 8: choices[0].values[1]: "1k" is used twice'),
        ("id: speed", "id: volume", 'line 9: choices[1]: "volume" is used twice'),
        ("applies: once", "applies: year", 'line 8: choices[0].applies: must be one of: once, month, got "year"'),
        ("[fast, crm]", "[fast, crn]", 'line 11: excludes[0][1]: no option and no value is called "crn"'),
        ("[fast, crm]", "[fast]", "line 11: excludes[0]: must have 2 to 10 elements, has 1"),
        ("[fast, crm]", "[slow, 1k]", "line 11: excludes[0]: forbids the values everybody starts with"),
        (
            "needs: [crm]",
            "needs: [shop.crm]",
            'line 13: requires[0].needs[0]: no option and no value is called "shop.crm"',
        ),
        (
            "id: fast",
            "id: crm",
            'line 11: excludes[0][1]: "crm" may mean speed.crm, options.crm: write it in full',
        ),
        (
            "  - id: bot",
            "  - id: Bot",
            'line 15: packages[0].id: must be a name of small Latin letters, digits and _, got "Bot"',
        ),
        ("id: care", "id: bot", 'line 33: packages[1]: "bot" is used twice'),
        ("period: once", "period: week", 'line 19: packages[0].period: must be one of: once, month, got "week"'),
        (
            "base: 1 200.50",
            "base: 1 200,50",
            "line 20: packages[0].base: must be a number from 0.01 to 1000000000, "
            'at most 2 digits after the point, got "1 200,50"',
        ),
        (
            "base: 1 200.50",
            "base: 1200.505",
            "line 20: packages[0].base: must be a number from 0.01 to 1000000000, "
            'at most 2 digits after the point, got "1200.505"',
        ),
        (
            "base: 1 200.50",
            "base: .inf",
            "line 20: packages[0].base: must be a number from 0.01 to 1000000000, "
            'at most 2 digits after the point, got ".inf"',
        ),
        ("    base: 1 200.50\n", "", "line 15: packages[0].base: is missing"),
        (
            "typical: [2000, 3000]",
            "typical: [3000, 2000]",
            "line 21: packages[0].typical: must go from the smaller sum to the larger",
        ),
        (
            "typical: [2000, 3000]",
            "typical: [1000, 3000]",
            "line 21: packages[0].typical: starts below the base price 1200.50",
        ),
        ("typical: [2000, 3000]", "typical: 2000", "line 21: packages[0].typical: must be a list"),
        (
            "price: 500",
            "price: много",
            "line 23: packages[0].options[0].price: must be a number from 0.01 to 1000000000, "
            'at most 2 digits after the point, got "много"',
        ),
        ("max: 2", "max: 0", 'line 24: packages[0].options[1].max: must be a whole number from 1 to 1000, got "0"'),
        ("id: catalog", "id: crm", 'line 24: packages[0].options[1]: "crm" is used twice'),
        (
            "[связь, связи, связей]",
            "[связь, связи]",
            "line 23: packages[0].options[0].unit: must have 3 to 3 elements, has 2",
        ),
        (
            "price: 500",
            "cost: 500",
            "line 23: packages[0].options[0].cost: unknown field, expected one of: "
            "id, title, short, price, max, unit, note, droppable, without",
        ),
        ("price: 500", "price: 500, price: 1", "line 23: packages[0].options[0].price: is given twice"),
        (
            "set: {options: {crm: 1}}",
            "set: {options: {crm: 2}}",
            'line 29: packages[0].questions[0].answers[0].set.options.crm: must be a whole number from 0 to 1, got "2"',
        ),
        (
            "set: {options: {crm: 1}}",
            "set: {options: {site: 1}}",
            "line 29: packages[0].questions[0].answers[0].set.options.site: this package has no such option",
        ),
        (
            "set: {options: {crm: 1}}",
            "set: {choices: {volume: 9k}}",
            'line 29: packages[0].questions[0].answers[0].set.choices.volume: must be one of: 1k, 5k, got "9k"',
        ),
        (
            "set: {options: {crm: 1}}",
            "set: {choices: {colour: red}}",
            "line 29: packages[0].questions[0].answers[0].set.choices.colour: there is no such choice",
        ),
        (
            "set: {options: {crm: 1}}",
            "set: {options: {catalog: 1}}",
            "line 15: packages[0]: the answers (crm) lead to a forbidden combination: options.catalog",
        ),
        (
            "id: none, title",
            "id: unknown, title",
            'line 30: packages[0].questions[0].answers[1]: "unknown" is used twice',
        ),
        ("unknown: {note: Без связей}", "unknown: {}", "line 31: packages[0].questions[0].unknown.note: is missing"),
        (
            "    options: []",
            "    options: []\n    aliases: [Бот]",
            'line 33: packages[1]: the alias "бот" already belongs to bot',
        ),
        ("    options: []", "    options: none", "line 40: packages[1].options: must be a list"),
    ],
)
def test_every_mistake_names_its_place(old: str, new: str, message: str) -> None:
    assert message in broken((old, new))


def test_one_mistake_is_reported_once() -> None:
    assert broken(("price: 500", "price: -5")) == [
        "line 23: packages[0].options[0].price: must be a number from 0.01 to 1000000000, "
        'at most 2 digits after the point, got "-5"'
    ]


def test_all_mistakes_are_reported_at_once_in_the_order_of_the_file() -> None:
    lines = broken(
        ("max: 2", "max: two"), ("currency: RUB", "currency: EUR"), ("base: 100", "base: 0"), ("id: fast", "id: slow")
    )
    places = [line.split(": ")[1] for line in lines]
    assert places == [
        "currency",
        "choices[1].values[1]",
        "excludes[0][0]",
        "packages[0].options[1].max",
        "packages[1].base",
    ]


def test_the_owner_reads_the_same_in_russian() -> None:
    with pytest.raises(PriceListError) as caught:
        parse_price_list(SMALL.replace("price: 500", "price: -5"), source="pricing.yaml")
    assert caught.value.public == (
        "В файле pricing.yaml есть ошибки:\n"
        "строка 23: packages[0].options[0].price: нужно число от 0.01 до 1000000000, "
        "не больше 2 знаков после точки, а написано «-5»"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "pricing.yaml: is empty"),
        ("# nothing\n", "pricing.yaml: is empty"),
        ("packages:\n  - [1, 2\n", "pricing.yaml: line 3: is not valid YAML: "),
        ("a: 1\n\tb: 2\n", "pricing.yaml: line 2: is not valid YAML: "),
        ("a: 1\n---\nb: 2\n", "pricing.yaml: line 2: is not valid YAML: "),
        ("a: \x00", "pricing.yaml: is not valid YAML: "),
        ("- 1\n- 2\n", "pricing.yaml: line 1: must be a section of `name: value` lines"),
        ("просто текст", "pricing.yaml: line 1: must be a section of `name: value` lines"),
        ("[" * 100_000, "pricing.yaml: nested too deeply"),
        ("[\n" * 3_000, "pricing.yaml: nested too deeply"),
        ("# x\n" * 300_000, "pricing.yaml: is not valid YAML: longer than 1000000 characters"),
        ("packages: &a [*a]\n", "pricing.yaml: line 1: packages[0]: must be a section of `name: value` lines"),
    ],
)
def test_what_is_no_price_list_at_all(text: str, message: str) -> None:
    with pytest.raises(PriceListError) as caught:
        parse_price_list(text)
    assert message in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PriceListError, match="cannot be read: No such file"):
        load_price_list(tmp_path / "absent.yaml")
    with pytest.raises(PriceListError, match="cannot be read: Is a directory"):
        load_price_list(tmp_path)
    (tmp_path / "latin.yaml").write_bytes("цена: 1".encode("cp1251"))
    with pytest.raises(PriceListError, match="must be text in UTF-8"):
        load_price_list(tmp_path / "latin.yaml")


def test_the_sample_asks_at_most_three_questions_and_always_takes_not_knowing(price_list: PriceList) -> None:
    for package in price_list.packages:
        assert len(package.options) >= 2
        assert 1 <= len(package.questions) <= 3
        assert package.aliases
        for question in package.questions:
            assert question.answer("unknown") == question.unknown
            assert question.unknown.title == "Не знаю"
            assert question.unknown.note


def test_the_chatbot_asks_as_in_the_main_case(price_list: PriceList) -> None:
    chatbot = price_list.package("chatbot")
    assert chatbot is not None
    asked = [(q.text, [a.title for a in q.answers if a.button]) for q in chatbot.questions]
    assert asked == [
        ("Где он будет отвечать?", ["Сайт", "Telegram", "Оба"]),
        ("С чем связать?", ["amoCRM", "Каталог", "Оба", "Ни с чем"]),
        ("Последнее — обращений в месяц?", ["До 1\u00a0000", "До 5\u00a0000", "До 20\u00a0000"]),
    ]
    volume = chatbot.question("volume")
    assert volume is not None
    more = volume.answer("more")
    assert more is not None
    assert more.manager
    assert (chatbot.typical, chatbot.question("absent"), volume.answer("absent")) == ((180_000, 320_000), None, None)


def test_longer_aliases_come_first(price_list: PriceList) -> None:
    lengths = [len(alias) for alias, _ in price_list.aliases()]
    assert lengths == sorted(lengths, reverse=True)
    assert dict(price_list.aliases())["обзвон"] == "voice"
