"""Chat completions through OpenAI's own SDK and pydantic-ai, and what OpenAI would refuse."""

from typing import Any

import pytest
from models_kit import SEARCH, Models, data_url

SAY: list[dict[str, Any]] = [{"role": "user", "content": "Сколько стоит бот?"}]
TOOL: dict[str, Any] = {"type": "function", "function": {"name": "search", "description": "d", "parameters": SEARCH}}
CALLED = [
    *SAY,
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "search", "arguments": "{}"}}],
    },
]
ANSWERED = {"role": "tool", "tool_call_id": "call_1", "content": "ничего"}
URL = "/openai/v1/chat/completions"


async def test_a_scripted_text_comes_whole_and_in_pieces(models: Models) -> None:
    await models.script("openai", {"text": "От девяноста тысяч."}, {"text": "Три недели работы."})
    whole = await models.openai.chat.completions.create(model="gpt-6-luna", messages=SAY)
    assert whole.choices[0].message.content == "От девяноста тысяч."
    assert whole.choices[0].finish_reason == "stop"
    assert whole.usage.prompt_tokens > 0
    stream = await models.openai.chat.completions.create(
        model="gpt-6-luna", messages=SAY, stream=True, stream_options={"include_usage": True}
    )
    chunks = [chunk async for chunk in stream]
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == "Три недели работы."
    assert sum(bool(c.choices and c.choices[0].delta.content) for c in chunks) > 1
    assert chunks[-1].choices == []
    assert chunks[-1].usage.completion_tokens > 0


async def test_several_tools_are_called_at_once(models: Models) -> None:
    await models.script(
        "openai",
        {
            "text": "Смотрю.",
            "tools": [{"tool": "search", "arguments": {"query": "а"}}, {"tool": "search", "arguments": "{broken"}],
        },
        loop=True,
    )
    ask: Any = {"model": "gpt-6-luna", "messages": SAY, "tools": [TOOL], "reasoning_effort": "none"}
    whole = (await models.openai.chat.completions.create(**ask)).choices[0]
    assert whole.finish_reason == "tool_calls"
    assert [call.function.arguments for call in whole.message.tool_calls] == ['{"query":"а"}', "{broken"]
    pieces: dict[int, str] = {}
    async for chunk in await models.openai.chat.completions.create(**ask, stream=True):
        for call in chunk.choices[0].delta.tool_calls or []:
            pieces[call.index] = pieces.get(call.index, "") + (call.function.arguments or "")
    assert pieces == {0: '{"query":"а"}', 1: "{broken"}


async def test_an_agent_streams_an_answer_out_of_what_it_found(models: Models) -> None:
    from pydantic_ai import Agent

    agent = Agent(models.chat_model())

    @agent.tool_plain
    def search_knowledge(query: str) -> str:
        """Search the knowledge base."""
        return f"Про «{query}»: бот стоит 90 000 рублей. Срок — три недели."

    async with agent.run_stream("Сколько стоит бот?") as run:
        text = "".join([piece async for piece in run.stream_text(delta=True)])
    assert "90 000 рублей" in text
    requests = await models.requests("openai")
    assert requests[0]["said"]["tools"] == [{"tool": "search_knowledge", "arguments": {"query": "Сколько стоит бот?"}}]
    assert requests[0]["body"]["messages"][-1]["content"] == "Сколько стоит бот?"


async def test_a_structured_answer_fits_the_schema(models: Models) -> None:
    from pydantic import BaseModel
    from pydantic_ai import Agent, NativeOutput, ToolOutput

    class Verdict(BaseModel):
        answer: str
        sure: bool
        score: int

    for output in (NativeOutput(Verdict), ToolOutput(Verdict)):
        agent: Any = Agent(models.chat_model(), output_type=output, instructions="Мы работаем с девяти до шести.")
        assert isinstance((await agent.run("Когда вы работаете?")).output, Verdict)


async def test_the_beginning_of_a_repeated_prompt_is_cached(models: Models) -> None:
    rules = {"role": "system", "content": "Отвечай коротко и по делу. " * 300}
    ask: Any = {"model": "gpt-6-luna"}
    first = await models.openai.chat.completions.create(**ask, messages=[rules, *SAY])
    again = await models.openai.chat.completions.create(**ask, messages=[rules, {"role": "user", "content": "А срок?"}])
    assert first.usage.prompt_tokens_details.cached_tokens == 0
    assert again.usage.prompt_tokens_details.cached_tokens >= 1024
    assert again.usage.prompt_tokens_details.cached_tokens % 128 == 0


async def test_a_picture_is_taken_and_kept_short_in_the_record(models: Models) -> None:
    content = [{"type": "text", "text": "Что тут?"}, {"type": "image_url", "image_url": {"url": data_url()}}]
    await models.script("openai", {"text": "Точка."})
    said = await models.openai.chat.completions.create(
        model="gpt-6-luna", messages=[{"role": "user", "content": content}]
    )
    assert said.choices[0].message.content == "Точка."
    shown = (await models.requests("openai"))[0]["body"]["messages"][0]["content"][1]["image_url"]["url"]
    assert shown.startswith("data:image/png;base64,<")


