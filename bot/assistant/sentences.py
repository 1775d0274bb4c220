"""The sentences of a document: lines, list items and labelled parts as well as what ends with a full stop. Pure."""

import re

_BULLET = re.compile(r"^\s*(?:[-*•–—·▪●]|\(?\d{1,2}(?:\.\d{1,2})*[.)])\s+")
_LABEL = re.compile(
    r"(?<=[^\s:])\s+(?=(?:Бюджет|Сроки?|Дедлайн|Контакт\w*|Контактное лицо|Телефон|Тел\.|E-?mail|Почта|ИНН|Задача|Цель|"
    r"Объ[её]м|Каналы?|Интеграци[ия]|Услуга|Заказчик)\s*:)"
)
_LED = re.compile(
    r"^(?:(?:Техническое задание|ТЗ|Бриф|Цел[ьи](?: и задачи)?|Задач[аи]|О компании|О нас|О проекте|Описание|"
    r"Требования|Введение|Контакты)\s+)+(?=[«\"(]?[A-ZА-ЯЁ])"
)
"""Headings that a PDF does not tell from the text that follows them."""
_END = re.compile(r"(?<=[.!?…])(?<!\b\w\.)(?<!\bул\.)(?<!\bтел\.)(?<!\bим\.)(?<!\bстр\.)\s+(?=[«\"(]?[A-ZА-ЯЁ])")
_SPACE = re.compile(r"\s+")


def sentences(text: str) -> list[str]:
    """In order, on one line each, bullets removed, none empty."""
    found = []
    for line in text.replace("\r", "\n").split("\n"):
        for part in _LABEL.split(_BULLET.sub("", line)):
            found += [_LED.sub("", _SPACE.sub(" ", one).strip()) for one in _END.split(part)]
    return [one for one in found if one]
