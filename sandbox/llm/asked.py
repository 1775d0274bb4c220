"""What is asked in a prompt and what material it brings: prompts often hold both in one message, told apart by tags."""

import re
from collections.abc import Iterator, Sequence

from sandbox.llm.prompt import Message, Prompt

_SECTION = re.compile(r"<([a-zA-Zа-яА-Я_][\w-]*)>((?:(?!<\1>).)*?)</\1>", re.DOTALL)
"""An opening tag with its closing one: a tag that the text only mentions has none."""
_QUESTION = re.compile(r"message|question|query|request|user|client|said|вопрос|сообщение|запрос", re.IGNORECASE)
_LINE = re.compile(r"^\s*(?:question|query|вопрос|запрос)\s*:\s*(.+)$", re.IGNORECASE | re.MULTILINE)


def question(prompt: Prompt) -> str:
    """The user's own words in the newest message, or in the newest tagged one when only that one is tagged.

    Where a section is tagged as a question or a message, it is that; else what stands outside of the sections.
    """
    said = [message.text for message in prompt.messages if message.role == "user"]
    if not said:
        return ""
    text = next((text for text in reversed(said) if _SECTION.search(text)), said[-1])
    for name, content in reversed(_sections(text)):
        if _QUESTION.search(name):
            return content.strip()
    outside = _SECTION.sub("", text).strip() or text.strip()
    line = _LINE.search(outside)
    return line[1].strip() if line else outside


def material(prompt: Prompt) -> Iterator[str]:
    """Texts that may hold the answer, the nearest first: results of tools, tagged sections, bare instructions."""
    for message in prompt.since:
        if message.role == "tool":
            yield message.text
    found = list(_tagged([m for m in reversed(prompt.messages) if m.role == "user"]))
    system = [m for m in prompt.messages if m.role == "system"]
    found += _tagged(system)
    yield from found
    if not found:
        yield from (message.text for message in system)


def _sections(text: str) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in _SECTION.finditer(text)]


def _tagged(messages: Sequence[Message]) -> Iterator[str]:
    for message in messages:
        for name, content in _sections(message.text):
            if not _QUESTION.search(name):
                yield content
