"""Files of strangers are read in a process of their own: in time, within memory, and nothing of ours within reach."""

import asyncio
import os
from pathlib import Path

import pytest

from infra.database import Database
from kb import reading
from kb.parse import UnreadableError
from kb.reading import ReadingProcess, read_document
from kb.sync import sync_folder
from tests.kb.files_kit import docx, page, pdf

HANGS = "import time; time.sleep(600)"
SWELLS = "x = bytearray(4 * 1024 ** 3)"
CRASHES = "import os; os._exit(3)"


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reading process that runs the file `trap.py` in place of the PDF parser."""
    start = (
        "import sys; from kb import parse, reading\n"
        f"def trapped(name, data): exec(open({str(tmp_path / 'trap.py')!r}).read())\n"
        "parse.PARSERS['pdf'] = trapped\n"
        "reading._serve(sys.stdin.buffer, sys.stdout.buffer)"
    )
    monkeypatch.setattr(reading, "COMMAND", ("-c", start))
    return tmp_path / "trap.py"


async def test_a_document_becomes_plain_text() -> None:
    def build(document: object) -> None:
        document.add_heading("Бриф", 1)  # type: ignore[attr-defined]  # python-docx
        document.add_paragraph("Нужен бот для склада.")  # type: ignore[attr-defined]
        document.add_paragraph("Telegram", style="List Bullet")  # type: ignore[attr-defined]

    assert await read_document("бриф.docx", docx(build)) == "Бриф\n\nНужен бот для склада.\n- Telegram"
    assert (await read_document("a.txt", "Просто текст. ".encode() * 100, limit=50)) == ("Просто текст. " * 100)[:50]


async def test_an_unreadable_document_says_why() -> None:
    with pytest.raises(UnreadableError, match="not a PDF") as caught:
        await read_document("a.pdf", b"no")
    assert caught.value.code == "format"
    with pytest.raises(UnreadableError, match="no parser"):
        await read_document("a.exe", b"MZ")


@pytest.mark.parametrize(
    ("code", "reason", "kind"),
    [(HANGS, "not read within", "timeout"), (SWELLS, "memory", "hostile"), (CRASHES, "crashed", "broken")],
)
async def test_what_a_parser_does_harms_nobody(trap: Path, code: str, reason: str, kind: str) -> None:
    await asyncio.to_thread(trap.write_text, code)
    with pytest.raises(UnreadableError, match=reason) as caught:
        await read_document("a.pdf", pdf([page(["Текст."])]), timeout=3)
    assert caught.value.code == kind


async def test_a_parser_sees_no_secrets_and_writes_no_files(
    trap: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    stolen = tmp_path / "stolen"
    await asyncio.to_thread(
        trap.write_text, f"import os; open({str(stolen)!r}, 'w').write(os.environ.get('OPENAI_API_KEY', 'none') * 9)"
    )
    with pytest.raises(UnreadableError):
        await read_document("a.pdf", pdf([page(["Текст."])]))
    assert await asyncio.to_thread(lambda: stolen.read_text() if stolen.exists() else "") == ""


async def test_a_process_that_died_is_started_again(trap: Path) -> None:
    process = ReadingProcess()
    await asyncio.to_thread(trap.write_text, CRASHES)
    with pytest.raises(UnreadableError, match="crashed"):
        await process.ask({"do": "text", "name": "a.pdf", "limit": 100}, pdf([page(["Текст."])]))
    answer = await process.ask({"do": "text", "name": "a.txt", "limit": 100}, "Живой.".encode())
    await process.close()
    assert answer["text"] == "Живой."


async def test_a_file_that_hangs_does_not_hang_the_sync(db: Database, trap: Path, tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    await asyncio.to_thread(trap.write_text, HANGS)
    (folder / "hangs.pdf").write_bytes(pdf([page(["Текст."])]))
    (folder / "price.md").write_text("# Цены\n\nБот стоит 120 000 ₽.\n", encoding="utf-8")
    (folder / "terms.docx").write_bytes(docx(lambda document: document.add_paragraph("Оплата частями.")))
    report = await sync_folder(db, folder, file_timeout=2)
    assert (report.added, [failure.source for failure in report.failures]) == (2, ["hangs.pdf"])
    assert report.failures[0].code == "timeout"
    assert await db.pool.fetchval("SELECT count(*) FROM kb_chunk") == 2


async def test_no_process_is_left_behind() -> None:
    process = ReadingProcess()
    await process.ask({"do": "text", "name": "a.txt", "limit": 10}, "Текст.".encode())
    child = process._process
    assert child is not None
    await process.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)
