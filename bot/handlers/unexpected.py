"""What is no text: stickers, places, contacts, and who answers voices and files; edited messages; blocking."""

from aiogram import Router
from aiogram.types import ChatMemberUpdated, Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot.filters import Carries, Nothing
from bot.handlers import onward
from bot.handlers.files import file
from bot.handlers.files import press as pressed
from bot.handlers.voice import voice
from bot.keyboards import Press, Read
from bot.scenes import brief
from bot.talk import Talk
from bot.turn import Turn
from infra.database import raw_connection

FIND = """
SELECT origin, n FROM transcript
WHERE conversation_id = $1 AND message_id = $2 AND author = 'client' ORDER BY created_at DESC LIMIT 1
"""
AMEND = """
UPDATE transcript SET body = $4, edited_at = clock_timestamp() WHERE conversation_id = $1 AND origin = $2 AND n = $3
"""


async def contact(message: Message, talk: Talk) -> None:
    """A shared contact: only one's own may be kept."""
    shared = message.contact
    if shared is None or message.from_user is None or shared.user_id != message.from_user.id:
        await onward.go_on(talk, talk.t("unexpected.foreign_contact"))
        return
    if await talk.state.get_state() == "brief":
        await brief.hear(talk, shared.phone_number)
        return
    await brief.volunteer(talk, shared.phone_number)


async def video(_: Message, talk: Talk) -> None:
    await onward.go_on(talk, talk.t("unexpected.video"))


async def sticker(_: Message, talk: Talk) -> None:
    await onward.go_on(talk, talk.t("unexpected.sticker"))


async def place(_: Message, talk: Talk) -> None:
    await onward.go_on(talk, talk.t("unexpected.place"))


async def empty(_: Message, talk: Talk) -> None:
    await onward.go_on(talk, talk.t("unexpected.empty"))


async def edited(message: Message, turn: Turn) -> None:
    """The transcript tells what the message says now; the answer that was given stands."""
    text = message.text or message.caption
    if not text:
        return
    sealed, conversation_id, message_id = text, turn.conversation_id, message.message_id

    async def amend(session: AsyncSession) -> None:
        connection = await raw_connection(session)
        row = await connection.fetchrow(FIND, conversation_id, message_id)
        if row is not None:
            where = f"transcript|{conversation_id}|{row['origin']}|{row['n']}|body"
            body = turn.key.seal_text(sealed, where)
            await connection.execute(AMEND, conversation_id, row["origin"], row["n"], body)

    turn.at_end(amend)


async def membership(event: ChatMemberUpdated, turn: Turn) -> None:
    """Blocked: nothing is sent there any more. Unblocked: as before."""
    blocked = event.new_chat_member.status in ("kicked", "left")
    account_id, chat_id = turn.account_id, turn.chat_id

    async def note(session: AsyncSession) -> None:
        connection = await raw_connection(session)
        await connection.execute(
            "UPDATE identity SET blocked_at = CASE WHEN $3 THEN now() END WHERE account_id = $1 AND chat_id = $2",
            account_id,
            chat_id,
            blocked,
        )

    turn.at_end(note)


def build() -> Router:
    router = Router(name="unexpected")
    router.message.register(contact, Carries("contact"))
    router.message.register(file, Carries("photo", "document", "video"))
    router.message.register(voice, Carries("voice", "audio"))
    router.message.register(video, Carries("video_note"))
    router.message.register(sticker, Carries("sticker", "animation", "dice"))
    router.message.register(place, Carries("location", "venue"))
    router.message.register(empty, Nothing())
    router.callback_query.register(pressed, Press(Read))
    router.edited_message.register(edited)
    router.my_chat_member.register(membership)
    return router
