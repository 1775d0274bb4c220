"""Redis, which only makes things faster: every call here survives its absence, and says so by returning nothing.

Holds a cache, shared rate limits and fleeting messages between processes. May be flushed at any time.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import redis.asyncio as redis
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

DEADLINE = 1.0
"""Seconds a call may take; slower than that it no longer helps."""

DOWN_FOR = 2.0
"""Seconds for which a Redis that failed is not asked again."""

TAKE = """
local wait = 0
for i = 1, #KEYS do
  local rate, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local now = tonumber(ARGV[1])
  local full = tonumber(redis.call('GET', KEYS[i]) or '0')
  local at = math.max(full, now - burst / rate)
  local ready = at + 1 / rate - now
  if ready > wait then wait = ready end
end
if wait > tonumber(ARGV[#ARGV]) then return tostring(wait) end
for i = 1, #KEYS do
  local rate, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local now = tonumber(ARGV[1])
  local full = tonumber(redis.call('GET', KEYS[i]) or '0')
  local at = math.max(full, now - burst / rate) + 1 / rate
  redis.call('SET', KEYS[i], tostring(at), 'PX', math.ceil((at - now + burst / rate) * 1000) + 1000)
end
return tostring(wait)
"""
"""Token buckets kept as the time at which each is next free; takes from all of them or from none."""


class Cache:
    """A Redis client whose failures are a slower answer, never an error."""

    def __init__(self, url: str) -> None:
        self._redis: redis.Redis = redis.Redis.from_url(
            url,
            socket_timeout=DEADLINE,
            socket_connect_timeout=DEADLINE,
            retry=Retry(NoBackoff(), 1),
            health_check_interval=30,
        )
        self._take = self._redis.register_script(TAKE)
        self._down_until = 0.0
        self._execute: Callable[..., Awaitable[Any]] = self._redis.execute_command
        self._local: dict[str, float] = {}

    @property
    def up(self) -> bool:
        return time.monotonic() >= self._down_until

    async def ping(self) -> bool:
        try:
            async with asyncio.timeout(DEADLINE):
                return await self._execute("PING") is not None
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            return False

    async def get(self, key: str) -> bytes | None:
        return await self._call("GET", key)  # type: ignore[no-any-return]  # redis answers bytes or nil to GET

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        await self._call("SET", key, value, "EX", seconds)

    async def delete(self, key: str) -> None:
        await self._call("DEL", key)

    async def set_many(self, values: Mapping[str, bytes], seconds: int) -> None:
        if not self.up:
            return
        try:
            async with asyncio.timeout(DEADLINE), self._redis.pipeline(transaction=False) as pipe:
                for key, value in values.items():
                    pipe.set(key, value, ex=seconds)
                await pipe.execute()
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)

    async def append(self, key: str, value: bytes, *, most: int, seconds: int) -> None:
        """Add to a log that keeps its `most` newest values and dies `seconds` after its first one."""
        if not self.up:
            return
        try:
            async with asyncio.timeout(DEADLINE), self._redis.pipeline(transaction=False) as pipe:
                pipe.xadd(key, {b"v": value}, maxlen=most, approximate=False)
                pipe.expire(key, seconds, nx=True)
                await pipe.execute()
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)

    async def read_log(self, key: str, since: bytes = b"-") -> list[tuple[bytes, bytes]] | None:
        """(id, value) of a log from the id `since` on, that one included, oldest first; None without Redis."""
        rows = await self._call("XRANGE", key, since, b"+")
        return None if rows is None else [(number, fields[b"v"]) for number, fields in rows if fields]

    async def take(self, *buckets: tuple[str, float, float], patience: float = 0.0) -> float:
        """Take one token from each bucket `(key, per second, burst)`; returns the seconds to wait first.

        When the wait would exceed `patience`, nothing is taken and the wait is returned all the same. Without Redis
        the limits hold within this process alone.
        """
        now = time.time()
        if self.up:
            keys = [f"rate:{key}" for key, _, _ in buckets]
            numbers = [number for _, rate, burst in buckets for number in (rate, burst)]
            try:
                async with asyncio.timeout(DEADLINE):
                    return max(0.0, float(await self._take(keys=keys, args=[now, *numbers, patience])))
            except (RedisError, OSError, TimeoutError) as error:
                self._failed(error)
        return self._take_locally(buckets, now, patience)

    def _take_locally(self, buckets: tuple[tuple[str, float, float], ...], now: float, patience: float) -> float:
        free = {key: max(self._local.get(key, 0.0), now - burst / rate) + 1 / rate for key, rate, burst in buckets}
        wait = max(0.0, max(free.values()) - now)
        if wait <= patience:
            self._local.update(free)
            if len(self._local) > 50_000:
                self._local = {key: at for key, at in self._local.items() if at > now - 60}
        return wait

    async def publish(self, channel: str, message: bytes) -> None:
        await self._call("PUBLISH", channel, message)

    async def subscribe(self, *patterns: str) -> AsyncIterator[tuple[str, bytes]]:
        """(channel, message) for ever; ends when the connection breaks."""
        async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.psubscribe(*patterns)
            while True:
                message = await pubsub.get_message(timeout=10)
                if message is not None:
                    yield message["channel"].decode(), message["data"]

    async def flush(self) -> None:
        """Forget everything: nobody may notice more than a slower answer."""
        await self._call("FLUSHDB")
        self._local.clear()

    async def close(self) -> None:
        await self._redis.aclose()

    async def _call(self, *command: Any) -> Any:
        if not self.up:
            return None
        try:
            async with asyncio.timeout(DEADLINE):  # the client's own deadline starts anew with its second try
                return await self._execute(*command)
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            return None

    def _failed(self, error: Exception) -> None:
        if self.up:
            log.warning("redis.away", error=type(error).__name__)
        self._down_until = time.monotonic() + DOWN_FOR
