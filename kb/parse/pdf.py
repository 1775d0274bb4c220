"""PDF: lines with their sizes become headings, paragraphs and items; what repeats on every page is left out."""

import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from kb.parse.document import MAX_TEXT, Block, Parsed, UnreadableError, clean_text, first_heading, squeeze

MAX_PAGES = 1_000
MAX_HEADING = 160
LARGER = 1.12
"""How many times the size of the body a heading is."""
EDGE = 3
"""Lines at the top and at the bottom of a page among which running heads and page numbers are looked for."""

_ITEM = re.compile(r"^(?:[•●▪■◦‣⁃·–—*]|[-]|\d{1,3}[.)]|[a-zа-я]\))\s+(?=\S)")
_BULLETS = "•●▪■◦‣⁃\uf0b7\uf0a7\uf076\uf0d8"
_NUMBER = re.compile(
    r"(?:стр(?:аница|\.)?|page|с\.)?\s*[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:из|of|/)\s*\d{1,4})?", re.IGNORECASE
)
_HYPHEN = re.compile(r"([^\W\d_]+)-$")
_KEPT_TAILS = frozenset(("то", "нибудь", "либо", "таки", "ка"))
_END = re.compile(r"[.!?…:;][»”\")]*$")
_STRANGE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")


@dataclass(slots=True)
class Line:
    """A line of a page: `size` in points, `y` from the page's bottom, `bold` when most of it is."""

    text: str
    size: float
    bold: bool
    y: float


def parse_pdf(data: bytes) -> Parsed:
    """UnreadableError for a password, more than MAX_PAGES, scanned pages, and text without meaning."""
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError, PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError("protected by a password", "password")
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise UnreadableError(f"more than {MAX_PAGES} pages", "large")
        pages, broken, pictures = _read(reader)
        title = squeeze(str(reader.metadata.title or "")) if reader.metadata else ""
    except FileNotDecryptedError as error:
        raise UnreadableError("protected by a password", "password") from error
    except PyPdfError as error:
        raise UnreadableError(f"broken PDF ({type(error).__name__})") from error
    if not any(pages):
        if broken:
            raise UnreadableError("broken PDF")
        if pictures:
            raise UnreadableError("no text in it: scanned pages", "scanned")
        raise UnreadableError("no text in it", "empty")
    _check_meaning(pages)
    blocks = tuple(_blocks(_without_running_heads(pages)))
    return Parsed(first_heading(blocks) or _sensible(title), blocks)


def _read(reader: Any) -> tuple[list[list[Line]], int, bool]:
    """(lines of each page, pages that could not be read, whether there are pictures)."""
    pages: list[list[Line]] = []
    broken, pictures, length = 0, False, 0
    for page in reader.pages:
        try:
            lines = _lines(page)
        except RecursionError as error:
            raise UnreadableError("nested too deep", "hostile") from error
        except MemoryError:
            raise
        except Exception:  # one page that breaks the parser does not take the others along
            broken += 1
            lines = []
        if not lines and not pictures:
            pictures = _has_pictures(page)
        length += sum(len(line.text) for line in lines)
        if length > MAX_TEXT:
            raise UnreadableError(f"holds more than {MAX_TEXT // 1_000_000} million characters", "large")
        pages.append(lines)
    return pages, broken, pictures


def _has_pictures(page: Any) -> bool:
    try:
        resources = page.get("/Resources", {}).get_object()
        objects = resources.get("/XObject", {}).get_object()
        return any(objects[name].get_object().get("/Subtype") == "/Image" for name in objects)
    except Exception:  # a page so broken says nothing
        return False


def _lines(page: Any) -> list[Line]:
    collector = _Collector()
    page.extract_text(visitor_text=collector.take)
    collector.end_line()
    return collector.lines


class _Collector:
    """Gathers the pieces of text that pypdf finds into lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._parts: list[str] = []
        self._sizes: Counter[float] = Counter()
        self._bold = 0
        self._y = 0.0

    def take(self, text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        size = round(abs(float(size or 0)) * _scale(tm) * _scale(cm), 1)
        bold = _is_bold(font)
        for number, part in enumerate(text.split("\n")):
            if number:
                self.end_line()
            if not part:
                continue
            if not self._parts:
                self._y = float(tm[4]) * float(cm[1]) + float(tm[5]) * float(cm[3]) + float(cm[5])
            weight = len(part.strip())
            self._parts.append(part)
            self._sizes[size] += weight
            self._bold += weight if bold else -weight

    def end_line(self) -> None:
        text = squeeze("".join(self._parts))
        if text:
            size = self._sizes.most_common(1)[0][0] if self._sizes else 0.0
            self.lines.append(Line(text, size, self._bold > 0, self._y))
        self._parts, self._sizes, self._bold = [], Counter(), 0


def _scale(matrix: Any) -> float:
    return math.hypot(float(matrix[2]), float(matrix[3])) or 1.0


def _is_bold(font: Any) -> bool:
    name = str((font or {}).get("/BaseFont", "")).lower() if hasattr(font, "get") else ""
    return any(word in name for word in ("bold", "black", "heavy", "semibold"))


def _check_meaning(pages: Sequence[Sequence[Line]]) -> None:
    text = "".join(line.text for page in pages for line in page)
    strange = len(_STRANGE.findall(text)) - sum(text.count(bullet) for bullet in _BULLETS)
    if strange > 0.2 * len(text):
        raise UnreadableError("its text cannot be read: the fonts do not say which letters they show", "encoding")
    if not any(letter.isalnum() for letter in text):
        raise UnreadableError("no text in it", "empty")


def _without_running_heads(pages: list[list[Line]]) -> list[list[Line]]:
    """Without page numbers, and without what stands at the edge of most pages, digits aside."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_pattern(line) for line in _edges(page)})
    full = sum(1 for page in pages if page)
    repeated = {pattern for pattern, times in seen.items() if times >= 3 and times > full * 0.5}
    result: list[list[Line]] = []
    for page in pages:
        edges = {id(line) for line in _edges(page)}
        outermost = {id(line) for line in (*page[:1], *page[-1:])} if len(page) > 1 else set()
        result.append(
            [
                line
                for line in page
                if not (id(line) in edges and _pattern(line) in repeated)
                and not (full > 1 and id(line) in outermost and _NUMBER.fullmatch(line.text))
            ]
        )
    return result


