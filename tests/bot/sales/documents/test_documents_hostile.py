"""Whatever clients write: no document breaks, leaks, runs over its pages or off its page."""

import asyncio
import json
import random
from dataclasses import fields, replace
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from jinja2.exceptions import SecurityError, TemplateNotFound, UndefinedError
from pypdf import PdfReader

from bot.sales.documents import press
from bot.sales.documents.model import MOST_PAGES, Document
from bot.sales.documents.parties import Client
from bot.sales.documents.render import Renderer, request
from tests.bot.sales.documents.documents_kit import HOSTILE, Deal, hostile_text, text_of

PROPOSALS = 100
MM = 96 / 25.4
"""Pixels of a millimetre on a laid-out page."""
RIGHT_EDGE = (210 - 15.5) * MM


def drawn_from(document: Document) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(request(document, {}))
    return parsed


def assert_within_its_pages(made: Document) -> None:
    document = press.layout(drawn_from(made))
    assert len(document.pages) <= MOST_PAGES[made.number.kind]
    for page in document.pages:
        for box in page._page_box.descendants():
            if getattr(box, "text", None):
                assert 0 <= box.position_x <= box.position_x + box.width <= RIGHT_EDGE, box.text
                assert 0 <= box.position_y <= box.position_y + box.height <= 297 * MM, box.text


async def test_a_hundred_hostile_proposals(renderer: Renderer, deal: Deal) -> None:
    made = [deal.proposal(hostile_text(seed), hostile_text(-seed - 1)) for seed in range(PROPOSALS)]
    drawn = await asyncio.gather(*(renderer.render(document) for document in made))
    for seed, pdf in enumerate(drawn):
        reader = PdfReader(BytesIO(pdf))
        assert len(reader.pages) <= 3
        assert len(pdf) < 400_000
        if seed % 5 == 0:  # reading a document back costs as much as drawing it
            text = text_of(pdf)
            assert "Итого 286 000,00" in text
            assert "root:" not in text
            assert "localhost" not in text
            assert "<class" not in text


@pytest.mark.parametrize("nth", range(len(HOSTILE)))
def test_nothing_leaves_the_pages_of_a_proposal(deal: Deal, nth: int) -> None:
    assert_within_its_pages(deal.proposal(HOSTILE[nth], HOSTILE[nth]))


@pytest.mark.parametrize("kind", ["contract", "invoice", "act"])
def test_nothing_leaves_the_pages_of_what_names_a_client(deal: Deal, kind: str) -> None:
    texts = random.Random(kind).sample(HOSTILE, len(fields(Client)) - 1)
    client = Client("company", *texts[: len(fields(Client)) - 1])
    assert_within_its_pages(getattr(deal, kind)(client))


def test_the_largest_sums_stay_in_their_columns(deal: Deal) -> None:
    sum_ = Decimal("8888888888.88")
    lines = tuple(replace(line, price=sum_, amount=sum_) for line in deal.quote.lines)
    rich = Deal(deal.company, deal.price_list, deal.terms, replace(deal.quote, lines=lines, total=sum_))
    for made in (rich.proposal(), rich.contract(), rich.invoice(), rich.act()):
        assert_within_its_pages(made)


async def test_what_looks_like_code_is_printed_as_it_was_written(renderer: Renderer, deal: Deal) -> None:
    text = text_of(await renderer.render(deal.proposal("{{ 7 * 7 }} <b>жирно</b> &amp; {% raw %}", 'O\'Нил & "Ко"')))
    assert "{{ 7 * 7 }} <b>жирно</b> &amp; {% raw %}" in text
    assert 'O\'Нил & "Ко"' in text


async def test_other_alphabets_stay_and_pictures_without_a_letter_go(renderer: Renderer, deal: Deal) -> None:
    text = text_of(await renderer.render(deal.proposal("Ქართველი Ελλάδα Հայ 💐🇷🇺 龍 конец", "Žaneta Ağaoğlu")))
    assert "Ελλάδα" in text
    assert "конец" in text
    assert "Žaneta Ağaoğlu" in text
    assert "龍" not in text


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "http://127.0.0.1:9/", "https://example.com/", "data:text/plain,x", "asset:logo", "/etc"],
)  # fmt: skip
def test_a_template_can_fetch_nothing(address: str) -> None:
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    page = HTML(string=f'<img src="{address}">', url_fetcher=press._fetcher({}), base_url="file:///")
    with pytest.raises(FatalURLFetchingError):
        page.render()


@pytest.mark.parametrize(
    "source",
    ["{{ ''.__class__.__mro__ }}", "{{ self_values.update }}{{ self_values.clear() }}", "{% include '../../.env' %}",
     "{% include '/etc/passwd' %}", "{{ config }}"],
)  # fmt: skip
def test_a_template_can_reach_nothing(source: str) -> None:
    with pytest.raises((SecurityError, TemplateNotFound, UndefinedError)):
        press._templates().from_string(source).render(self_values={"a": 1})
