"""Files a visitor sends are checked and sealed; documents open by their signed link alone."""

from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import orjson
import pytest
from aiogram.types import BufferedInputFile
from aiohttp import FormData
from hypothesis import given
from hypothesis import strategies as st
from site_world import World

from adapters.site.uploads import FILE_LIMIT, NAME_LIMIT, TYPES, FileRefused, clean_filename, recognise
from bot.inbox import payload_place
from infra.errors import NotFoundError

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
SAMPLES = {
    "pdf": b"%PDF-1.7",
    "png": PNG,
    "jpg": b"\xff\xd8\xff\xe0",
    "webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "wav": b"RIFF\x10\x00\x00\x00WAVEfmt ",
    "heic": b"\x00\x00\x00\x18ftypheic",
    "docx": b"PK\x03\x04\x14\x00",
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "txt": "ИНН 7707083893".encode("cp1251"),
    "csv": b"a;b\n1;2",
    "ogg": b"OggS\x00",
    "m4a": b"\x00\x00\x00\x20ftypM4A ",
    "mp3": b"ID3\x04",
}


async def test_a_file_is_sealed_told_back_and_reaches_the_worker(world: World) -> None:
    visitor = await world.visitor()
    number = str(uuid4())
    body = b"%PDF-1.7 " + b"x" * 300_000
    for _ in range(2):
        assert (await visitor.upload("../Карточка\u202e предприятия.pdf", body, number)).status == 202
    [own] = await visitor.poll()
    assert (own["type"], own["id_client"], own["text"]) == ("own", number, "Карточка предприятия.pdf")
    row = await world.db.pool.fetchrow("SELECT * FROM stored_file")
    assert row["size"] == len(body)
    assert row["content_type"] == "application/pdf"
    assert body[:100] not in row["body"]
    inbox = await world.db.pool.fetchrow("SELECT i.*, c.key_id FROM inbox i JOIN conversation c ON true")
    key = await world.keys.get(inbox["key_id"])
    payload = orjson.loads(key.open(inbox["payload"], payload_place(2, inbox["external_id"])))
    assert payload["file"] == {
        "id": str(row["id"]),
        "filename": "Карточка предприятия.pdf",
        "content_type": "application/pdf",
        "size": len(body),
    }
    assert await world.files.body(row["id"]) == body
    assert not inbox["mergeable"]


@pytest.mark.parametrize("extension", sorted(SAMPLES))
def test_files_are_known_by_name_and_content_together(extension: str) -> None:
    assert recognise(f"a.{extension.upper()}", SAMPLES[extension]) == TYPES[extension][0]


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("a.svg", b"<svg onload=alert(1)>"),
        ("a.html", b"<html>"),
        ("a.exe", b"MZ"),
        ("noextension", b"x"),
        ("a.pdf", b"MZ\x90"),
        ("a.png", b"<svg/>"),
        ("a.webp", b"RIFF\x10\x00\x00\x00WAVE"),
        ("a.heic", b"ftyp"),
        ("a.txt", b"MZ\x00"),
        ("a.txt", b"  <script>"),
        ("a.csv", b"a\x00b"),
        ("a.docx", b""),
    ],
)
def test_files_that_are_not_taken(name: str, head: bytes) -> None:
    with pytest.raises(FileRefused):
        recognise(name, head)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("Счёт.pdf", "Счёт.pdf"),
        ("C:\\Users\\x\\a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00\n\u202eb.pdf", "ab.pdf"),
        ('a"<b>.pdf', "a__b_.pdf"),
        (".htaccess", "htaccess"),
        ("%D0%9A%D0%9F%20%E2%84%96%201.pdf", "КП № 1.pdf"),
        ("скидка 5%20.pdf", "скидка 5%20.pdf"),
        ("", "файл"),
        ("..", "файл"),
        (" .pdf", "pdf"),
        ("й" * 500 + ".pdf", "й" * (NAME_LIMIT - 4) + ".pdf"),
    ],
)
def test_file_names_are_safe_to_show(given: str, clean: str) -> None:
    assert clean_filename(given) == clean


@given(st.text(max_size=300))
def test_any_file_name_becomes_a_short_printable_one(name: str) -> None:
    clean = clean_filename(name)
    assert 0 < len(clean) <= NAME_LIMIT
    assert not set(clean) & set('/\\"<>:|?*\x00\n\r')


