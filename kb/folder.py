"""The files of a folder that can become documents, and their bytes."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.parse import UnreadableError, most_bytes, readable


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read; its last good version, if there was one, goes on answering. `code` is that of
    UnreadableError."""

    source: str
    reason: str
    code: str = "broken"


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the folder; `source` is its path in it, with forward slashes."""

    source: str
    path: Path
    size: int
    content_hash: bytes


def look_through(folder: Path) -> tuple[list[Found], list[Failure]]:
    """All files that have a parser, hidden ones aside, in a stable order. Reads every file: for a thread."""
    found: list[Found] = []
    failures: list[Failure] = []
    for source, path in _files(folder):
        try:
            _check_name(source)
            content = read(path, folder)
        except UnreadableError as error:
            failures.append(Failure(source.encode("utf-8", "replace").decode(), str(error), error.code))
            continue
        found.append(Found(source, path, len(content), hashlib.sha256(content).digest()))
    return found, failures


def read(path: Path, folder: Path) -> bytes:
    """A file's bytes. UnreadableError for what lies outside the folder, is no plain file or too large."""
    try:
        # a link may lead to what is nobody's business to publish, a pipe would never end
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            raise UnreadableError("leads out of the folder or is not a plain file", "access")
        if path.stat().st_size > most_bytes(path.name):
            raise UnreadableError(f"larger than {most_bytes(path.name) // 1024 // 1024} MB", "large")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(error.strerror or type(error).__name__, "access") from error


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            # «~$» is what office programs keep beside an open file
            if not name.startswith((".", "~$")) and readable(name):
                path = Path(parent, name)
                yield path.relative_to(folder).as_posix(), path


def _check_name(source: str) -> None:
    try:
        source.encode()
    except UnicodeEncodeError as error:
        raise UnreadableError("its name is not UTF-8", "access") from error
