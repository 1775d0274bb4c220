"""An invitation is a calendar file that programs can read, whatever people wrote into it."""

from datetime import UTC, datetime, timedelta, timezone

from adapters.ics import Invitation, write

AT = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
MOSCOW = timezone(timedelta(hours=3))


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def invitation(**more: str) -> Invitation:
    given = {"uid": "b1@studio.example", "summary": "Встреча со студией «Рост»"} | more
    start = datetime(2027, 3, 1, 10, 0, tzinfo=MOSCOW)
    return Invitation(start=start, end=start + timedelta(hours=1), sequence=2, **given)


def test_an_invitation_tells_when_and_what() -> None:
    lines = unfolded(write(invitation(attendee="anna@example.ru", organizer="bot@studio.example"), "REQUEST", AT))
    for expected in (
        "METHOD:REQUEST",
        "UID:b1@studio.example",
        "DTSTAMP:20270201T090000Z",
        "DTSTART:20270301T070000Z",
        "DTEND:20270301T080000Z",
        "SEQUENCE:2",
        "SUMMARY:Встреча со студией «Рост»",
        "ORGANIZER:mailto:bot@studio.example",
    ):
        assert expected in lines
    assert "STATUS:CANCELLED" in unfolded(write(invitation(), "CANCEL", AT))


def test_no_words_begin_a_line_of_their_own() -> None:
    hostile = "Анна; а, б\\\r\nATTENDEE:mailto:thief@example.org\rEND:VEVENT\n\x00" + "длинно " * 60
    text = write(invitation(summary=hostile, description=hostile, location=hostile), "PUBLISH", AT)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    lines = unfolded(text)
    assert not [line for line in lines if line.startswith("ATTENDEE")]
    assert lines.count("END:VEVENT") == 1
    [summary] = [line for line in lines if line.startswith("SUMMARY:")]
    assert summary.startswith("SUMMARY:Анна\\; а\\, б\\\\\\nATTENDEE:mailto")
