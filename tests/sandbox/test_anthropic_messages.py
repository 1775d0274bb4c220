"""Messages through Anthropic's own SDK and pydantic-ai, and what Anthropic would refuse."""

import base64
from typing import Any

import pytest
from models_kit import PNG, SEARCH, Models

URL = "/anthropic/v1/messages"
SAY: list[dict[str, Any]] = [{"role": "user", "content": "Сколько стоит бот?"}]
ASK: dict[str, Any] = {"model": "claude-haiku-5-5", "max_tokens": 500}
TOOL: dict[str, Any] = {"name": "search", "description": "d", "input_schema": SEARCH}
USE = {"type": "tool_use", "id": "toolu_1", "name": "search", "input": {"query": "x"}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "ничего"}
OLD = {"model": "claude-haiku-4-5"}
V1 = {"x-api-key": "key", "anthropic-version": "2023-06-01"}


async def test_a_text_comes_whole_and_in_events(models: Models) -> None:
    await models.script("anthropic", {"text": "От девяноста тысяч рублей."}, loop=True)
    whole = await models.anthropic.messages.create(**ASK, messages=SAY)
    assert [block.type for block in whole.content] == ["thinking", "text"]
    assert whole.content[1].text == "От девяноста тысяч рублей."
    assert whole.stop_reason == "end_turn"
    kinds: list[str] = []
    async for event in await models.anthropic.messages.create(**ASK, messages=SAY, stream=True):
        kinds.append(event.type)
    assert kinds[0] == "message_start"
    assert kinds[-2:] == ["message_delta", "message_stop"]
    assert kinds.count("content_block_start") == kinds.count("content_block_stop") == 2


async def test_the_sdks_own_reader_of_streams_puts_tool_calls_together(models: Models) -> None:
    await models.script(
        "anthropic",
        {
            "text": "Ищу.",
            "tools": [{"tool": "search", "arguments": {"query": "а"}}, {"tool": "search", "arguments": {"query": "б"}}],
        },
    )
    async with models.anthropic.messages.stream(
        **ASK, messages=SAY, tools=[TOOL], output_config={"effort": "low"}
    ) as stream:
        text = "".join([piece async for piece in stream.text_stream])
        final = await stream.get_final_message()
    assert text == "Ищу."
    assert final.stop_reason == "tool_use"
    assert [block.input for block in final.content if block.type == "tool_use"] == [{"query": "а"}, {"query": "б"}]
    assert final.usage.output_tokens > 0


async def test_an_agent_calls_a_tool_and_streams_the_answer(models: Models) -> None:
    from pydantic_ai import Agent

    agent = Agent(models.claude(), instructions="Отвечай по базе.")

    @agent.tool_plain
    def search_knowledge(query: str) -> str:
        """Search the knowledge base."""
        return "Гарантия на бота — один год. Поддержка — месяц."

    first = await agent.run("Какая гарантия на бота?")
    assert first.output.startswith("Гарантия на бота — один год.")
    async with agent.run_stream("А поддержка сколько?", message_history=first.all_messages()) as run:
        assert "Поддержка — месяц." in await run.get_output()


async def test_a_fallback_takes_over_from_a_vendor_that_fails(models: Models) -> None:
    from pydantic_ai import Agent
    from pydantic_ai.models.fallback import FallbackModel

    await models.fault("openai", "error")
    await models.script("anthropic", {"text": "Запасной ответ."})
    agent = Agent(FallbackModel(models.chat_model(), models.claude()))
    async with agent.run_stream("Есть кто живой?") as run:
        assert await run.get_output() == "Запасной ответ."
    assert [r["status"] for r in await models.requests("openai")] == [500]


async def test_a_structured_answer_fits_the_schema(models: Models) -> None:
    from pydantic import BaseModel
    from pydantic_ai import Agent

    class Verdict(BaseModel):
        answer: str
        sure: bool

    agent = Agent(models.claude(), output_type=Verdict)
    assert isinstance((await agent.run("Когда вы работаете?")).output, Verdict)