async def test_uploads_that_are_refused_store_nothing(world: World) -> None:
    visitor = await world.visitor()

    async def code(answer) -> tuple[int, str]:
        error = (await answer.json())["error"]
        assert error["message"]
        return answer.status, error["code"]

    assert await code(await visitor.upload("a.svg", b"<svg/>")) == (415, "unsupported_type")
    assert await code(await visitor.upload("a.pdf", b"not a pdf")) == (415, "unsupported_type")
    assert await code(await visitor.upload("a.pdf", b"")) == (422, "invalid")
    assert await code(await visitor.upload("a.pdf", b"%PDF-", "не тот id")) == (422, "invalid")
    assert await code(await visitor.upload("a.pdf", b"%PDF-" + b"x" * FILE_LIMIT)) == (413, "too_large")
    assert await code(await visitor.upload("a.pdf", b"%PDF-", "x" * 300)) == (413, "too_large")
    no_file = FormData({"id": "a"}, default_to_multipart=True)
    answer = await world.client.post("/api/messages", data=no_file, headers=visitor.headers)
    assert await code(answer) == (422, "invalid")
    assert await world.db.pool.fetchval("SELECT count(*) FROM inbox") == 0
    assert await world.db.pool.fetchval("SELECT count(*) FROM stored_file") == 0


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"x"),
        ("multipart/form-data; boundary=b", b"no boundary at all"),
        ("multipart/form-data; boundary=b", b"--b\r\nbroken header\r\n\r\nx\r\n--b--\r\n"),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n\xff\r\n--b--\r\n',
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nx',
        ),
        (
            "multipart/form-data; boundary=b",
            b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n",
        ),
    ],
)
async def test_broken_forms_get_a_clear_error(world: World, kind: str, body: bytes) -> None:
    visitor = await world.visitor()
    headers = {**visitor.headers, "Content-Type": kind}
    answer = await world.client.post("/api/messages", data=body, headers=headers)
    assert answer.status in (400, 422), await answer.text()
    assert (await answer.json())["error"]["code"] in ("bad_form", "invalid")
    assert await world.db.pool.fetchval("SELECT count(*) FROM inbox") == 0


async def test_memory_for_uploads_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = await world.visitor()
    monkeypatch.setattr("adapters.site.routes.UPLOADS_AT_ONCE", 1_000)
    answer = await visitor.upload("a.txt", b"x" * 2_000)
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "10"
    assert (await visitor.upload("a.txt", b"x" * 100)).status == 202


async def test_a_document_is_downloaded_and_never_shown_in_our_pages(world: World) -> None:
    visitor = await world.visitor()
    name = 'КП «Ёлка" 5%.pdf'
    await world.bot.send_document(await visitor.met(), BufferedInputFile(b"%PDF-1.7", name))
    [event] = await visitor.poll()
    answer = await world.client.get(event["url"])
    assert await answer.read() == b"%PDF-1.7"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert quote("КП «Ёлка", safe="") in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


async def test_a_link_read_again_later_is_fresh(world: World) -> None:
    visitor = await world.visitor()
    await world.bot.send_document(await visitor.met(), BufferedInputFile(b"%PDF-1.7", "a.pdf"))
    [early] = await visitor.poll()
    world.clock.offset = 10 * 86_400
    assert (await world.client.get(early["url"])).status == 404
    [late] = await visitor.poll()
    assert (await world.client.get(late["url"])).status == 200


async def test_wrong_links_are_not_found_for_people_and_programs(world: World) -> None:
    absent = world.links.token(uuid4(), world.clock.now() + timedelta(days=1))
    for token in ("x", "a" * 75, absent, "..%2f..%2fetc%2fpasswd"):
        answer = await world.client.get(f"/documents/{token}")
        assert answer.status == 404
        assert (await answer.json())["error"]["code"] == "not_found"
        answer = await world.client.get(f"/documents/{token}", headers={"Accept": "text/html,*/*"})
        assert answer.status == 404
        assert "больше не действует" in await answer.text()
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_a_forgotten_persons_document_is_gone(world: World) -> None:
    visitor = await world.visitor()
    await world.bot.send_document(await visitor.met(), BufferedInputFile(b"%PDF-1.7", "a.pdf"))
    [event] = await visitor.poll()
    key = await world.db.pool.fetchval("SELECT key_id FROM conversation")
    await world.db.pool.execute("UPDATE data_key SET wrapped = NULL WHERE id = $1", key)
    world.keys.forget(key)
    assert (await world.client.get(event["url"])).status == 404
    file_id = await world.db.pool.fetchval("SELECT id FROM stored_file")
    with pytest.raises(NotFoundError):
        await world.files.body(file_id)
    with pytest.raises(NotFoundError):
        await world.files.body(uuid4())
