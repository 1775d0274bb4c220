"""A drawing process: requests on standard input, documents on standard output, each with its length before it.

It is started without the settings' secrets in its environment and gives up network, child processes and writing files,
so that a template, or a hole in what reads one, has nothing to give away. It ends when its parent does.
"""

import gc
import json
import os
import resource
import struct
import sys
from typing import Any, BinaryIO

MEMORY = 1024**3
"""Bytes of address space; a document takes some 100 MB."""
OK, TOO_LONG, FAILED = b"+", b"L", b"!"
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.remove", "os.rename")


def main() -> None:
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get between the documents
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from bot.sales.documents import press

    warm_up(press)
    sys.addaudithook(_forbid)
    gc.freeze()
    while (body := _read(source)) is not None:
        status, answer = _answer(press, body)
        target.write(status + struct.pack(">I", len(answer)) + answer)
        target.flush()


def warm_up(press: Any) -> None:
    """Everything that is imported at its first use: later no file but a font or a template is opened."""
    import logging

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # its warnings quote what stands in the document
    values = {"title": "", "brand": {"primary": "#000", "accent": "#000", "text": "#000"}}
    values |= {"company": {"short": "", "name": "А"}}
    blank = {"kind": "blank", "on": "2026-01-01", "values": values, "assets": {}, "most_pages": 1}
    press.draw(blank)


def _answer(press: Any, body: bytes) -> tuple[bytes, bytes]:
    try:
        return OK, press.draw(json.loads(body))
    except press.TooLongError:
        return TOO_LONG, b""
    except MemoryError:
        os._exit(1)  # what is left of this process is not to be trusted
    except Exception as error:
        return FAILED, type(error).__name__.encode()  # its text may quote the document


def _read(source: BinaryIO) -> bytes | None:
    head = source.read(4)
    if len(head) < 4:
        return None
    (size,) = struct.unpack(">I", head)
    body = source.read(size)
    return body if len(body) == size else None


def _forbid(event: str, args: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        raise PermissionError("writing a file")


if __name__ == "__main__":
    main()