async def test_a_marked_prefix_is_written_to_the_cache_and_read_from_it(models: Models) -> None:
    rules = [{"type": "text", "text": "Отвечай коротко. " * 200, "cache_control": {"type": "ephemeral"}}]
    first = (await models.anthropic.messages.create(**ASK, system=rules, messages=SAY)).usage
    other = [{"role": "user", "content": "А срок?"}]
    again = (await models.anthropic.messages.create(**ASK, system=rules, messages=other)).usage
    assert first.cache_creation_input_tokens > 512
    assert first.cache_read_input_tokens == 0
    assert again.cache_read_input_tokens == first.cache_creation_input_tokens
    assert again.input_tokens < 50
    plain = (await models.anthropic.messages.create(**ASK, system=rules[0]["text"], messages=SAY)).usage
    assert plain.cache_read_input_tokens == 0


async def test_the_record_holds_pictures_by_their_size(models: Models) -> None:
    source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PNG).decode()}
    content = [{"type": "image", "source": source}, {"type": "text", "text": "Что тут?"}]
    await models.script("anthropic", {"text": "Точка."})
    await models.anthropic.messages.create(**ASK, messages=[{"role": "user", "content": content}])
    shown = (await models.requests("anthropic"))[0]["body"]["messages"][0]["content"][0]["source"]["data"]
    assert shown == f"<{len(PNG)} bytes>"


async def test_the_limit_of_tokens_and_stop_words_end_an_answer(models: Models) -> None:
    await models.script("anthropic", {"text": "раз два три четыре пять шесть"}, loop=True)
    short = await models.anthropic.messages.create(**{**ASK, "max_tokens": 5}, messages=SAY)
    assert short.stop_reason == "max_tokens"
    stopped = await models.anthropic.messages.create(**ASK, messages=SAY, stop_sequences=["три"])
    assert (stopped.stop_reason, stopped.stop_sequence) == ("stop_sequence", "три")


def _said(*blocks: dict[str, Any], role: str = "assistant") -> dict[str, Any]:
    return {"role": role, "content": list(blocks)}


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"max_tokens": None}, 400, "max_tokens: Input should be a valid integer"),
    ({"max_tokens": 0}, 400, "max_tokens: Input should be greater than or equal to 1"),
    ({"max_tokens": 200_000}, 400, "128000, which is the maximum allowed number of output tokens"),
    ({"messages": []}, 400, "at least one message is required"),
    ({"colour": "red"}, 400, "colour: Extra inputs are not permitted"),
    ({"messages": [{"role": "boss", "content": "x"}]}, 400, "messages.0.role: Input should be 'user' or 'assistant'"),
    ({"messages": [{"role": "user"}]}, 400, "messages.0.content: Field required"),
    ({"messages": [{"role": "user", "content": ""}]}, 400, "must have non-empty content"),
    ({"messages": [{"role": "user", "content": "  "}]}, 400, "must contain non-whitespace text"),
    ({"messages": [_said({"type": "text", "text": "x"})]}, 400, 'first message must use the "user" role'),
    ({"messages": [*SAY, {"role": "assistant", "content": "Бот"}]}, 400, "does not support assistant message prefill"),
    ({"thinking": {"type": "enabled", "budget_tokens": 1024}}, 400, '"thinking.type.enabled" is not supported'),
    ({"temperature": 1.0}, 400, "temperature: Extra inputs are not permitted"),
    ({"top_k": 5}, 400, "top_k: Extra inputs are not permitted"),
    ({"model": "claude-9"}, 404, "model: claude-9"),
    ({"model": "claude-3-5-haiku-latest"}, 404, "model: claude-3-5-haiku-latest"),
    ({"messages": [*SAY, _said(USE)]}, 400, "without `tool_result` blocks immediately after: toolu_1"),
    ({"messages": [*SAY, _said(USE), *SAY]}, 400, "messages.1: `tool_use` ids were found"),
    (
        {"messages": [*SAY, _said(USE), _said({"type": "text", "text": "вот"}, RESULT, role="user")]},
        400,
        "messages.1: `tool_use` ids were found",
    ),
    ({"messages": [_said(RESULT, role="user")]}, 400, "unexpected `tool_use_id` found in `tool_result` blocks"),
    ({"tool_choice": {"type": "any"}}, 400, "only be specified while providing tools"),
    ({"tools": [TOOL], "tool_choice": {"type": "tool", "name": "other"}}, 400, "Tool 'other' not found"),
    ({"tools": [TOOL, TOOL]}, 400, "Tool names must be unique"),
    ({"tools": [{"name": "search"}]}, 400, "tools.0.input_schema: Field required"),
    ({"tools": [{**TOOL, "input_schema": {"type": "object"}, "strict": True}]}, 400, "additionalProperties"),
    ({**OLD, "output_config": {"effort": "low"}}, 400, "does not support the effort parameter"),
    (
        {"messages": [*SAY, _said({"type": "thinking", "thinking": "x", "signature": "x"}), *SAY]},
        400,
        "Invalid `signature` in `thinking` block",
    ),
    (
        {"system": [{"type": "text", "text": str(n), "cache_control": {"type": "ephemeral"}} for n in range(5)]},
        400,
        "A maximum of 4 blocks with cache_control",
    ),
]


