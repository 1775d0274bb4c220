"""Texts become vectors of unit length through any endpoint that speaks OpenAI's protocol; the SDK is imported late."""

import asyncio
import hashlib
import math
import random
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import structlog

from infra.errors import VendorDown, VendorError, VendorRefused
from infra.settings import Settings
from kb.models import EMBEDDING_SIZE
from kb.split import SEPARATOR

if TYPE_CHECKING:
    from openai import AsyncOpenAI

log = structlog.get_logger(__name__)

VENDOR = "embeddings"

# A token is never shorter than a byte, so limits in bytes keep within the vendor's limits in tokens
# (8,192 a text, 300,000 and 2,048 texts a request) without its tokenizer.
TEXT_BYTES = 8_000
REQUEST_BYTES = 280_000
REQUEST_TEXTS = 256

TIMEOUT = 20.0
PATIENCE = 60.0
"""Seconds a request may take, and seconds that a batch may be tried again and again."""
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 20.0


def embedded_text(heading: Sequence[str], text: str) -> str:
    """What is embedded for a chunk: its heading path says what «оно» and «это» in its text stand for."""
    return SEPARATOR.join(heading) + "\n" + text


def text_hash(embedded: str) -> bytes:
    """The key under which the vector of an embedded text is kept."""
    return hashlib.sha256(embedded.encode()).digest()


class _Busy(VendorDown):
    """`retry_after`: seconds the vendor asks to wait, None when it does not say."""

    def __init__(self, detail: str, retry_after: float | None) -> None:
        super().__init__(VENDOR, detail)
        self.retry_after = retry_after


class Embedder:
    """One per process; connects at first use. `timeout`: seconds of one request."""

    def __init__(
        self, api_key: str, base_url: str, model: str, *, proxy: str | None = None, timeout: float = TIMEOUT
    ) -> None:
        self.model = model
        self._api_key = api_key
        self._base_url = base_url
        self._proxy = proxy
        self._timeout = timeout
        self._client: AsyncOpenAI | None = None
        self._lock = asyncio.Lock()

    async def embed(self, texts: Sequence[str], *, patience: float = PATIENCE) -> list[list[float]]:
        """A vector of EMBEDDING_SIZE numbers and unit length for each text, in order.

        A text longer than TEXT_BYTES is embedded by its beginning. `patience`: seconds for each batch, retries
        included. VendorDown: no answer within them; VendorRefused: the key, the model or the quota is refused.
        """
        client = await self._connected()
        vectors: list[list[float]] = []
        for batch in batches([_shortened(text) for text in texts]):
            vectors += await self._embed_batch(client, batch, time.monotonic() + patience)
        return vectors

    async def close(self) -> None:
        """After this the embedder connects anew when it is used again."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _connected(self) -> "AsyncOpenAI":
        async with self._lock:
            if self._client is None:
                self._client = await asyncio.to_thread(self._connect)  # the import alone takes a second
            return self._client

    def _connect(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        http = DefaultAsyncHttpxClient(proxy=self._proxy) if self._proxy else None
        return AsyncOpenAI(
            api_key=self._api_key, base_url=self._base_url, timeout=self._timeout, max_retries=0, http_client=http
        )

    async def _embed_batch(self, client: "AsyncOpenAI", batch: list[str], deadline: float) -> list[list[float]]:
        pause = _FIRST_PAUSE
        while True:
            left = deadline - time.monotonic()
            try:
                async with asyncio.timeout(min(left, self._timeout)):
                    return await self._request(client, batch)
            except VendorDown as error:
                wait = error.retry_after if isinstance(error, _Busy) else None
                failure = error
            except TimeoutError:
                wait, failure = None, VendorDown(VENDOR, "no answer in time")
            if wait is None:
                wait, pause = pause * random.uniform(0.8, 1.2), min(pause * 2, _LONGEST_PAUSE)  # noqa: S311
            if time.monotonic() + wait >= deadline:
                raise failure
            log.info("embed.retry", reason=str(failure)[:120], seconds=round(wait, 1))
            await asyncio.sleep(wait)

    async def _request(self, client: "AsyncOpenAI", batch: list[str]) -> list[list[float]]:
        import openai

        options: dict[str, Any] = {}
        if self.model.startswith("text-embedding-3"):
            options["dimensions"] = EMBEDDING_SIZE
        try:
            answer = await client.embeddings.create(model=self.model, input=batch, **options)
        except openai.APIStatusError as error:
            raise _status_error(error) from error
        except openai.APIConnectionError as error:
            raise VendorDown(VENDOR, type(error).__name__) from error
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, KeyError) as error:
            raise VendorDown(VENDOR, f"an answer that makes no sense ({type(error).__name__})") from error
        return await asyncio.to_thread(_vectors, answer, len(batch))


def embedder_of(settings: Settings) -> Embedder | None:
    """The embedder of the settings; None without OPENAI_API_KEY."""
    if settings.openai_api_key is None:
        return None
    return Embedder(
        settings.openai_api_key.get_secret_value(),
        settings.openai_base_url,
        settings.openai_embedding_model,
        proxy=settings.llm_proxy.get_secret_value() if settings.llm_proxy else None,
    )


def batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Groups in order, each within the limits of one request."""
    batch: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode())
        if batch and (len(batch) == REQUEST_TEXTS or size + length > REQUEST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch


def _shortened(text: str) -> str:
    """At most TEXT_BYTES of UTF-8; never empty, which the vendor refuses."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) > TEXT_BYTES:
        encoded = encoded[:TEXT_BYTES]
    return encoded.decode("utf-8", "ignore").strip() or "-"


def _status_error(error: Any) -> VendorError:
    """429 and 5xx are worth a retry, save for a quota that is used up."""
    status = int(error.status_code)
    code = str(getattr(error, "code", None) or "")[:40]
    detail = f"status {status}" + (f", {code}" if code else "")
    if code == "insufficient_quota" or (status < 500 and status not in (408, 409, 425, 429)):
        return VendorRefused(VENDOR, detail)
    return _Busy(detail, _retry_after(error.response.headers))


def _retry_after(headers: Any) -> float | None:
    """Seconds the vendor asks to wait; None when it says nothing usable."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * scale
        except ValueError:
            continue
        if math.isfinite(seconds) and seconds >= 0:
            return max(seconds, 0.05)
    return None


def _vectors(answer: Any, count: int) -> list[list[float]]:
    data = getattr(answer, "data", None)
    if not isinstance(data, list) or len(data) != count:
        raise VendorDown(VENDOR, "an answer with another number of vectors than texts")
    ordered = sorted(data, key=lambda item: item.index)
    if [item.index for item in ordered] != list(range(count)):
        raise VendorDown(VENDOR, "an answer whose vectors are not numbered")
    return [_unit(item.embedding) for item in ordered]


def _unit(vector: Any) -> list[float]:
    """Of unit length; a shorter vector is filled up with zeros, which leaves all cosines as they are."""
    import numpy as np

    try:
        numbers = np.asarray(vector, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise VendorDown(VENDOR, "an answer that is not vectors") from error
    if numbers.ndim != 1:
        raise VendorDown(VENDOR, "an answer that is not vectors")
    if numbers.size > EMBEDDING_SIZE:
        raise VendorRefused(VENDOR, f"the model gives {numbers.size} numbers, {EMBEDDING_SIZE} are the most")
    length = float(np.linalg.norm(numbers))
    if not math.isfinite(length) or length < 1e-9:
        raise VendorDown(VENDOR, "an answer with a vector of no direction")
    unit: list[float] = (numbers / length).tolist()
    return unit + [0.0] * (EMBEDDING_SIZE - len(unit))
