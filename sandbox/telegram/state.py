"""What stands at the simulated Telegram: people, chats, messages, topics, drafts, files. Plain data, no protocol."""

import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from sandbox.changes import Changes
from sandbox.world import Json

MANAGERS = {9001: "Анна", 9002: "Борис"}
CALLS_KEPT = 50_000


@dataclass(slots=True)
class User:
    id: int
    first_name: str
    is_bot: bool = False
    username: str | None = None


@dataclass(slots=True)
class StoredFile:
    """`path` is what getFile returns; `kind` is the Bot API's field: document, photo, voice, sticker."""

    file_id: str
    unique_id: str
    path: str
    kind: str
    filename: str
    mime: str
    data: bytes
    width: int = 0
    height: int = 0


@dataclass(slots=True)
class Message:
    """`text` is the caption where there is a file; `edits` are earlier contents, oldest first."""

    chat: "Chat"
    id: int
    date: int
    sender: User
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    file: StoredFile | None = None
    thread: int | None = None
    reply_to: "Message | None" = None
    extra: Json = field(default_factory=dict)
    service: bool = False
    edit_date: int | None = None
    edits: list[Json] = field(default_factory=list)
    deleted: bool = False


@dataclass(slots=True)
class Draft:
    id: int
    text: str
    entities: list[Json]
    thread: int | None
    expires: float
    can_stop: bool
    keep: bool


@dataclass(slots=True)
class Topic:
    id: int
    name: str
    color: int
    closed: bool = False


@dataclass(slots=True)
class Chat:
    """`members` maps a user's id to a Bot API status; in a private chat `kicked` for the bot means it is blocked."""

    id: int
    type: str
    title: str = ""
    forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    bot_status: str = "member"
    messages: dict[int, Message] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    drafts: dict[int, Draft] = field(default_factory=dict)
    shown_drafts: set[int] = field(default_factory=set)
    stopped_drafts: set[int] = field(default_factory=set)
    typing_until: float = 0.0
    typing: str = ""
    typing_thread: int | None = None
    pinned: list[int] = field(default_factory=list)

    @property
    def private(self) -> bool:
        return self.type == "private"


@dataclass(slots=True)
class Press:
    """A pressed button that waits for answerCallbackQuery."""

    id: str
    chat: int
    message: int
    user: int
    at: int
    answered: bool = False
    text: str | None = None
    alert: bool = False
    url: str | None = None


class State:
    """Everything that a reset forgets. Counters go on after a reset, so that an old number never means a new thing."""

    def __init__(self, admin_chat: int, first_id: int, changes: Changes) -> None:
        self.admin_chat = admin_chat
        self.changes = changes
        self._private_ids = itertools.count(first_id)
        self._group_ids: dict[int, itertools.count[int]] = {}
        self._first_id = first_id
        self._file_ids = itertools.count(1)
        self.call_numbers = itertools.count(1)
        self.press_ids = itertools.count(7_000_000_000_000_000_001)
        self.reset()

    def reset(self) -> None:
        self.users: dict[int, User] = {uid: User(uid, name) for uid, name in MANAGERS.items()}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.paths: dict[str, StoredFile] = {}
        self.presses: dict[str, Press] = {}
        self.calls: deque[Json] = deque(maxlen=CALLS_KEPT)
        group = self.add_group(self.admin_chat, "Продажи: менеджеры", forum=True)
        group.bot_status = "administrator"
        group.members = dict.fromkeys(MANAGERS, "member")
        self.changes.note()

    def user(self, user_id: int, name: str | None = None) -> User:
        """The person with this id, made on first sight; a name given later renames them."""
        user = self.users.get(user_id)
        if user is None:
            user = self.users[user_id] = User(user_id, name or f"Клиент {user_id}")
        elif name:
            user.first_name = name
        return user

    def private(self, user: User) -> Chat:
        """The person's chat with the bot; begins when the person first writes."""
        chat = self.chats.get(user.id)
        if chat is None:
            chat = self.chats[user.id] = Chat(user.id, "private")
        return chat

    def add_group(self, chat_id: int, title: str, *, forum: bool = False) -> Chat:
        chat = self.chats[chat_id] = Chat(chat_id, "supergroup", title, forum)
        return chat

    def next_id(self, chat: Chat) -> int:
        """Private chats of a bot share one row of numbers, each supergroup has its own, as in Telegram."""
        if chat.private:
            return next(self._private_ids)
        return next(self._group_ids.setdefault(chat.id, itertools.count(self._first_id)))

    def add_message(self, chat: Chat, sender: User, date: int, **fields: Any) -> Message:
        message = Message(chat, self.next_id(chat), date, sender, **fields)
        chat.messages[message.id] = message
        self.changes.note()
        return message

    def find(self, chat: Chat, message_id: int | None) -> Message | None:
        """A message that is still there."""
        message = chat.messages.get(message_id) if message_id else None
        return None if message is None or message.deleted else message

    def add_file(self, kind: str, filename: str, mime: str, data: bytes, size: tuple[int, int]) -> StoredFile:
        number = next(self._file_ids)
        suffix = filename.rsplit(".", 1)[-1].lower() if "." in filename else "bin"
        suffix = suffix if suffix.isascii() and suffix.isalnum() and len(suffix) < 9 else "bin"
        path = f"{kind}s/file_{number}.{suffix}"
        file = StoredFile(
            file_id=f"BQACAgIAAxkB{self._first_id:x}_{number:08d}",
            unique_id=f"AgAD{self._first_id:x}{number:08d}",
            path=path,
            kind=kind,
            filename=filename,
            mime=mime,
            data=data,
            width=size[0],
            height=size[1],
        )
        self.files[file.file_id] = file
        self.paths[path] = file
        return file
