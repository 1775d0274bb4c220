"""What words mean, across inflection and between Russian and English, as far as an answer's numbers need it."""

import re
from functools import lru_cache

from bot.assistant.guard.figures import SCALES, numeral
from bot.understand.words import fold, forms, word_set

_TABLE = """
рубль | rouble ruble rub roubles rubles
канал площадка мессенджер | channel platform messenger
страница | page
обращение вопрос запрос диалог разговор беседа переписка | request enquiry inquiry question
обращение | conversation dialogue chat query
звонок вызов | call phone-call
документ файл | document doc file paper
сценарий | scenario script
линия | line
система | system
процесс | process workflow
отчет | report
человек сотрудник специалист работник люди персона коллега редактор оператор менеджер | person people
человек | employee specialist
человек | staff member colleague editor operator manager agent
проект | project
этап стадия часть платеж | stage phase step part instalment installment payment milestone
страна город регион | city country region
модель | model
язык | language
модуль | module
пакет | pack package bundle
товар позиция sku | product item goods
заявка лид | lead application
клиент покупатель заказчик | client customer buyer
пользователь | user
интеграция подключение связь | integration connection connected connect
встреча созвон звонок | meeting
обучение занятие урок | training lesson session
правка доработка изменение исправление | revision change edit fix correction
сообщение письмо | message letter email
кнопка | button
вариант | option variant
услуга направление | service
функция возможность | feature function
сервер | server
бот чатбот чат-бот | bot chatbot chat-bot
помощник ассистент робот | assistant helper
голосовой голос | voice
база | base
знание | knowledge
автоматизация | automation automate automated
анализ аналитика распознавание | analysis analytics analyse analyze recognition
поддержка сопровождение обслуживание | support maintenance
цена стоимость прайс тариф стоить обойтись расчет | price cost costs pricing rate quote estimate
сумма итог итого | total sum amount
скидка уступка | discount
дешевый дешевле | cheap cheaper
аванс | advance deposit
оплата оплатить платить заплатить предоплата заранее | payment pay paid paying prepayment prepay prepaid upfront
счет | invoice bill
акт | act acceptance
демонстрация демо показ | demo demonstration
договор контракт | contract agreement
гарантия гарантийный гарантировать | warranty guarantee guaranteed
возврат вернуть возвращать | refund return refunded
деньга средство остаток | money funds balance
срок | term deadline timeline duration time
запуск внедрение внедряться внедрить запустить | launch implementation implement deploy deployment
бесплатный бесплатно даром | free complimentary gratis
ошибка баг сбой неисправность | error bug failure outage fault
исправлять исправить чинить | fix repair correct
налог ндс | vat tax
каталог | catalog catalogue
crm срм амосрм amocrm | amo
ответ отвечать ответить реакция | answer reply respond response responds answers
офис | office
сайт | website site web
телефон номер | telephone phone number
почта | mail e-mail
рабочий | working business
час часы | hours
ночь ночной | night nights
выходной | weekend weekends
дежурство дежурный | on-call duty standby
срочность срочный ускорение | urgent urgency rush
объем | volume
первый | first
дополнительный еще второй | additional extra another second
месяц ежемесячно ежемесячный абонентский | month monthly
год ежегодно | year yearly annual
неделя еженедельно | week weekly
день ежедневно | day daily
начало начать начинать | start begin beginning
работа | work works
настройка | setup configuration tuning
минимальный минимум | minimum minimal
компания | company
команда | team
отдел | department
доступ | access
данные | data
выгрузка экспорт | export
рукописный | handwriting handwritten
сверить сверять | reconcile
включать включить входить включенный | include included includes
бизнес | business
магазин | shop store
клиника | clinic
завод производство | factory manufacturing plant
риск | risk
отзыв | review
награда | award
филиал | branch
лицензия | license licence
год | old
полный целиком полностью сразу | full whole entire
задание техзадание тз
"""

CONCEPTS: dict[str, str] = {}
for _line in _TABLE.strip().splitlines():
    _russian, _, _english = _line.partition("|")
    _name = _russian.split()[0]
    for _word in (_russian + " " + _english).split():
        CONCEPTS.setdefault(_word, _name)

EMPTY = word_set(
    "и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по ее мне было вот от меня еще нет "
    "о из "
    "ему теперь когда даже ну ли если уже или ни быть был него до вас нибудь опять уж вам ведь там потом себя ничего "
    "ей "
    "может они тут где есть надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под будет ж тогда "
    "кто "
    "этот того потому этого какой ним здесь этом один почти мой тем чтобы нее сейчас были куда зачем всех можно при об "
    "такой это наш ваш который свой весь самый также очень просто только лишь именно "
    "the a an and or of to in on at by for with from is are be was were it its this that these those as we you your "
    "our "
    "i my me us they he she them his her will would can could shall should may might do does did have has had not no "
    "so if then than there here also just only very about into out up per each any all some"
)
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\d+[^\W\d_]+|[^\W\d_]+\d+")
_ENDINGS = (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))


@lru_cache(maxsize=20_000)
def concept(word: str) -> str:
    """The meaning of one folded word: a concept's Russian name, else its lemma."""
    known = CONCEPTS.get(word)
    if known:
        return known
    if word.isascii():
        for ending, instead in _ENDINGS:
            if word.endswith(ending) and len(word) > len(ending) + 2:
                stem = word[: -len(ending)] + instead
                if stem in CONCEPTS or stem + "e" in CONCEPTS:
                    return CONCEPTS.get(stem) or CONCEPTS[stem + "e"]
        return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
    for form in forms(word):
        if form in CONCEPTS:
            return CONCEPTS[form]
    return forms(word)[0]


def is_concept(name: str) -> bool:
    """Whether this is a meaning known in both languages."""
    return name in CONCEPTS


@lru_cache(maxsize=8_192)
def meanings(sentence: str) -> frozenset[str]:
    """The meanings of the words of a sentence, without the empty ones and the numbers."""
    found = set()
    for word in _TOKEN.findall(fold(sentence)):
        if word in EMPTY or numeral(word) is not None or word in SCALES:
            continue
        for part in {word, *word.split("-")}:
            if len(part) > 1 and part not in EMPTY:
                found.add(concept(part))
    return frozenset(found)
