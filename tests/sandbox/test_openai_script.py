"""What the simulated models say: scripts for several talks at once, faults of every kind, and the record."""

import asyncio
from typing import Any

import pytest
from models_kit import Models

CLAUDE: dict[str, Any] = {"model": "claude-haiku-5-5", "max_tokens": 500}


async def ask(models: Models, vendor: str, text: str = "Здравствуйте") -> str:
    messages: Any = [{"role": "user", "content": text}]
    if vendor == "openai":
        said = await models.openai.chat.completions.create(model="gpt-6-luna", messages=messages)
        return str(said.choices[0].message.content)
    said = await models.anthropic.messages.create(**CLAUDE, messages=messages)
    return "".join(block.text for block in said.content if block.type == "text")


async def pieces(models: Models, vendor: str, got: list[Any]) -> None:
    """Stream an answer into `got`, so that what came before a break stays."""
    messages: Any = [{"role": "user", "content": "Здравствуйте"}]
    if vendor == "openai":
        stream = await models.openai.chat.completions.create(model="gpt-6-luna", messages=messages, stream=True)
    else:
        stream = await models.anthropic.messages.create(**CLAUDE, messages=messages, stream=True)
    async for piece in stream:
        got.append(piece)


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
async def test_talks_at_once_are_scripted_apart(models: Models, vendor: str) -> None:
    await models.script(
        vendor, {"when": "доставк", "text": "Везём."}, {"when": "ЦЕН", "text": "Сто."}, {"text": "Прочее."}
    )
    said = await asyncio.gather(
        ask(models, vendor, "Какие цены?"), ask(models, vendor, "Есть доставка?"), ask(models, vendor, "А вы кто?")
    )
    assert said == ["Сто.", "Везём.", "Прочее."]


async def test_a_script_answers_the_question_not_the_material_around_it(models: Models) -> None:
    await models.script("openai", {"when": "цены", "text": "Про цены."}, {"when": "сроки", "text": "Про сроки."})
    asked = "<knowledge>\nцены и прочее\n</knowledge>\n<client_message>\nКакие сроки?\n</client_message>"
    assert await ask(models, "openai", asked) == "Про сроки."


async def test_a_script_loops_or_ends_and_can_be_replaced(models: Models) -> None:
    await models.script("openai", {"text": "а"}, {"text": "б"}, loop=True)
    assert [await ask(models, "openai") for _ in range(3)] == ["а", "б", "а"]
    await models.script("openai", {"text": "в"}, replace=True)
    assert await ask(models, "openai") == "в"
    assert await ask(models, "openai") != "в"


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"words": "x"},
        {"text": 5},
        {"fault": "earthquake"},
        {"tool": "x", "arguments": []},
        {"text": "x", "delay": -1},
        {"text": "x", "usage": {"input": 1, "cached": 2}},
    ],
)
async def test_what_is_no_script_is_refused(models: Models, reply: dict[str, Any]) -> None:
    status, answer = await models.play.post("/script/openai", {"replies": [reply]})
    assert (status, answer["error"]["code"]) == (400, "bad_request")


async def test_only_models_have_a_script(models: Models) -> None:
    assert (await models.play.post("/script/telegram", {"replies": []}))[0] == 404


async def test_told_usage_is_reported(models: Models) -> None:
    told = {"text": "да", "usage": {"input": 1000, "cached": 900, "output": 50}}
    await models.script("openai", told)
    said = await models.openai.chat.completions.create(
        model="gpt-6-luna", messages=[{"role": "user", "content": "да?"}]
    )
    assert (said.usage.prompt_tokens, said.usage.prompt_tokens_details.cached_tokens) == (1000, 900)
    await models.script("anthropic", told)
    used = (await models.anthropic.messages.create(**CLAUDE, messages=[{"role": "user", "content": "да?"}])).usage
    assert (used.input_tokens, used.cache_read_input_tokens, used.output_tokens) == (100, 900, 50)


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
async def test_a_slow_model_keeps_its_first_word_back(models: Models, vendor: str) -> None:
    await models.fault(vendor, "slow", seconds=0.3)
    started = asyncio.get_running_loop().time()
    await ask(models, vendor)
    assert asyncio.get_running_loop().time() - started >= 0.3


