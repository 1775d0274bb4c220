"""Tables become blocks: questions with answers, or rows whose cells carry the names of their columns."""

import re
from collections.abc import Iterable, Iterator, Sequence

from kb.parse.document import Block, row_text, squeeze

MAX_ROWS = 20_000
MAX_COLUMNS = 60
HEADER_WITHIN = 10
"""Rows at the top of a table among which its header is looked for."""

Row = Sequence[str]

_QUESTION = re.compile(
    r"(?:частый |частые )?вопрос(?:ы|\sклиента|\sпользователя)?|(?:frequent )?questions?|q|faq|запрос", re.I
)
_ANSWER = re.compile(r"(?:наш |готовый |правильный )?ответ(?:ы|\sменеджера|\sоператора)?|answers?|a|решение", re.I)
_SECTION = re.compile(r"раздел|категория|тема|рубрика|группа|section|category|topic|group", re.I)
_INTERNAL = re.compile(
    r"№|n|#|id|п/п|№ п/п|код|дата.*|date|автор|author|статус|status|теги|tags|ключевые слова|keywords"
    r"|.*(?:внутренн|служебн|для своих|internal|не показывать).*",
    re.I,
)
"""Columns of a question–answer table that are for those who keep it."""


def table_blocks(rows: Iterable[Row], level: int) -> Iterator[Block]:
    """`rows` with the header, wherever in the first rows it stands; headings begin at `level`."""
    table = [[squeeze(cell) if "\n" not in cell else cell.strip() for cell in row] for row in rows]
    table = [row for row in table if any(row)]
    found = _find_questions(table)
    if found is not None:
        at, columns = found
        yield from _before(table[:at])
        yield from _questions(table[at], table[at + 1 :], columns, level)
        return
    top = _header_row(table)
    if top is None:
        yield from (Block("item", _one_line(row_text((), row))) for row in table)
        return
    yield from _before(table[:top])
    header = [_one_line(name) for name in table[top]]
    for row in table[top + 1 :]:
        if text := row_text(header, _fitted([_one_line(cell) for cell in row], len(header))):
            yield Block("item", text)


def _find_questions(table: list[list[str]]) -> tuple[int, tuple[int, int]] | None:
    """(row of the header, (column of questions, column of answers))."""
    for at, row in enumerate(table[:HEADER_WITHIN]):
        names = [_name(cell) for cell in row]
        question = next((n for n, name in enumerate(names) if _QUESTION.fullmatch(name)), None)
        answer = next((n for n, name in enumerate(names) if _ANSWER.fullmatch(name)), None)
        if question is not None and answer is not None:
            return at, (question, answer)
    return None


def _questions(header: Row, rows: list[list[str]], columns: tuple[int, int], level: int) -> Iterator[Block]:
    question_at, answer_at = columns
    names = [_name(cell) for cell in header]
    section_at = next((n for n, name in enumerate(names) if _SECTION.fullmatch(name)), None)
    others = [
        n
        for n, name in enumerate(names)
        if n not in (question_at, answer_at, section_at) and name and not _INTERNAL.fullmatch(name)
    ]
    section = ""
    for row in rows:
        row = _fitted(row, len(header))
        if section_at is not None and row[section_at] and row[section_at] != section:
            section = row[section_at]
            yield Block("heading", _one_line(section), level)
        if not row[answer_at]:
            continue  # a question nobody answered yet
        if row[question_at]:
            yield Block("heading", _one_line(row[question_at]), level + (section_at is not None))
        for line in filter(None, map(squeeze, row[answer_at].split("\n"))):
            yield Block("paragraph", line)
        for n in others:
            if row[n]:
                yield Block("item", f"{_one_line(header[n])}: {_one_line(row[n])}")


def _header_row(table: list[list[str]]) -> int | None:
    """The first row as full as the table is wide, without numbers: rows above it are remarks. None: no header."""
    if len(table) < 2:
        return None
    widths = sorted(sum(map(bool, row)) for row in table)
    usual = max(2, widths[len(widths) // 2])
    for at, row in enumerate(table[:HEADER_WITHIN]):
        filled = [cell for cell in row if cell]
        if len(filled) >= min(usual, 2) and len(filled) >= usual - 1:
            return at if not any(_is_number(cell) or len(cell) > 80 for cell in filled) else None
    return None


def _before(rows: list[list[str]]) -> Iterator[Block]:
    for row in rows:
        if text := _one_line(row_text((), row)):
            yield Block("paragraph", text)


def _fitted(row: list[str], width: int) -> list[str]:
    return (row + [""] * width)[: max(width, len(row))] if len(row) < width else row[:width]


def _name(cell: str) -> str:
    return squeeze(cell).strip(" :?*.").casefold()


def _one_line(text: str) -> str:
    return squeeze(" ".join(text.split("\n")))


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+−]?[\d\s\u00a0\u202f.,]+\s*(?:₽|руб\.?|%|€|\$)?", cell))
