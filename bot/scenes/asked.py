"""What the wording of a question tells beyond its intents. Pure."""

import re

WHERE_IS = re.compile(
    r"\b(?:где|когда|долго)\b.{0,30}\b(?:человек|менеджер|сотрудник|оператор|ждать)"
    r"|\b(?:where|when|how long)\b.{0,30}\b(?:person|human|managers?|operator|agent|wait|anyone|someone)\b",
    re.I | re.S,
)
"""Somebody who was promised a person and asks what became of it."""

A_WORD = 2
"""Up to so many words, «договор?», name the paper and ask nothing about it."""
_SEND = re.compile(
    r"\b(?:при|вы)шл(?:и|ите|[её]те)\b|\b(?:при|вы)слать\b|\b(?:от|на)прав(?:ь|ьте|ить|ите)\b|\b(?:с|по)кин\w+"
    r"|\b(?:подготов|состав|оформ)(?:ь|ьте|ите|ить|им)\b|\bдайте\b|\bжд(?:у|[её]м)\b|\b(?:send|share|draft|prepare|email)\b",
    re.I,
)
_WISH = re.compile(
    r"\b(?:нуж(?:ен|на|но|ны)|хо(?:чу|тим|телось|тел|тела|тели)|давайте|покажите|можно|получить|подпишем|заключим)\b"
    r"|\b(?:need|want|like|see|show|get|give|have|review|provide)\b",
    re.I,
)
_ASKS_ABOUT = re.compile(
    r"[^\w]*(?:(?:а|и|ну|так|скажите|подскажите|and|so|but)[\s,]+)*"
    r"(?:что|чего|как\w*|сколько|когда|где|кто|зачем|почему|what|how|when|why|where|which|who)\b",
    re.I,
)

_TAX = re.compile(r"\bндс\b|\bналог\w*|\b(?:vat|tax(?:es)?)\b", re.I)
_AMOUNT_ASKED = re.compile(r"\b(?:сколько|скок[ао]?|прайс\w*|поч[её]м|посчита\w+|how much|price list|pricing)\b", re.I)


def paper_wanted(said: str) -> bool:
    """Whether a question wants the contract itself: «можно договор?», but not «что будет после договора?»."""
    if len(said.split()) <= A_WORD or _SEND.search(said):
        return True
    return _ASKS_ABOUT.match(said) is None and _WISH.search(said) is not None


def of_tax(said: str) -> bool:
    """Whether it is the tax that is asked about, not the price: «НДС сверху или цена уже с ним?»."""
    return _TAX.search(said) is not None and _AMOUNT_ASKED.search(said) is None
