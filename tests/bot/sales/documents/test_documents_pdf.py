"""The finished documents, read back: what stands in them, how they are made, what the drawing process may do."""

import asyncio
import os
import signal
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
import segno
from pypdf import PdfReader

from bot.sales.documents import worker
from bot.sales.documents.amounts import Sum
from bot.sales.documents.model import Document, act
from bot.sales.documents.numbering import KINDS
from bot.sales.documents.parties import Client
from bot.sales.documents.render import DocumentError, DocumentTooLongError, Renderer
from bot.sales.price_model import VatMode
from bot.sales.pricing import Configuration
from tests.bot.sales.documents.documents_kit import CLIENT, ON, Deal, number, text_of

SAID = {
    "proposal": ("286 000 ₽", "включая НДС 5 %", "до 6 декабря 2026 г.", "26 000,00", "Анна", "Что не входит",
                 "не является публичной офертой", "6 недель", "143 000 ₽", "цветы для офиса"),
    "contract": ("286 000,00 ₽ (двести восемьдесят шесть тысяч рублей 00 копеек)", "действующей на основании",
                 "Шевченко Ольги Игоревны", "в том числе НДС 5 %: 13 619,05 ₽", "Приложение № 1", "Шевченко О. И."),
    "invoice": ("Счёт на оплату № С-2026-0012", "143 000,00", "6 809,53", "Сто сорок три тысячи рублей 00 копеек",
                "40702810600000000001", "044525999", "оплатить до 27 ноября 2026 г."),
    "act": ("Акт сдачи-приёмки № А-2026-0012", "286 000,00", "двести восемьдесят шесть тысяч", "Заказчик"),
    "offer": ("статьи 437", "от 120 000 ₽", "от 25 000 ₽ в месяц", "Цены включают НДС 5 %", "ОГРН 1267700000006"),
}  # fmt: skip
PAGES = {"proposal": 2, "contract": 3, "invoice": 1, "act": 1, "offer": 2}


def documents(deal: Deal) -> dict[str, Document]:
    made = (deal.proposal("Нужны цветы для офиса", "Ольга"), deal.contract(), deal.invoice(), deal.act(), deal.offer())
    return {document.number.kind: document for document in made}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_document_says_what_it_should(renderer: Renderer, deal: Deal, kind: str) -> None:
    pdf = await renderer.render(documents(deal)[kind])
    text = text_of(pdf)
    assert [words for words in SAID[kind] if words not in text] == []
    assert f"стр. 1 из {PAGES[kind]}" in text
    assert len(pdf) < 200_000


@pytest.mark.parametrize("kind", KINDS)
async def test_a_document_is_tagged_titled_russian_and_carries_its_fonts(
    renderer: Renderer, deal: Deal, kind: str
) -> None:
    document = documents(deal)[kind]
    reader = PdfReader(BytesIO(await renderer.render(document)))
    root = reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title == document.title
    assert root["/Lang"] == "ru"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        assert "+Golos-Text" in font["/BaseFont"]
        assert "/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"] or (
            "/FontFile3" in font["/DescendantFonts"][0]["/FontDescriptor"]
        )


async def test_the_same_inputs_give_the_same_bytes_in_any_process(renderer: Renderer, deal: Deal) -> None:
    document = deal.invoice()
    other = Renderer(workers=1, timeout=60)
    try:
        first, second = await asyncio.gather(renderer.render(document), other.render(document))
        assert first == second
        assert first != await other.render(deal.invoice(replace(CLIENT, name="ООО «Лютик»")))
    finally:
        await other.close()


@pytest.mark.parametrize(
    ("mode", "rate", "vat", "lines"),
    [
        ("none", None, "0", ["Итого 1 050,00", "Без НДС —", "Всего 1 050,00"]),
        ("included", 5, "50", ["Итого 1 050,00", "В том числе НДС 5 % 50,00", "Всего 1 050,00"]),
        ("included", 0, "0", ["Итого 1 050,00", "В том числе НДС 0 % 0,00", "Всего 1 050,00"]),
        ("added", 5, "50", ["Итого 1 000,00", "НДС 5 % 50,00", "Всего 1 050,00"]),
    ],
)
async def test_vat_by_its_mode(
    renderer: Renderer, deal: Deal, mode: VatMode, rate: int | None, vat: str, lines: list[str]
) -> None:
    part = Sum(Decimal(1050), Decimal(vat), rate, mode)
    document = act(number("act"), ON, [("Работа", part)], deal.company, CLIENT, deal.terms)
    assert " ".join(lines) in text_of(await renderer.render(document))


