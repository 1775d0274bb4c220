from pathlib import Path

import pytest

from bot.sales.price_list import PriceList, load_price_list

SAMPLE = Path(__file__).parents[3] / "kb" / "pricing.yaml"


@pytest.fixture(scope="session")
def price_list() -> PriceList:
    return load_price_list(SAMPLE)


@pytest.fixture(scope="session")
def sample_text() -> str:
    return SAMPLE.read_text(encoding="utf-8")
