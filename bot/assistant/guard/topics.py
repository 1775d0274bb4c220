"""What a sentence is about, as far as a number may not wander from one matter to another."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.assistant.guard.concepts import concept, meanings
from bot.sales.price_model import PriceList

_TOPICS = {
    "discount": r"скид|скину|скост|дешевл(?!е \d)|уступ|\bминус\b|эконом|сбавл|половин\w* (?:цен|стоимост|прайс)|"
    r"полцены|"
    r"half (?:the |of the |our )?(?:price|cost)|за половину|от прайса|сброс|discount|(?:percent|%|₽|"
    r"roubles|rubles) off|(?<!one-)(?<!one )\boff\b|cheaper|"
    r"\bsav(?:e|ing)|промокод|promo|\bакци[яию]\b|бонус|кэшб|кешб|cashback|распродаж|\bsale\b|выгод|rebate|knock",
    "lowering": r"сниж|сниз|уменьш|reduc|lower",
    "warranty": r"гаранти|warrant|guarant",
    "refund": r"верн[её][мт]|вернут|возвра|возмещ|компенс|неустой|refund|money back|reimburs|compensat|give back|"
    r"\bback\b",
    "advance": r"аванс|предоплат|advance|deposit|upfront|prepay|prepaid|prepayment",
    "total": r"\bитог\w*|\bвместе\b|в сумме|суммарно|в общей сложности|за вс[её]\b|\btotal|altogether|combined|all "
    r"together|all in\b|for everything",
    "payback": r"окуп|pay for itself|pays? off|payback|return on",
    "open": r"рабоч\w+ (?:врем|дни|день)|график|созвон|звоните|позвон|работаем|работают|работает (?:офис|компания|"
    r"менедж)|открыт|закрыт|на связи|рабочие часы|"
    r"часы работы|офис|\bopen\b|closed|working hours|business hours|call us|available|weekday",
    "vat": r"\bндс\b|налог|\bvat\b|\btax",
    "payment": r"аванс|показ|предоплат|демонстрац|\bdemo|\bакт[аыеу]?\b|\bэтап|рассроч|оплат[аыу] счет|на оплату|"
    r"prepay|"
    r"deposit|upfront|in advance|instal|due\b|acceptance|milestone",
    "uptime": r"доступн\w* (?:не|бот|сист)|доступен|uptime|availab",
    "accuracy": r"верн\w+ ответ|правильн|точност|безошибоч|accura|correct",
    "reply": r"\bответ|отвеч|реакц|реагир|перезв|свяж|восстанов|reply|respon|call back|answer|react",
    "launch": r"(?<!за )\bсрок\w{0,2}\b(?! (?:гарант|поддерж|действ|оплат|возвр|реакц|ответ|догов|жизн|расч))|запус|"
    r"запущ|внедр|сроки? (?:проект|запуск|разработ)|разработ|как долго|сколько (?:времени|займ\w+|"
    r"ждать|дней|недель)|за сколько|как быстро|how (?:long|soon|fast|quickly)|займ[её]т|управ|сдела[ею]|"
    r"готов|под ключ|проект|launch|deliver|implement|build|ready|develop|project",
    "difference": r"разниц|\bdifference|(?:дороже|дешевле|больше|меньше) на (?:\w+ )?\d[\d ]*(?:₽|руб|тыс)|"
    r"[\d₽] (?:more|less|cheaper) than",
    "valid": r"действу?[еи]|valid|держим|в силе",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _TOPICS.items()}
GUARDED = frozenset(("discount", "lowering", "warranty", "refund", "advance", "total", "payback", "difference"))
_PAYING = frozenset(("advance", "payment"))
"""A number said of these must be said of the same in its source."""


@lru_cache(maxsize=16_384)
def topics(folded: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _PATTERNS.items() if pattern.search(folded))


def same_matter(answer: frozenset[str], narrow: frozenset[str], wide: frozenset[str], *, strict: bool) -> bool:
    """Whether a number of the answer may stand on a number of a source.

    `narrow` is what the source's clause is about, `wide` its sentence and heading too; `strict`: an answer that names
    a matter needs a source that names it.
    """
    if "lowering" in wide and "lowering" in answer:
        wide |= {"discount"}
    if "lowering" in answer and "discount" in wide:
        wide |= {"lowering"}
    for topic in answer & GUARDED:
        if topic not in (narrow if topic == "advance" and narrow & _PAYING else wide):
            return False
    if not answer:
        return True
    return bool(answer & wide) or not strict


OPTION = "+"
"""What the name of an option begins with among the services."""


def service_names(price_list: PriceList) -> dict[str, tuple[str, ...]]:
    """The names of packages and options of a price list, as `Guard` wants them; an option's id begins with «+»."""
    found: dict[str, tuple[str, ...]] = {}
    for package in price_list.packages:
        found[package.id] = (package.title, *package.aliases)
        for option in package.options:
            name = OPTION + option.id
            found[name] = (*found.get(name, ()), option.title, option.short)
    return found


class Services:
    """The company's services by their names, so that the price of one is not given for another."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._aliases = tuple(
            (service, meanings(alias)) for service, aliases in names.items() for alias in aliases if meanings(alias)
        )
        self._words = frozenset(word for _, alias in self._aliases for word in alias)
        self._of_packages = frozenset(word for one, alias in self._aliases for word in alias if not _option(one))
        self._of_options = frozenset(word for one, alias in self._aliases for word in alias if _option(one))
        self.named = lru_cache(maxsize=8_192)(self._named)
        self.whole = lru_cache(maxsize=4_096)(self._whole)

    def _named(self, folded: str) -> frozenset[str]:
        """The services a text names; «голосовой бот» is the voice one only, though «бот» alone is another."""
        words = meanings(_ONE.sub(" ", folded))
        if not words & self._words:
            return frozenset()
        found = [(service, alias) for service, alias in self._aliases if alias <= words]
        return frozenset(service for service, alias in found if not any(alias < other for _, other in found))

    def _whole(self, folded: str) -> bool:
        """Whether a sum here is of the package with its options: «бот с каталогом», not «каталог для бота»."""
        for match in _SPOKEN.finditer(folded):
            word = concept(match.group())
            if word in self._of_options and word not in self._of_packages:
                return False
            if word in self._of_packages:
                return _ADDED_TO.search(folded[: match.start()]) is None
        return False


_SPOKEN = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")
_ADDED_TO = re.compile(r"\b(?:к|ко|для|в|у|внутри|to|for|into|in)\s(?:\w+\s)?$")
_ONE = re.compile(r"(?<!еще )\b(?:один|одна|одно|одним|одной|одном|одну|1|one|a single)\s[^\W\d_]+")
"""«Бот с одним каналом» is the bot as it stands in the price list: the first one is in the price."""


def _option(service: str) -> bool:
    return service.startswith(OPTION)
