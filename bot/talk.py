"""What a handler speaks with: the turn, the texts, what is remembered of this dialogue, and one way to answer.

Paragraphs may be put in front of the next message (`first`), so that an answer to a question and the form that goes on
are one message. The first answer of a conversation says that an AI speaks, whichever handler gives it.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from aiogram.exceptions import TelegramBadRequest
from aiogram.fsm.context import FSMContext
from aiogram.fsm.scene import Scene, ScenesManager
from aiogram.types import InlineKeyboardMarkup, Message
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.channel import Channel
from bot.attached import Attached
from bot.jobs import enqueue
from bot.keyboards import Button, keyboard, person
from bot.sales.leads import LeadDraft
from bot.sales.price_model import PriceList
from bot.services import Services
from bot.texts import Html, Translate
from bot.turn import ClientCard, Turn
from bot.understand.tongue import chosen
from infra.database import raw_connection

GAP = "\n\n"

RELAY = "desk.relay"
"""Job: bring what the client wrote to the managers. Payload {"conversation_id"}."""

FILE = "desk.file"
"""Job: bring a client's file to the managers. Payload {"conversation_id", "message_id", "file_id"}."""


@dataclass(slots=True)
class Memory:
    """What the position of a dialogue holds besides the scene: small, and never the only place of a fact."""

    met: bool = False
    """The client was told that an AI speaks."""
    seen: int = 0
    """Unix seconds of business time of the last turn."""
    package: str = ""
    answers: str = ""
    """Signs of the calculator's answers so far."""
    rev: str = ""
    code: str = ""
    """The configuration of the last price shown."""
    topics: list[str] = field(default_factory=list)
    """Questions behind the buttons of the last clarifying question."""
    unsure: bool = False
    """The last answer was a clarifying question."""
    sources: list[list[str]] = field(default_factory=list)
    """[title, heading, excerpt] of what the last answer stands on."""
    plainly: bool = False
    """The client was told that no model speaks."""
    brief: dict[str, Any] = field(default_factory=dict)
    waiting: bool = False
    """A person was promised; the database knows whether they still are."""
    album: str = ""
    """The last group of files acknowledged."""
    file: dict[str, Any] = field(default_factory=dict)
    """What the last file said and the client has not confirmed yet, or has: see bot/handlers/files.py."""

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> "Memory":
        """What is unknown or of another type than today's is left out: an old position never breaks a turn.

        Copied, so that what changes can be told from what was stored.
        """
        blank = cls()
        known = {
            one.name: deepcopy(data[one.name])
            for one in fields(cls)
            if one.name in data and isinstance(data[one.name], type(getattr(blank, one.name)))
        }
        return cls(**known)

    def dump(self) -> dict[str, Any]:
        """Only what differs from the beginning."""
        blank = Memory()
        return {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if getattr(self, one.name) != getattr(blank, one.name)
        }


