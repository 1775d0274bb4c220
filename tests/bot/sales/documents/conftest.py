from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.company import load_company
from bot.sales.documents import press, worker
from bot.sales.documents.render import Renderer
from bot.sales.documents.terms import load_terms
from bot.sales.price_list import load_price_list
from bot.sales.pricing import quote
from tests.bot.sales.documents.documents_kit import ON, ROOT, SHOP, Deal


@pytest.fixture(scope="session")
def deal() -> Deal:
    price_list = load_price_list(ROOT / "kb" / "pricing.yaml")
    company = load_company(ROOT / "kb" / "company.yaml")
    return Deal(company, price_list, load_terms(), quote(price_list, SHOP, on=ON))


@pytest_asyncio.fixture(scope="session")
async def renderer() -> AsyncIterator[Renderer]:
    drawing = Renderer(timeout=60)
    yield drawing
    await drawing.close()


@pytest.fixture(scope="session", autouse=True)
def _own_fonts() -> None:
    """What is laid out in this process is set in the shipped fonts, as in a worker; browsers keep the system's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FONTCONFIG_FILE", str(ROOT / "templates" / "fonts" / "fonts.conf"))
        worker.warm_up(press)  # fonts are looked up once in a process
