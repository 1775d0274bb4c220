"""Forum topics: create, rename, close, reopen, delete."""

from aiogram import methods as m

from sandbox.telegram.api import Api, method
from sandbox.telegram.errors import bad_request
from sandbox.telegram.requests import Call
from sandbox.telegram.state import Chat, Topic
from sandbox.telegram.updates import Bot
from sandbox.telegram.views import topic_json
from sandbox.world import Json

COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
NAME_LIMIT = 128


def _forum(api: Api, chat_id: int | str) -> Chat:
    chat = api.writable(chat_id)
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    if chat.bot_status != "administrator":
        raise bad_request("not enough rights to manage topics")
    return chat


def _topic(api: Api, chat: Chat, thread: int) -> Topic:
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    return topic


def _note(api: Api, bot: Bot, chat: Chat, thread: int | None, what: str, content: Json) -> int:
    """The service message a change of a topic leaves in it."""
    message = api.state.add_message(
        chat, bot.user, api.world.timestamp(), thread=thread, extra={what: content}, service=True
    )
    return message.id


@method(m.CreateForumTopic)
async def create_forum_topic(api: Api, bot: Bot, method: m.CreateForumTopic, _call: Call) -> Json:
    chat = _forum(api, method.chat_id)
    name = method.name.strip()
    if not name or len(name) > NAME_LIMIT:
        raise bad_request("TOPIC_NAME_INVALID" if name else "topic name must be non-empty")
    color = method.icon_color if method.icon_color is not None else COLORS[len(chat.topics) % len(COLORS)]
    if color not in COLORS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")
    content = {"name": name, "icon_color": color}
    number = _note(api, bot, chat, None, "forum_topic_created", content)
    chat.messages[number].thread = number
    topic = chat.topics[number] = Topic(number, name, color)
    return topic_json(topic)


@method(m.EditForumTopic)
async def edit_forum_topic(api: Api, bot: Bot, method: m.EditForumTopic, _call: Call) -> bool:
    chat = _forum(api, method.chat_id)
    topic = _topic(api, chat, method.message_thread_id)
    name = (method.name or "").strip()
    if len(name) > NAME_LIMIT:
        raise bad_request("TOPIC_NAME_INVALID")
    if not name or name == topic.name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = name
    _note(api, bot, chat, topic.id, "forum_topic_edited", {"name": name})
    return True


async def _set_closed(api: Api, bot: Bot, chat_id: int | str, thread: int, closed: bool) -> bool:
    chat = _forum(api, chat_id)
    topic = _topic(api, chat, thread)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    _note(api, bot, chat, topic.id, "forum_topic_closed" if closed else "forum_topic_reopened", {})
    return True


@method(m.CloseForumTopic)
async def close_forum_topic(api: Api, bot: Bot, method: m.CloseForumTopic, _call: Call) -> bool:
    return await _set_closed(api, bot, method.chat_id, method.message_thread_id, True)


@method(m.ReopenForumTopic)
async def reopen_forum_topic(api: Api, bot: Bot, method: m.ReopenForumTopic, _call: Call) -> bool:
    return await _set_closed(api, bot, method.chat_id, method.message_thread_id, False)


@method(m.DeleteForumTopic)
async def delete_forum_topic(api: Api, _bot: Bot, method: m.DeleteForumTopic, _call: Call) -> bool:
    chat = _forum(api, method.chat_id)
    topic = _topic(api, chat, method.message_thread_id)
    del chat.topics[topic.id]
    for message in chat.messages.values():
        if message.thread == topic.id:
            message.deleted = True
    api.state.changes.note()
    return True