@dataclass(slots=True)
class Talk:
    """Handed to handlers as `talk`. `said` is the client's text, `shown` the message whose button was pressed."""

    turn: Turn
    services: Services
    channel: Channel
    t: Translate
    state: FSMContext
    scenes: ScenesManager
    memory: Memory
    client: ClientCard
    shown: Message | None = None
    carried: Attached | None = None
    """The file in the client's message; goes to the managers along with the words."""
    leading: list[Html] = field(default_factory=list)
    spoke: bool = False
    promised: bool = False
    """A person was promised in this very turn."""
    _draft: LeadDraft | None = None
    _carrying: bool = False

    @property
    def now(self) -> datetime:
        """Business time."""
        return self.services.clock.now()

    @property
    def today(self) -> date:
        """The day by the company's calendar."""
        return self.services.company.calendar.local(self.now).date()

    @property
    def price_list(self) -> PriceList:
        """Today's prices with the titles this client reads."""
        return self.services.price_list.told(self.t.locale)

    @property
    def name(self) -> str:
        """How the assistant calls itself."""
        company = self.services.company
        return company.told(company.greeting_name, self.t.locale)

    def follow(self, said: str, *, hint: str | None = None) -> None:
        """Answer in the language of these words, in this turn and from then on; `hint` is that of their Telegram."""
        spoken = chosen(said, self.client.locale, first=self.turn.first_contact, hint=hint)
        if spoken != self.client.locale:
            self.client.locale = spoken
            self.t = self.services.text(spoken)
            self.sql("UPDATE client SET locale = $2 WHERE id = $1", self.client.id, spoken)

    def first(self, text: Html) -> None:
        """Put a paragraph in front of whatever is said next in this turn."""
        self.leading.append(text)

    async def draft(self) -> LeadDraft:
        """The lead of this conversation: read once a turn, so that two changes of one turn are one write."""
        if self._draft is None:
            self._draft = await self.services.leads.current(self.turn)
        return self._draft

    def save(self, draft: LeadDraft) -> None:
        self.services.leads.save(self.turn, draft)

    async def say(
        self, text: Html | str = "", buttons: Iterable[Button] = (), *, human: bool = True, wide: bool = False
    ) -> None:
        """One message: what was led in, then `text`; a person is offered unless `human` is False."""
        shown = [*buttons, person(self.t)] if human else list(buttons)
        await self._send(self._whole(text), keyboard(shown, wide=wide) if shown else None)

    async def edit(self, text: Html, buttons: Iterable[Button], *, human: bool = True) -> None:
        """Rewrite the message whose button was pressed; where it cannot be rewritten, say it anew."""
        shown = [*buttons, person(self.t)] if human else list(buttons)
        if self.shown is None or self.leading:
            await self.say(text, shown, human=False)
            return
        try:
            await self.channel.bot.edit_message_text(
                text=text,
                chat_id=self.turn.chat_id,
                message_id=self.shown.message_id,
                reply_markup=keyboard(shown),
            )
        except TelegramBadRequest as error:
            if "not modified" not in str(error):
                await self._send(self._whole(text), keyboard(shown))
        self.spoke = True

    async def finish(self) -> None:
        """Say what was led in and not said yet."""
        if self.leading:
            await self.say()

    async def enter(self, scene: type[Scene]) -> None:
        await self.scenes.enter(scene, talk=self)

    async def leave(self) -> None:
        """No form is open any more."""
        await self.state.set_state(None)

    def enqueue(self, kind: str, payload: dict[str, Any], *, at: datetime | None = None, **how: Any) -> None:
        """A background job, added in the transaction that ends the turn."""
        when = at or self.now

        async def effect(session: AsyncSession) -> None:
            await enqueue(session, kind, payload, at=when, **how)

        self.turn.at_end(effect)

    def relay(self) -> None:
        """What the client wrote is shown to the managers; many messages in a row are one job."""
        number = self.turn.conversation_id
        self.enqueue(
            RELAY, {"conversation_id": number}, serial_key=f"desk:{number}", dedupe_key=f"{RELAY}:{number}", move=True
        )
        if self.carried is not None and not self._carrying:
            self._carrying = True
            self.turn.at_end(self._carry)

    async def _carry(self, session: AsyncSession) -> None:
        """Decided at the turn's end: what turns out to be unsafe is dropped from `carried` on the way there."""
        file, number = self.carried, self.turn.conversation_id
        if file is not None and not file.unsafe:
            about = {"conversation_id": number, "message_id": file.message_id, "file_id": file.file_id}
            await enqueue(session, FILE, about, at=self.now, serial_key=f"desk:{number}")

    def sql(self, statement: str, *values: Any) -> None:
        """A plain statement, run in the transaction that ends the turn."""

        async def effect(session: AsyncSession) -> None:
            await (await raw_connection(session)).execute(statement, *values)

        self.turn.at_end(effect)

    def _whole(self, text: Html | str) -> str:
        parts = [*self.leading, text] if text else list(self.leading)
        if not self.memory.met:
            parts.insert(0, self.t("intro", name=self.name))
            self.memory.met = True
        self.leading = []
        return GAP.join(parts)

    async def _send(self, text: str, markup: InlineKeyboardMarkup | None) -> None:
        await self.channel.bot.send_message(self.turn.chat_id, text, reply_markup=markup)
        self.spoke = True
