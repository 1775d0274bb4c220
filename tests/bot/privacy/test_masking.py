"""What a model never sees of a client, and what comes back in its answer."""

import pytest

from bot.privacy.masking import Known, Masker

COMPANY = ("+7 495 000-00-00", "hello@neurokontakt.example", "ООО «Нейроконтакт»", "Примеров Павел Петрович", "Анна")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("8 (926) 123-45-67 доб. 12", "[PHONE_1]"),
        ("мой номер +7 926\n123-45-67", "мой номер [PHONE_1]"),
        ("восемь девятьсот двадцать шесть сто двадцать три сорок пять шестьдесят семь", "[PHONE_1]"),
        ("ivan.petrov собака mail точка ru", "[EMAIL_1]"),
        ("почта ivan (at) почта.рф", "почта [EMAIL_1]"),
        ("Реквизиты: ИНН/КПП 7707083893/770701001", "Реквизиты: ИНН/КПП [INN_1]/[KPP_1]"),
        ("паспорт серия 4509 номер 123456", "паспорт [PASSPORT_1]"),
        ("живу на ул. Ленина, 5, кв. 12", "живу на [ADDRESS_1]"),
        ("пишите @ivan_petrov", "пишите [USERNAME_1]"),
        ("меня зовут пётр иванов", "меня зовут [NAME_1]"),
        ("ИП Сидоров А. В.", "ИП [NAME_1]"),
        ("Мария, здравствуйте", "[NAME_1], здравствуйте"),
        ("Письмо для Эльчина Мамедова оглы", "Письмо для [NAME_1]"),
        ("This is Olga Smirnova", "This is [NAME_1]"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [ACCOUNT_1]"),
        ("ООО «Ромашка» согласно", "[COMPANY_1] согласно"),
    ],
)
def test_a_model_sees_a_placeholder(text: str, masked: str) -> None:
    assert Masker().mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Бот стоит 120 000 рублей, поддержка — 15 000 в месяц, скидка 10 %",
        "Нужно 3 500 диалогов в месяц, работаем с 10:00 до 19:00, старт 12.05.2026",
        "Бюджет 1500000 руб., версия 2.14.3, 2024–2026 годы",
        "Вера в успех нас не подводит. Роза стоит 100 рублей. Надежда есть",
        "Доставка во Владимир и в Москву, филиал в городе Киров",
        "Работаете с Яндекс Алисой и колонкой Маруся?",
        "Читаем «Роман» и слушаем «Любовь»",
        "В марте и мае слава богу всё хорошо, лев на логотипе",
        "Договор с ООО или ИП, оплата с НДС",
        "Ваш телефон +7 (495) 000-00-00, почта HELLO@neurokontakt.example, отдел кадров hr@neurokontakt.example?",
        "Передайте спасибо ООО «Нейроконтакт», Анне и Примерову П. П.",
        "Нужен чат-бот для магазина на Тильде с amoCRM и Битрикс24",
    ],
)
def test_what_is_nobodys_secret_stays(text: str) -> None:
    assert Masker(public=COMPANY).mask(text) == text


def test_every_way_to_write_a_value_has_one_placeholder() -> None:
    masker = Masker()
    assert masker.mask("Я Иванов Пётр, +7 926 123-45-67") == "Я [NAME_1], [PHONE_1]"
    assert masker.mask("Запишите Петра Иванова: 8(926)1234567") == "Запишите [NAME_1]: [PHONE_1]"
    assert masker.mask("Позвоните Иванову Петру по 9261234567") == "Позвоните [NAME_1] по [PHONE_1]"


def test_told_values_have_the_same_placeholders_in_every_turn() -> None:
    known = Known(names=("Роман Заяц",), phones=("+79261234567",), companies=("ООО «Ромашка»",))
    text = "роману зайцу из Ромашки звоните 8 926 123 45 67 доб. 5"
    first, second = Masker(known), Masker(known)
    second.mask("Сначала говорили про Ольгу Петрову, 8 903 111-22-33")
    assert first.mask(text).split(" из ")[0] == "[NAME_1]" == second.mask(text).split(" из ")[0]
    assert "[COMPANY_1]" in first.mask(text)
    assert not {"заяц", "зайцу", "ромашк", "926"} & set(first.mask(text).lower().split())


@pytest.mark.parametrize("form", ["Вера", "вере", "Верой", "Veroy", "ВЕРУ"])
def test_a_told_name_is_hidden_even_where_it_could_be_a_plain_word(form: str) -> None:
    masked = Masker(Known(names=("Вера Лисицына",))).mask(f"спросите {form} насчёт договора, хорошо?")
    assert form.lower() not in masked.lower()


def test_a_client_named_like_a_manager_is_hidden_when_they_introduce_themselves() -> None:
    assert Masker(public=COMPANY).mask("Меня зовут Анна") == "Меня зовут [NAME_1]"


@pytest.mark.parametrize(
    "bent",
    [
        "[NAME_1]",
        "[name_1]",
        "[NAME 1]",
        r"\[NAME_1\]",
        r"[NAME\_1]",
        "[ИМЯ_1]",
        "{NAME_1}",
        "[[NAME_1]]",
        "NAME_1",
        "[NAME_1]у",
    ],
)
def test_a_bent_placeholder_is_restored(bent: str) -> None:
    masker = Masker()
    masker.mask("Меня зовут Пётр Иванов")
    assert masker.restore(f"Спасибо, {bent}, записали.") == "Спасибо, Пётр Иванов, записали."
    assert masker.unknown(bent) == []


def test_a_placeholder_that_was_never_given_stays_and_is_reported() -> None:
    masker = Masker()
    masker.mask("Меня зовут Пётр")
    assert masker.restore("**[NAME_1]**, звоните [PHONE_3]") == "**Пётр**, звоните [PHONE_3]"
    assert masker.unknown("[NAME_1] [ТЕЛЕФОН_3] [PHONE_3]") == ["[PHONE_3]"]


def test_a_search_query_holds_no_personal_data_and_no_placeholders() -> None:
    text = "Меня зовут Пётр Иванов, телефон 8 926 123-45-67. Сколько стоит бот для магазина?"
    assert Masker().blank(text).endswith("Сколько стоит бот для магазина?")
    assert not any(trace in Masker().blank(text) for trace in ("Пётр", "Иванов", "926", "[", "]"))
