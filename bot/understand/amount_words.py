"""The vocabulary of numbers: numerals in every case, scales, currencies, units and what stands between."""

from decimal import Decimal

from bot.understand.words import word_set

_UNITS = {
    0: "ноль нуль ноля нуля zero",
    1: "один одна одно одного одной одну одному одним одном one",
    2: "два две двух двум двумя two",
    3: "три трех трем тремя three",
    4: "четыре четырех четырем четырьмя four",
    5: "пять пяти пятью five",
    6: "шесть шести шестью six",
    7: "семь семи семью seven",
    8: "восемь восьми восемью восьмью eight",
    9: "девять девяти девятью nine",
    10: "десять десяти десятью ten десяток десятка десятков",
    11: "одиннадцать одиннадцати одиннадцатью eleven",
    12: "двенадцать двенадцати двенадцатью twelve",
    13: "тринадцать тринадцати thirteen",
    14: "четырнадцать четырнадцати fourteen",
    15: "пятнадцать пятнадцати fifteen",
    16: "шестнадцать шестнадцати sixteen",
    17: "семнадцать семнадцати seventeen",
    18: "восемнадцать восемнадцати eighteen",
    19: "девятнадцать девятнадцати nineteen",
    20: "двадцать двадцати двадцатью twenty",
    30: "тридцать тридцати тридцатью thirty",
    40: "сорок сорока forty",
    50: "пятьдесят пятидесяти пятьюдесятью fifty полсотни",
    60: "шестьдесят шестидесяти sixty",
    70: "семьдесят семидесяти seventy",
    80: "восемьдесят восьмидесяти eighty",
    90: "девяносто девяноста ninety",
    100: "сто ста сотня сотню сотни сотне",
    200: "двести двухсот двумстам",
    300: "триста трехсот тремстам",
    400: "четыреста четырехсот четыремстам",
    500: "пятьсот пятисот пятистам",
    600: "шестьсот шестисот шестистам",
    700: "семьсот семисот семистам",
    800: "восемьсот восьмисот восьмистам",
    900: "девятьсот девятисот девятистам",
}
NUMERALS: dict[str, Decimal] = {word: Decimal(value) for value, line in _UNITS.items() for word in line.split()}
NUMERALS |= dict.fromkeys(("полтора", "полторы", "полутора"), Decimal("1.5"))
NUMERALS |= dict.fromkeys(("оба", "обе", "обоих"), Decimal(2))

SMALL_ONE = word_set("один одна одно одного одной одну одному одним одном one")
"""Words for 1 count only before a scale or a unit: elsewhere they are pronouns («один из лучших»)."""
NOT_ALONE = SMALL_ONE | word_set("семью сорока ста пары оба обе обоих сотня сотню сотни сотне десяток десятка десятков")
PAIR = word_set("пара пару пары пар")
HUNDREDS = word_set("сотен сотни hundred")
AND_HALF = frozenset(("половиной", "half"))

SCALES: dict[str, Decimal] = {}
for _value, _line in (
    (
        1_000,
        "тысяча тысячу тысячи тысяч тысяче тысячей тысячам тысячами тыс тыщ тыща тыщи тыщу т тр к k тыр косарь косаря",
    ),
    (1_000, "косарей кило thousand тк"),
    (1_000_000, "миллион миллиона миллионов миллиону миллионом млн лям ляма лямов мио mln million m м"),
    (1_000_000_000, "миллиард миллиарда миллиардов млрд billion bn"),
):
    SCALES |= dict.fromkeys(_line.split(), Decimal(_value))
