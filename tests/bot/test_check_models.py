"""`python -m bot check` asks the model vendors for what is configured, and says when a model ends."""

import pytest
from pydantic import SecretStr

from bot import check
from infra.settings import Settings
from tests.harness import World


def settings_of(world: World, **options: object) -> Settings:
    known = {
        "openai_api_key": SecretStr("sk-test"),
        "openai_base_url": f"{world.sandbox_url}/openai/v1",
        "anthropic_api_key": SecretStr("sk-ant"),
        "anthropic_base_url": f"{world.sandbox_url}/anthropic",
    }
    return Settings(_env_file=None, demo=True, **{**known, **options})


async def test_configured_models_are_offered(assisted: World) -> None:
    settings = settings_of(assisted)
    assert settings.openai_model in await check._openai(settings)
    assert settings.anthropic_model in await check._anthropic(settings)


async def test_the_last_day_of_a_model_is_told(assisted: World) -> None:
    assert "until 2027-01-14" in await check._openai(settings_of(assisted, openai_model="gpt-4o-mini"))


async def test_a_model_that_is_not_offered_fails_by_name(assisted: World) -> None:
    with pytest.raises(LookupError, match="claude-nobody"):
        await check._anthropic(settings_of(assisted, anthropic_model="claude-nobody"))


async def test_a_refused_key_fails(assisted: World) -> None:
    with pytest.raises(LookupError, match=r"404|401"):
        await check._openai(settings_of(assisted, openai_base_url=f"{assisted.sandbox_url}/nowhere"))
