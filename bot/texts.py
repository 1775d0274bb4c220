"""Every text that a person reads: gettext catalogues in bot/locales, Russian the source, values escaped for HTML.

A message id is a dotted name (`calculator.result`), never the text itself, so that a wording is changed in one place.
"""

import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from babel.plural import PluralRule, to_python

from infra.errors import ConfigError

FOLDER = Path(__file__).parent / "locales"
SOURCE = "ru"

PLURALS = {
    "ru": PluralRule({"one": "n % 10 is 1 and n % 100 is not 11", "few": "n % 10 in 2..4 and n % 100 not in 12..14"}),
    "en": PluralRule({"one": "n is 1"}),
}
FORMS = {"ru": {"one": 0, "few": 1, "other": 2}, "en": {"one": 0, "other": 1}}


class Html(str):
    """Text that is markup already and must not be escaped again."""

    __slots__ = ()


class Translate:
    """The texts of one language: `t("calculator.result", total="286 000 ₽")`."""

    def __init__(
        self, locale: str, messages: Mapping[str, str | tuple[str, ...]], fallback: "Translate | None"
    ) -> None:
        self.locale = locale
        self._messages = messages
        self._fallback = fallback
        self._plural = to_python(PLURALS[locale])

    def __call__(self, key: str, /, **values: Any) -> Html:
        """The text with `values` put in, escaped unless they are `Html`. `n` chooses the plural form."""
        message = self._find(key)
        if isinstance(message, tuple):
            form = FORMS[self.locale][self._plural(int(values["n"]))]
            message = message[min(form, len(message) - 1)]
        safe = {
            name: value if isinstance(value, Html) else html.escape(str(value), quote=False)
            for name, value in values.items()
        }
        return Html(message.format_map(safe) if safe else message)

    def plain(self, key: str, /, **values: Any) -> str:
        """The same for a button's label or a log of what was said: no markup, nothing escaped."""
        return html.unescape(self(key, **values))

    def has(self, key: str) -> bool:
        return key in self._messages or (self._fallback is not None and self._fallback.has(key))

    def keys(self) -> frozenset[str]:
        return frozenset(self._messages)

    def _find(self, key: str) -> str | tuple[str, ...]:
        message = self._messages.get(key)
        if message is None and self._fallback is not None:
            return self._fallback._find(key)
        if message is None:
            raise KeyError(f"no text {key!r} in bot/locales")
        return message


def load_texts(folder: Path = FOLDER) -> dict[str, Translate]:
    """All languages found; a text missing in one is taken from Russian. ConfigError names a broken catalogue."""
    source = Translate(SOURCE, _read(folder / SOURCE / "LC_MESSAGES" / "bot.po"), None)
    texts = {SOURCE: source}
    for path in folder.glob("*/LC_MESSAGES/bot.po"):
        locale = path.parent.parent.name
        if locale != SOURCE and locale in PLURALS:
            texts[locale] = Translate(locale, _read(path), source)
    return texts


def _read(path: Path) -> dict[str, str | tuple[str, ...]]:
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error
    messages: dict[str, str | tuple[str, ...]] = {}
    for message in catalogue:
        if message.id and message.string:
            key = message.id if isinstance(message.id, str) else message.id[0]
            messages[key] = message.string if isinstance(message.string, str) else tuple(message.string)
    return messages
