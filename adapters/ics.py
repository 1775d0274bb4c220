"""An invitation as mail programs read it: one event in iCalendar (RFC 5545), pure text."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

LINE = 75
"""Octets of a line; what is longer goes on in the next one after a space."""
Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


@dataclass(frozen=True, slots=True)
class Invitation:
    """`uid` stays the same for a booking, `sequence` grows with each change of it; times are aware."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    description: str = ""
    location: str = ""
    organizer: str = ""
    attendee: str = ""
    sequence: int = 0


def write(invitation: Invitation, method: Method, at: datetime) -> str:
    """The text, its lines ended by CRLF; `at` is when it is sent."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//sales-assistant//RU",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{_text(invitation.uid)}",
        f"DTSTAMP:{_stamp(at)}",
        f"DTSTART:{_stamp(invitation.start)}",
        f"DTEND:{_stamp(invitation.end)}",
        f"SEQUENCE:{invitation.sequence}",
        f"STATUS:{'CANCELLED' if method == 'CANCEL' else 'CONFIRMED'}",
        f"SUMMARY:{_text(invitation.summary)}",
    ]
    if invitation.description:
        lines.append(f"DESCRIPTION:{_text(invitation.description)}")
    if invitation.location:
        lines.append(f"LOCATION:{_text(invitation.location)}")
    if invitation.organizer:
        lines.append(f"ORGANIZER:mailto:{_address(invitation.organizer)}")
    if invitation.attendee:
        lines.append(f"ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:{_address(invitation.attendee)}")
    lines += ["END:VEVENT", "END:VCALENDAR"]
    return "".join(_folded(line) + "\r\n" for line in lines)


def _text(value: str) -> str:
    """Escaped, so that no input can begin a line of its own."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    clean = ("".join(c for c in line if c.isprintable() or c == "\t") for line in lines)
    return "\\n".join(line.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") for line in clean)


def _address(value: str) -> str:
    return "".join(c for c in value if c.isprintable() and not c.isspace())


def _folded(line: str) -> str:
    """In pieces of at most 75 octets, no character torn apart."""
    pieces, piece, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece += character
        size += width
    return "\r\n".join([*pieces, piece])


def _stamp(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
