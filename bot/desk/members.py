"""Who may act in the managers' chat: its members, as Telegram itself says; each has a row in the table of managers."""

import time

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import User

from bot.desk.case import Person, name_place, person
from bot.services import Services
from infra.crypto import pseudonym

MEMBERS = frozenset(("creator", "administrator", "member"))
KEPT = 300
"""Seconds for which a membership once seen is believed."""

UNLISTED = 1000
"""Place in the rota of a person whom the company file does not name."""

ANONYMOUS_ADMIN = 1087968824
"""Telegram's own account that stands for an administrator who writes as the group."""

_seen: dict[str, float] = {}


async def acting(services: Services, bot: Bot, chat_id: int, user: User) -> Person | None:
    """The manager behind an act in the group, entered in the table at the first one; None for a stranger."""
    if user.id != ANONYMOUS_ADMIN and (user.is_bot or not await _is_member(services, bot, chat_id, user.id)):
        return None
    row = await services.db.pool.fetchrow("SELECT id, name FROM manager WHERE telegram_id = $1", user.id)
    if row is None:
        name = user.full_name if user.id != ANONYMOUS_ADMIN else services.texts["ru"].plain("desk.somebody")
        await save(services, user.id, name, "manager", UNLISTED, known=False)
        row = await services.db.pool.fetchrow("SELECT id, name FROM manager WHERE telegram_id = $1", user.id)
        if row is None:
            raise LookupError("a manager who was just entered is not there")
    return person(services, row["id"], user.id, row["name"])


async def _is_member(services: Services, bot: Bot, chat_id: int, user_id: int) -> bool:
    key = f"desk:member:{pseudonym(services.keys.ring.derive('desk'), chat_id, user_id)}"
    now = time.time()
    if now - _seen.get(key, 0.0) < KEPT:
        return True
    stored = await services.cache.get(key)
    if stored is not None and 0 <= now - float(stored) < KEPT:
        _seen[key] = float(stored)
        return True
    try:
        member = await bot.get_chat_member(chat_id, user_id)
    except TelegramBadRequest:  # nobody of that number was ever here
        return False
    if member.status not in MEMBERS:
        return False
    if len(_seen) > 1000:
        _seen.clear()
    _seen[key] = now
    await services.cache.set(key, str(now).encode(), KEPT)
    return True


async def save(services: Services, telegram_id: int, name: str, role: str, rota: int, *, known: bool) -> None:
    """Enter a manager; one that is there already is changed only when the company file says so (`known`)."""
    change = (
        "UPDATE SET name = excluded.name, role = excluded.role, rota = excluded.rota, active = true"
        if known
        else "NOTHING"
    )
    await services.db.pool.execute(
        f"""INSERT INTO manager (telegram_id, name, role, rota) VALUES ($1, $2, $3, $4)
            ON CONFLICT (telegram_id) DO {change}""",  # noqa: S608  # one of two constants
        telegram_id,
        services.keys.system.seal_text(name, name_place(telegram_id)),
        role,
        rota,
    )


async def upsert_managers(services: Services) -> None:
    """The people of the company file, in their order of duty."""
    for rota, manager in enumerate(services.company.managers):
        await save(services, manager.id, manager.name, manager.role, rota, known=True)


async def colleagues(services: Services) -> list[Person]:
    """Whom a talk can be given to today: everybody known who is not on vacation, in the order of duty."""
    today = services.company.calendar.local(services.clock.now()).date()
    rows = await services.db.pool.fetch(
        "SELECT id, telegram_id, name FROM manager WHERE active AND telegram_id <> $1 ORDER BY rota, id LIMIT 20",
        ANONYMOUS_ADMIN,
    )
    people = [person(services, row["id"], row["telegram_id"], row["name"]) for row in rows]
    listed = {one.telegram_id: services.company.manager(one.telegram_id) for one in people}
    here = [one for one in people if (known := listed[one.telegram_id]) is None or not known.away(today)]
    return here or people
