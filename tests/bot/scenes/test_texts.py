"""The catalogue of texts: every key that is used exists, every key that exists is used, and each reads well."""

import ast
import re
from pathlib import Path

import pytest

from bot.texts import Translate, load_texts

BOT = Path(__file__).parents[3] / "bot"
KEY = re.compile(r"[a-z_]+(?:\.[a-z0-9_]+)+")
TOLD = ("t", "plain", "go")
"""Functions whose first or second argument is a key."""


@pytest.fixture(scope="module")
def texts() -> Translate:
    return load_texts()["ru"]


def trees() -> list[ast.Module]:
    return [ast.parse(path.read_text()) for path in sorted(BOT.rglob("*.py"))]


def constants() -> set[str]:
    """Everything in the code that could be a key."""
    nodes = (node for tree in trees() for node in ast.walk(tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def asked() -> set[str]:
    """Keys handed to the functions that look texts up."""
    found = set()
    for tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = node.args[:2] if name in TOLD else []
            found |= {one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return {key for key in found if KEY.fullmatch(key)}


def test_every_key_that_is_used_exists(texts: Translate) -> None:
    assert sorted(asked() - texts.keys()) == []


def test_every_key_that_exists_is_used(texts: Translate) -> None:
    prefixes = tuple(one for one in constants() if one.endswith("."))
    unused = {key for key in texts.keys() - constants() if not key.startswith(prefixes)}
    assert sorted(unused) == []


def forms(texts: Translate) -> list[tuple[str, str]]:
    every = []
    for key in sorted(texts.keys()):
        message = texts._find(key)
        every += [(key, one) for one in (message if isinstance(message, tuple) else (message,))]
    return every


def test_texts_read_well(texts: Translate) -> None:
    for key, text in forms(texts):
        bare = re.sub(r"<[^>]+>", "", text)
        assert text.strip() == text, key
        assert "!!" not in text, key
        assert '"' not in bare, key
        assert "  " not in text.replace("\n", " |"), key
        assert not re.search(r"\d{4,}\s?₽", text), key
        assert " - " not in text, f"{key}: a dash is «—»"


def test_every_language_has_the_same_placeholders(texts: Translate) -> None:
    for locale, other in load_texts().items():
        for key in sorted(other.keys()):
            here = {tuple(sorted(re.findall(r"{(\w+)}", one))) for k, one in forms(other) if k == key}
            there = {tuple(sorted(re.findall(r"{(\w+)}", one))) for k, one in forms(texts) if k == key}
            assert here <= there, f"{locale}: {key}"


def test_labels_of_buttons_are_short(texts: Translate) -> None:
    for key, text in forms(texts):
        if key.startswith("button."):
            assert len(text) <= 24, (key, text)
