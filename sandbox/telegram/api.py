"""What the methods of the Bot API stand on: the state, look-ups with Telegram's refusals, the registry."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import aiohttp

from sandbox.telegram.errors import ApiError, bad_request, forbidden
from sandbox.telegram.limits import Limits
from sandbox.telegram.requests import AnyMethod, Call
from sandbox.telegram.state import Chat, Message, State
from sandbox.telegram.updates import Bot, Bots
from sandbox.telegram.views import message_json
from sandbox.telegram.webhook import Execute
from sandbox.world import Json, World


@dataclass(slots=True)
class Api:
    """One simulated Telegram; `http` and `execute` are set once the server runs."""

    world: World
    state: State
    bots: Bots
    limits: Limits
    http: aiohttp.ClientSession | None = None
    execute: Execute | None = None

    def chat(self, chat_id: int | str | None) -> Chat:
        """The chat a bot may see; raises `ApiError` 400 or 403."""
        if chat_id in (None, ""):
            raise bad_request("chat_id is empty")
        try:
            chat = self.state.chats.get(int(chat_id or 0))
        except ValueError:
            chat = None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def writable(self, chat_id: int | str | None, thread: int | None = None) -> Chat:
        """A chat the bot may write to, in that thread."""
        chat = self.chat(chat_id)
        if chat.bot_status == "kicked":
            if chat.private:
                raise forbidden("bot was blocked by the user")
            raise forbidden("bot was kicked from the supergroup chat")
        if chat.bot_status == "left":
            raise forbidden("bot is not a member of the supergroup chat")
        if thread and thread not in chat.topics and (chat.forum or chat.private):
            raise bad_request("message thread not found")
        return chat

    def own(self, bot: Bot, chat_id: int | str | None, message_id: int | None) -> Message:
        """A message this bot may edit; raises `ApiError` 400 in the words of the edit methods."""
        if chat_id in (None, "") or message_id is None:
            raise bad_request("message identifier is not specified")
        message = self.state.find(self.writable(chat_id), message_id)
        if message is None:
            raise bad_request("message to edit not found")
        if message.sender.id != bot.id or message.service:
            raise bad_request("message can't be edited")
        return message

    def replied(self, chat: Chat, method: Any) -> Message | None:
        """The message a method replies to, by `reply_parameters` or the older parameter."""
        parameters = method.reply_parameters
        wanted = parameters.message_id if parameters else method.reply_to_message_id
        if not wanted:
            return None
        source = self.chat(parameters.chat_id) if parameters and parameters.chat_id else chat
        message = self.state.find(source, wanted)
        lenient = parameters.allow_sending_without_reply if parameters else method.allow_sending_without_reply
        if message is None and lenient is not True:  # not sent, it is aiogram's stand-in for a default
            raise bad_request("message to be replied not found")
        return message

    def show(self, message: Message) -> Json:
        return message_json(message, self.state.users)


Handler = Callable[[Api, Bot, Call], Awaitable[Any]]
M = TypeVar("M", bound=AnyMethod)
METHODS: dict[type[AnyMethod], Handler] = {}


def method(
    kind: type[M],
) -> Callable[[Callable[[Api, Bot, M, Call], Awaitable[Any]]], Callable[[Api, Bot, M, Call], Awaitable[Any]]]:
    """Register the handler of one Bot API method; it returns the JSON of `result`."""

    def register(
        handler: Callable[[Api, Bot, M, Call], Awaitable[Any]],
    ) -> Callable[[Api, Bot, M, Call], Awaitable[Any]]:
        async def run(api: Api, bot: Bot, call: Call) -> Any:
            return await handler(api, bot, cast(M, call.method), call)

        METHODS[kind] = run
        return handler

    return register


async def run(api: Api, bot: Bot, call: Call) -> Any:
    """Execute a validated call; raises `ApiError`."""
    handler = METHODS.get(type(call.method))
    if handler is None:
        name = call.method.__api_method__
        raise ApiError(501, f"Not Implemented: {name} is not part of the simulated world")
    return await handler(api, bot, call)