@pytest.mark.parametrize(("change", "status", "words"), REFUSED)
async def test_what_anthropic_would_refuse_is_refused_in_its_words(
    models: Models, change: dict[str, Any], status: int, words: str
) -> None:
    got, answer = await models.send(URL, {**ASK, "messages": SAY, **change})
    assert got == status, answer
    assert answer["type"] == "error"
    assert answer["error"]["type"] == {400: "invalid_request_error", 404: "not_found_error"}[status]
    assert words in answer["error"]["message"]


async def test_max_tokens_is_required(models: Models) -> None:
    status, answer = await models.send(URL, {"model": "claude-haiku-5-5", "messages": SAY})
    assert (status, answer["error"]["message"]) == (400, "max_tokens: Field required")


async def test_an_older_model_under_the_older_version_takes_what_it_used_to(models: Models) -> None:
    body = {**ASK, **OLD, "messages": [*SAY, {"role": "assistant", "content": "Бот стоит"}], "temperature": 0.2}
    assert (await models.send(URL, body, headers=V1))[0] == 200
    new = {**ASK, "messages": SAY, "temperature": 0.2}
    status, answer = await models.send(URL, new, headers=V1)
    assert (status, answer["error"]["message"]) == (400, "`temperature` is deprecated for this model.")


async def test_answered_calls_and_returned_thoughts_are_taken(models: Models) -> None:
    whole = await models.anthropic.messages.create(**ASK, messages=SAY)
    thought = whole.content[0].model_dump()
    replayed = [*SAY, _said(thought, USE), _said(RESULT, role="user")]
    assert (await models.send(URL, {**ASK, "messages": replayed}))[0] == 200


async def test_key_and_version_are_required(models: Models) -> None:
    status, answer = await models.send(URL, {}, headers={"anthropic-version": "2023-06-01"})
    assert (status, answer["error"]["type"]) == (401, "authentication_error")
    status, answer = await models.send(URL, {}, headers={"x-api-key": "key"})
    assert (status, answer["error"]["message"]) == (400, "anthropic-version: header is required")
    status, _ = await models.send(URL, {}, headers={"x-api-key": "key", "anthropic-version": "1999-01-01"})
    assert status == 400
    assert (await models.send("/anthropic/v1/nowhere", {}))[0] == 404


async def test_models_are_listed_with_their_ends(models: Models) -> None:
    listed = {model.id: model async for model in models.anthropic.models.list()}
    assert listed["claude-haiku-5-5"].lifecycle == "active"
    assert listed["claude-sonnet-4-5"].retires_at.year == 2026
    assert "claude-3-5-haiku-latest" not in listed
    assert (await models.anthropic.models.retrieve("claude-haiku-5-5")).max_tokens == 128_000
