"""The mailbox: messages as they were taken, read into parts that people and programs look at."""

from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property

from sandbox.world import Json


@dataclass
class Letter:
    """One taken message; `tls` and `user` say how it came."""

    number: int
    sender: str
    to: list[str]
    raw: bytes
    at: datetime
    tls: bool
    user: str

    @cached_property
    def parsed(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=default)

    @cached_property
    def attachments(self) -> list[EmailMessage]:
        return [part for part in self.parsed.walk() if part.get_filename()]

    def body(self, kind: str) -> str | None:
        """The text of the first part of a type such as `text/html` that is no attachment."""
        for part in self.parsed.walk():
            if part.get_content_type() == kind and not part.get_filename():
                return str(part.get_content())
        return None

    def as_json(self) -> Json:
        return {
            "message": self.number,
            "from": self.sender,
            "to": self.to,
            "at": self.at.isoformat(),
            "tls": self.tls,
            "user": self.user,
            "size": len(self.raw),
            "subject": str(self.parsed["subject"] or ""),
            "message_id": str(self.parsed["message-id"] or ""),
            "headers": {name: str(value) for name, value in self.parsed.items()},
            "text": self.body("text/plain"),
            "html": self.body("text/html"),
            "calendar": self.body("text/calendar"),
            "attachments": [
                {"filename": part.get_filename(), "content_type": part.get_content_type(), "size": len(content(part))}
                for part in self.attachments
            ],
        }


def content(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


@dataclass
class Box:
    letters: list[Letter] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    """Recipients that are turned away, with the code."""
