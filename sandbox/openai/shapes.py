"""The bodies that OpenAI's endpoints take, field by field."""

from sandbox.llm.shapes import Anything, Either, Fields, Flag, Items, Maybe, Number, Shape, Tagged, Text

NAME = Text(pattern=r"[a-zA-Z0-9_-]{1,64}")
SCHEMA = Fields(open=True)
EFFORT = Text(("none", "minimal", "low", "medium", "high", "xhigh", "max"))
BREAKPOINT = Fields({"mode": Text(("explicit",))}, {"ttl": Text(("30m", "12h"))})
METADATA = Fields(open=True)
_CACHE_MODE = Text(("implicit", "explicit"))

_COMMON: dict[str, Shape] = {
    "stream": Maybe(Flag()),
    "temperature": Maybe(Number(0, 2)),
    "top_p": Maybe(Number(0, 1)),
    "top_logprobs": Maybe(Number(0, 20, whole=True)),
    "parallel_tool_calls": Maybe(Flag()),
    "store": Maybe(Flag()),
    "metadata": Maybe(METADATA),
    "user": Maybe(Text()),
    "safety_identifier": Maybe(Text(most=64)),
    "prompt_cache_key": Maybe(Text()),
    "prompt_cache_retention": Maybe(Text(("in_memory", "24h"))),
    "service_tier": Maybe(Text(("auto", "default", "flex", "scale", "priority", "fast"))),
}

_TEXT = Fields({"type": Text(), "text": Text()}, {"prompt_cache_breakpoint": BREAKPOINT})
_IMAGE = Fields(
    {
        "type": Text(),
        "image_url": Fields({"url": Text()}, {"detail": Text(("auto", "low", "high", "original"))}),
    },
    {"prompt_cache_breakpoint": BREAKPOINT},
)
_REFUSAL = Fields({"type": Text(), "refusal": Text()})


def _content(**parts: Shape) -> Shape:
    return Either(Text(), Items(Tagged("type", parts), least=1))


_INSTRUCTION = Fields({"role": Text(), "content": _content(text=_TEXT)}, {"name": Text()})
_CHAT_MESSAGE = Tagged(
    "role",
    {
        "system": _INSTRUCTION,
        "developer": _INSTRUCTION,
        "user": Fields({"role": Text(), "content": _content(text=_TEXT, image_url=_IMAGE)}, {"name": Text()}),
        "assistant": Fields(
            {"role": Text()},
            {
                "content": Maybe(_content(text=_TEXT, refusal=_REFUSAL)),
                "refusal": Maybe(Text()),
                "name": Text(),
                "tool_calls": Items(
                    Fields(
                        {
                            "id": Text(),
                            "type": Text(("function",)),
                            "function": Fields({"name": NAME, "arguments": Text()}),
                        }
                    ),
                    least=1,
                ),
            },
        ),
        "tool": Fields({"role": Text(), "content": _content(text=_TEXT), "tool_call_id": Text(most=64)}),
    },
)

_CHAT_FORMAT = Tagged(
    "type",
    {
        "text": Fields({"type": Text()}),
        "json_object": Fields({"type": Text()}),
        "json_schema": Fields(
            {
                "type": Text(),
                "json_schema": Fields(
                    {"name": NAME}, {"description": Text(), "schema": SCHEMA, "strict": Maybe(Flag())}
                ),
            }
        ),
    },
)

CHAT = Fields(
    {"model": Text(), "messages": Items(_CHAT_MESSAGE, least=1)},
    {
        **_COMMON,
        "tools": Items(
            Fields(
                {
                    "type": Text(("function",)),
                    "function": Fields(
                        {"name": NAME}, {"description": Text(), "parameters": SCHEMA, "strict": Maybe(Flag())}
                    ),
                }
            ),
            least=1,
            most=128,
        ),
        "tool_choice": Either(
            Text(("none", "auto", "required")),
            Fields({"type": Text(("function",)), "function": Fields({"name": Text()})}),
        ),
        "response_format": _CHAT_FORMAT,
        "reasoning_effort": Maybe(EFFORT),
        "verbosity": Maybe(Text(("low", "medium", "high"))),
        "max_tokens": Maybe(Number(1, whole=True)),
        "max_completion_tokens": Maybe(Number(1, whole=True)),
        "n": Maybe(Number(1, 1, whole=True)),
        "prompt_cache_options": Fields(optional={"mode": _CACHE_MODE, "ttl": Text(("30m",))}),
        "stop": Maybe(Either(Text(), Items(Text(), most=4))),
        "stream_options": Maybe(Fields(optional={"include_usage": Flag(), "include_obfuscation": Flag()})),
        "frequency_penalty": Maybe(Number(-2, 2)),
        "presence_penalty": Maybe(Number(-2, 2)),
        "logit_bias": Maybe(Fields(open=True)),
        "logprobs": Maybe(Flag()),
        "seed": Maybe(Number(whole=True)),
    },
)