async def test_a_monthly_service_has_a_price_a_month_and_no_prepayment(renderer: Renderer, deal: Deal) -> None:
    monthly = deal.priced(Configuration("support", {"hour": 5}, {"support_term": "12m"}))
    offered, agreed = await asyncio.gather(renderer.render(monthly.proposal()), renderer.render(monthly.contract()))
    assert "Итого в месяц 36 000,00" in text_of(offered)
    assert "Предоплата" not in text_of(offered)
    assert "Цена услуг за месяц составляет 36 000,00 ₽" in text_of(agreed)


async def test_a_person_gets_a_consumers_contract(renderer: Renderer, deal: Deal) -> None:
    person = Client("person", "Гоголь Николай Васильевич", address="г. Полтава")
    text = text_of(await renderer.render(deal.contract(person)))
    assert "Гоголь Николай Васильевич, именуемый в дальнейшем «Заказчик»" in text
    assert "О защите прав потребителей" in text
    assert "арбитражный" not in text


async def test_a_price_that_a_manager_must_confirm_says_so(renderer: Renderer, deal: Deal) -> None:
    preliminary = Deal(deal.company, deal.price_list, deal.terms, replace(deal.quote, needs_manager=True))
    assert "точную цену подтвердит менеджер" in text_of(await renderer.render(preliminary.proposal()))


async def test_a_logo_is_shown_and_what_is_no_picture_is_refused(renderer: Renderer, deal: Deal) -> None:
    picture = BytesIO()
    segno.make("logo").save(picture, kind="png")
    png = picture.getvalue()
    with_logo = await renderer.render(deal.proposal(), {"logo": png, "facsimile": png})
    images = [image for page in PdfReader(BytesIO(with_logo)).pages for image in page.images]
    assert images
    with pytest.raises(DocumentError):
        await renderer.render(deal.proposal(), {"logo": b"<svg xmlns='http://www.w3.org/2000/svg'/>"})
    with pytest.raises(DocumentError):
        await renderer.render(deal.proposal(), {"watermark": png})


async def test_a_document_over_its_pages_is_refused_politely(renderer: Renderer, deal: Deal) -> None:
    lines = tuple(replace(deal.quote.lines[0], title=f"Работа {n}. " + "слово " * 40) for n in range(60))
    endless = Deal(deal.company, deal.price_list, deal.terms, replace(deal.quote, lines=lines))
    with pytest.raises(DocumentTooLongError) as refused:
        await renderer.render(endless.proposal())
    assert "слишком длинным" in refused.value.public


async def test_a_long_price_is_set_more_tightly_to_stay_within_three_pages(renderer: Renderer, deal: Deal) -> None:
    lines = tuple(replace(deal.quote.lines[1], title=f"Опция номер {n}") for n in range(60))
    long = Deal(deal.company, deal.price_list, deal.terms, replace(deal.quote, lines=lines))
    pdf = await renderer.render(long.proposal("Подробная задача, слово за словом. " * 30))
    assert len(PdfReader(BytesIO(pdf)).pages) <= 3
    assert "Опция номер 59" in text_of(pdf)
    assert text_of(pdf).count("Что делаем") >= 2  # the head of the table stands on each of its pages


@pytest.mark.parametrize(
    ("event", "args"),
    [("socket.connect", ()), ("subprocess.Popen", ()), ("os.system", ()), ("open", ("/tmp/x", "wb", 0))],  # noqa: S108
)
def test_a_drawing_process_may_not_reach_out(event: str, args: tuple[object, ...]) -> None:
    with pytest.raises(PermissionError):
        worker._forbid(event, args)
    worker._forbid("open", ("style.css", "r", 0))


def _children() -> set[int]:
    listed = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return {int(pid) for pid in listed}


def _environment(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_a_drawing_process_knows_no_secret_and_is_replaced_when_it_dies_or_hangs(
    deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENCRYPTION_KEYS", "secret-of-the-installation")
    before = _children()
    drawing = Renderer(workers=1, timeout=60)
    try:
        await drawing.render(deal.act())
        (pid,) = _children() - before
        assert b"secret-of-the-installation" not in _environment(pid)

        os.kill(pid, signal.SIGKILL)
        assert await drawing.render(deal.act())

        (pid,) = _children() - before - {pid}
        os.kill(pid, signal.SIGSTOP)
        drawing._timeout = 0.2
        with pytest.raises(DocumentError, match="not drawn within"):
            await drawing.render(deal.act())
        drawing._timeout = 60
        assert await drawing.render(deal.act())
    finally:
        await drawing.close()
    assert _children() <= before
