"""Personal data invented for the tests: values of every kind in many spellings, and sentences to plant them in."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

GIVEN_M = [
    "Иван",
    "Пётр",
    "Сергей",
    "Дмитрий",
    "Артём",
    "Ильдар",
    "Рустам",
    "Магомед",
    "Тимур",
    "Бекзод",
    "Джамшед",
    "Ашот",
    "Зураб",
    "Нурлан",
    "Глеб",
    "Фёдор",
]
GIVEN_F = [
    "Мария",
    "Ольга",
    "Гульнара",
    "Айгуль",
    "Екатерина",
    "Дильноза",
    "Наталья",
    "Патимат",
    "Алёна",
    "Ирина",
    "Зарема",
    "Светлана",
    "Алия",
    "Юлия",
]
SURNAMES = [
    "Смирнов",
    "Кузнецов",
    "Хабибуллин",
    "Магомедов",
    "Турсунов",
    "Соколов",
    "Ахметов",
    "Каримов",
    "Новиков",
    "Гайдаров",
    "Тихонов",
    "Юсупов",
    "Мельников",
]
FIXED = ["Шевченко", "Саакашвили", "Туманян", "Черных", "Гриценко", "Ткачук", "Кобахидзе"]
PATRONYMICS_M = ["Иванович", "Сергеевич", "Ильдарович", "Магомедович", "Петрович"]
PATRONYMICS_F = ["Ивановна", "Сергеевна", "Ильдаровна", "Магомедовна", "Петровна"]
LATIN = ("Ivan Smirnov", "Olga Petrova", "Rustam Karimov", "Dmitry Sokolov", "Ekaterina Novikova", "John Miller")


@dataclass(frozen=True, slots=True)
class Item:
    """`written` goes into the text; none of `traces` may be left in it (digits are compared without spacing)."""

    kind: str
    written: str
    traces: tuple[str, ...]
    digits: str = ""


def person(rng: random.Random) -> Item:
    woman = rng.random() < 0.5
    given = rng.choice(GIVEN_F if woman else GIVEN_M)
    surname = rng.choice(FIXED) if rng.random() < 0.25 else rng.choice(SURNAMES) + ("а" if woman else "")
    if rng.random() < 0.1:
        surname += "-" + rng.choice(SURNAMES) + ("а" if woman else "")
    patronymic = rng.choice(PATRONYMICS_F if woman else PATRONYMICS_M)
    written = rng.choice(
        (f"{given} {surname}", f"{surname} {given}", f"{surname} {given} {patronymic}", f"{given} {patronymic}")
    )
    return Item("NAME", written, tuple(written.split()))


def dative(rng: random.Random) -> Item:
    given, patronymic, surname = rng.choice(
        (
            ("Ивану", "Петровичу", "Соколову"), ("Марии", "Ивановне", "Соколовой"), ("Рустаму", "Ильдаровичу",
            "Каримову"),
            ("Гульнаре", "Магомедовне", "Хабибуллиной"), ("Дмитрию", "Сергеевичу", "Мельникову"),
        )
    )  # fmt: skip
    written = rng.choice((f"{given} {surname}", f"{surname} {given}", f"{surname} {given} {patronymic}", given))
    return Item("NAME", written, tuple(written.split()))


def initials(rng: random.Random) -> Item:
    surname = rng.choice(SURNAMES + FIXED)
    one, two = rng.choice("АБВГДЕИКМНПРСТ"), rng.choice("АВГДИМНПРС")
    return Item(
        "NAME",
        rng.choice((f"{surname} {one}.{two}.", f"{surname} {one}. {two}.", f"{one}.{two}. {surname}")),
        (surname,),
    )


def latin_name(rng: random.Random) -> Item:
    written = rng.choice(LATIN)
    return Item("NAME", written, tuple(written.split()))


def phone(rng: random.Random) -> Item:
    code, a, b, c = (
        rng.choice((926, 903, 987, 495, 843)),
        rng.randint(100, 999),
        rng.randint(10, 99),
        rng.randint(10, 99),
    )
    form = rng.choice(
        (
            "+7 {} {}-{}-{}", "8 ({}) {}-{}-{}", "8{}{}{}{}", "+7{}{}{}{}", "8-{}-{}-{}-{}", "7 {} {} {} {}",
            "+7 ({}) {} {} {}",
            "8 {}\n{}-{}-{}", "8.{}.{}.{}.{}", "+7\u00a0{}\u00a0{}\u00a0{}\u00a0{}", "8 ( {} ) {} - {} - {}",
            "({}) {}-{}-{}",
        )
    )  # fmt: skip
    return Item("PHONE", form.format(code, a, b, c), (), f"{code}{a}{b}{c}")


HUNDREDS = ["сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"]
TENS = ["двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"]
UNITS = ["один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"]


def spoken_phone(rng: random.Random) -> Item:
    def three() -> list[str]:
        return [rng.choice(HUNDREDS), rng.choice(TENS), rng.choice(UNITS)]

    def two() -> list[str]:
        return [rng.choice(TENS), rng.choice(UNITS)]

    words = ["восемь", "девятьсот", rng.choice(TENS), rng.choice(UNITS), *three(), *two(), *two()]
    return Item("PHONE_WORDS", " ".join(words), (" ".join(words[2:4]), " ".join(words[4:7])))


def foreign_phone(rng: random.Random) -> Item:
    tail = f"{rng.randint(1000000, 9999999)}"
    code = rng.choice(("+375 29 ", "+998 90 ", "+49 151 ", "+44 20 ", "+374 91 ", "+971 50 "))
    digits = "".join(filter(str.isdigit, code)) + tail
    return Item(
        "PHONE", code + rng.choice((tail, f"{tail[:3]}-{tail[3:5]}-{tail[5:]}", f"{tail[:3]} {tail[3:]}")), (), digits
    )


def email(rng: random.Random) -> Item:
    local = rng.choice(("ivan.petrov", "a_sokolova", "buh", "rustam1987", "mail+shop", "o-petrova"))
    domain = rng.choice(("mail.ru", "yandex.ru", "gmail.com", "romashka-shop.ru", "почта.рф", "firma.co.uk"))
    form = rng.choice(("{}@{}", "{}@{}", "{} @ {}", "{} собака {}", "{}(at){}", "{} (at) {}", "{}[собака]{}"))
    return Item("EMAIL", form.format(local, domain), (local, domain))


def _inn(rng: random.Random, size: int) -> str:
    weights = {
        10: ((2, 4, 10, 3, 5, 9, 4, 6, 8),),
        12: ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)),
    }
    digits = [7, 7, *(rng.randint(0, 9) for _ in range(7 if size == 10 else 8))]
    for row in weights[size]:
        digits.append(sum(a * b for a, b in zip(digits, row, strict=True)) % 11 % 10)
    return "".join(map(str, digits))


def inn(rng: random.Random) -> Item:
    digits = _inn(rng, rng.choice((10, 12)))
    return Item("INN", rng.choice((f"ИНН {digits}", f"инн: {digits}", digits, f"ИНН № {digits}")), (), digits)


def _digits(rng: random.Random, size: int) -> str:
    return "".join(str(rng.randint(0, 9)) for _ in range(size))


def account(rng: random.Random) -> Item:
    digits = "40702810" + _digits(rng, 12)
    spaced = f"{digits[:5]} {digits[5:8]} {digits[8]} {digits[9:13]} {digits[13:]}"
    return Item(
        "ACCOUNT", rng.choice((f"р/с {digits}", f"расчётный счёт: {digits}", digits, f"р/с {spaced}")), (), digits
    )


def requisite(rng: random.Random) -> Item:
    kind, form, digits = rng.choice(
        (
            ("KPP", "КПП {}", f"7701{_digits(rng, 5)}"), ("BIK", "БИК {}", f"0445{_digits(rng, 5)}"),
            ("OGRN", "ОГРН {}", f"1{_digits(rng, 12)}"), ("OGRN", "ОГРНИП: {}", f"3{_digits(rng, 14)}"),
            ("ACCOUNT", "к/с {}", f"30101{_digits(rng, 15)}"),
        )
    )  # fmt: skip
    return Item(kind, form.format(digits), (), digits)


def document(rng: random.Random) -> Item:
    one, two = _digits(rng, 4), _digits(rng, 6)
    snils = _digits(rng, 11)
    return rng.choice(
        (
            Item("PASSPORT", f"{one} {two}", (), one + two),
            Item("PASSPORT", f"паспорт серия {one} номер {two}", (), two),
            Item("PASSPORT", f"паспорт {one[:2]} {one[2:]} {two}", (), one + two),
            Item("SNILS", f"СНИЛС {snils[:3]}-{snils[3:6]}-{snils[6:9]} {snils[9:]}", (), snils),
            Item("SNILS", f"снилс {snils}", (), snils),
        )
    )


def card(rng: random.Random) -> Item:
    head = rng.choice(("4276", "2202", "5469")) + _digits(rng, 11)
    total = sum(x if at % 2 else (x * 2 - 9 if x > 4 else x * 2) for at, x in enumerate(map(int, head)))
    digits = head + str(-total % 10)
    groups = [digits[at : at + 4] for at in range(0, 16, 4)]
    return Item("CARD", rng.choice((" ".join(groups), "-".join(groups), digits)), (), digits)


def username(rng: random.Random) -> Item:
    name = rng.choice(("ivan_petrov", "olga_shop", "rustam_k77", "annasokolova", "dim_on99"))
    return Item("USERNAME", rng.choice((f"@{name}", f"t.me/{name}", f"https://t.me/{name}", f"vk.com/{name}")), (name,))


def address(rng: random.Random) -> Item:
    street = rng.choice(("Ленина", "Садовая", "8 Марта", "Карла Маркса", "Баумана", "Гагарина"))
    house, flat = rng.randint(1, 150), rng.randint(1, 200)
    form = rng.choice(
        (
            "ул. {}, {}, кв. {}", "улица {}, дом {}, квартира {}", "ул {} {} кв {}",
            "г. Казань, ул. {}, д. {}, кв. {}",
            "проспект {}, д. {}, корп. 2, кв. {}", "пер. {}, д.{}, оф. {}",
        )
    )  # fmt: skip
    return Item("ADDRESS", form.format(street, house, flat), (street,), "")


def company(rng: random.Random) -> Item:
    name = rng.choice(("Ромашка", "Вектор Плюс", "СтройИнвест", "Северный ветер", "ТехноЛайн", "Уют"))
    return Item("COMPANY", rng.choice((f"ООО «{name}»", f"АО «{name}»", f'ООО "{name}"', f"ЗАО «{name}»")), (name,))


def birthday(rng: random.Random) -> Item:
    day, year = rng.randint(10, 28), rng.randint(1960, 2004)
    date = rng.choice((f"{day}.03.{year}", f"{day} марта {year}", f"{day}/03/{year}"))
    return Item("BIRTHDATE", rng.choice((f"дата рождения {date}", f"родился {date}", f"{date} г.р.")), (date,))


MAKERS: dict[str, Callable[[random.Random], Item]] = {
    "N": person, "D": dative, "I": initials, "L": latin_name, "P": phone, "W": spoken_phone, "F": foreign_phone,
    "E": email, "T": inn, "A": account, "R": requisite, "S": document, "C": card, "U": username, "H": address,
    "O": company, "B": birthday,
}  # fmt: skip

TEMPLATES = (
    "Меня зовут {N}, телефон {P}", "Здравствуйте! Это {N}. Перезвоните мне на {P} после обеда", "С уважением, {N}",
    "Запишите меня: {N}, {P}, {E}", "Договор оформляйте на {O}, {T}", "Передайте, пожалуйста, {D}, что мы согласны",
    "Счёт выставите на {O}, {T}, {R}, {A}", "Пишите в телеграм {U} или на почту {E}", "Мой номер {W}",
    "наш адрес: {H}",
    "Я {N}, хочу узнать цену бота за 120 000 рублей", "Контактное лицо: {N}, тел. {F}", "Привезите договор: {H}",
    "Паспортные данные: {S}", "Оплатил с карты {C}, чек пришлите на {E}", "Подписывать будет {I}", "My name is {L}",
    "Hello, this is {L}, call me {F}", "Для пропуска: {N}, {S}", "Живу на {H}", "ИП {I}, {T}, {A}", "ФИО: {N}, {B}",
    "Договорились с {D} на вторник", "нужен чат-бот для магазина, почта {E}, телефон {P}", "{N}\n{P}\n{E}",
    "Добрый день, ответьте {D} на {E}", "{O}, {T}, {R}, юридический адрес {H}", "Звоните {P} или {F}, спросить {N}",
    "Наш бухгалтер {N} пришлёт реквизиты: {A}, {R}", "Вот реквизиты: {T}; {R}; {R}; {A}", "Ник {U}, по карте {C}",
    "Можно в вотсап {P}? Зовут {N}", "Доверенность на {I}, паспорт {S}, {B}",
    "Директор {N} действует на основании устава",
    "Наберите восьмёрку: {W}", "Это {L}, my e-mail {E}",
)  # fmt: skip
HELD_OUT = (
    "Добрый вечер. {N} на связи, по договору вопрос — {P}", "Отправьте КП для {O} на {E} до пятницы",
    "я {N} из {O}, хотим 3 бота и поддержку 12 месяцев", "Смотрите, {P} это рабочий, а {F} личный",
    "Мой помощник {N} будет на встрече вместо меня", "Скиньте ссылку сюда {U}", "Заказывала на имя {N}, оплата {C}",
    "Курьеру: {H}, домофон 25", "Реквизиты в письме были неверные, правильно так: {A}, {R}", "Пусть {N} сама решает",
    "Документы можно оставить {D} в приёмной", "Прошу считать контактным {P}, прежний не работает",
    "{T} — проверьте нас",
    "Мы общались с {D} в марте, бюджет 250 000", "Продиктую: {W}, записали?", "{E} — сюда счёт, {U} — сюда вопросы",
    "Please send the offer to {E}, {L}", "I'm {L} and my phone is {F}", "согласовано: {I}",
    "Получатель {O}, банк {R}, {A}",
    "Для доверенности: {S}, зарегистрирован: {H}", "Мама просила записать, {B}, зовут {N}", "если что, {N} {P}",
    "Сотрудник {I} уволился, пишите {D}", "в CRM клиент заведён как {N}, дубль с {P}",
    "Почта: {E}\nТел: {P}\nИмя: {N}",
    "Оплату с {A} провели вчера, {O}", "Дубль заявки от {N}?", "Спасибо, {N} всё получила", "{P} {N} {E} {O} {T}",
)  # fmt: skip


WRITTEN = """
добрый день! меня алексей зовут, 89161234567|алексей|9161234567
Екатерина Вячеславовна Белозёрова, главврач|Екатерина|Вячеславовна|Белозёров
Пишу по поручению Отабека Рахимова|Отабек|Рахимов
Это Жанна. Можно договор на Лапшину Жанну Эдуардовну?|Жанн|Лапшин|Эдуардовн
тел 8(812)3456789|3456789
Мобильный восемь-девять-один-шесть-пять-пять-пять-четыре-четыре-три-три|шесть-пять
8 девятьсот шестнадцать 555 44 33|555 44 33|девятьсот
+7(916)555.44.33|555.44
Позвоните маме, Людмиле Фёдоровне: 555-44-33|Людмил|Фёдоровн|555-44-33
Оплачивать будет муж, Ибрагимов Шамиль|Ибрагимов|Шамиль
отправьте Кириллу на kirill@почта точка рф|Кирилл|kirill
moya pochta petrova.anna at gmail.com|petrova
почта: petrova_anna собачка яндекс точка ру|petrova|яндекс
инн организации нашей 7707083893|7707083893
ИНН: 77 07 08 38 93|77 07 08
Номер карты сбера 4276-1600-1234-5678 на имя IVAN PETROV|1600|IVAN|PETROV
р.счет 40817810099910004312 в Сбербанке|40817810099910004312
СНИЛС 112-233-445 95|112-233
Мой паспорт: 45 10 987654, выдан 01.02.2010|987654
загранпаспорт 71 1234567|1234567
Я родилась 7 июня 1991 года|7 июня 1991
Дата рождения: 1991-06-07|1991-06-07
Проживаю: Санкт-Петербург, Невский проспект, 28, кв 5|Невский
Адрес доставки Казань Чистопольская 61А кв 12|61А|Чистопольская
г.Уфа ул.Цюрупы д.12 корп.3 кв.45|Цюрупы|45
живу в деревне Сосновка, дом 4|Сосновк
мы с Олегом Тиньковым ждём КП|Олег|Тиньков
наша фирма "Альфа-Строй" хочет бота|Альфа
ТОО «Казахойл» и ООО Ромашка Плюс|Казахойл|Ромашка
Индивидуальный предприниматель Гаджиева Написат Омаровна|Гаджиев|Написат|Омаровн
подпись: Юсуф Али оглы Гасанов|Юсуф|Гасанов
Ваша коллега Света обещала скидку, а я Нурия|Света|Нурия
Здравствуйте, Вера! Вас беспокоит Степан|Вера|Степан
Регистрируйте на петрова семёна ильича|петров|семён|ильич
ХОЧУ БОТА. ПЕТРОВ СЕМЁН ИЛЬИЧ, 89165554433|ПЕТРОВ|СЕМЁН|9165554433
Mr. Anderson wants a quote, reach Sarah Connor at sarah.connor@sky.net|Anderson|Sarah|Connor|sarah
Best regards,⏎Dilnoza Yusupova|Dilnoza|Yusupova
kind regards, Sergey Kuznetsov|Sergey|Kuznetsov
мой телеграм ivanov_k, вацап тот же|ivanov_k
инстаграм: @beauty.kate|beauty|kate
скайп live:petr_ivanov|petr_ivanov
https://vk.com/id1234567 моя страница|1234567
КПП770701001 ОГРН1027700132195|770701001|1027700132195
Отправьте счёт Кузнецовой|Кузнецов
Спросите Гришу или Таню|Гриш|Тан
От: Рузанна Геворгян <ruz@list.ru>|Рузанна|Геворгян|ruz@
Прошу Вас, Анатолий Викторович, ускорить|Анатол|Викторович
Ответственный — Цой Виктор, инженер|Цой|Виктор
Менеджер Ким просил счёт|Ким
Клиентка Роза Люксембург оплатила|Роза|Люксембург
номер 9 1 6 5 5 5 4 4 3 3|5 5 5 4
позвони на +7916 555 44 33 или +44 7911 123456|555 44|7911
моб. 8-916-555-44-33, раб. (495) 123-4567|555-44|123-4567
Телефоны: 8 (916) 555-44-33, 555-44-34|555-44
автомобиль А123ВС77|А123ВС
Анкета: Фамилия: Дурнев, Имя: Лев, Отчество: Ильич|Дурнев|Лев|Ильич
Мария-Антуанетта Сен-Жермен заказала|Мария|Жермен
Зовите просто Лёха|Лёха
с уважением  ваш клиент Дмитрий|Дмитрий
"""
"""A message and, after bars, what must not be left of it; ⏎ is a line break."""


def planted(templates: tuple[str, ...], count: int, seed: int) -> list[tuple[str, list[Item]]]:
    """Sentences with at least `count` planted items altogether."""
    rng = random.Random(seed)
    found: list[tuple[str, list[Item]]] = []
    total = 0
    while total < count:
        template = templates[len(found) % len(templates)]
        items: list[Item] = []
        text = ""
        for part in template.replace("}", "{").split("{"):
            if part in MAKERS:
                items.append(MAKERS[part](rng))
                text += items[-1].written
            else:
                text += part
        found.append((text, items))
        total += len(items)
    return found


def left(masked: str, item: Item) -> list[str]:
    """What of a planted item can still be read in a masked text."""
    bare = re.sub(r"\D", "", re.sub(r"\[[A-Z]+_\d+\]", " ", masked))
    low = masked.lower()
    found = [trace for trace in item.traces if trace.lower() in low]
    return found + ([item.digits] if item.digits and item.digits in bare else [])
