"""`python -m bot check` asks the payment, calendar and mail vendors for something harmless."""

from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr

from bot import check
from infra.errors import VendorRefused
from infra.settings import Settings
from tests.harness import World


def settings_of(world: World, **options: object) -> Settings:
    return Settings(_env_file=None, demo=True, **options)


async def test_a_shop_says_what_it_is(world: World) -> None:
    given = {"yookassa_shop_id": "100500", "yookassa_secret_key": SecretStr("test_key")}
    line = await check._yookassa(settings_of(world, **given, yookassa_api_url=f"{world.sandbox_url}/yookassa/v3"))
    assert line == "shop 100500, a test shop, receipts are needed"


async def test_a_calendar_must_be_readable(world: World, tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_bytes(orjson.dumps(await world.get(f"{world.sandbox_url}/inspect/google/credentials")))
    settings = settings_of(
        world,
        google_credentials_file=file,
        google_calendar_id="check@x",
        google_api_url=f"{world.sandbox_url}/google",
    )
    assert await check._google(settings) == "the calendar can be read, invitations go by mail"
    await world.post(f"{world.sandbox_url}/play/google", {"calendar": "check@x", "shared": False})
    with pytest.raises(VendorRefused, match="notFound"):
        await check._google(settings)


async def test_a_mail_server_lets_us_in(world: World) -> None:
    port = (await world.get(f"{world.sandbox_url}/health"))["smtp_port"]
    settings = settings_of(world, smtp_url=SecretStr(f"smtp://localhost:{port}"), mail_from="bot@example.ru")
    assert await check._mail(settings) == f"localhost:{port} lets us in, not encrypted"
