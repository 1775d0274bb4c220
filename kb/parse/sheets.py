"""CSV and XLSX: question–answer tables and price lists."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from kb.parse.archive import check_archive
from kb.parse.document import Block, Parsed, UnreadableError
from kb.parse.tables import MAX_COLUMNS, MAX_ROWS, table_blocks

DELIMITERS = ";,\t|"
_SNIFFED = 50
MAX_SHEETS = 100
_UNNAMED = ("лист", "sheet", "таблица", "table")


def parse_csv(text: str) -> Parsed:
    """Any of DELIMITERS, quoted or not; a first line «sep=;», as Excel writes it, is believed."""
    first, _, rest = text.partition("\n")
    named = first.strip().strip('"').lower()
    if named.startswith("sep=") and len(named) == 5:
        delimiter, text = named[4], rest
    else:
        delimiter = _delimiter(text)
    try:
        rows = list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), MAX_ROWS + 1))
    except csv.Error as error:
        raise UnreadableError(f"broken table ({error})") from error
    if len(rows) > MAX_ROWS:
        raise UnreadableError(f"more than {MAX_ROWS} rows", "large")
    if any(len(row) > MAX_COLUMNS for row in rows):
        raise UnreadableError(f"more than {MAX_COLUMNS} columns", "large")
    return Parsed("", tuple(table_blocks(rows, 1)))


def _delimiter(text: str) -> str:
    """The one that parts most rows into the same number of cells, two at least."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            rows = list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), _SNIFFED))
        except csv.Error:
            continue
        widths = [len(row) for row in rows if row]
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        usual = max(set(wide), key=wide.count)
        score = wide.count(usual) / len(widths) + 0.01 * min(usual, 10)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def parse_xlsx(data: bytes) -> Parsed:
    """Values as they are shown, formulas by their last result; hidden sheets are nobody's business."""
    check_archive(data, "xl/workbook.xml")
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # it ships no types

    workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    if len(sheets) > MAX_SHEETS:
        raise UnreadableError(f"more than {MAX_SHEETS} sheets", "large")
    blocks: list[Block] = []
    left = MAX_ROWS
    for sheet in sheets:
        rows = list(_rows(sheet, left))
        left -= len(rows)
        if not any(any(row) for row in rows):
            continue
        named = len(sheets) > 1 or sheet.title.strip().lower().rstrip("0123456789 ") not in _UNNAMED
        if named:
            blocks.append(Block("heading", sheet.title, 1))
        blocks += table_blocks(rows, 2 if named else 1)
    return Parsed("", tuple(blocks))


def _rows(sheet: Any, most: int) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what a file says about its size may be wrong
    empty = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        cells = [_shown(cell) for cell in row]
        empty = 0 if any(cells) else empty + 1
        if empty > 1000:
            return  # formatted to the end of the sheet, with nothing in it
        if number - empty > most:
            raise UnreadableError(f"more than {MAX_ROWS} rows", "large")
        yield cells


def _shown(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, (int, float, Decimal)):
        return _number(value, str(getattr(cell, "number_format", "") or ""))
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y}" if value.time() == time() else f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    text = str(value).strip()
    return "" if text.startswith("#") and text.rstrip("!?").isupper() and " " not in text else text


def _number(value: "int | float | Decimal", form: str) -> str:
    percent = "%" in form
    number = float(value) * 100 if percent else value
    rounded = round(float(number), 6)
    text = str(int(rounded)) if rounded == int(rounded) else f"{rounded:.6f}".rstrip("0").replace(".", ",")
    if percent:
        return f"{text} %"
    lowered = form.lower()
    if "₽" in form or "руб" in lowered or 'р."' in lowered or "[$р" in lowered:
        return f"{text} ₽"
    return text + (" €" if "€" in form else " $" if "[$$" in form or '"$"' in form else "")
