"""Draws documents in processes of their own, at most two, each with a deadline: the event loop only waits."""

import asyncio
import base64
import json
import os
import struct
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import structlog

from bot.sales.documents import press, worker
from bot.sales.documents.model import Document
from infra.errors import AppError

log = structlog.get_logger(__name__)

ROOT = Path(__file__).parents[3]
WORKERS = 2
TIMEOUT = 20.0
"""Seconds for one document once its turn has come, the start of a process included."""
RENEW = 500
"""Documents after which a process is replaced, so that what leaks stays small."""
LARGEST = 10 * 1024 * 1024
"""Bytes of a document."""
LARGEST_ASSET = 512 * 1024


class DocumentError(AppError):
    """A document could not be drawn."""

    default_public = "Документ сейчас не получился. Мы уже смотрим, в чём дело, и пришлём его чуть позже."


class DocumentTooLongError(DocumentError):
    default_public = "Документ выходит слишком длинным. Сократите, пожалуйста, описание задачи, и я сделаю его снова."


class Renderer:
    """Draws documents; a process starts with the first document and lives until `close()`."""

    def __init__(self, *, workers: int = WORKERS, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout
        self._lanes = [_Lane() for _ in range(workers)]
        self._free: asyncio.LifoQueue[_Lane] = asyncio.LifoQueue()
        for lane in self._lanes:
            self._free.put_nowait(lane)
        self._home: tempfile.TemporaryDirectory[str] | None = None

    async def render(self, document: Document, assets: Mapping[str, bytes] | None = None) -> bytes:
        """The PDF. `assets`: `logo`, `facsimile` → PNG or JPEG, for the kinds that show them.

        DocumentTooLongError when it has too many pages, DocumentError when it fails otherwise or takes too long.
        """
        return await self._draw(document.number.kind, request(document, assets or {}))

    async def _draw(self, kind: str, body: bytes) -> bytes:
        lane = await self._free.get()
        try:
            for attempt in (1, 2):
                try:
                    async with asyncio.timeout(self._timeout):
                        return await lane.draw(body, self._environment())
                except TimeoutError:
                    await lane.stop()
                    raise DocumentError(f"{kind}: not drawn within {self._timeout:g} s") from None
                except (_Died, OSError) as error:  # killed from outside, or out of memory
                    await lane.stop()
                    log.warning("documents.worker_died", kind=kind, attempt=attempt)
                    if attempt == 2:
                        raise DocumentError(f"{kind}: the drawing process died") from error
            raise AssertionError("unreachable")
        except asyncio.CancelledError:
            await lane.stop()  # its answer would be taken for the next document's
            raise
        finally:
            self._free.put_nowait(lane)

    async def close(self) -> None:
        """End the processes; what is being drawn fails."""
        for lane in self._lanes:
            await lane.stop()
        if self._home is not None:
            self._home.cleanup()
            self._home = None

    def _environment(self) -> dict[str, str]:
        """Nothing of ours but where libraries lie: no secret reaches a process that reads clients' text."""
        if self._home is None:
            self._home = tempfile.TemporaryDirectory(prefix="documents-")
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL") if name in os.environ}
        return kept | {
            "HOME": self._home.name,
            "XDG_CACHE_HOME": self._home.name,
            "FONTCONFIG_FILE": str(ROOT / "templates" / "fonts" / "fonts.conf"),
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "SOURCE_DATE_EPOCH": "0",
            "TZ": "UTC",
        }


def request(document: Document, assets: Mapping[str, bytes]) -> bytes:
    """What a worker gets for a document; DocumentError for an asset that is no picture or too large."""
    for name, body in assets.items():
        if name not in press.ASSETS or len(body) > LARGEST_ASSET:
            raise DocumentError(f"asset {name[:20]!r} of {len(body)} bytes")
    return json.dumps(
        {
            "kind": document.number.kind,
            "on": document.on.isoformat(),
            "values": document.values,
            "assets": {name: base64.b64encode(body).decode() for name, body in assets.items()},
            "most_pages": document.most_pages,
        },
        ensure_ascii=False,
    ).encode("utf-8", "replace")


class _Died(Exception):
    """The process ended, or said something that is no answer."""


class _Lane:
    """One drawing process, started when it is needed."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._drawn = 0

    async def draw(self, body: bytes, environment: Mapping[str, str]) -> bytes:
        if self._drawn >= RENEW:
            await self.stop()
        process = self._process
        if process is None:
            process = self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                worker.__name__,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,  # tracebacks quote clients' text
                cwd=ROOT,
                env=dict(environment),
                limit=LARGEST,
            )
        self._drawn += 1
        return await _exchange(process, body)

    async def stop(self) -> None:
        process, self._process, self._drawn = self._process, None, 0
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _exchange(process: asyncio.subprocess.Process, body: bytes) -> bytes:
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    process.stdin.write(struct.pack(">I", len(body)) + body)
    try:
        await process.stdin.drain()
        head = await process.stdout.readexactly(5)
        (size,) = struct.unpack(">I", head[1:])
        if size > LARGEST:
            raise DocumentError(f"a document of {size} bytes")
        answer = await process.stdout.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise _Died from error
    if head[:1] == worker.TOO_LONG:
        raise DocumentTooLongError("too many pages")
    if head[:1] != worker.OK:
        raise DocumentError(f"drawing failed: {answer.decode('ascii', 'replace')[:60]}")
    return answer
