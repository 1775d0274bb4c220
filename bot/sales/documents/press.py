"""Draws one document: Jinja2 in a sandbox, then WeasyPrint, which may fetch nothing. Slow: for workers only.

The same request gives the same bytes: fonts, dates and the file's id come from the request and this folder alone.
"""

import base64
import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

ROOT = Path(__file__).parents[3] / "templates"
FOLDER = ROOT / "documents"
FONTS = ROOT / "fonts"
VARIANT = "pdf/ua-1"
"""Tagged, with title and language: what screen readers and archives ask for."""

KINDS = frozenset({"proposal", "contract", "invoice", "act", "offer", "blank"})
"""A template each; `blank` is an empty page that warms a worker up."""
ASSETS = ("logo", "facsimile")
DENSITIES = (0, 1, 2)
"""How tightly a document is set: each next one is tried when the one before has too many pages."""
_IMAGES = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg"}


class TooLongError(Exception):
    """The document has more pages than its kind may have, however tightly it is set."""


def draw(request: Mapping[str, Any]) -> bytes:
    """The PDF of a request: kind, on (ISO date), values, assets (name → base64 of a PNG or JPEG), most_pages."""
    for density in DENSITIES:
        document = layout(request, density)
        if len(document.pages) <= request["most_pages"]:
            identifier = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).digest()[:16]
            pdf: bytes = document.write_pdf(pdf_identifier=identifier.hex().encode(), pdf_variant=VARIANT)
            return pdf
        if len(document.pages) > 2 * request["most_pages"]:
            break  # no setting saves half of the pages
    raise TooLongError(f"more than {request['most_pages']} pages of {request['kind']}")


def layout(request: Mapping[str, Any], density: int = 0) -> Any:
    """The laid-out WeasyPrint document of a request."""
    from weasyprint import HTML

    images = {f"asset:{name}": base64.b64decode(body) for name, body in request["assets"].items()}
    page = HTML(string=page_html(request, density), url_fetcher=_fetcher(images), base_url=None)
    style, fonts = _style()
    return page.render(stylesheets=[style], font_config=fonts, pdf_variant=VARIANT)


def page_html(request: Mapping[str, Any], density: int = 0) -> str:
    """The document as HTML; every value of the request is escaped, save the QR code that we drew ourselves."""
    kind = request["kind"]
    if kind not in KINDS:
        raise ValueError(f"no such document: {kind}")
    values = _shown(request["values"])
    values |= {"kind": kind, "density": density, "created": request["on"]}
    if "qr" in values:
        values["qr"] = Markup(request["values"]["qr"])  # noqa: S704 - our own SVG
    assets = {name: f"asset:{name}" if name in request["assets"] else "" for name in ASSETS}
    return _templates().get_template(f"{kind}.html").render(values, self_values=values, assets=assets)


def _fetcher(images: Mapping[str, bytes]) -> Any:
    """Gives the request's own images and nothing else: no file, no address, no data URI."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcherResponse

    def fetch(url: str, *_: Any, **__: Any) -> Any:
        body = images.get(url)
        kind = next((kind for start, kind in _IMAGES.items() if body and body.startswith(start)), None)
        if body is None or kind is None:
            raise FatalURLFetchingError("documents fetch nothing")
        return URLFetcherResponse(url, body, {"Content-Type": f"image/{kind}"})

    return fetch


def _shown(value: Any) -> Any:
    """The value without the letters that no font here can draw (pictures, rare scripts)."""
    if isinstance(value, str):
        return "".join(sign for sign in value if ord(sign) in _letters() or sign in "\n")
    if isinstance(value, Mapping):
        return {key: _shown(one) for key, one in value.items()}
    return [_shown(one) for one in value] if isinstance(value, list | tuple) else value


@functools.cache
def _letters() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    return frozenset().union(*(TTFont(path, lazy=True).getBestCmap() for path in sorted(FONTS.glob("*.ttf"))))


@functools.cache
def _templates() -> ImmutableSandboxedEnvironment:
    loader = FileSystemLoader(FOLDER, followlinks=False)
    return ImmutableSandboxedEnvironment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@functools.cache
def _style() -> tuple[Any, Any]:
    """The style sheet and the fonts, read once: that saves a third of a document's time."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    text = (FOLDER / "style.css").read_text(encoding="utf-8")
    return CSS(string=text, url_fetcher=_fetcher({}), base_url=None, font_config=fonts), fonts
