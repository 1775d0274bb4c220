"""The file that a client's message carries, whatever its kind: what is needed to fetch it, judge it and pass it on."""

from dataclasses import dataclass

from aiogram.types import Message, PhotoSize

from bot.understand.words import word_set

PICTURE = 5 * 1024 * 1024
"""Bytes up to which a picture is read; of the sizes Telegram offers the largest within it is taken."""

KINDS = ("document", "video", "audio", "voice", "animation", "video_note")
UNSAFE = word_set(
    "exe msi com scr pif bat cmd ps1 vbs vbe js jse wsf wsh hta lnk jar apk dll cpl reg sh bash app dmg pkg deb rpm "
    "html htm xhtml shtml mht svg svgz xml xsl php py pl iso img vhd"
)
"""Endings of programs, scripts and pages: none of them is a brief, and a manager who opens one may be harmed."""


@dataclass(frozen=True, slots=True)
class Attached:
    """`size` in bytes and `seconds` as the channel says, 0 when it says nothing."""

    kind: str
    """photo, document, video, audio, voice, animation or video_note."""
    file_id: str
    message_id: int
    name: str = ""
    size: int = 0
    seconds: int = 0

    @property
    def unsafe(self) -> bool:
        """Whether the name alone says that nobody should open it."""
        return self.name.rpartition(".")[2].lower().strip() in UNSAFE if "." in self.name else False


def attached(message: Message) -> Attached | None:
    """What the message carries; None for words, stickers, places and contacts."""
    if message.photo:
        best = _best(message.photo)
        return Attached("photo", best.file_id, message.message_id, size=best.file_size or 0)
    for kind in KINDS:
        file = getattr(message, kind)
        if file is not None:
            return Attached(
                kind,
                file.file_id,
                message.message_id,
                name=getattr(file, "file_name", None) or "",
                size=file.file_size or 0,
                seconds=getattr(file, "duration", None) or 0,
            )
    return None


def _best(sizes: list[PhotoSize]) -> PhotoSize:
    fitting = [one for one in sizes if (one.file_size or 0) <= PICTURE]
    return max(fitting or sizes, key=lambda one: (one.file_size or 0, one.width * one.height))
