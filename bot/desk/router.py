"""What happens in the managers' group: buttons, answers to clients, notes, commands. Nothing goes further."""

from contextlib import suppress
from typing import Any

import structlog
from aiogram import Dispatcher, Router
from aiogram.enums import ContentType
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, ChatMemberUpdated, InlineKeyboardMarkup, Message, TelegramObject
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.channel import Channel
from bot.desk import knowledge, listing
from bot.desk.acts import Acts
from bot.desk.buttons import REASONS, Act, DeskPress, assign_menu, card_menu, close_menu, reason_menu
from bot.desk.case import Case, Person, client_bot, conversation_of, load
from bot.desk.members import ANONYMOUS_ADMIN, acting, colleagues
from bot.desk.reply import NOTE, amend, introduce, note, reply, words_of
from bot.keyboards import keyboard, person
from bot.services import Services
from bot.turn import Turn
from infra.database import raw_connection

log = structlog.get_logger(__name__)

TAKING_NOTE = "desk:note"
"""State of a manager whose next message is a note; its data names the conversation."""

TALK = frozenset(
    (
        ContentType.TEXT, ContentType.PHOTO, ContentType.DOCUMENT, ContentType.VIDEO, ContentType.AUDIO,
        ContentType.VOICE, ContentType.ANIMATION, ContentType.VIDEO_NOTE, ContentType.STICKER, ContentType.CONTACT,
        ContentType.LOCATION, ContentType.POLL, ContentType.VENUE, ContentType.DICE,
    )
)  # fmt: skip
"""What a person says; anything else is Telegram's own notice about the group: a pin, a renamed topic."""


class InGroup(Filter):
    """Only the managers' group."""

    def __init__(self, chat_id: int) -> None:
        self._chat_id = chat_id

    async def __call__(self, event: TelegramObject) -> bool:
        message = event.message if isinstance(event, CallbackQuery) else event
        chat = getattr(message, "chat", None)
        return chat is not None and chat.id == self._chat_id


def setup(dispatcher: Dispatcher, admin_chat_id: int) -> None:
    """One router before all others takes every update of the group."""
    router = Router(name="desk")
    here = InGroup(admin_chat_id)
    router.message.register(on_message, here)
    router.edited_message.register(on_edited, here)
    router.callback_query.register(knowledge.on_press, here, knowledge.Refresh.filter())
    router.callback_query.register(on_press, here, DeskPress())
    router.my_chat_member.register(on_membership, here)
    dispatcher.include_router(router)


async def on_message(message: Message, turn: Turn, services: Services, channel: Channel, state: FSMContext) -> None:
    if message.forum_topic_closed is not None or message.forum_topic_reopened is not None:
        _topic_closed(turn, closed=message.forum_topic_closed is not None)
        return
    sender = message.from_user
    if sender is None or (sender.is_bot and sender.id != ANONYMOUS_ADMIN) or message.content_type not in TALK:
        return
    words = words_of(message)
    command = words.startswith("/") and not words.startswith(NOTE)
    noting = await state.get_state() == TAKING_NOTE
    number = await _about(message, turn, services)
    if noting and not command:
        number = (await state.get_data()).get("conversation", number)
    if number is None and not command:
        return
    me = await acting(services, channel.bot, turn.chat_id, sender)
    if me is None:
        log.info("desk.stranger")
        return
    if command and knowledge.asked(words):
        await knowledge.show(turn, services, channel.bot)
        return
    if command:
        await listing.command(words, turn, services, channel.bot, replying=number is not None)
        return
    case = await load(services, number) if number is not None else None
    if case is None:
        return
    if noting or words.startswith(NOTE):
        if noting:
            await state.clear()
        note(turn, services, case, me, message)
        return
    await reply(turn, services, channel.bot, case, me, message)


async def on_edited(message: Message, turn: Turn, services: Services, channel: Channel) -> None:
    me = await acting(services, channel.bot, turn.chat_id, message.from_user) if message.from_user else None
    if me is not None:
        await amend(turn, services, me, message)


async def on_membership(event: ChatMemberUpdated) -> None:
    """The bot was added, promoted or removed."""
    log.info("desk.bot_status", status=event.new_chat_member.status)


async def on_press(
    query: CallbackQuery, press: Act | None, turn: Turn, services: Services, channel: Channel, state: FSMContext
) -> None:
    t = services.texts["ru"]
    me = await acting(services, channel.bot, turn.chat_id, query.from_user)
    if me is None:
        await _answer(query, t.plain("desk.members_only"), alert=True)
        return
    case = await load(services, press.id) if press is not None else None
    if press is None or case is None:
        await _answer(query, t.plain("desk.old_button"), alert=True)
        return
    await _Press(query, press, Acts(turn, services, case, me), state).act()


