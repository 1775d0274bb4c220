"""What the simulated model says when nobody wrote its words: it looks things up and repeats what it was given.

It knows nothing and invents nothing. Offered a tool that searches, it searches with the user's own words, once for
each message; with results or other material in hand it answers with the sentences nearest to the question.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from sandbox.llm.prompt import Call, Message, Prompt, Spoken, Tool

_SEARCH = re.compile(r"search|find|look.?up|knowledge|retriev|поиск|найти|ищет|искать|баз[аеуы] знаний", re.IGNORECASE)
_QUERY = ("query", "question", "q", "text", "search", "request")
_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"(?<=[.!?…])[\s*_]+(?=[«\"“(A-ZА-ЯЁ\d])|\n+")
_LABEL = re.compile(r"^\[([\w.-]{1,20})\]\s*")
_CITES = re.compile(r"\[(?:\d+|n|N|№|id|номер)\]")
_MARKUP = re.compile(r"^(?:[#>*•-]+\s*)+|\*\*|__|`|</?[a-zA-Z][^<>]{0,200}>")
_COMMON_WORDS = """
и в во на по с со к ко о об от до за из у не ни а но или ли же бы что чтобы как так это этот та то те эта все я мы вы
ты он она они оно мне вам нам вас нас его ее их мой ваш наш для при про есть быть был была были если когда где the a an
of to in on is are for and or with you your i we it
"""
_COMMON = frozenset(_COMMON_WORDS.split())
REPLY_LENGTH = 500
"""Characters of an answer, about three sentences."""
NOTHING = "Точного ответа на этот вопрос у меня нет. Давайте уточню у коллег?"


def speak(prompt: Prompt) -> Spoken:
    """The model's own words for a prompt; the same prompt always gets the same words."""
    called = {call.name for message in prompt.since for call in message.calls}
    if prompt.choice != "none" and prompt.tools:
        tool = _tool(prompt, called)
        if tool is not None:
            return Spoken(calls=[Call(tool.name, _arguments(tool, prompt))])
    if prompt.schema is not None:
        return Spoken(orjson.dumps(filled(prompt.schema, prompt)).decode())
    return Spoken(_answer(prompt))


def _tool(prompt: Prompt, called: set[str]) -> Tool | None:
    """The tool to call now, if any."""
    if prompt.choice not in ("auto", "required"):
        return prompt.tool(prompt.choice)
    search = next((tool for tool in prompt.tools if _searches(tool)), None)
    if search is not None and not called and prompt.question.strip():
        return search
    if prompt.choice == "required":
        # what is demanded after the search is the final answer, which frameworks offer as a tool too
        rest = [tool for tool in prompt.tools if tool is not search]
        return rest[-1] if rest else search
    return None


def _searches(tool: Tool) -> bool:
    return bool(_SEARCH.search(f"{tool.name} {tool.description}")) and _query_field(tool) is not None


def _query_field(tool: Tool) -> str | None:
    """The text parameter that takes the words to look for; None when the tool wants more than that."""
    properties, required = _properties(tool.schema), tool.schema.get("required") or []
    texts = [name for name, field in properties.items() if _type(field) == "string" and "enum" not in field]
    name = next((name for name in _QUERY if name in texts), texts[0] if texts else None)
    return name if name is not None and set(required) <= {name} else None


def _arguments(tool: Tool, prompt: Prompt) -> dict[str, Any]:
    field = _query_field(tool) if _searches(tool) else None
    if field is not None:
        return {field: prompt.question.strip()[:500]}
    value = filled(tool.schema, prompt)
    return value if isinstance(value, dict) else {}


