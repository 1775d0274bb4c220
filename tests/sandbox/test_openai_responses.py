"""The Responses API through OpenAI's own SDK and pydantic-ai."""

from typing import Any

import pytest
from models_kit import SEARCH, Models, data_url

URL = "/openai/v1/responses"
TOOL = {"type": "function", "name": "search", "description": "d", "parameters": SEARCH, "strict": True}
CALL = {"type": "function_call", "call_id": "call_1", "name": "search", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "ничего"}


async def test_a_text_comes_whole_and_in_events(models: Models) -> None:
    await models.script("openai", {"text": "Ответ из нескольких слов."}, loop=True)
    whole = await models.openai.responses.create(model="gpt-6-luna", input="Что?", reasoning={"effort": "none"})
    assert whole.output_text == "Ответ из нескольких слов."
    assert whole.status == "completed"
    stream = await models.openai.responses.create(model="gpt-6-luna", input="Что?", stream=True)
    events = [event async for event in stream]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == whole.output_text
    assert (events[0].type, events[-1].type) == ("response.created", "response.completed")
    assert events[-1].response.usage.total_tokens > 0
    assert [item.type for item in events[-1].response.output] == ["reasoning", "message"]


async def test_the_sdks_own_reader_of_streams_understands_the_events(models: Models) -> None:
    await models.script("openai", {"text": "Ищу.", "tool": "search", "arguments": {"query": "цены"}})
    async with models.openai.responses.stream(model="gpt-6-luna", input="Цены?", tools=[TOOL]) as stream:
        final = await stream.get_final_response()
    call = next(item for item in final.output if item.type == "function_call")
    assert (call.name, call.arguments) == ("search", '{"query":"цены"}')
    assert final.output_text == "Ищу."


async def test_an_agent_calls_a_tool_and_streams_the_answer(models: Models) -> None:
    from pydantic_ai import Agent

    agent = Agent(models.responses_model(), instructions="Отвечай по базе.")

    @agent.tool_plain
    def search_knowledge(query: str) -> str:
        """Search the knowledge base."""
        return "Гарантия на бота — один год. Поддержка — месяц."

    first = await agent.run("Какая гарантия на бота?")
    assert first.output.startswith("Гарантия на бота — один год.")
    async with agent.run_stream("А поддержка сколько?", message_history=first.all_messages()) as run:
        assert "Поддержка — месяц." in await run.get_output()
    assert first.usage.output_tokens > 0


async def test_a_conversation_goes_on_from_a_stored_response(models: Models) -> None:
    await models.script("openai", {"tool": "search", "arguments": {"query": "цены"}}, {"text": "Сто."})
    first = await models.openai.responses.create(model="gpt-6-luna", input="Цены?", tools=[TOOL])
    call = next(item for item in first.output if item.type == "function_call")
    output: Any = [{"type": "function_call_output", "call_id": call.call_id, "output": "сто"}]
    second = await models.openai.responses.create(
        model="gpt-6-luna", input=output, previous_response_id=first.id, tools=[TOOL]
    )
    assert second.output_text == "Сто."
    status, answer = await models.send(URL, {"model": "gpt-6-luna", "input": "x", "previous_response_id": "resp_no"})
    assert (status, answer["error"]["code"]) == (400, "previous_response_not_found")


async def test_an_answer_that_did_not_fit_is_incomplete(models: Models) -> None:
    await models.script("openai", {"text": "слово " * 200}, {"fault": "refusal", "text": "Нет."})
    short = await models.openai.responses.create(model="gpt-6-luna", input="?", max_output_tokens=16)
    assert (short.status, short.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    refused = await models.openai.responses.create(model="gpt-6-luna", input="?", reasoning={"effort": "none"})
    assert refused.output[0].content[0].refusal == "Нет."


async def test_a_picture_is_taken(models: Models) -> None:
    content = [{"type": "input_text", "text": "Что тут?"}, {"type": "input_image", "image_url": data_url()}]
    body = {"model": "gpt-6-luna", "input": [{"role": "user", "content": content}]}
    assert (await models.send(URL, body))[0] == 200


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"input": None}, 400, "Invalid type for 'input'"),
        ({"messages": []}, 400, "Unknown parameter: 'messages'."),
        ({"input": [{"role": "user"}]}, 400, "Missing required parameter: 'input[0].content'."),
        ({"input": [OUTPUT]}, 400, "No tool call found for function call output with call_id call_1."),
        ({"input": [CALL]}, 400, "No tool output found for function call call_1."),
        ({"model": "no-such"}, 404, "does not exist"),
        ({"temperature": 0.1}, 400, "'temperature' is not supported with this model"),
        ({"tools": [{**TOOL, "function": {}}]}, 400, "Unknown parameter: 'tools[0].function'."),
        ({"tools": [{**TOOL, "parameters": {"type": "object", "properties": {}}}]}, 400, "additionalProperties"),
        ({"max_output_tokens": 1}, 400, "integer below minimum value"),
        ({"reasoning": {"effort": "minimal"}}, 400, "does not support 'minimal'"),
        ({"tool_choice": "required"}, 400, "only allowed when 'tools' are specified"),
    ],
)
async def test_what_openai_would_refuse_is_refused(
    models: Models, change: dict[str, Any], status: int, words: str
) -> None:
    got, answer = await models.send(URL, {"model": "gpt-6-luna", "input": "Привет", **change})
    assert got == status, answer
    assert words in answer["error"]["message"]


async def test_a_temperature_is_taken_where_the_model_does_not_reason(models: Models) -> None:
    body = {"model": "gpt-6-luna", "input": "Привет", "temperature": 0.1, "reasoning": {"effort": "none"}}
    assert (await models.send(URL, body))[0] == 200
    assert (await models.send(URL, {"model": "gpt-6-luna", "input": [CALL, OUTPUT]}))[0] == 200
