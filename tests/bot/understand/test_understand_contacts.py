"""Contacts as people leave them in a chat."""

import pytest

from bot.understand.contacts import (
    Suggestion,
    find_email,
    find_name,
    find_phone,
    mask_email,
    mask_phone,
    parse_contact,
    suggest_email,
)


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("8 912 345-67-89", "+79123456789"),
        ("+7 (912) 345-67-89", "+79123456789"),
        ("912 345-67-89", "+79123456789"),
        ("9123456789", "+79123456789"),
        ("Меня зовут Иван, тел 8(495)123-45-67", "+74951234567"),
        ("+375 29 123-45-67", "+375291234567"),
        ("мой номер +7\u00a0912\u00a0345\u00a067\u00a089, звоните", "+79123456789"),
        ("8.912.345.67.89", "+79123456789"),
        ("заказ 89123456789", None),
        ("заказ № 89123456789", None),
        ("ИНН 7707083893", None),
        ("7707083893", None),
        ("телефон 4951234567", "+74951234567"),
        ("тел. 375291234567", "+375291234567"),
        ("+8 912 345-67-89", "+79123456789"),
        ("р/с 40702810900000012345", None),
        ("120 000 000 рублей", None),
        ("8 912 345", None),
        ("https://shop.ru/item/89123456789", None),
    ],
)
def test_phones_are_found_and_numbers_of_other_kinds_are_not(text: str, phone: str | None) -> None:
    assert find_phone(text) == phone


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("почта anna@mail.ru, жду", "anna@mail.ru"),
        ("ANNA@MAIL.RU", "ANNA@mail.ru"),
        ("anna собака mail.ru", "anna@mail.ru"),
        ("anna @ mail.ru", "anna@mail.ru"),
        ("<info@shop.example.com>", "info@shop.example.com"),
        ("anna@mail", None),
        ("@anna_petrova", None),
        ("нет почты", None),
    ],
)
def test_emails_are_found_and_normalised(text: str, email: str | None) -> None:
    assert find_email(text) == email


@pytest.mark.parametrize(
    ("email", "meant"),
    [
        ("anna@gmial.com", "anna@gmail.com"),
        ("anna@gmail.con", "anna@gmail.com"),
        ("anna@yandx.ru", "anna@yandex.ru"),
        ("anna@mail.ry", "anna@mail.ru"),
        ("anna@mail.com", None),
        ("anna@mai.ru", None),
        ("anna@romashka.ru", None),
        ("anna@ya.ru", None),
    ],
)
def test_a_typo_in_a_popular_domain_is_suggested(email: str, meant: str | None) -> None:
    assert suggest_email(email) == (Suggestion(email, meant) if meant else None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("меня зовут Анна", "Анна"),
        ("Меня зовут анна, я из магазина", "Анна"),
        ("меня зовут Кхалиси", "Кхалиси"),
        ("Анна, +7 912 345-67-89", "Анна"),
        ("Иван Петров", "Иван Петров"),
        ("Это Ольга Сергеевна", "Ольга Сергеевна"),
        ("позвоните Ивану Петрову 89123456789", "Иван Петров"),
        ("Гузель Ахметзянова 8 917 123 45 67", "Гузель Ахметзянова"),
        ("спросите Анну", "Анна"),
        ("С уважением, Пётр Ильич", "Пётр Ильич"),
        ("my name is John", "John"),
        ("Здравствуйте, Анна! сколько стоит", None),
        ("Мы из Владимира", None),
        ("Надежда на лучшее", None),
        ("ООО Роман и партнёры", None),
        ("Сколько стоит бот?", None),
    ],
)
def test_names_are_found_in_free_text(text: str, name: str | None) -> None:
    assert find_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("роман", "Роман"), ("Вера", "Вера"), ("John Smith", "John Smith"), ("хочу бота", None), ("ООО Роман", None)],
)
def test_a_lone_word_is_a_name_when_it_was_asked_for(text: str, name: str | None) -> None:
    assert find_name(text, asked=True) == name


def test_a_whole_contact_is_read_from_one_message() -> None:
    result = parse_contact("Анна, +79123456789, anna@gmial.com, @anna_p")
    contact = result.contact
    assert (contact.name, contact.phone, contact.email) == ("Анна", "+79123456789", "anna@gmial.com")
    assert contact.telegram == "anna_p"
    assert result.suggestion == Suggestion("anna@gmial.com", "anna@gmail.com")
    assert result.problems == ()


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("8 912 345", ("phone_short",)),
        ("+7 912 345 67 8", ("phone_short",)),
        ("+79993", ("phone_short",)),
        ("+1 000 000 00 00", ("phone_invalid",)),
        ("anna@mail", ("email_malformed",)),
        ("хочу подумать", ("nothing_found",)),
        ("t.me/anna_p", ()),
        ("Анна", ()),
    ],
)
def test_what_is_wrong_with_a_contact_is_named(text: str, problems: tuple[str, ...]) -> None:
    assert parse_contact(text).problems == problems


def test_masks_hide_all_but_the_edges() -> None:
    assert mask_phone("+79121234567") == "+7 912 •••-••-67"
    assert mask_phone("+375291234567") == "+375 29 •••-••-67"
    assert mask_phone("нет") == "•••"
    assert mask_email("anna@mail.ru") == "a•••@mail.ru"
    assert mask_email("анна") == "•••"