GLUED_ONLY = word_set("т к k m м bn")
"""Short scales that count only right after digits («5к», «120 т.р.»), where they cannot be a word."""
ROUBLES_TOO = frozenset(("тр", "тыр"))
HALF_SCALES = {
    "полмиллиона": Decimal(500_000),
    "полляма": Decimal(500_000),
    "полтысячи": Decimal(500),
    "полмиллиарда": Decimal(500_000_000),
}
HALF_UNITS = {"полгода": (Decimal(6), "month"), "полчаса": (Decimal(30), "minute"), "полдня": (Decimal("0.5"), "day")}
HALF_UNITS |= {"полмесяца": (Decimal("0.5"), "month"), "полугода": (Decimal(6), "month")}
FRACTIONS = {
    "половина": Decimal("0.5"),
    "половину": Decimal("0.5"),
    "половины": Decimal("0.5"),
    "наполовину": Decimal("0.5"),
    "треть": Decimal(1) / 3,
    "трети": Decimal(1) / 3,
    "четверть": Decimal("0.25"),
    "четверти": Decimal("0.25"),
    "вдвое": Decimal(2),
    "втрое": Decimal(3),
    "вчетверо": Decimal(4),
}

CURRENCIES: dict[str, str] = {}
for _name, _line in (
    ("RUB", "₽ рубль рубля рублей рублю рублями рублях рублем руб р rub rur rubles roubles ruble rouble рублев"),
    ("USD", "$ доллар доллара долларов долларами usd dollars dollar бакс бакса баксов"),
    ("EUR", "€ евро eur euro euros"),
    ("KZT", "₸ тенге kzt"),
):
    CURRENCIES |= dict.fromkeys(_line.split(), _name)

UNITS: dict[str, str] = {}
for _name, _line in (
    ("percent", "% процент процента процентов проценту процентами процентах percent"),
    ("minute", "минута минуту минуты минут минутам минутах мин minute minutes"),
    ("hour", "час часа часов часу часам часах hour hours"),
    ("day", "день дня дней дню дням днях сутки суток day days дн"),
    ("week", "неделя неделю недели недель неделе неделям неделях неделями week weeks нед"),
    ("month", "месяц месяца месяцев месяцу месяцам месяцах month months мес"),
    ("year", "год года годов году годам лет year years"),
):
    UNITS |= dict.fromkeys(_line.split(), _name)

ADJECTIVES_BEFORE_UNIT = word_set("рабочих рабочие рабочий рабочего календарных календарные полных целых банковских")
ADJECTIVES_BEFORE_UNIT |= word_set("полный целый целую полную business working")
IMPLICIT_ONE_AFTER = word_set("за через течение около примерно почти максимум минимум in within")
PERIODS = {
    "месяц": "month",
    "мес": "month",
    "день": "day",
    "сутки": "day",
    "неделю": "week",
    "год": "year",
    "час": "hour",
}
PERIODS |= {"month": "month", "day": "day", "week": "week", "year": "year", "hour": "hour"}
PERIOD_WORDS = {
    "ежемесячно": "month",
    "ежедневно": "day",
    "еженедельно": "week",
    "ежегодно": "year",
    "monthly": "month",
}

FROM = word_set("от с свыше больше более минимум выше from over above")
UP_TO = word_set("до максимум меньше менее ниже по to up under below")
MONTHS = {
    stem: number
    for number, line in enumerate(
        (
            "январь января январе январю",
            "февраль февраля феврале февралю",
            "март марта марте марту",
            "апрель апреля апреле апрелю",
            "май мая мае маю",
            "июнь июня июне июню",
            "июль июля июле июлю",
            "август августа августе августу",
            "сентябрь сентября сентябре сентябрю",
            "октябрь октября октябре октябрю",
            "ноябрь ноября ноябре ноябрю",
            "декабрь декабря декабре декабрю",
        ),
        start=1,
    )
    for stem in line.split()
}
_ENGLISH_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
MONTHS |= {name: number for number, name in enumerate(_ENGLISH_MONTHS, start=1)}
CODE_BEFORE = word_set(
    "# заказ заказа номер номером инн кпп огрн бик снилс счет счета договор договора артикул id версия "
    "gpt фз пункт статья"
)
COMPOUND_ENDS = (
    ("процентн", "percent"),
    ("недельн", "week"),
    ("дневн", "day"),
    ("месячн", "month"),
    ("часов", "hour"),
    ("минутн", "minute"),
    ("летн", "year"),
    ("годичн", "year"),
    ("рублев", "money"),
    ("тысячн", "thousand"),
    ("миллионн", "million"),
    ("кратн", "plain"),
)
