"""Files are parsed in processes of their own, with a limit of time and memory: one that hangs or swells harms nobody.

A process is started as `python -m kb.reading`, reads requests from its input and writes answers: a length in four
bytes, then JSON; a request's JSON is followed by the file's bytes. It is given neither settings nor the environment's
secrets.
"""

import asyncio
import contextlib
import os
import struct
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, BinaryIO
from weakref import WeakKeyDictionary

import orjson

from kb.parse import UnreadableError, as_text, most_bytes, parse_bytes, readable

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space of a reading process."""
FILE_TIMEOUT = 30.0
START_TIMEOUT = 20.0
"""Seconds a file, and a process's start, may take."""
CLIENT_TEXT = 60_000
MOST_AT_ONCE = 2

COMMAND = ("-m", "kb.reading")
_ROOT = Path(__file__).resolve().parent.parent
_LENGTH = struct.Struct(">I")
_LONGEST_ANSWER = 256 * 1024 * 1024
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def read_document(name: str, data: bytes, *, timeout: float = 15.0, limit: int = CLIENT_TEXT) -> str:
    """The plain text of a file somebody sent, at most `limit` characters; `timeout` in seconds, waiting included.

    Each file has a process of its own, two at a time. UnreadableError says why there is no text.
    """
    if not readable(name):
        raise UnreadableError("no parser takes it", "format")
    if len(data) > most_bytes(name):
        raise UnreadableError(f"larger than {most_bytes(name) // 1024 // 1024} MB", "large")
    loop = asyncio.get_running_loop()
    slots = _clients.setdefault(loop, asyncio.Semaphore(MOST_AT_ONCE))
    try:
        async with asyncio.timeout(timeout), slots, reading_process() as process:
            answer = await process.ask({"do": "text", "name": name, "limit": limit}, data, timeout)
    except TimeoutError as error:
        raise UnreadableError(f"not read within {timeout:.0f} s", "timeout") from error
    return str(answer["text"])


@contextlib.asynccontextmanager
async def reading_process() -> AsyncIterator["ReadingProcess"]:
    """A process for one user at a time; it is ended with the block."""
    process = ReadingProcess()
    try:
        yield process
    finally:
        await process.close()


class ReadingProcess:
    """Started at the first question, and anew after one that it did not survive."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    async def ask(self, question: dict[str, Any], data: bytes, timeout: float = FILE_TIMEOUT) -> dict[str, Any]:
        """The answer about one file. UnreadableError: its reason; or its parser crashed or took `timeout` seconds."""
        try:
            process = self._process
            if process is None:
                async with asyncio.timeout(START_TIMEOUT):
                    process = self._process = await self._start()
            async with asyncio.timeout(timeout):
                answer = await _exchange(process, question, data)
        except TimeoutError as error:
            await self.close()
            raise UnreadableError(f"not read within {timeout:.0f} s", "timeout") from error
        except (EOFError, OSError, ValueError, KeyError) as error:
            await self.close()
            raise UnreadableError("its parser crashed") from error
        except BaseException:
            await self.close()
            raise
        if "unreadable" in answer:
            raise UnreadableError(str(answer["unreadable"])[:300], str(answer["code"]))
        return answer

    async def close(self) -> None:
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *COMMAND,
            cwd=_ROOT,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=1024 * 1024,
        )


async def _exchange(process: asyncio.subprocess.Process, question: dict[str, Any], data: bytes) -> dict[str, Any]:
    writer, reader = process.stdin, process.stdout
    if writer is None or reader is None:
        raise EOFError
    head = orjson.dumps({**question, "bytes": len(data)})
    writer.write(_LENGTH.pack(len(head)) + head)
    for at in range(0, len(data), 1024 * 1024):
        writer.write(data[at : at + 1024 * 1024])
        await writer.drain()
    await writer.drain()
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    if length > _LONGEST_ANSWER:
        raise ValueError("an answer too long")
    body = await reader.readexactly(length)
    answer = await asyncio.to_thread(orjson.loads, body) if length > 1024 * 1024 else orjson.loads(body)
    if not isinstance(answer, dict):
        raise ValueError("not an answer")
    return answer


# What follows runs in the reading process.


def _serve(source: BinaryIO, target: BinaryIO) -> None:
    _limit()
    while head := source.read(_LENGTH.size):
        question = orjson.loads(source.read(_LENGTH.unpack(head)[0]))
        data = source.read(question["bytes"])
        try:
            answer = _answer(question, data)
        except UnreadableError as error:
            answer = {"unreadable": str(error), "code": error.code}
        except MemoryError:
            answer = {"unreadable": "takes too much memory", "code": "hostile"}
        except RecursionError:
            answer = {"unreadable": "nested too deep", "code": "hostile"}
        body = orjson.dumps(answer)
        target.write(_LENGTH.pack(len(body)) + body)
        target.flush()


def _answer(question: dict[str, Any], data: bytes) -> dict[str, Any]:
    parsed = parse_bytes(question["name"], data)
    if question["do"] == "text":
        return {"text": as_text(parsed)[: question["limit"]]}
    from kb.prepare import chunked

    return {"title": parsed.title, "chunks": [[chunk.heading, chunk.text, found] for chunk, found in chunked(parsed)]}


def _limit() -> None:
    """No more memory than MEMORY, no files written, no core left behind, and only the time that others leave."""
    import resource

    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            _, hard = resource.getrlimit(what)
            most_allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (most_allowed, most_allowed))
    os.nice(5)


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout.buffer)
