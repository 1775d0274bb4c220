"""Real files for the parsers' tests: a tiny PDF writer with Cyrillic fonts, DOCX and XLSX by their own libraries."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from openpyxl import Workbook
from pypdf import PdfReader, PdfWriter


@dataclass(frozen=True)
class Text:
    """A line of a page: `y` from the bottom in points."""

    text: str
    y: float
    size: float = 11
    bold: bool = False


def pdf(pages: Sequence[Sequence[Text]], *, mapped: bool = True, title: str = "") -> bytes:
    """`mapped`: whether the fonts say which letters they show (ToUnicode)."""
    letters = sorted({letter for page in pages for line in page for letter in line.text})
    codes = {letter: number + 1 for number, letter in enumerate(letters)}
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    fonts = [_font(objects, name, codes, mapped) for name in ("Sans", "Sans-Bold")]
    kids = []
    for page in pages:
        stream = b"".join(_shown(line, codes) for line in page)
        content = _add(objects, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        resources = f"<< /Font << /F0 {fonts[0]} 0 R /F1 {fonts[1]} 0 R >> >>"
        kids.append(
            _add(
                objects,
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} "
                f"/Contents {content} 0 R >>".encode(),
            )
        )
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>".encode()
    info = _add(objects, b"<< /Title <FEFF" + title.encode("utf-16-be").hex().encode() + b"> >>")
    return _file(objects, info)


def page(lines: Iterable[str], *, top: float = 780, step: float = 14) -> list[Text]:
    """Lines of one size, one under another."""
    return [Text(line, top - step * number) for number, line in enumerate(lines)]


def encrypted(data: bytes, *, user: str, owner: str = "owner") -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user, owner, algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def docx(build: Any) -> bytes:
    """`build(document)` fills a python-docx document."""
    document = Document()
    build(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def xlsx(sheets: dict[str, Sequence[Sequence[Any]]], hidden: Sequence[str] = ()) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if name in hidden:
            sheet.sheet_state = "hidden"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def rezipped(data: bytes, changes: dict[str, bytes]) -> bytes:
    """The same archive with some members replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member not in changes:
                new.writestr(member, old.read(member))
        for member, content in changes.items():
            new.writestr(member, content)
    return buffer.getvalue()


def _add(objects: list[bytes], body: bytes) -> int:
    objects.append(body)
    return len(objects)


def _shown(line: Text, codes: dict[str, int]) -> bytes:
    coded = "".join(f"{codes[letter]:04X}" for letter in line.text)
    return f"BT /F{int(line.bold)} {line.size} Tf 60 {line.y} Td <{coded}> Tj ET\n".encode()


def _font(objects: list[bytes], name: str, codes: dict[str, int], mapped: bool) -> int:
    pairs = "\n".join(f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for letter, code in codes.items())
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def "
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{pairs}\nendbfchar endcmap end end"
    ).encode()
    to_unicode = _add(objects, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap)) if mapped else 0
    info = "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    child = _add(objects, f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} {info} /DW 550 >>".encode())
    tail = f" /ToUnicode {to_unicode} 0 R" if mapped else ""
    return _add(
        objects,
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H "
        f"/DescendantFonts [{child} 0 R]{tail} >>".encode(),
    )


def _file(objects: list[bytes], info: int) -> bytes:
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, table, len(objects) + 1, info, len(body))
    )
