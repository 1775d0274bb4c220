"""What people and tests see of the simulated Telegram: messages, calls, files, topics, and the page's live view."""

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from sandbox.http import answer
from sandbox.telegram.api import Api
from sandbox.telegram.state import Chat, Message
from sandbox.telegram.views import press_json, record
from sandbox.world import Json, Refusal

SHOWN = 300
LONGEST_WAIT = 25
PICTURES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}


class Inspector:
    def __init__(self, api: Api) -> None:
        self._api = api
        self._state = api.state

    async def answer(self, what: str, query: Mapping[str, str]) -> web.StreamResponse:
        """`what`: "" messages of a chat, calls, file, topics, chats, presses, webhook, view; raises `Refusal`."""
        if what == "":
            return answer(self._messages(query))
        if what == "calls":
            return answer(self._calls(query))
        if what == "file":
            return self._file(query)
        if what == "topics":
            return answer(self._topics(self._chat(query)))
        if what == "chats":
            return answer([self._chat_json(chat) for chat in self._state.chats.values()])
        if what == "presses":
            return answer([press_json(press) for press in self._state.presses.values()])
        if what == "bots":
            return answer(self._bots())
        if what == "view":
            return answer(await self._view(query))
        raise Refusal(f"nothing is called {what!r} here", status=404, code="not_found")

    def _chat(self, query: Mapping[str, str]) -> Chat:
        number = _number(query, "chat")
        chat = self._state.chats.get(number)
        if chat is None:
            raise Refusal(f"no chat {number}", status=404, code="not_found")
        return chat

    def _messages(self, query: Mapping[str, str]) -> list[Json]:
        """A chat that nobody has written to is empty, not an error; `service=1` adds the notes on topics and pins."""
        chat = self._state.chats.get(_number(query, "chat"))
        services = query.get("service") == "1"
        return [record(m) for m in chat.messages.values() if services or not m.service] if chat else []

    def _calls(self, query: Mapping[str, str]) -> list[Json]:
        """Every call but getUpdates, oldest first; narrowed by `method`, `chat` and `after` (a call's number)."""
        method, chat = query.get("method", "").lower(), query.get("chat")
        after = _number(query, "after") if "after" in query else 0
        return [
            call
            for call in self._state.calls
            if call["n"] > after
            and (not method or call["method"].lower() == method)
            and (not chat or str(call["params"].get("chat_id")) == chat)
        ]

    def _file(self, query: Mapping[str, str]) -> web.Response:
        message = self._with_file(_number(query, "message"), _number(query, "chat") if "chat" in query else None)
        file = message.file
        if file is None:
            raise Refusal("this message has no file", status=404, code="not_found")
        kind = next((mime for magic, mime in PICTURES.items() if file.data.startswith(magic)), None)
        picture = kind is not None and query.get("inline") == "1"
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.filename)}"}
        return web.Response(
            body=file.data,
            content_type=kind if picture and kind else "application/octet-stream",
            headers={} if picture else headers,
        )

    def _with_file(self, number: int, chat_id: int | None) -> Message:
        """Numbers repeat across chats: without `chat` the newest message of that number that has a file."""
        chats = [c for c in self._state.chats.values() if chat_id in (None, c.id)]
        found = [m for c in chats if (m := c.messages.get(number)) is not None and m.file is not None]
        if not found:
            raise Refusal(f"no message {number} with a file", status=404, code="not_found")
        return max(found, key=lambda message: message.date)

    def _topics(self, chat: Chat) -> list[Json]:
        rows = []
        for topic in chat.topics.values():
            messages = [m for m in chat.messages.values() if m.thread == topic.id and not m.deleted and not m.service]
            last = messages[-1] if messages else None
            rows.append(
                {
                    "thread": topic.id,
                    "name": topic.name,
                    "closed": topic.closed,
                    "color": topic.color,
                    "messages": len(messages),
                    "last": last.text[:120] if last else "",
                    "last_message": last.id if last else topic.id,
                }
            )
        return rows

    def _bots(self) -> list[Json]:
        return [
            {
                "id": bot.id,
                "active": bot is self._api.bots.active,
                "name": bot.user.first_name,
                "username": bot.user.username,
                "pending": len(bot.queue),
                "webhook": bot.webhook.info() if bot.webhook else None,
                "commands": bot.settings.get("commands:default:", []),
            }
            for bot in self._api.bots
        ]

    def _chat_json(self, chat: Chat) -> Json:
        now = self._api.world.clock.now().timestamp()
        user = self._state.users.get(chat.id)
        last = next((m for m in reversed(chat.messages.values()) if not m.deleted and not m.service), None)
        for draft in [d for d in chat.drafts.values() if d.expires <= now]:
            del chat.drafts[draft.id]
        return {
            "chat": chat.id,
            "type": chat.type,
            "title": chat.title or (user.first_name if user else str(chat.id)),
            "forum": chat.forum,
            "bot_status": chat.bot_status,
            "last": {"message": last.id, "text": last.text[:120], "at": last.date} if last else None,
            "typing": {"action": chat.typing, "thread": chat.typing_thread} if chat.typing_until > now else None,
            "drafts": [
                {"id": d.id, "text": d.text, "entities": d.entities, "thread": d.thread, "can_stop": d.can_stop}
                for d in chat.drafts.values()
            ],
        }

    async def _view(self, query: Mapping[str, str]) -> Json:
        """Everything the page shows at once; with `after` it waits until something has changed."""
        if "after" in query:
            wait = min(_number(query, "wait") if "wait" in query else 0, LONGEST_WAIT)
            await self._state.changes.after(_number(query, "after"), wait)
        number = self._state.changes.number
        group = self._state.chats[self._state.admin_chat]
        client = self._state.chats.get(_number(query, "chat")) if "chat" in query else None
        return {
            "number": number,
            "clock": {"offset": self._api.world.clock.offset, "now": self._api.world.clock.now().isoformat()},
            "faults": self._api.world.faults.as_json(),
            "bots": self._bots(),
            "chats": [self._chat_json(c) for c in self._state.chats.values() if c.private],
            "client": self._contents(client) if client else None,
            "group": self._contents(group) | {"topics": self._topics(group)},
            "presses": [press_json(p) for p in list(self._state.presses.values())[-20:]],
        }

    def _contents(self, chat: Chat) -> Json:
        messages = [record(m) for m in list(chat.messages.values())[-SHOWN:] if not m.deleted]
        return self._chat_json(chat) | {"messages": messages}


def _number(query: Mapping[str, str], key: str) -> int:
    try:
        return int(query[key])
    except KeyError:
        raise Refusal(f'"{key}" is needed') from None
    except ValueError:
        raise Refusal(f'"{key}" must be a whole number') from None
