"""The pages and scripts go out small, cacheable and under a strict policy."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.site.pages import add_pages
from infra.errors import ConfigError

SANDBOX = "http://127.0.0.1:8090/?a=1&b=2"
DEMO = "<!doctype html><a href='{{ sandbox_url }}'>Мир</a>" + "x" * 1_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "demo.html").write_text(DEMO)
    (tmp_path / "calculator.html").write_text("<!doctype html>калькулятор")
    (tmp_path / "widget.js").write_text("console.log('ё');" + " " * 1_000)
    (tmp_path / "demo.css").write_text("a{}")
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG" * 400)
    (tmp_path / ".hidden").write_text("x")
    return tmp_path


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[TestClient[Any, Any]]:
    app = web.Application()
    add_pages(app, "Компания", SANDBOX, folder)
    async with TestClient(TestServer(app), auto_decompress=False) as client:
        yield client


async def test_pages_name_the_simulated_world_and_who_may_frame_them(client: TestClient[Any, Any]) -> None:
    page = await client.get("/", headers={"Accept-Encoding": "identity"})
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "http://127.0.0.1:8090/?a=1&amp;b=2" in await page.text()
    assert page.headers["Cache-Control"] == "no-cache"
    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    calculator = await client.get("/calculator")
    assert "frame-ancestors *" in calculator.headers["Content-Security-Policy"]


async def test_the_widget_may_be_loaded_by_any_site_and_is_compressed_once(client: TestClient[Any, Any]) -> None:
    answer = await client.get("/widget.js", headers={"Origin": "https://x.example", "Accept-Encoding": "br, gzip"})
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=300" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    packed = await answer.read()
    plain = await client.get("/widget.js", headers={"Accept-Encoding": "identity"})
    assert gzip.decompress(packed) == await plain.read()
    assert "Content-Encoding" not in plain.headers


async def test_a_browser_that_has_it_gets_nothing_again(client: TestClient[Any, Any]) -> None:
    for encoding in ("identity", "gzip"):
        first = await client.get("/widget.js", headers={"Accept-Encoding": encoding})
        for known in (first.headers["ETag"], f'"x", W/{first.headers["ETag"]}', "*"):
            again = await client.get("/widget.js", headers={"Accept-Encoding": encoding, "If-None-Match": known})
            assert again.status == 304
            assert await again.read() == b""
        other = await client.get("/widget.js", headers={"Accept-Encoding": encoding, "If-None-Match": '"x"'})
        assert other.status == 200


async def test_what_stands_beside_the_pages_is_served_and_nothing_else(client: TestClient[Any, Any]) -> None:
    assert (await client.get("/site/demo.css")).headers["Content-Type"] == "text/css; charset=utf-8"
    assert (await client.get("/site/logo.svg")).headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    photo = await client.get("/site/photo.png", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in photo.headers
    assert (await client.head("/widget.js")).status == 200
    for path in ("/site/.hidden", "/site/demo.html", "/site/..%2fpages.py", "/site/", "/site/nothing.js"):
        assert (await client.get(path)).status == 404


async def test_without_a_simulated_world_its_link_leads_home(folder: Path) -> None:
    app = web.Application()
    add_pages(app, "Компания", None, folder)
    async with TestClient(TestServer(app)) as client:
        assert "<a href='/'>" in await (await client.get("/")).text()


def test_a_missing_page_stops_the_start(folder: Path) -> None:
    (folder / "demo.html").unlink()
    with pytest.raises(ConfigError, match=r"demo\.html"):
        add_pages(web.Application(), "Компания", None, folder)


async def test_the_real_pages_load_nothing_from_elsewhere() -> None:
    app = web.Application()
    add_pages(app, "Компания", SANDBOX)
    async with TestClient(TestServer(app)) as client:
        for path in ("/", "/calculator"):
            text = await (await client.get(path)).text()
            assert "{{" not in text
            for mark in ('src="', 'rel="stylesheet" href="'):
                for part in text.split(mark)[1:]:
                    address = part.split('"')[0].split("?")[0]
                    assert address.startswith("/")
                    assert (await client.get(address)).status == 200, address
        widget = await client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
        assert int(widget.headers["Content-Length"]) <= 12 * 1024