def _edges(page: Sequence[Line]) -> list[Line]:
    """At most EDGE lines at either end, fewer of a short page: what stands between is its text."""
    most = min(EDGE, max(1, len(page) // 4)) if len(page) > 1 else 0
    return [*page[:most], *page[len(page) - most :]]


def _pattern(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.casefold())


def _blocks(pages: Sequence[Sequence[Line]]) -> Iterator[Block]:
    lines = [line for page in pages for line in page]
    body = _body_size(lines)
    levels = _heading_sizes(lines, body)
    bold_body = sum(len(line.text) for line in lines if line.bold) > 0.4 * sum(len(line.text) for line in lines)
    words = _hyphenated(lines)
    leading = _leading(pages)
    paragraph = _Paragraph(words)
    previous: Line | None = None
    for line in lines:
        level = _level(line, levels, body, bold_body)
        new = previous is None or _starts_anew(previous, line, leading, level, paragraph)
        marker = _ITEM.match(line.text) if not level else None
        if not marker and line.text[0] in _BULLETS:
            marker = re.match(r".\s*", line.text)
        if new or marker:
            yield from paragraph.ended()
            paragraph.begin(level, item=bool(marker))
        paragraph.add(line.text[marker.end() :] if marker else line.text)
        previous = line
    yield from paragraph.ended()


class _Paragraph:
    """The block that lines are being added to."""

    def __init__(self, hyphenated: frozenset[str]) -> None:
        self._hyphenated = hyphenated
        self.level = 0
        self.item = False
        self.text = ""

    def begin(self, level: int, *, item: bool) -> None:
        self.level, self.item, self.text = level, item, ""

    def add(self, text: str) -> None:
        if self.text.endswith("\u00ad"):
            self.text = self.text[:-1] + text
            return
        broken = _HYPHEN.search(self.text)
        tail = re.match(r"[^\W\d_]+", text)
        if broken and tail and tail.group().islower():
            whole = f"{broken.group(1)}-{tail.group()}".casefold()
            keep = whole in self._hyphenated or tail.group() in _KEPT_TAILS
            self.text = self.text if keep else self.text[:-1]
            self.text += text
        else:
            self.text = f"{self.text} {text}" if self.text else text

    def ended(self) -> Iterator[Block]:
        if self.text:
            text = self.text.replace("\u00ad", "")
            kind: Any = "heading" if self.level else "item" if self.item else "paragraph"
            yield Block(kind, text, self.level)
        self.text = ""


def _body_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _heading_sizes(lines: Sequence[Line], body: float) -> dict[float, int]:
    """Size → level, the largest first; sizes closer than half a point are one."""
    sizes = sorted({line.size for line in lines if body and line.size >= body * LARGER}, reverse=True)
    levels: dict[float, int] = {}
    level, last = 0, math.inf
    for size in sizes:
        if last - size > 0.5:
            level = min(level + 1, 5)
            last = size
        levels[size] = level
    return levels


def _level(line: Line, levels: dict[float, int], body: float, bold_body: bool) -> int:
    """1–6 for a line that looks like a heading, 0 for any other."""
    if len(line.text) > MAX_HEADING or not any(letter.isalpha() for letter in line.text):
        return 0
    if line.size in levels:
        return levels[line.size]
    short = len(line.text) <= 90 and not re.search(r"[.,;:]$", line.text) and line.text[:1].isupper()
    if line.bold and not bold_body and short and line.size >= body * 0.95:
        return min(max(levels.values(), default=0) + 1, 6)
    return 0


def _starts_anew(previous: Line, line: Line, leading: float, level: int, open_: _Paragraph) -> bool:
    if level != open_.level:
        return True
    gap = previous.y - line.y
    if level:
        return gap < 0 or gap > 2.2 * max(line.size, 1.0)  # the second line of a long heading stays with the first
    if gap < 0:  # the next page or column: a sentence may go on there
        return bool(_END.search(previous.text)) or line.text[:1].isupper()
    return bool(leading) and gap > leading * 1.35


def _leading(pages: Sequence[Sequence[Line]]) -> float:
    """The usual distance between lines, in points."""
    gaps: Counter[float] = Counter()
    for page in pages:
        for above, below in pairwise(page):
            gap = round(above.y - below.y, 1)
            if 2 < gap < 60:
                gaps[gap] += 1
    return gaps.most_common(1)[0][0] if gaps else 0.0


def _hyphenated(lines: Sequence[Line]) -> frozenset[str]:
    """Words written with a hyphen inside a line, which keep it where a line ends in it."""
    return frozenset(
        word.casefold() for line in lines for word in re.findall(r"[^\W\d_]+-[^\W\d_]+", clean_text(line.text))
    )


def _sensible(title: str) -> str:
    """A title that a person gave, not the name of the program's file."""
    return "" if re.search(r"\.\w{2,5}$|^Microsoft|^untitled|^Документ\d*$", title, re.IGNORECASE) else title