def filled(schema: Any, prompt: Prompt, root: Any = None, depth: int = 0) -> Any:
    """A value that fits a JSON schema: texts are the answer, numbers and lists as small as allowed."""
    root = schema if root is None else root
    if not isinstance(schema, dict) or depth > 20:
        return None
    if isinstance(reference := schema.get("$ref"), str):
        return filled(_resolved(root, reference), prompt, root, depth + 1)
    for name in ("const", "default"):
        if name in schema:
            return schema[name]
    if options := schema.get("enum"):
        return max(options, key=lambda option: _shared(str(option), prompt.question))
    for name in ("anyOf", "oneOf", "allOf"):
        if schema.get(name):
            return filled(schema[name][0], prompt, root, depth + 1)
    match _type(schema):
        case "object":
            wanted = schema.get("required") or []
            fields = {name: field for name, field in _properties(schema).items() if name in wanted}
            return {name: filled(field, prompt, root, depth + 1) for name, field in fields.items()}
        case "array":
            return [filled(schema.get("items", {}), prompt, root, depth + 1) for _ in range(schema.get("minItems", 0))]
        case "integer" | "number":
            return schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
        case "boolean":
            return False
        case "null":
            return None
        case _:
            return _answer(prompt)[: schema.get("maxLength", REPLY_LENGTH)]


def _resolved(root: Any, reference: str) -> Any:
    value = root
    for part in reference.removeprefix("#/").split("/"):
        value = value.get(part, {}) if isinstance(value, dict) else {}
    return value


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}


def _type(schema: Any) -> str | None:
    kind = schema.get("type") if isinstance(schema, dict) else None
    return next((k for k in kind if k != "null"), None) if isinstance(kind, list) else kind


def _answer(prompt: Prompt) -> str:
    """A short reply out of what the tools returned, else out of the instructions and the earlier messages."""
    results = [message.text for message in prompt.since if message.role == "tool"]
    passages = [passage for result in results for passage in _passages(result)]
    if not passages:
        passages = [p for m in _material(prompt) for p in _passages(m.text) if _shared(p, prompt.question) >= 2]
    if not passages:
        return NOTHING
    best = max(passages, key=lambda passage: _shared(passage, prompt.question))
    label = _LABEL.match(best)
    text = _opening(_LABEL.sub("", best), prompt.question)
    if label and _CITES.search(prompt.rules):
        text += f" [{label[1]}]"
    return text


def _material(prompt: Prompt) -> Iterator[Message]:
    """What may hold the answer: everything but the question itself and the model's own words."""
    newest = next((m for m in reversed(prompt.messages) if m.role == "user"), None)
    for message in prompt.messages:
        if message.role in ("system", "user", "tool") and message is not newest:
            yield message
    if newest is not None and len(newest.text) > 2 * REPLY_LENGTH:
        yield newest  # the material was put before the question in one message


def _passages(text: str) -> list[str]:
    """The paragraphs of a text, or of every text inside a JSON value."""
    stripped = text.strip()
    if stripped[:1] in ("{", "["):
        try:
            texts = list(_texts(orjson.loads(stripped)))
        except orjson.JSONDecodeError:
            texts = [stripped]
    else:
        texts = [stripped]
    return [p.strip() for t in texts for p in re.split(r"\n\s*\n", t) if _words(p)]


def _texts(value: Any) -> Iterator[str]:
    """Texts of more than one word inside a JSON value: names and codes are no answer."""
    if isinstance(value, str) and len(value.split()) > 2:
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(item)


def _opening(passage: str, question: str) -> str:
    """Up to three sentences from the one nearest to the question on."""
    parts = [part.strip() for part in _SENTENCE.split(passage) if part.strip()]
    said = [part for part in parts if not part.startswith("#")] or parts
    sentences = [clean for part in said if (clean := _MARKUP.sub("", part).strip())]
    if not sentences:
        return passage[:REPLY_LENGTH]
    nearest = max(range(len(sentences)), key=lambda n: (_shared(sentences[n], question), -n))
    text = ""
    for sentence in sentences[nearest : nearest + 3]:
        if text and len(text) + len(sentence) > REPLY_LENGTH:
            break
        text += (" " if text else "") + sentence
    return text[:REPLY_LENGTH]


def _shared(text: str, question: str) -> int:
    return len(_words(text) & _words(question))


def _words(text: str) -> set[str]:
    """The stems of the words that say something."""
    return set(_stems(_WORD.findall(text.lower().replace("ё", "е"))))


def _stems(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        if word not in _COMMON and (len(word) > 1 or word.isdigit()):
            yield word if len(word) < 5 else word[: max(4, len(word) - 2)][:6]
