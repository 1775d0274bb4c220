"""What a sentence is about, as far as a number may not wander from one matter to another."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.assistant.guard.concepts import meanings

_TOPICS = {
    "discount": r"скид|скину|скост|дешевл|уступ|\bминус\b|сниж|сниз|эконом|сбавл|сброс|discount|(?:percent|%|₽|roubles|rubles) off|\boff\b|cheaper|"
    r"\bsav(?:e|ing)|reduc|промокод|promo|\bакци[яию]\b|бонус|кэшб|кешб|cashback|распродаж|\bsale\b|выгод|rebate|knock|lower",
    "warranty": r"гаранти|warrant|guarant",
    "refund": r"верн[её][мт]|вернут|возвра|возмещ|компенс|неустой|refund|money back|reimburs|compensat|give back",
    "vat": r"\bндс\b|налог|\bvat\b|\btax",
    "payment": r"аванс|предоплат|после демонстр|после акт|\bэтап|рассроч|оплат[аыу] счет|на оплату|prepay|deposit|upfront|in advance|instal|due\b|acceptance|milestone",
    "uptime": r"доступн\w* (?:не|бот|сист)|доступен|uptime|availab",
    "accuracy": r"верн\w+ ответ|правильн|точност|безошибоч|accura|correct",
    "reply": r"\bответ|отвеч|реакц|реагир|перезв|свяж|восстанов|reply|respon|call back|answer|react",
    "launch": r"запус|запущ|внедр|сроки? (?:проект|запуск|разработ)|разработ|сдела[ею]|готов|под ключ|проект|launch|deliver|implement|build|ready|develop|project",
    "valid": r"действу?[еи]|valid|держим|в силе",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _TOPICS.items()}
GUARDED = frozenset(("discount", "warranty", "refund"))
"""A number said of these must be said of the same in its source."""


@lru_cache(maxsize=16_384)
def topics(folded: str) -> frozenset[str]:
    return frozenset(name for name, pattern in _PATTERNS.items() if pattern.search(folded))


def same_matter(answer: frozenset[str], source: frozenset[str]) -> bool:
    """Whether a number of the answer may stand on a source's sentence about these topics."""
    guarded = answer & GUARDED
    if guarded and not guarded & source:
        return False
    if source & GUARDED and answer and not answer & source:
        return False
    return not (answer and source and not answer & source)


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
