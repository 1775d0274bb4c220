"""Promises without a word of promising: deeds told as a state of things, gifts, kinder prices, happy results."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.understand.words import morph

_OWN = (
    r"(?:заявк|запрос|обращени|договор|счет|письмо|бронь|встреч|созвон|звонок|время|место|номер|предложени|расчет|кп|"
    r"слот|"
    r"вопрос|документ|вариант|просьб|контакт|данны|задач)\w{0,3}"
)
_WITH = (
    r"(?:у (?:\w+ )?(?:менеджер|коллег|сотрудник|руководит|директор|инженер|юрист|бухгалтер|отдел|команд|"
    r"специалист)\w*|"
    r"у вас(?: \w+)? (?:на почте|в почте|в ящике)|(?:уже )у вас|на (?:вашей )?почте|в работе|на рассмотрении|на "
    r"проверке|за вами|"
    r"(?:в|на) (?:отдел\w*|стол\w*|производств\w*)|в пути|в очереди|ушл\w+|ушел|уходит|летит|дошл\w+|дошел|поступил\w*|"
    r"согласован\w*|подтвержден\w*|одобрен\w*|готов[аоы]? к подпис\w+)"
)
_SOMEBODY = (
    r"(?:менеджер|коллег|сотрудник|руководит|директор|инженер|юрист|бухгалтер|оператор|специалист|"
    r"консультант|команд|эксперт)\w*"
)
_EN_OWN = (
    r"(?:request|application|order|ticket|contract|invoice|offer|proposal|quote|slot|booking|call|meeting|letter|email|"
    r"message|question|case|number|details|document|paperwork)s?"
)
_EN_SOMEBODY = (
    r"(?:manager|colleague|specialist|team|someone|somebody|engineer|director|person|agent|expert|accountant)s?"
)
STATE = re.compile(
    rf"\b(?:ваш\w* |эт\w+ |с вами )?{_OWN} (?:(?:\w+ )?(?:уже |теперь |сейчас )?){_WITH}|"
    rf"\bвы (?:уже |теперь )?(?:в списке|записан\w*|в расписании|в календаре|в очереди|первы\w* в)|"
    rf"\b{_SOMEBODY} (?:\w+ )?(?:уже|сейчас|прямо сейчас|как раз) (?!на месте|не )\w+|"
    rf"\b{_SOMEBODY} (?:уже )?(?:набирает|звонит|пишет|едет|готовит|подбирает|рассматривает|изучает|ждет|занимается|"
    rf"спешит) "
    r"(?:вас|вам|ваш|номер|договор|счет|расчет|кп|предложени)\w*|\bдело сделано\b|\bвс[её] (?:уже )?(?:сделано|"
    r"улажено|решено|готово|"
    r"устроено|оформлено|согласовано)\b|\bждите (?:звонк|письм|счет|договор|менеджер|ответ)\w*|,? ждите[.!]?$|"
    rf"\b(?:your |the |this )?{_EN_OWN} (?:is|are|has been|have been)(?: (?:already|now|currently))? (?:with (?:our|"
    rf"the|a|my|your)|in "
    r"(?:your|our|the) (?:inbox|mailbox|mail|queue|hands|calendar)|on (?:its|the|their) (?:way|desk)|confirmed|"
    r"approved|secured|"
    r"locked|set|under review|being (?:reviewed|processed|prepared))|"
    rf"\b{_EN_SOMEBODY} (?:is|are)(?: (?:already|now|currently))? (?:on it|on (?:the|this) case|dialling|dialing|"
    rf"calling|writing|"
    r"looking into|preparing|reviewing|handling|working on|waiting for you|expecting you)\b|"
    r"\byou(?:'re| are)(?: (?:already|now|all))? (?:booked|on the list|in the (?:queue|calendar|schedule)|scheduled|"
    r"set for|signed "
    r"up|enrolled)|\bi(?:'ve| have)? (?:just )?(?:let (?:\w+ )?(?:the |my |our )?(?:team|manager|colleague|director|"
    r"boss)\w* know|put "
    r"(?:in )?(?:you|a)\b|pulled|spoke\w*|talked|had a word)|\b(?:your \w+|it|that|everything)(?:'s| is) (?:all "
    r")?(?:taken care "
    r"of|sorted|arranged|done|settled)\b|\bon its way\b"
)
"""What can only be so after a deed: it is for a structured action to say."""

GIFT = re.compile(
    r"\b(?:да(?:м|дим) (?:вам )?(?:дополнительн|лишн|еще)\w*|просто так|ни за что не (?:плат|возьм)\w+|не "
    r"(?:придется|надо|нужно|будете|потребуется) (?:ничего "
    r")?(?:оплачивать|"
    r"доплачивать|платить)|(?:оплачивать|платить|доплачивать) (?:за \w+ )?не (?:придется|надо|нужно|будете|"
    r"потребуется)|ничего не "
    r"(?:заплатите|потратите|отдадите|возьмем|возьму)|без оплаты|накин\w+|докин\w+|довес\w*|сюрприз\w*|подароч\w+|"
    r"угоща\w+|"
    r"(?:\w+ )?включ(?:им|у) (?:вам )?(?:сверху|в подарок|просто|бонус\w*)|сверху бонус\w*|"
    r"(?:спиш|прост|обнул|аннулир|отмен|убер)(?:у|ем|им|ю) (?:\w+ )?(?:част|надбав|долг|плат|стоимост|наценк|комисси|"
    r"работ|оплат)\w*|"
    r"(?:часть|надбавк\w+|плат\w|оплат\w|наценк\w+|комисси\w)(?: \w+){0,3} (?:спиш|прост|обнул|аннулир|отмен|"
    r"убер)(?:у|ем|им|ю)|"
    r"throw(?:ing)? (?:\w+ )?in\b|throw in|(?:is|are|it's|that's) on us\b|on the house|a gift|a present\b|as a "
    r"present|freebie|treat you|"
    r"(?:fee|charge|surcharge|cost|price)s? (?:is |are |will be |gets? |get )?(?:waived|removed|dropped|forgiven|off)|"
    r"(?:waive|remove|drop|forgive|skip) (?:the |your |that )?(?:\w+ )?(?:fee|charge|surcharge|cost)s?|have the \w+ "
    r"removed|"
    r"costs? (?:you )?nothing|won't (?:have to )?pay|don't (?:have to )?pay|pay nothing|no need to pay)\b"
)

KINDER = re.compile(
    r"\b(?:(?:приятн|вкусн|хорош|лучш|добр|мягк|гуманн|душевн|честн|сладк|симпатичн|выгодн|скромн|щадящ|комфортн)\w* "
    r"(?:для вас )?"
    r"(?:цен|стоимост|сумм|услови|чек|прайс)\w*|(?:цен|стоимост|сумм|чек)\w*(?: \w+){0,3} (?:приятн|ниже|меньше|"
    r"мягче|лучше|"
    r"скромнее|вкусн|гуманн|поменьше|пониже)\w*|ценой не обид\w+|не обид\w+ (?:по |с )?(?:цен|стоимост)\w+|не обижу|"
    r"(?:пойд|ид|пош)\w+ (?:вам |к вам )?навстречу|(?:цен\w+|по цене|прайс\w*) (?:\w+ )?(?:подвин|поджм|подкорректир|"
    r"смягч|ужм|"
    r"уступ|подрезат|сдвин)\w*|(?:подвин|поджм|смягч|ужм|подреж|сдвин)\w+ (?:\w+ )?цен\w*|за (?:наш|мой) счет|"
    r"подешевле|"
    r"скин(?:у|ем|ут)|скост\w+|уступ(?:лю|им)|сторгу\w+|meet you halfway|halfway on|"
    r"(?:pay|be yours|yours|get it|it's yours) (?:\w+ )?(?:for )?less|better (?:price|deal|rate|offer)|nicer price|"
    r"(?:shave|knock|chop|trim|take|cut) (?:\w+ ){0,3}off|come down on|bring (?:it|the price) down|good (?:price|deal)|"
    r"see that you pay|special treatment)\b"
)
BY_RESULT = re.compile(
    r"\b(?:(?:плат|оплат|опла[тч]|заплат|деньги|денег|бер[её]м)\w*(?: \w+){0,3} (?:только|лишь) (?:\w+ )?(?:за |по |"
    r"если |когда |после |в "
    r"случае )|(?:только|лишь) (?:за|по) результат\w*|(?:не (?:зайдет|понравится|устроит|подойдет|сработает|окупится|"
    r"получится))\W+"
    r"(?:\w+ )?(?:не |ничего |деньги|верн|возвра|бесплатно)\w*|риск\w*(?: \w+)? (?:берем|беру|на себя|на нас|наш)\w*|"
    r"без (?:всяк\w+ "
    r")?риск\w*|ничем не риску\w+|верн\w+(?: \w+){0,3} без (?:вопросов|объяснений|проблем)|в любой момент верн\w+|"
    r"верн\w+ "
    r"(?:\w+ )?в любой момент|(?:only )?pay (?:only )?(?:if|when|once|for results?)|only pay|no (?:win|result)s?,? "
    r"no (?:fee|pay)|"
    r"risk[- ]free|no risk|(?:get|have) (?:all )?your money back|no questions asked|(?:the )?risk is (?:ours|on us))\b"
)

_GOOD = (
    r"продаж\w*|конверси\w*|выручк\w*|прибыл\w*|заяв\w*|лид\w*|клиент\w*|покупател\w*|пациент\w*|нагрузк\w*|"
    r"оператор\w*|"
    r"сотрудник\w*|отдел\w*|вложени\w*|инвестици\w*|затрат\w*|расход\w*|звонк\w*|обращени\w*|чек\w*|оборот\w*|"
    r"рейтинг\w*|"
    r"менеджер\w*|персонал\w*|бот\w*|помощник\w*|деньг\w*|денег|очеред\w*|ошиб\w*"
)
_SUBJECT = re.compile(rf"\b(?:{_GOOD})\b")
_BETTER = re.compile(
    r"\b(?:вырас\w+|поднимет\w*|подниму\w+|поднимется|увелич\w+|повыс\w+|удво\w+|утро\w+|упад[ея]т|сниз\w+|сократ\w+|"
    r"уменьш\w+|"
    r"окуп\w+|отоб[ьь]\w+|вернутся|вернется|сэконом\w+|замен[ия]т|исчезн\w+|перестан\w+|прекрат\w+|довол\w+|в "
    r"восторге|счастлив\w*|"
    r"пойд[уе]т (?:вверх|в гору)|(?:станет|будет|станут) (?:\w+ )?(?:больше|меньше|лучше|быстрее|выше|проще)|больше не "
    r"(?:будет|будут|"
    r"потеря\w+|пропад\w+|уйд\w+)|не (?:потеря\w+|упуст\w+|уйд\w+) ни|уйдут от конкурентов|разгруз\w+|взлет\w+|"
    r"выстрел\w+|"
    r"прибав(?:ит|ят)ся|придут|прид[её]т больше|никогда не)\b"
)
_EN_GOOD = (
    r"sales|conversions?|revenue|profits?|leads?|customers?|clients?|operators?|staff|team|workload|costs?|"
    r"investment|calls?|"
    r"requests?|orders?|bot|assistant|it|you|they|business|money"
)
_EN_BETTER = re.compile(
    rf"\b(?:{_EN_GOOD})(?:'ll| will| are going to| is going to)(?: \w+ly| soon| never| also| all| just)? (?:go up|"
    rf"rise|double|triple|"
    r"grow|increase|improve|love|be (?:happy|thrilled|delighted|satisfied)|drop|fall|decrease|go down|pay (?:for "
    r"itself|off|back)|"
    r"replace|lose|need (?:half|fewer|less)|save|boost|sell more|earn|skyrocket|never|halve|stop|disappear|get more|"
    r"cut)\b|"
    r"\bnever (?:make|lose|miss|fail|break|get|sleep|err|go|let|forget|crash)\w*\b|\breplaces? (?:your|the|a|all|"
    r"half)\b|"
    r"\b(?:doubles?|triples?|boosts?|raises?|skyrockets?) (?:your |the )?(?:sales|conversion|revenue|profits?|leads)|"
    r"\byou'll (?:never|no longer|save|earn|sell|need|get) (?:\w+ )?(?:more|lose|half|less|fewer|miss|a lead)"
)
_EARLY = re.compile(
    r"\bвсегда (?:уклад|успева|сда[её]м|выдерж|дел|в срок)|\bникогда не (?:срыва|опазды|задержива)|\balways (?:on "
    r"time|deliver|meet)|"
    r"\b(?:you'll|you will|we'll|we will) (?:have|get|see|receive|deliver|launch|finish|start)(?: \w+){0,3} "
    r"(?:before|by|in|within|"
    r"until|on|tomorrow|today|next|this)\b|\bwe (?:start|begin|launch|deliver|finish)(?: \w+)? (?:tomorrow|today|on "
    r"monday|next|this "
    r"week|right away)|\b(?:начн\w+|начина\w+|стартуем|приступ\w+|запуст\w+) (?:\w+ )?(?:завтра|сегодня|сразу|хоть)"
)
_DENIAL = re.compile(
    r"\b(?:не (?:могу|можем|гарантир\w+|обеща\w+|бывает|значит)|нельзя|зависит|can't|cannot|don't|depends|not)\b"
)
_IF = re.compile(r"^\W*(?:если|когда|пока|при|чтобы|if|when|while|to)\b")


def found(folded: str) -> Iterator[tuple[str, str, str]]:
    """What a sentence implies: the matter (deed, gift, price, refund, deadline, result), the words, why not."""
    for matter, pattern, reason in _PATTERNS:
        for match in pattern.finditer(folded):
            yield matter, match.group(), reason
    if folded.rstrip().endswith("?"):
        return
    for clause in _clauses(folded):
        if _IF.match(clause) or _DENIAL.search(clause):
            continue
        better = _BETTER.search(clause)
        english = _EN_BETTER.search(clause)
        if english:
            yield "result", english.group(), "no promises of results"
        elif better and _SUBJECT.search(clause) and _ahead(better.group()):
            yield "result", better.group(), "no promises of results"


_PATTERNS = (
    ("deed", STATE, "only structured actions may say that something was or will be done"),
    ("gift", GIFT, "the sources do not say that this costs nothing"),
    ("price", KINDER, "no kinder prices; prices come from the price list only"),
    ("refund", BY_RESULT, "no terms of payment or refund beyond what the sources say"),
    ("deadline", _EARLY, "no promises of deadlines beyond the sources"),
)


def _clauses(folded: str) -> list[str]:
    return re.split(r"[;:]\s|,\s(?:а|но|зато|и|поэтому|but|and|so)\s|,\s", folded)


@lru_cache(maxsize=4_096)
def _ahead(words: str) -> bool:
    """Whether it is said of the future, or of always."""
    head = words.split()[0]
    if len(words.split()) > 1:
        return True
    return any("futr" in parse.tag or parse.tag.POS in ("ADJS", "ADJF") for parse in morph().parse(head)[:3])