async def test_stop_words_and_the_limit_of_tokens_end_an_answer(models: Models) -> None:
    await models.script("openai", {"text": "раз два три четыре пять шесть семь восемь"}, loop=True)
    stopped = await models.openai.chat.completions.create(model="gpt-4.1", messages=SAY, stop=[" три"])
    assert stopped.choices[0].message.content == "раз два"
    short = await models.openai.chat.completions.create(model="gpt-6-luna", messages=SAY, max_completion_tokens=4)
    assert short.choices[0].finish_reason == "length"
    assert short.choices[0].message.content.startswith("раз два")


REFUSED: list[tuple[dict[str, Any], int, str | None, str]] = [
    ({"messages": None}, 400, "invalid_type", "Invalid type for 'messages': expected an array"),
    ({"messages": []}, 400, "empty_array", "Invalid 'messages': empty array"),
    ({"colour": "red"}, 400, "unknown_parameter", "Unknown parameter: 'colour'."),
    ({"messages": [{"role": "user"}]}, 400, "missing_required_parameter", "'messages[0].content'"),
    ({"messages": [{"role": "boss", "content": "x"}]}, 400, "invalid_value", "Supported values are: 'system'"),
    ({"temperature": "hot"}, 400, "invalid_type", "expected one of a decimal or an integer, but got a string"),
    ({"model": "gpt-4.1", "temperature": 3}, 400, "integer_above_max_value", "Expected a value <= 2"),
    ({"temperature": 0.2}, 400, "unsupported_parameter", "'temperature' is not supported"),
    ({"max_tokens": 5}, 400, "unsupported_parameter", "Use 'max_completion_tokens' instead"),
    ({"model": "gpt-4.1", "reasoning_effort": "low"}, 400, "unsupported_parameter", "'reasoning_effort'"),
    ({"reasoning_effort": "minimal"}, 400, "unsupported_value", "does not support 'minimal'"),
    ({"model": "gpt-99"}, 404, "model_not_found", "`gpt-99` does not exist"),
    ({"model": "gpt-3.5-turbo"}, 404, "model_not_found", "has been deprecated"),
    ({"model": "text-embedding-3-small"}, 404, None, "not a chat model"),
    ({"tools": [TOOL]}, 400, None, "Function tools with reasoning_effort are not supported for gpt-6-luna"),
    ({"tools": [TOOL], "reasoning_effort": "low"}, 400, None, "use /v1/responses or set reasoning_effort to 'none'"),
    ({"tool_choice": "auto"}, 400, None, "only allowed when 'tools' are specified"),
    ({"stream_options": {"include_usage": True}}, 400, None, "only allowed when 'stream' is enabled"),
    ({"messages": [*SAY, ANSWERED]}, 400, None, "must be a response to a preceeding message with 'tool_calls'"),
    ({"messages": CALLED}, 400, None, "did not have response messages: call_1"),
    ({"messages": [*CALLED, *SAY]}, 400, None, "did not have response messages: call_1"),
    ({"response_format": {"type": "json_object"}}, 400, None, "must contain the word 'json'"),
    (
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x/y.png"}}]}]},
        400,
        "invalid_image_url",
        "downloading",
    ),
    (
        {
            "messages": [
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": data_url(b"not a picture")}}]}
            ]
        },
        400,
        "invalid_image_format",
        "unsupported image",
    ),
]


@pytest.mark.parametrize(("change", "status", "code", "words"), REFUSED)
async def test_what_openai_would_refuse_is_refused_in_its_words(
    models: Models, change: dict[str, Any], status: int, code: str | None, words: str
) -> None:
    got, answer = await models.send(URL, {"model": "gpt-6-luna", "messages": SAY, **change})
    assert got == status, answer
    assert set(answer["error"]) == {"message", "type", "param", "code"}
    assert answer["error"]["code"] == code
    assert words in answer["error"]["message"]


async def test_a_strict_tool_names_all_its_fields_and_allows_no_others(models: Models) -> None:
    ask: Any = {"model": "gpt-6-luna", "messages": SAY, "reasoning_effort": "none"}
    for schema in ({**SEARCH, "required": []}, {**SEARCH, "additionalProperties": True}):
        tool = {"type": "function", "function": {"name": "search", "parameters": schema, "strict": True}}
        status, answer = await models.send(URL, {**ask, "tools": [tool]})
        assert (status, answer["error"]["code"]) == (400, "invalid_function_parameters")
    strict = {"type": "function", "function": {"name": "search", "parameters": SEARCH, "strict": True}}
    assert (await models.send(URL, {**ask, "tools": [strict]}))[0] == 200


async def test_answered_calls_are_no_reason_to_refuse(models: Models) -> None:
    status, answer = await models.send(URL, {"model": "gpt-6-luna", "messages": [*CALLED, ANSWERED]})
    assert status == 200, answer


async def test_a_missing_key_a_broken_body_and_a_wrong_address_are_refused(models: Models) -> None:
    status, answer = await models.send(URL, {}, headers={})
    assert status == 401
    assert answer["error"]["message"].startswith("You didn't provide an API key")
    async with models.play.http.post(
        models.play.base + URL, data=b"{", headers={"Authorization": "Bearer key"}
    ) as response:
        assert response.status == 400
        assert "could not parse the JSON body" in (await response.json())["error"]["message"]
    status, answer = await models.send("/openai/v1/nowhere", {})
    assert (status, answer["error"]["message"]) == (404, "Invalid URL (POST /v1/nowhere)")
