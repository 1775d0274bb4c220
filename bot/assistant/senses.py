"""The assistant's ears and eyes: OpenAI turns a recording or a photographed document into plain text.

What comes back is what a client said or sent, so it is data, whatever it says. There is no second vendor: without an
answer in time the client is asked to type.
"""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.assistant.meter import Meter
from bot.assistant.prices import Usage
from bot.assistant.prompts import prompt
from bot.assistant.vendors import REASONING, openai_client
from bot.assistant.voice import Recording, believed
from infra.errors import VendorDown, VendorError, VendorRefused
from infra.settings import Settings

log = structlog.get_logger(__name__)

VENDOR = "openai"
ATTEMPTS = 2
"""Tries within one deadline; the second only after a failure that may pass."""
PASSING = frozenset((408, 409, 429))
"""Statuses below 500 after which a second try may help."""
LONGEST_PAGE = 4_000
"""Tokens of a page of text read from a picture."""
NOTHING = "NO_TEXT"
"""What the model is told to write when a picture holds no text."""


class Senses:
    """One per process. Deadlines are the callers', in seconds."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.meter: Meter | None = None
        """Counts what is spent, and says when there is nothing left to spend."""
        self._client: Any = None
        self._building = asyncio.Lock()

    async def can_listen(self, conversation_id: int) -> bool:
        return self._settings.read_voice and await self._affordable(conversation_id)

    async def can_see(self, conversation_id: int) -> bool:
        return self._settings.read_photos and await self._affordable(conversation_id)

    async def listen(self, conversation_id: int, recording: Recording, *, seconds: float) -> str:
        """What was said, "" when nothing intelligible was. VendorDown, VendorRefused."""
        model = self._settings.openai_transcription_model
        file = (recording.name, recording.body, recording.mime)

        async def ask(client: Any) -> tuple[str, Usage]:
            answer = await client.audio.transcriptions.create(model=model, file=file, response_format="json")
            text = getattr(answer, "text", None)
            if not isinstance(text, str):
                raise VendorDown(VENDOR, "a transcription without a text")
            return text, _heard(getattr(answer, "usage", None))

        return believed(await self._ask(ask, seconds, conversation_id, model, "transcription"))

    async def see(self, conversation_id: int, body: bytes, mime: str, *, seconds: float) -> str:
        """The text on a picture, "" when there is none. VendorDown, VendorRefused."""
        model = self._settings.openai_model
        picture = f"data:{mime};base64,{base64.b64encode(body).decode()}"
        effort = {"reasoning_effort": "none"} if model.startswith(REASONING) else {}

        async def ask(client: Any) -> tuple[str, Usage]:
            answer = await client.chat.completions.create(
                model=model,
                messages=[
                    {"role": "system", "content": prompt("read_photo", nothing=NOTHING)},
                    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": picture}}]},
                ],
                max_completion_tokens=LONGEST_PAGE,
                **effort,
            )
            choices = getattr(answer, "choices", None)
            if not choices:
                raise VendorDown(VENDOR, "a completion without an answer")
            return choices[0].message.content or "", _read(getattr(answer, "usage", None))

        text = (await self._ask(ask, seconds, conversation_id, model, "photo")).strip()
        return "" if NOTHING in text[: len(NOTHING) + 4] else text

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _affordable(self, conversation_id: int) -> bool:
        if self._settings.openai_api_key is None:
            return False
        return self.meter is None or await self.meter.allowed(conversation_id)

    async def _ask(
        self,
        ask: Callable[[Any], Awaitable[tuple[str, Usage]]],
        seconds: float,
        conversation_id: int,
        model: str,
        purpose: str,
    ) -> str:
        """A text within `seconds`, the time to load the SDK and a second try included; metered however it ended."""
        started, outcome, usage = time.monotonic(), "cancelled", Usage()
        try:
            async with asyncio.timeout(max(0.1, seconds)):
                text, usage = await self._tried(ask)
            outcome = "ok"
            return text
        except TimeoutError:
            outcome = "slow"
            raise VendorDown(VENDOR, f"no answer within {seconds:.0f} s") from None
        except VendorError as error:
            outcome = "refused" if isinstance(error, VendorRefused) else "error"
            raise
        finally:
            if self.meter is not None:
                spent = int((time.monotonic() - started) * 1000)
                await self.meter.spent(
                    conversation_id, VENDOR, model, usage, purpose=purpose, milliseconds=spent, outcome=outcome
                )

    async def _tried(self, ask: Callable[[Any], Awaitable[tuple[str, Usage]]]) -> tuple[str, Usage]:
        client = await self._opened()
        for attempt in range(1, ATTEMPTS):
            try:
                return await _translated(ask, client)
            except VendorDown as error:
                log.info("senses.again", attempt=attempt, error=str(error)[:160])
        return await _translated(ask, client)

    async def _opened(self) -> Any:
        async with self._building:
            if self._client is None:  # importing the SDK takes a second: not on the loop
                self._client = await asyncio.to_thread(openai_client, self._settings)
            return self._client


async def _translated(ask: Callable[[Any], Awaitable[tuple[str, Usage]]], client: Any) -> tuple[str, Usage]:
    """The SDK's errors as ours; their texts may repeat what was sent, so only their kinds are told."""
    import openai

    try:
        return await ask(client)
    except openai.APIStatusError as error:
        passing = error.status_code in PASSING or error.status_code >= 500
        kind = VendorDown if passing else VendorRefused
        raise kind(VENDOR, f"status {error.status_code}, {error.code}") from None
    except (openai.OpenAIError, ValueError) as error:
        raise VendorDown(VENDOR, type(error).__name__) from None


def _heard(usage: Any) -> Usage:
    """Tokens, or seconds from a model that counts these."""
    details = getattr(usage, "input_token_details", None)
    return Usage(
        input_tokens=_number(usage, "input_tokens"),
        output_tokens=_number(usage, "output_tokens"),
        audio_tokens=_number(details, "audio_tokens"),
        audio_seconds=float(getattr(usage, "seconds", None) or 0.0),
    )


def _read(usage: Any) -> Usage:
    return Usage(
        input_tokens=_number(usage, "prompt_tokens"),
        cached_tokens=_number(getattr(usage, "prompt_tokens_details", None), "cached_tokens"),
        output_tokens=_number(usage, "completion_tokens"),
    )


def _number(counted: Any, name: str) -> int:
    return int(getattr(counted, name, None) or 0)