class _Press:
    """One press on a card or an offer."""

    def __init__(self, query: CallbackQuery, press: Act, acts: Acts, state: FSMContext) -> None:
        self.query, self.press, self.acts, self.state = query, press, acts, state
        self.t = acts.services.texts["ru"]

    @property
    def case(self) -> Case:
        return self.acts.case

    @property
    def me(self) -> Person:
        return self.acts.me

    async def act(self) -> None:
        ways: dict[str, Any] = {
            "take": self.take, "assign": self.assign, "to": self.to, "answer": self.hint, "note": self.note,
            "close": self.close, "won": self.won, "lost": self.lost, "why": self.why, "menu": self.menu,
            "back": self.back, "keep": self.keep,
        }  # fmt: skip
        way = ways.get(self.press.act)
        if way is None:
            await self.say("desk.old_button", alert=True)
        else:
            await way()

    async def take(self) -> None:
        if self.case.silent:
            mine = self.case.owner is not None and self.case.owner.id == self.me.id
            name = self.case.owner.name if self.case.owner else self.t.plain("desk.somebody")
            await self.say("desk.yours" if mine else "desk.taken_by", name=name, alert=not mine)
            return
        await self.say("desk.taken")
        self.acts.take()
        await introduce(self.acts)

    async def assign(self) -> None:
        people = [(one.id, one.name) for one in (await colleagues(self.acts.services))[:8]]
        await self.say()
        await self.show(assign_menu(self.t, self.case.conversation_id, people))

    async def to(self) -> None:
        chosen = next((one for one in await colleagues(self.acts.services) if str(one.id) == self.press.arg), None)
        if chosen is None:
            await self.say("desk.old_button", alert=True)
        elif chosen.id == self.me.id and not self.case.silent:
            await self.take()
        else:
            await self.say("desk.assigned", name=chosen.name)
            self.acts.assign(chosen.id)

    async def hint(self) -> None:
        in_topic = self.case.topic is not None and self.case.topic.thread_id != 0
        await self.say("desk.hint.topic" if in_topic else "desk.hint.reply", alert=True)

    async def note(self) -> None:
        await self.state.set_state(TAKING_NOTE)
        await self.state.set_data({"conversation": self.case.conversation_id})
        await self.say("desk.hint.note", alert=True)

    async def close(self) -> None:
        if await self.is_open():
            await self.say()
            await self.show(close_menu(self.t, self.case.conversation_id))

    async def won(self) -> None:
        if await self.is_open():
            await self.say("desk.closed")
            self.acts.close("won", None)

    async def lost(self) -> None:
        if await self.is_open():
            await self.say()
            await self.show(reason_menu(self.t, self.case.conversation_id))

    async def why(self) -> None:
        if self.press.arg not in REASONS:
            await self.say("desk.old_button", alert=True)
        elif await self.is_open():
            await self.say("desk.closed")
            self.acts.close("lost", self.press.arg)

    async def menu(self) -> None:
        await self.say()
        await self.show(card_menu(self.t, self.case.conversation_id, open_=self.case.open, silent=self.case.silent))

    async def back(self) -> None:
        if not self.case.silent:
            await self.say("desk.already_back", alert=True)
            return
        await self.say("desk.back")
        self.acts.hand_back()
        bot = client_bot(self.acts.services, self.case)
        if bot is None:
            return
        t = self.acts.services.text(self.case.locale)
        text = t("desk.client.back")
        try:
            message = await bot.send_message(self.case.chat_id, text, reply_markup=keyboard([person(t)]))
        except TelegramForbiddenError:
            self.acts.blocked()
            self.acts.alert("blocked")
        except TelegramBadRequest as error:
            log.warning("desk.not_delivered", error=str(error)[:120])
        else:
            self.acts.write(0, "bot", text, message.message_id)

    async def keep(self) -> None:
        await self.say("desk.kept")
        if self.case.silent:
            self.acts.speak()

    async def is_open(self) -> bool:
        if not self.case.open:
            await self.say("desk.already_closed", alert=True)
            self.acts.redraw()
        return self.case.open

    async def say(self, key: str = "", *, alert: bool = False, **values: Any) -> None:
        await _answer(self.query, self.t.plain(key, **values) if key else None, alert=alert)

    async def show(self, markup: InlineKeyboardMarkup) -> None:
        """Other buttons under the message that was pressed."""
        message = self.query.message
        if isinstance(message, Message):
            with suppress(TelegramBadRequest):
                await message.edit_reply_markup(reply_markup=markup)


async def _about(message: Message, turn: Turn, services: Services) -> int | None:
    replied = message.reply_to_message.message_id if message.reply_to_message is not None else None
    return await conversation_of(services, turn.chat_id, turn.thread_id, replied)


def _topic_closed(turn: Turn, *, closed: bool) -> None:
    """A manager closed or reopened a topic by hand."""

    async def effect(session: AsyncSession) -> None:
        await (await raw_connection(session)).execute(
            "UPDATE desk_topic SET closed = $3 WHERE chat_id = $1 AND thread_id = $2 AND thread_id <> 0",
            turn.chat_id,
            turn.thread_id,
            closed,
        )

    turn.at_end(effect)


async def _answer(query: CallbackQuery, text: str | None, *, alert: bool = False) -> None:
    """A press that is too old to be answered does not matter."""
    with suppress(TelegramBadRequest):
        await query.answer(text, show_alert=alert)
