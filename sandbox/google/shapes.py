"""What requests to the calendar may hold: the fields of its published description that a booking needs."""

from sandbox.llm.shapes import Anything, Fields, Flag, Items, Number, Text

ID = r"[a-v0-9]{5,1024}"
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
MOMENT = Fields(optional={"dateTime": Text(pattern=STAMP), "timeZone": Text(most=64)})
ATTENDEE = Fields({"email": Text(pattern=r"[^@\s]+@[^@\s]+")}, open=True)
REMINDERS = Fields(
    optional={
        "useDefault": Flag(),
        "overrides": Items(
            Fields({"method": Text(choices=("email", "popup")), "minutes": Number(low=0, high=40_320, whole=True)}),
            most=5,
        ),
    }
)
_EVENT = {
    "summary": Text(),
    "description": Text(most=8192),
    "location": Text(),
    "start": MOMENT,
    "end": MOMENT,
    "status": Text(choices=("confirmed", "tentative", "cancelled")),
    "transparency": Text(choices=("opaque", "transparent")),
    "visibility": Text(choices=("default", "public", "private", "confidential")),
    "attendees": Items(ATTENDEE),
    "extendedProperties": Fields(optional={"private": Fields(open=True), "shared": Fields(open=True)}),
    "reminders": REMINDERS,
    "source": Fields(optional={"url": Text(), "title": Text()}),
    "colorId": Text(),
    "guestsCanModify": Flag(),
    "sequence": Number(low=0, whole=True),
    "conferenceData": Fields(optional={"createRequest": Anything()}),
}
INSERT = Fields({"start": MOMENT, "end": MOMENT}, {**_EVENT, "id": Text(pattern=ID)})
PATCH = Fields(optional=_EVENT)
FREE_BUSY = Fields(
    {"timeMin": Text(pattern=STAMP), "timeMax": Text(pattern=STAMP), "items": Items(Fields({"id": Text(least=1)}))},
    {
        "timeZone": Text(),
        "calendarExpansionMax": Number(low=1, high=50, whole=True),
        "groupExpansionMax": Number(low=1, high=100, whole=True),
    },
)
MOST_CALENDARS = 50
