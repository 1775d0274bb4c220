"""Chats, their members, and files to download."""

from aiogram import methods as m

from sandbox.telegram.api import Api, method
from sandbox.telegram.errors import bad_request
from sandbox.telegram.requests import Call
from sandbox.telegram.state import Chat
from sandbox.telegram.updates import Bot
from sandbox.telegram.views import full_chat, member_json
from sandbox.world import Json

DOWNLOAD_LIMIT = 20 * 1024 * 1024


@method(m.GetChat)
async def get_chat(api: Api, _bot: Bot, method: m.GetChat, _call: Call) -> Json:
    return full_chat(api.chat(method.chat_id), api.state.users)


def _member(api: Api, bot: Bot, chat: Chat, user_id: int) -> Json:
    if user_id == bot.id:
        return member_json(bot.user, chat.bot_status)
    user = api.state.users.get(user_id)
    if chat.private:
        if user_id != chat.id or user is None:
            raise bad_request("member not found")
        return member_json(user, "member")
    return member_json(user or api.state.user(user_id), chat.members.get(user_id, "left"))


@method(m.GetChatMember)
async def get_chat_member(api: Api, bot: Bot, method: m.GetChatMember, _call: Call) -> Json:
    if method.user_id <= 0:
        raise bad_request("invalid user_id specified")
    return _member(api, bot, _visible(api, method.chat_id), method.user_id)


def _visible(api: Api, chat_id: int | str) -> Chat:
    chat = api.chat(chat_id)
    return chat if chat.private else api.writable(chat_id)


@method(m.GetChatAdministrators)
async def get_chat_administrators(api: Api, bot: Bot, method: m.GetChatAdministrators, _call: Call) -> list[Json]:
    chat = _visible(api, method.chat_id)
    if chat.private:
        raise bad_request("there are no administrators in the private chat")
    found = [uid for uid, status in chat.members.items() if status in ("administrator", "creator")]
    if chat.bot_status == "administrator":
        found.insert(0, bot.id)
    return [_member(api, bot, chat, uid) for uid in found]


@method(m.GetChatMemberCount)
async def get_chat_member_count(api: Api, _bot: Bot, method: m.GetChatMemberCount, _call: Call) -> int:
    chat = _visible(api, method.chat_id)
    return 2 if chat.private else 1 + sum(status not in ("left", "kicked") for status in chat.members.values())


@method(m.GetFile)
async def get_file(api: Api, _bot: Bot, method: m.GetFile, _call: Call) -> Json:
    file = api.state.files.get(method.file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "file_path": file.path,
    }
