"""What the simulated model says when nobody wrote its words: it looks things up and repeats what it was given.

It knows nothing and invents nothing. Offered a tool that searches, it searches with the user's own words, once for
each message; with results or other material in hand it answers with the sentences nearest to the question.
"""

import re
from collections.abc import Iterator
from typing import Any

import orjson

from sandbox.llm.asked import material, question
from sandbox.llm.prompt import Call, Prompt, Spoken, Tool
from sandbox.llm.words import concepts

_SEARCH = re.compile(r"search|find|look.?up|knowledge|retriev|поиск|найти|ищет|искать|баз[аеуы] знаний", re.IGNORECASE)
_QUERY = ("query", "question", "q", "text", "search", "request")
_SENTENCE = re.compile(r"(?<=[.!?…])[\s*_]+(?=[«\"“(A-ZА-ЯЁ\d])|\n+")
_BREAK = re.compile(r"\n\s*\n|\n(?=\[\w{1,20}\]\s)")
_STATES = re.compile(r"\d|[.!?:;…]\s*$")
"""What tells a first line that says something from a heading."""
_LABEL = re.compile(r"^\[([\w.-]{1,20})\]\s*")
_CITES = re.compile(r"\[(?:\d+|n|N|№|id|номер)\]")
_MARKUP = re.compile(r"^(?:[#>*•-]+\s*)+|\*\*|__|`|</?[a-zA-Z][^<>]{0,200}>|\s\[[a-z][a-z0-9_.-]*\]")
REPLY_LENGTH = 500
"""Characters of an answer, about three sentences."""
SUMMARY_LENGTH = 700
SHORTEST_PASSAGE = 40
"""Characters below which a tool's result is a remark, such as that nothing was found."""
GREETING = "Здравствуйте. Чем могу помочь?"
NOTHING = "Точного ответа на этот вопрос у меня нет. Давайте уточню у коллег?"
_SUMMARISE = re.compile(r"\bsummari[sz]e|перескаж|резюмиру|краткое содержание", re.IGNORECASE)
_NUMBERS = re.compile(r"numbers only|только номера|только числа", re.IGNORECASE)
_FOR_NOTHING = re.compile(r"(?:answer|reply|respond|ответь|отвечай|напиши)\s+(?:with\s+)?[«\"'`]?([A-Z_]{3,30})\b")


def speak(prompt: Prompt) -> Spoken:
    """The model's own words for a prompt; the same prompt always gets the same words."""
    asked, called = question(prompt), any(message.calls for message in prompt.since)
    known = _nearest(prompt, asked)
    if prompt.choice != "none" and prompt.tools:
        tool = _tool(prompt, asked, searched=called or known is not None)
        if tool is not None:
            return Spoken(calls=[Call(tool.name, _arguments(tool, prompt, asked))])
    if prompt.schema is not None:
        return Spoken(orjson.dumps(filled(prompt.schema, prompt)).decode())
    return Spoken(_answer(prompt, asked))


def _tool(prompt: Prompt, asked: str, *, searched: bool) -> Tool | None:
    """The tool to call now, if any; `searched`: there is nothing to look for any more."""
    if prompt.choice not in ("auto", "required"):
        return prompt.tool(prompt.choice)
    search = next((tool for tool in prompt.tools if _searches(tool)), None)
    if search is not None and not searched and concepts(asked):
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


def _arguments(tool: Tool, prompt: Prompt, asked: str) -> dict[str, Any]:
    field = _query_field(tool) if _searches(tool) else None
    if field is not None:
        return {field: asked[:500]}
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
        return max(options, key=lambda option: _shared(str(option), question(prompt)))
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
            return _answer(prompt, question(prompt))[: schema.get("maxLength", REPLY_LENGTH)]


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


def _answer(prompt: Prompt, asked: str) -> str:
    """A short reply out of the material at hand, in the form that the instructions ask for."""
    newest = next((m for m in reversed(prompt.messages) if m.role == "user"), None)
    if newest is not None and newest.images:
        named = _FOR_NOTHING.search(prompt.rules)
        return newest.pictured or (named[1] if named else NOTHING)
    if _NUMBERS.search(prompt.rules):
        return _ranked(prompt.question, asked)
    if _SUMMARISE.search(prompt.rules[:200]):
        return _summary(prompt.question)
    if asked and not concepts(asked):
        return GREETING
    best = _nearest(prompt, asked)
    if best is None:
        return NOTHING
    label = _LABEL.match(best)
    text = _opening(_LABEL.sub("", best), asked)
    if label and _CITES.search(prompt.rules):
        text += f" [{label[1]}]"
    return text


def _nearest(prompt: Prompt, asked: str) -> str | None:
    """The passage that shares most words with the question; None when all share too few.

    What a tool has just returned was chosen for the question: of that, the first is better than none.
    """
    returned = [p for m in prompt.since if m.role == "tool" for p in _passages(m.text)]
    passages = [passage for text in material(prompt) for passage in _passages(text)]
    best = max(passages, key=lambda passage: _shared(passage, asked), default=None)
    if best is not None and _shared(best, asked) >= min(2, len(concepts(asked)) or 1):
        return best
    return next((passage for passage in returned if len(passage) >= SHORTEST_PASSAGE), None)


def _ranked(text: str, asked: str) -> str:
    """The numbers of labelled passages that share words with the question, the nearest first."""
    labelled = [(match[1], passage) for passage in _passages(text) if (match := _LABEL.match(passage))]
    useful = [(label, shared) for label, passage in labelled if (shared := _shared(passage, asked))]
    return ", ".join(label for label, _ in sorted(useful, key=lambda one: -one[1]))


def _summary(text: str) -> str:
    """The first sentence of each line, as far as there is room."""
    said = ""
    for line in text.splitlines():
        first = _SENTENCE.split(line.strip())[0].strip()
        if first and len(said) + len(first) < SUMMARY_LENGTH:
            said += (" " if said else "") + first
    return said or NOTHING


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
    return [p.strip() for t in texts for p in _BREAK.split(t) if concepts(p)]


def _texts(value: Any) -> Iterator[str]:
    """Texts of more than one word inside a JSON value: names and codes are no answer."""
    if isinstance(value, str) and len(value.split()) > 2:
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(item)


def _opening(passage: str, question: str) -> str:
    """Up to three sentences from the one nearest to the question on."""
    heading, _, rest = passage.partition("\n")
    if len(rest) > len(heading) and not _STATES.search(heading):
        passage = rest
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
        text += ("" if not text else " " if text[-1] in ".!?…" else "\n") + sentence
    return text[:REPLY_LENGTH]


def _shared(text: str, question: str) -> int:
    return len(concepts(text) & concepts(question))
