"""Recordings of speech: which of them are taken, how long they last, and what of a transcription is worth believing.

Pure: fetching and transcribing are elsewhere. A container is told by its first bytes, never by a name.
"""

import re
import struct
from dataclasses import dataclass

LARGEST = 20 * 1024 * 1024
"""Bytes of a recording."""
LONGEST = 600
"""Seconds of a recording."""
TEXT_LIMIT = 8_000
"""Characters of a transcription, as of a message typed on the site."""

_OPUS_RATE = 48_000
_PCM_HEADER = 44
_WORD = re.compile(r"[^\W_]")
_SPACE = re.compile(r"\s+")
_INVENTED = re.compile(
    r"(?:субтитры(?: (?:сделал|созда|подготов|добав|редакт|и перевод)\w*\b.{0,60})?|"
    r"редактор субтитров.{0,60}|корректор.{0,40}|продолжение следует|"
    r"(?:всем )?спасибо за (?:просмотр|внимание)|подписывайтесь на (?:мой |наш )?канал|ставьте лайки?.{0,40}|"
    r"до новых встреч|динамичная музыка|весёлая музыка|тихая музыка|музыка|аплодисменты|тишина|"
    r"thanks? (?:you )?for watching|please subscribe|subtitles by.{0,60}|you|bye)",
    re.IGNORECASE | re.DOTALL,
)
"""What transcription models are known to write when nobody speaks: credits of the films they learned from."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Bytes a transcription service takes; `name` ends in what they are."""

    name: str
    mime: str
    body: bytes


def recording(body: bytes) -> Recording | None:
    """The recording in these bytes, or None when they are no sound of a kind that can be transcribed."""
    head = body[:16]
    if head.startswith(b"OggS"):
        kind, mime = "ogg", "audio/ogg"
    elif head.startswith(b"RIFF") and head[8:12] == b"WAVE":
        kind, mime = "wav", "audio/wav"
    elif head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xfa", b"\xf3", b"\xf2")):
        kind, mime = "mp3", "audio/mpeg"
    elif head[4:8] == b"ftyp":
        kind, mime = "m4a", "audio/mp4"
    elif head.startswith(b"\x1a\x45\xdf\xa3"):
        kind, mime = "webm", "audio/webm"
    elif head.startswith(b"fLaC"):
        kind, mime = "flac", "audio/flac"
    else:
        return None
    return Recording(f"voice.{kind}", mime, body)


def seconds_of(body: bytes) -> float | None:
    """How long it lasts by its own account; None where only a player would know."""
    if body.startswith(b"OggS"):
        last = body.rfind(b"OggS")
        if len(body) < last + 14:
            return None
        (samples,) = struct.unpack_from("<q", body, last + 6)
        return samples / _OPUS_RATE if samples >= 0 else None
    if body.startswith(b"RIFF") and body[8:12] == b"WAVE" and len(body) >= _PCM_HEADER:
        (rate,) = struct.unpack_from("<I", body, 28)
        return (len(body) - _PCM_HEADER) / rate if rate else None
    return None


def believed(transcription: str) -> str:
    """The words of a transcription as one message; empty when there are none, or none that a person said."""
    text = _SPACE.sub(" ", transcription).strip().lstrip("/").strip()
    if not _WORD.search(text) or _INVENTED.fullmatch(text.strip(" .!…[]()*♪")):
        return ""
    return text[:TEXT_LIMIT].rstrip()
