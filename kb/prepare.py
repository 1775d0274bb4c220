"""A file's bytes become chunks with lemmas: small texts in a thread, all else in reading processes, on two cores."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from kb import lemmas as language
from kb.parse import BINARY, Parsed, UnreadableError, kind_of, parse_bytes
from kb.reading import FILE_TIMEOUT, MOST_AT_ONCE, ReadingProcess
from kb.split import Chunk, split

FEW_BYTES = 200_000
"""Texts that are together smaller are not worth a process's start (0.5 s)."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be written: its chunks, each with the lemmas of its words."""

    title: str
    chunks: list[tuple[Chunk, list[str]]]


@dataclass(frozen=True, slots=True)
class Work:
    """A file to prepare; `load` gives its bytes, in a thread."""

    source: str
    size: int
    load: Callable[[], bytes]


Outcome = Prepared | UnreadableError


def chunked(parsed: Parsed) -> list[tuple[Chunk, list[str]]]:
    return [(chunk, language.lemmas(language.words(chunk.text))) for chunk in split(parsed)]


async def prepare_all(
    files: Sequence[Work],
    done: Callable[[Work, bytes, Outcome], None],
    *,
    timeout: float = FILE_TIMEOUT,
) -> None:
    """Prepare each file; `done` is told of every one, in any order, with the bytes that were read."""
    small = sum(file.size for file in files) <= FEW_BYTES
    threaded = [file for file in files if small and kind_of(file.source) not in BINARY]
    waiting = [file for file in files if not (small and kind_of(file.source) not in BINARY)]
    waiting.sort(key=lambda file: file.size)  # taken from the end: no core waits for a long one at last

    async def in_process() -> None:
        process = ReadingProcess()
        try:
            while waiting:
                await _prepare(waiting.pop(), done, lambda file, data: _ask(process, file, data, timeout))
        finally:
            await process.close()

    for file in threaded:
        await _prepare(file, done, lambda file, data: asyncio.to_thread(_here, file, data))
    workers = min(MOST_AT_ONCE, os.cpu_count() or 1, len(waiting))
    await asyncio.gather(*(in_process() for _ in range(workers)))


async def _prepare(
    file: Work, done: Callable[[Work, bytes, Outcome], None], way: Callable[[Work, bytes], Awaitable[Prepared]]
) -> None:
    data = b""
    try:
        data = await asyncio.to_thread(file.load)
        outcome: Outcome = await way(file, data)
    except UnreadableError as error:
        outcome = error
    done(file, data, outcome)


def _here(file: Work, data: bytes) -> Prepared:
    parsed = parse_bytes(file.source, data)
    return Prepared(parsed.title, chunked(parsed))


async def _ask(process: ReadingProcess, file: Work, data: bytes, timeout: float) -> Prepared:
    answer = await process.ask({"do": "chunks", "name": file.source}, data, timeout)
    return Prepared(
        answer["title"], [(Chunk(tuple(heading), text), found) for heading, text, found in answer["chunks"]]
    )