@pytest.mark.parametrize(("vendor", "package"), [("openai", "openai"), ("anthropic", "anthropic")])
async def test_a_failure_and_a_dead_line_use_up_no_scripted_reply(models: Models, vendor: str, package: str) -> None:
    sdk = pytest.importorskip(package)
    await models.script(vendor, {"text": "всё-таки"})
    for mode, error in (("error", sdk.InternalServerError), ("down", sdk.APIConnectionError)):
        await models.fault(vendor, mode)
        with pytest.raises(error):
            await ask(models, vendor)
    await models.fault(vendor, "garbage")
    with pytest.raises(Exception):  # noqa: B017, PT011  # each SDK stumbles over HTML in its own way
        (await ask(models, vendor)).index("всё-таки")
    assert await ask(models, vendor) == "всё-таки"
    assert [r["status"] for r in await models.requests(vendor)] == [500, None, 200, 200]


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
@pytest.mark.parametrize("mode", ["cut", "garbage", "stream_error"])
async def test_a_stream_breaks_half_way(models: Models, vendor: str, mode: str) -> None:
    if mode == "stream_error":
        await models.script(vendor, {"fault": mode, "text": "Это длинный ответ, который не дойдёт до конца."})
    else:
        await models.fault(vendor, mode)
    got: list[Any] = []
    with pytest.raises(Exception) as caught:  # noqa: PT011  # the SDKs do not agree on one class
        await pieces(models, vendor, got)
    assert len(got) > 1
    assert not isinstance(caught.value, AssertionError)
    whole: list[Any] = []
    await pieces(models, vendor, whole)
    assert len(whole) > len(got)


@pytest.mark.parametrize("vendor", ["openai", "anthropic"])
async def test_a_rate_limit_says_when_to_come_back(models: Models, vendor: str) -> None:
    sdk = pytest.importorskip(vendor)
    await models.script(vendor, {"fault": "rate_limit", "seconds": 7})
    with pytest.raises(sdk.RateLimitError) as caught:
        await ask(models, vendor)
    assert caught.value.response.headers["retry-after"] == "7"


@pytest.mark.parametrize(
    ("vendor", "fault", "status"),
    [
        ("openai", "overloaded", 503),
        ("anthropic", "overloaded", 529),
        ("openai", "quota", 429),
        ("anthropic", "quota", 400),
        ("openai", "unauthorized", 401),
        ("anthropic", "unauthorized", 401),
    ],
)
async def test_other_refusals_have_the_vendors_own_status(models: Models, vendor: str, fault: str, status: int) -> None:
    sdk = pytest.importorskip(vendor)
    await models.script(vendor, {"fault": fault})
    with pytest.raises(sdk.APIStatusError) as caught:
        await ask(models, vendor)
    assert caught.value.status_code == status


async def test_a_refusal_is_told_apart_from_an_answer(models: Models) -> None:
    await models.script("openai", {"fault": "refusal"})
    said = await models.openai.chat.completions.create(model="gpt-6-luna", messages=[{"role": "user", "content": "?"}])
    assert said.choices[0].message.content is None
    assert said.choices[0].message.refusal
    await models.script("anthropic", {"fault": "refusal"})
    message = await models.anthropic.messages.create(**CLAUDE, messages=[{"role": "user", "content": "?"}])
    assert message.stop_reason == "refusal"
    assert message.content == []


async def test_a_reader_who_leaves_is_noticed(models: Models, eventually: Any) -> None:
    await models.script("openai", {"text": "слово " * 100, "pace": 0.02})
    stream = await models.openai.chat.completions.create(
        model="gpt-6-luna", messages=[{"role": "user", "content": "?"}], stream=True
    )
    async for _ in stream:
        break
    await stream.close()

    async def closed() -> bool:
        return (await models.requests("openai"))[0].get("closed") == "by the client"

    await eventually(closed)


async def test_reset_forgets_requests_and_scripts(models: Models) -> None:
    await models.script("openai", {"text": "забудут"})
    await ask(models, "anthropic")
    await models.play.post("/reset", {})
    assert await models.requests("anthropic") == []
    assert await ask(models, "openai") != "забудут"


async def test_without_a_script_it_answers_from_the_material_or_says_it_cannot(models: Models) -> None:
    asked = (
        "<knowledge>\n[1] Оплата\nОплата в два этапа: половина сразу, половина после сдачи.\n[2] Сроки\nДелаем бота "
        "за три недели.\n</knowledge>\n<client_message>\n{}\n</client_message>"
    )
    for vendor in ("openai", "anthropic"):
        said = await ask(models, vendor, asked.format("Как проходит оплата, этапами?"))
        assert said == "Оплата в два этапа: половина сразу, половина после сдачи."
        assert "нет" in await ask(models, vendor, asked.format("Есть ли у вас парковка?"))
