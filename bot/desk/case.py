"""A conversation as the managers see it: client, latest lead, promise, card; and how one is found from the group."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from aiogram import Bot

from adapters.channel import Channel
from adapters.telegram.render import plain
from bot.sales.leads import SEALED, Contacts
from bot.services import Services
from infra.crypto import CryptoError, DataKey

OPEN = ("new", "taken")
TELEGRAM = "telegram"

CASE = """
SELECT c.id, c.account_id, c.chat_id, a.channel, c.client_id, c.key_id, k.wrapped, c.silent, c.silent_since,
       cl.locale, cl.name, cl.phone, cl.email,
       l.id AS lead_id, l.state, l.stage, l.package, l.total, l.monthly, l.task, l.deadline, l.budget, l.hot,
       l.loss_reason, m.id AS owner_id, m.telegram_id AS owner_telegram, m.name AS owner_name,
       h.id AS handoff_id, h.reason, h.deadline AS promised, h.step, h.told,
       t.chat_id AS group_id, t.thread_id, t.card_message_id, t.card_digest, t.title_digest, t.relayed_at,
       t.lead_id AS card_lead, t.closed
FROM conversation c
JOIN account a ON a.id = c.account_id
JOIN client cl ON cl.id = c.client_id
JOIN data_key k ON k.id = c.key_id
LEFT JOIN LATERAL (SELECT * FROM lead WHERE conversation_id = c.id ORDER BY id DESC LIMIT 1) l ON true
LEFT JOIN manager m ON m.id = l.owner_id
LEFT JOIN handoff h ON h.lead_id = l.id AND h.taken_at IS NULL AND h.closed_at IS NULL
LEFT JOIN desk_topic t ON t.conversation_id = c.id
WHERE c.id = $1
"""

LINES = """
SELECT origin, n, author, body, created_at FROM transcript
WHERE conversation_id = $1 AND deleted_at IS NULL AND author = ANY($2) AND ($3::timestamptz IS NULL OR created_at > $3)
ORDER BY created_at DESC, n DESC LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Person:
    """A manager: `id` in our table, `telegram_id` in Telegram."""

    id: int
    telegram_id: int
    name: str


@dataclass(frozen=True, slots=True)
class LeadView:
    """The latest lead of a conversation, its texts opened."""

    id: int
    state: str
    stage: str
    package: str | None
    total: Decimal | None
    monthly: Decimal | None
    hot: bool
    loss_reason: str | None
    task: str | None
    deadline: str | None
    budget: str | None

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise that still waits for a person."""

    id: int
    reason: str
    deadline: datetime
    step: int
    told: int


@dataclass(frozen=True, slots=True)
class Topic:
    """Where the conversation stands in the group; `thread_id` 0 in a group without topics."""

    chat_id: int
    thread_id: int
    card_message_id: int | None
    card_digest: bytes | None
    title_digest: bytes | None
    relayed_at: datetime | None
    lead_id: int | None
    closed: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the transcript, markup removed."""

    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    conversation_id: int
    account_id: int
    chat_id: int
    channel: str
    client_id: int
    key: DataKey
    locale: str
    silent: bool
    silent_since: datetime | None
    contacts: Contacts
    lead: LeadView | None
    owner: Person | None
    promised: Promised | None
    topic: Topic | None

    @property
    def open(self) -> bool:
        """There is a lead that is neither won nor lost."""
        return self.lead is not None and self.lead.open


async def load(services: Services, conversation_id: int) -> Case | None:
    """None when it is no client's conversation, or its person was forgotten."""
    row = await services.db.pool.fetchrow(CASE, conversation_id)
    if row is None:
        return None
    try:
        key = services.keys.unwrap(row["key_id"], row["wrapped"])
    except CryptoError:
        return None
    return Case(
        conversation_id=row["id"],
        account_id=row["account_id"],
        chat_id=row["chat_id"],
        channel=row["channel"],
        client_id=row["client_id"],
        key=key,
        locale=row["locale"],
        silent=row["silent"],
        silent_since=row["silent_since"],
        contacts=Contacts(
            **{
                name: key.open_text(row[name], f"client|{row['client_id']}|{name}") if row[name] else None
                for name in ("name", "phone", "email")
            }
        ),
        lead=_lead(row, key),
        owner=person(services, row["owner_id"], row["owner_telegram"], row["owner_name"]) if row["owner_id"] else None,
        promised=Promised(row["handoff_id"], row["reason"], row["promised"], row["step"], row["told"])
        if row["handoff_id"]
        else None,
        topic=_topic(row) if row["group_id"] is not None else None,
    )


def _lead(row: Any, key: DataKey) -> LeadView | None:
    if row["lead_id"] is None:
        return None
    values: dict[str, Any] = {
        name: row[name] for name in ("state", "stage", "package", "total", "monthly", "hot", "loss_reason")
    }
    for name in SEALED:
        values[name] = key.open_text(row[name], f"lead|{row['id']}|{name}") if row[name] else None
    return LeadView(id=row["lead_id"], **values)


def _topic(row: Any) -> Topic:
    same = ("thread_id", "card_message_id", "card_digest", "title_digest", "relayed_at", "closed")
    return Topic(chat_id=row["group_id"], lead_id=row["card_lead"], **{name: row[name] for name in same})


def person(services: Services, number: int, telegram_id: int, name: bytes) -> Person:
    """A row of the table of managers, opened."""
    return Person(number, telegram_id, services.keys.system.open_text(name, name_place(telegram_id)))


def name_place(telegram_id: int) -> str:
    return f"manager|{telegram_id}|name"


async def lines(
    services: Services, case: Case, authors: tuple[str, ...], most: int, after: datetime | None = None
) -> list[Said]:
    """The newest lines of the talk by these authors, oldest first."""
    rows = await services.db.pool.fetch(LINES, case.conversation_id, list(authors), after, most)
    said = []
    for row in reversed(rows):
        place = f"transcript|{case.conversation_id}|{row['origin']}|{row['n']}|body"
        text = case.key.open_text(row["body"], place)
        said.append(Said(row["author"], plain(text) if row["author"] == "bot" else text, row["created_at"]))
    return said


async def conversation_of(
    services: Services, chat_id: int, thread_id: int, replied: int | None, message_id: int | None = None
) -> int | None:
    """The conversation that a place in the group belongs to: by its topic, else by the message replied to."""
    number: int | None = await services.db.pool.fetchval(
        """SELECT conversation_id FROM desk_topic WHERE chat_id = $1 AND thread_id = $2 AND thread_id <> 0
           UNION ALL SELECT conversation_id FROM desk_message WHERE chat_id = $1 AND message_id = ANY($3) LIMIT 1""",
        chat_id,
        thread_id,
        [one for one in (replied, message_id) if one is not None],
    )
    return number


def client_bot(services: Services, case: Case) -> Bot | None:
    """The bot that speaks with this client; None when their channel is not connected any more."""
    channel = services.channels.get(case.account_id)
    return channel.bot if channel is not None else None


def group_channel(services: Services) -> Channel | None:
    """The channel whose bot stands in the managers' group; None when there is no group."""
    if services.settings.admin_chat_id is None:
        return None
    return next((one for one in services.channels.values() if one.name == TELEGRAM), None)
