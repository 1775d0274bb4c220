"""What a sentence is about, as far as a number may not wander from one matter to another."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.assistant.guard.concepts import meanings
from bot.sales.price_model import PriceList

_TOPICS = {
    "discount": r"скид|скину|скост|дешевл|уступ|\bминус\b|эконом|сбавл|половин\w* (?:цен|стоимост|прайс)|полцены|"
    r"half (?:the |of the |our )?(?:price|cost)|за половину|от прайса|сброс|discount|(?:percent|%|₽|"
    r"roubles|rubles) off|\boff\b|cheaper|"
    r"\bsav(?:e|ing)|промокод|promo|\bакци[яию]\b|бонус|кэшб|кешб|cashback|распродаж|\bsale\b|выгод|rebate|knock",
    "lowering": r"сниж|сниз|уменьш|reduc|lower",
    "warranty": r"гаранти|warrant|guarant",
    "refund": r"верн[её][мт]|вернут|возвра|возмещ|компенс|неустой|refund|money back|reimburs|compensat|give back|"
    r"\bback\b",
    "advance": r"аванс|предоплат|advance|deposit|upfront|prepay|prepaid|prepayment",
    "total": r"\bитог\w*|\bвместе\b|в сумме|суммарно|в общей сложности|за вс[её]\b|\btotal|altogether|combined|all "
    r"together|all in\b|for everything",
    "payback": r"окуп|pay for itself|pays? off|payback|return on",
    "open": r"звоните|позвон|работаем|работают|работает (?:офис|компания|менедж)|открыт|закрыт|на связи|рабочие часы|"
    r"часы работы|офис|\bopen\b|closed|working hours|business hours|call us",
    "vat": r"\bндс\b|налог|\bvat\b|\btax",
    "payment": r"аванс|предоплат|демонстрац|\bdemo|\bакт[аыеу]?\b|\bэтап|рассроч|оплат[аыу] счет|на оплату|prepay|"
    r"deposit|upfront|in advance|instal|due\b|acceptance|milestone",
    "uptime": r"доступн\w* (?:не|бот|сист)|доступен|uptime|availab",
    "accuracy": r"верн\w+ ответ|правильн|точност|безошибоч|accura|correct",
    "reply": r"\bответ|отвеч|реакц|реагир|перезв|свяж|восстанов|reply|respon|call back|answer|react",
    "launch": r"запус|запущ|внедр|сроки? (?:проект|запуск|разработ)|разработ|как долго|сколько (?:времени|займ\w+|"
    r"ждать|дней|недель)|за сколько|как быстро|how (?:long|soon|fast|quickly)|займ[её]т|управ|сдела[ею]|"
    r"готов|под ключ|проект|launch|deliver|implement|build|ready|develop|project",
    "valid": r"действу?[еи]|valid|держим|в силе",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _TOPICS.items()}
GUARDED = frozenset(("discount", "lowering", "warranty", "refund", "advance", "total", "payback"))
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


def service_names(price_list: PriceList) -> dict[str, tuple[str, ...]]:
    """The names of packages and options of a price list, as `Guard` wants them."""
    found: dict[str, tuple[str, ...]] = {}
    for package in price_list.packages:
        found[package.id] = (package.title, *package.aliases)
        for option in package.options:
            found[option.id] = (*found.get(option.id, ()), option.title, option.short)
    return found


class Services:
    """The company's services by their names, so that the price of one is not given for another."""

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self._aliases = tuple(
            (service, meanings(alias)) for service, aliases in names.items() for alias in aliases if meanings(alias)
        )
        self._words = frozenset(word for _, alias in self._aliases for word in alias)
        self.named = lru_cache(maxsize=8_192)(self._named)

    def _named(self, folded: str) -> frozenset[str]:
        """The services a text names; «голосовой бот» is the voice one only, though «бот» alone is another."""
        words = meanings(folded)
        if not words & self._words:
            return frozenset()
        found = [(service, alias) for service, alias in self._aliases if alias <= words]
        return frozenset(service for service, alias in found if not any(alias < other for _, other in found))
