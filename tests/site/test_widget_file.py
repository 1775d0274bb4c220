"""The browser's files without a browser: size, no foreign host, nothing inline, no markup made from data."""

from __future__ import annotations

import gzip
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import playwright
import pytest

FOLDER = Path(__file__).parents[2] / "adapters" / "site" / "widget"
NODE = Path(playwright.__file__).parent / "driver" / "node"
SCRIPTS = sorted(FOLDER.glob("*.js"))
STYLES = sorted(FOLDER.glob("*.css"))
PAGES = sorted(FOLDER.glob("*.html"))
NAMESPACE = "http://www.w3.org/2000/svg"
LIMIT = 12_000
"""Bytes of the widget after gzip, its styles included."""

MARKUP_SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc|\beval\(|new Function"
)


def name(path: Path) -> str:
    return path.name


class Page(HTMLParser):
    """The tags of a page, each with its attributes."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_widget_is_one_small_file() -> None:
    assert len(gzip.compress((FOLDER / "widget.js").read_bytes(), 9, mtime=0)) <= LIMIT


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_script_parses(path: Path) -> None:
    checked = subprocess.run([NODE, "--check", path], capture_output=True, text=True, timeout=30, check=False)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("path", SCRIPTS + STYLES + PAGES, ids=name)
def test_no_third_party_host(path: Path) -> None:
    hosts = re.findall(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+[\w./-]*", path.read_text(encoding="utf-8"), re.I)
    assert set(hosts) <= {NAMESPACE}


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_data_never_becomes_markup(path: Path) -> None:
    assert MARKUP_SINKS.findall(path.read_text(encoding="utf-8")) == []


def test_widget_leaves_one_name_on_the_page() -> None:
    source = (FOLDER / "widget.js").read_text(encoding="utf-8")
    assert set(re.findall(r"\bwindow\.(\w+)\s*=(?!=)", source)) == {"SalesAssistant"}
    assert source.rstrip().endswith("})();")


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_page_has_nothing_inline(path: Path) -> None:
    for tag, attributes in Page(path).tags:
        assert tag != "style"
        assert "style" not in attributes
        assert not [key for key in attributes if key.startswith("on")]
        if tag == "script":
            assert attributes.get("src")
            assert "defer" in attributes


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_page_loads_only_what_lies_beside_it(path: Path) -> None:
    for tag, attributes in Page(path).tags:
        address = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
        if address and address.startswith("/site/"):
            assert (FOLDER / address.removeprefix("/site/")).is_file()
        elif address:
            assert address in {"/widget.js", "/calculator?embed=1"}


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_page_says_its_language_and_labels_its_frames(path: Path) -> None:
    tags = Page(path).tags
    assert ("html", {"lang": "ru"}) in tags
    assert all(attributes.get("title") for tag, attributes in tags if tag == "iframe")
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_demo_page_embeds_widget_and_sandbox_mark_once() -> None:
    text = (FOLDER / "demo.html").read_text(encoding="utf-8")
    assert text.count("/widget.js") == 1
    assert text.count("{{ sandbox_url }}") == 1