_INPUT_PARTS: dict[str, Shape] = {
    "input_text": Fields({"type": Text(), "text": Text()}, {"prompt_cache_breakpoint": BREAKPOINT}),
    "input_image": Fields(
        {"type": Text()},
        {
            "image_url": Maybe(Text()),
            "detail": Text(("auto", "low", "high", "original")),
            "prompt_cache_breakpoint": BREAKPOINT,
        },
    ),
    "output_text": Fields({"type": Text(), "text": Text()}, {"annotations": Items(Anything()), "logprobs": Anything()}),
    "refusal": _REFUSAL,
}
_STATUS = Maybe(Text(("in_progress", "completed", "incomplete")))
_ITEM = Tagged(
    "type",
    {
        "message": Fields(
            {
                "role": Text(("user", "assistant", "system", "developer")),
                "content": Either(Text(), Items(Tagged("type", _INPUT_PARTS))),
            },
            {
                "type": Text(),
                "id": Maybe(Text()),
                "status": _STATUS,
                "phase": Maybe(Text(("commentary", "final_answer"))),
            },
        ),
        "function_call": Fields(
            {"type": Text(), "call_id": Text(least=1, most=64), "name": NAME, "arguments": Text()},
            {"id": Maybe(Text()), "status": _STATUS},
        ),
        "function_call_output": Fields(
            {
                "type": Text(),
                "call_id": Text(least=1, most=64),
                "output": Either(Text(), Items(Tagged("type", _INPUT_PARTS))),
            },
            {"id": Maybe(Text()), "status": _STATUS},
        ),
        "reasoning": Fields(
            {"type": Text(), "id": Text(), "summary": Items(Anything())},
            {"content": Maybe(Items(Anything())), "encrypted_content": Maybe(Text()), "status": _STATUS},
        ),
    },
    default="message",
)

_TEXT_FORMAT = Tagged(
    "type",
    {
        "text": Fields({"type": Text()}),
        "json_object": Fields({"type": Text()}),
        "json_schema": Fields(
            {"type": Text(), "name": NAME, "schema": SCHEMA}, {"description": Text(), "strict": Maybe(Flag())}
        ),
    },
)

RESPONSES = Fields(
    {"model": Text(), "input": Either(Text(), Items(_ITEM))},
    {
        **_COMMON,
        "instructions": Maybe(Text()),
        "previous_response_id": Maybe(Text()),
        "max_output_tokens": Maybe(Number(16, whole=True)),
        "max_tool_calls": Maybe(Number(1, whole=True)),
        "include": Maybe(Items(Text(("reasoning.encrypted_content", "message.output_text.logprobs")))),
        "reasoning": Maybe(
            Fields(
                optional={
                    "effort": Maybe(EFFORT),
                    "summary": Maybe(Text(("auto", "concise", "detailed"))),
                    "mode": Text(("standard", "pro")),
                    "context": Maybe(Text(("auto", "current_turn", "all_turns"))),
                }
            )
        ),
        "stream_options": Maybe(Fields(optional={"include_obfuscation": Flag()})),
        "text": Fields(optional={"format": _TEXT_FORMAT, "verbosity": Maybe(Text(("low", "medium", "high")))}),
        "tools": Items(
            Fields(
                {"type": Text(("function",)), "name": NAME, "parameters": Maybe(SCHEMA)},
                {"strict": Maybe(Flag()), "description": Maybe(Text())},
            ),
            most=128,
        ),
        "tool_choice": Either(
            Text(("none", "auto", "required")), Fields({"type": Text(("function",)), "name": Text()})
        ),
        "prompt_cache_options": Fields(
            optional={
                "mode": _CACHE_MODE,
                "ttl": Text(("30m", "12h")),
                "comparison_response_id": Maybe(Text()),
                "prewarm": Flag(),
            }
        ),
        "truncation": Maybe(Text(("auto", "disabled"))),
        "background": Maybe(Flag()),
    },
)

EMBEDDINGS = Fields(
    {"model": Text(), "input": Either(Text(), Items(Anything(), least=1, most=2048))},
    {
        "encoding_format": Text(("float", "base64")),
        "dimensions": Number(1, whole=True),
        "user": Text(),
    },
)
