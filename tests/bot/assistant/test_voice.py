"""Which recordings are taken, how long they are, and which transcriptions are no words of a person."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.voice import TEXT_LIMIT, believed, recording, seconds_of
from sandbox.openai.audio import spoken, spoken_ogg


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"OggS" + bytes(40), "voice.ogg"),
        (spoken("да"), "voice.wav"),
        (b"ID3\x04" + bytes(40), "voice.mp3"),
        (b"\xff\xfb\x90" + bytes(40), "voice.mp3"),
        (b"\x00\x00\x00\x20ftypM4A ", "voice.m4a"),
        (b"\x1a\x45\xdf\xa3", "voice.webm"),
        (b"fLaC", "voice.flac"),
    ],
)
def test_a_container_is_told_by_its_bytes(body: bytes, name: str) -> None:
    found = recording(body)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("body", [b"", b"MZ", b"%PDF-1.7", b"RIFF\x00\x00\x00\x00WEBP", b"\xff\xd8\xff"])
def test_what_is_no_recording(body: bytes) -> None:
    assert recording(body) is None


def test_the_length_is_read_from_the_file_itself() -> None:
    assert seconds_of(spoken("да", seconds=3)) == pytest.approx(3, abs=0.1)
    page = spoken_ogg("да")
    last = page.rfind(b"OggS")
    ten_minutes = page[: last + 6] + struct.pack("<q", 48_000 * 600) + page[last + 14 :]
    assert seconds_of(ten_minutes) == 600
    assert seconds_of(b"ID3" + bytes(100)) is None


@given(st.binary(max_size=200))
def test_any_bytes_have_a_length_or_none(body: bytes) -> None:
    for start in (b"", b"OggS", b"RIFF\x00\x00\x00\x00WAVE"):
        seconds = seconds_of(start + body)
        assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    ("transcription", "words"),
    [
        ("  Сколько   стоит\nбот? ", "Сколько стоит бот?"),
        ("Да.", "Да."),
        ("5", "5"),
        ("/start", "start"),
        ("", ""),
        (" ... ", ""),
        ("Субтитры сделал DimaTorzok", ""),
        ("Продолжение следует...", ""),
        ("Спасибо за просмотр!", ""),
        ("[Музыка]", ""),
        ("Thank you for watching.", ""),
        ("Спасибо за просмотр договора, у меня вопрос", "Спасибо за просмотр договора, у меня вопрос"),
        ("Субтитры к видео тоже делаете?", "Субтитры к видео тоже делаете?"),
    ],
)
def test_what_a_person_said(transcription: str, words: str) -> None:
    assert believed(transcription) == words


def test_a_long_speech_is_cut() -> None:
    assert len(believed("слово " * 5_000)) <= TEXT_LIMIT
