"""The body that Anthropic's Messages API takes, field by field."""

from sandbox.llm.shapes import Either, Fields, Flag, Items, Maybe, Number, Shape, Tagged, Text

CACHE = Maybe(Fields({"type": Text(("ephemeral",))}, {"ttl": Text(("5m", "1h"))}))
NAME = Text(pattern=r"[a-zA-Z0-9_-]{1,128}")
ID = Text(pattern=r"[a-zA-Z0-9_-]+")

TEXT = Fields({"type": Text(), "text": Text()}, {"cache_control": CACHE, "citations": Maybe(Items(Fields(open=True)))})
IMAGE = Fields(
    {
        "type": Text(),
        "source": Tagged(
            "type",
            {
                "base64": Fields(
                    {
                        "type": Text(),
                        "media_type": Text(("image/jpeg", "image/png", "image/gif", "image/webp")),
                        "data": Text(),
                    }
                ),
                "url": Fields({"type": Text(), "url": Text()}),
            },
        ),
    },
    {"cache_control": CACHE},
)
RESULT = Fields(
    {"type": Text(), "tool_use_id": ID},
    {
        "content": Either(Text(), Items(Tagged("type", {"text": TEXT, "image": IMAGE}))),
        "is_error": Flag(),
        "cache_control": CACHE,
    },
)
USE = Fields(
    {"type": Text(), "id": ID, "name": Text(least=1, most=200), "input": Fields(open=True)},
    {"cache_control": CACHE, "caller": Fields(open=True)},
)
THINKING = Fields({"type": Text(), "thinking": Text(), "signature": Text()})


def _message(**blocks: Shape) -> Shape:
    return Fields({"role": Text(), "content": Either(Text(), Items(Tagged("type", blocks)))})


MESSAGE = Tagged(
    "role",
    {
        "user": _message(text=TEXT, image=IMAGE, tool_result=RESULT),
        "assistant": _message(
            text=TEXT,
            tool_use=USE,
            thinking=THINKING,
            redacted_thinking=Fields({"type": Text(), "data": Text()}),
        ),
    },
)

TOOL = Fields(
    {"name": NAME, "input_schema": Fields({"type": Text(("object",))}, open=True)},
    {
        "type": Maybe(Text(("custom",))),
        "description": Text(),
        "cache_control": CACHE,
        "strict": Flag(),
        "eager_input_streaming": Maybe(Flag()),
        "input_examples": Items(Fields(open=True)),
    },
)

_PARALLEL: dict[str, Shape] = {"disable_parallel_tool_use": Flag()}
_DISPLAY: dict[str, Shape] = {"display": Maybe(Text(("summarized", "omitted")))}

MESSAGES = Fields(
    {"model": Text(least=1), "max_tokens": Number(1, whole=True), "messages": Items(MESSAGE, least=1)},
    {
        "system": Either(Text(), Items(TEXT)),
        "stream": Flag(),
        "stop_sequences": Items(Text(least=1)),
        "temperature": Number(0, 1),
        "top_p": Number(0, 1),
        "top_k": Number(0, whole=True),
        "metadata": Fields(optional={"user_id": Maybe(Text(most=256))}),
        "service_tier": Text(("auto", "standard_only")),
        "cache_control": CACHE,
        "inference_geo": Maybe(Text()),
        "tools": Items(TOOL),
        "tool_choice": Tagged(
            "type",
            {
                "auto": Fields({"type": Text()}, _PARALLEL),
                "any": Fields({"type": Text()}, _PARALLEL),
                "tool": Fields({"type": Text(), "name": Text()}, _PARALLEL),
                "none": Fields({"type": Text()}),
            },
        ),
        "thinking": Tagged(
            "type",
            {
                "enabled": Fields({"type": Text(), "budget_tokens": Number(1024, whole=True)}, _DISPLAY),
                "adaptive": Fields({"type": Text()}, _DISPLAY),
                "disabled": Fields({"type": Text()}),
            },
        ),
        "output_config": Fields(
            optional={
                "effort": Maybe(Text(("low", "medium", "high", "xhigh", "max"))),
                "format": Maybe(Fields({"type": Text(("json_schema",)), "schema": Fields(open=True)})),
            }
        ),
    },
)
