"""`POST /audio/transcriptions`: what a test scripted, else the words that the sound file itself carries.

The simulated model hears nothing. A file made by `spoken` or `spoken_ogg` holds its words as `carried` reads them; any
other file is silence, which real models answer with an empty text too.
"""

import struct
from typing import Any

from sandbox.llm.exchange import Upload
from sandbox.llm.prompt import mark
from sandbox.llm.refused import Refused
from sandbox.openai.errors import refused
from sandbox.openai.models import Model, find
from sandbox.world import Json

MOST = 25 * 1024 * 1024
FORMATS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
_BEGINNINGS = (b"OggS", b"RIFF", b"fLaC", b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\x1a\x45\xdf\xa3")
_FIELDS = {
    *("file", "model", "language", "languages[]", "prompt", "response_format", "temperature", "stream", "include[]"),
    *("timestamp_granularities[]", "chunking_strategy", "keywords[]"),
}
SHORTEST = 32
"""Bytes below which there is no tenth of a second of sound."""


def spoken(text: str, *, seconds: float = 1.0) -> bytes:
    """A WAV file of silence that says `text` to the simulated model: real players take it too."""
    silence = bytes(int(8000 * seconds))
    comment = mark(text)
    comment += b"\x00" * (len(comment) % 2)
    chunks = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + b"data" + struct.pack("<I", len(silence))
    chunks += silence.replace(b"\x00", b"\x80") + b"note" + struct.pack("<I", len(comment)) + comment
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def spoken_ogg(text: str) -> bytes:
    """The first pages of an Ogg Opus file, as voice messages are, with the words in the comment."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 312, 48000, 0, 0)
    comment = mark(text)
    tags = b"OpusTags" + struct.pack("<I", 7) + b"sandbox" + struct.pack("<II", 1, len(comment)) + comment
    return _page(head, 0, 2) + _page(tags, 1, 0)


def _page(packet: bytes, number: int, flags: int) -> bytes:
    lacing = bytes([255] * (len(packet) // 255) + [len(packet) % 255])[:255]
    return b"OggS" + struct.pack("<BBqIIIB", 0, flags, 0, 1, number, 0, len(lacing)) + lacing + packet


def read(form: dict[str, list[str | Upload]]) -> tuple[Model, Upload, str]:
    """The model, the file and the form of the answer; raises `Refused`."""
    if unknown := sorted(set(form) - _FIELDS):
        raise refused(f"Unrecognized request argument supplied: {unknown[0]}")
    file, name = _one(form, "file"), _one(form, "model")
    if not isinstance(file, Upload):
        raise refused("Missing required parameter: 'file'.", param="file", code="missing_required_parameter")
    if not isinstance(name, str) or not name:
        raise refused("you must provide a model parameter")
    model = find(name, "speech")
    kind = _one(form, "response_format") or "json"
    known = ("json", "text", "verbose_json") if model.name == "whisper-1" else ("json", "text")
    if kind not in known:
        raise refused(
            f"response_format '{kind}' is not compatible with model '{model.name}'. Use one of: {', '.join(known)}.",
            param="response_format",
            code="unsupported_value",
        )
    if _one(form, "stream") == "true":
        raise refused("Streamed transcriptions are not simulated here.", param="stream")
    _sound(file)
    return model, file, str(kind)


def _one(form: dict[str, list[str | Upload]], name: str) -> Any:
    return form.get(name, [None])[0]


def _sound(file: Upload) -> None:
    if len(file.data) > MOST:
        raise too_large(len(file.data))
    if file.filename.rpartition(".")[2].lower() not in FORMATS:
        raise refused(f"Invalid file format. Supported formats: {list(FORMATS)}")
    if not file.data.startswith(_BEGINNINGS) and file.data[4:8] != b"ftyp":
        raise refused("The audio file could not be decoded or its format is not supported.")
    if len(file.data) < SHORTEST:
        raise refused(
            "Audio file is too short. Minimum audio length is 0.1 seconds.", param="file", code="audio_too_short"
        )


def too_large(size: int) -> Refused:
    message = f"Maximum content size limit ({MOST}) exceeded ({size} bytes read)"
    return refused(message, status=413, type="server_error")


def write(kind: str, text: str, size: int) -> Json | str:
    if kind == "text":
        return text + "\n"
    seconds = max(1, size // 4000)
    if kind == "verbose_json":
        segment = {"id": 0, "start": 0.0, "end": float(seconds), "text": text}
        return {"task": "transcribe", "language": "russian", "duration": seconds, "text": text, "segments": [segment]}
    return {"text": text, "usage": {"type": "duration", "seconds": seconds}}
