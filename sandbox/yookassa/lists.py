"""Lists as the vendor gives them: newest first, filtered, in pages with a cursor."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sandbox.world import Json
from sandbox.yookassa.errors import invalid

_TIMES = re.compile(r"(created_at|captured_at)\.(gte|gt|lte|lt)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "gte": lambda a, b: a >= b,
    "gt": lambda a, b: a > b,
    "lte": lambda a, b: a <= b,
    "lt": lambda a, b: a < b,
}


def page(records: Iterable[Any], query: Mapping[str, str], fields: frozenset[str]) -> Json:
    """One page of `records` (given oldest first); `fields` may be asked for by equality. Raises `Refused`."""
    limit, cursor = 10, ""
    wanted: list[Callable[[Json], bool]] = []
    for name, value in query.items():
        if name == "limit":
            if not value.isdigit() or not 1 <= int(value) <= 100:
                raise invalid("Incorrect value of parameter: limit", "limit")
            limit = int(value)
        elif name == "cursor":
            cursor = value
        elif found := _TIMES.fullmatch(name):
            wanted.append(_time(found[1], found[2], _read(value, name)))
        elif name in fields:
            wanted.append(lambda one, name=name, value=value: one.get(name) == value)  # type: ignore[misc]
        else:
            raise invalid(f"Unknown parameter: {name}", name)
    found_all = [one for one in (record.as_json() for record in records) if all(w(one) for w in wanted)][::-1]
    if cursor:
        places = [number for number, one in enumerate(found_all) if one["id"] == cursor]
        if not places:
            raise invalid("Incorrect value of parameter: cursor", "cursor")
        found_all = found_all[places[0] :]
    body: Json = {"type": "list", "items": found_all[:limit]}
    return body | ({"next_cursor": found_all[limit]["id"]} if len(found_all) > limit else {})


def _read(value: str, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise invalid(f"Incorrect format of parameter: {name}", name) from None
    if at.tzinfo is None:
        raise invalid(f"Incorrect format of parameter: {name}", name)
    return at


def _time(name: str, how: str, bound: datetime) -> Callable[[Json], bool]:
    def fits(one: Json) -> bool:
        return name in one and _COMPARE[how](datetime.fromisoformat(one[name]), bound)

    return fits
