"""The vendors' own SDKs connected to the simulated world. They cost seconds to import: each is made on demand."""

import base64
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sandbox_kit import Play

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
SEARCH = {
    "type": "object",
    "properties": {"query": {"type": "string"}},
    "required": ["query"],
    "additionalProperties": False,
}


def data_url(data: bytes = PNG, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@dataclass
class Models:
    """The simulated vendors, scripted, spoilt and looked into; and clients of them."""

    play: Play
    _open: list[Any] = field(default_factory=list)

    @cached_property
    def openai(self) -> Any:
        from openai import AsyncOpenAI

        client = AsyncOpenAI(api_key="key", base_url=self.play.base + "/openai/v1", max_retries=0)
        self._open.append(client)
        return client

    @cached_property
    def anthropic(self) -> Any:
        from anthropic import AsyncAnthropic

        client = AsyncAnthropic(api_key="key", base_url=self.play.base + "/anthropic", max_retries=0)
        self._open.append(client)
        return client

    def chat_model(self, name: str = "gpt-6-luna") -> Any:
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider

        settings: Any = {"openai_reasoning_effort": "none"}
        return OpenAIChatModel(name, provider=OpenAIProvider(openai_client=self.openai), settings=settings)

    def responses_model(self, name: str = "gpt-6-luna") -> Any:
        from pydantic_ai.models.openai import OpenAIResponsesModel
        from pydantic_ai.providers.openai import OpenAIProvider

        return OpenAIResponsesModel(name, provider=OpenAIProvider(openai_client=self.openai))

    def claude(self, name: str = "claude-haiku-5-5") -> Any:
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        return AnthropicModel(name, provider=AnthropicProvider(anthropic_client=self.anthropic))

    async def script(self, vendor: str, *replies: dict[str, Any], **more: Any) -> None:
        status, answer = await self.play.post(f"/script/{vendor}", {"replies": list(replies), **more})
        assert status == 200, answer

    async def fault(self, vendor: str, mode: str, **more: Any) -> None:
        status, answer = await self.play.post("/faults", {"service": vendor, "mode": mode, "for": 1, **more})
        assert status == 200, answer

    async def requests(self, vendor: str) -> list[dict[str, Any]]:
        return list((await self.play.get(f"/inspect/{vendor}"))["requests"])

    async def send(
        self, path: str, body: Any, *, headers: dict[str, str] | None = None, method: str = "POST"
    ) -> tuple[int, Any]:
        """A request as no SDK would send it."""
        both = {"Authorization": "Bearer key", "anthropic-version": "2026-10-21"}
        async with self.play.http.request(
            method, self.play.base + path, json=body, headers=both if headers is None else headers
        ) as response:
            return response.status, await response.json()

    async def close(self) -> None:
        for client in self._open:
            await client.close()
