"""Sending: messages, files, albums, copies, forwards, drafts and chat actions."""

import mimetypes
from typing import Any

from aiogram import methods as m
from aiogram.types import InputFile

from sandbox.telegram import images, keyboards
from sandbox.telegram.api import Api, method
from sandbox.telegram.errors import ApiError, bad_request
from sandbox.telegram.requests import Call
from sandbox.telegram.state import Chat, Draft, Message, StoredFile
from sandbox.telegram.texts import CAPTION_LIMIT, MESSAGE_LIMIT, formatted
from sandbox.telegram.updates import Bot
from sandbox.world import Json

DOCUMENT_LIMIT = 50_000_000
PHOTO_LIMIT = 10_000_000
DRAFT_SECONDS = 30
TYPING_SECONDS = 5
ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def mode(value: Any) -> str | None:
    """`parse_mode` as sent: aiogram's own default stands for a parameter that did not come."""
    return value if isinstance(value, str) else None


def deliver(api: Api, bot: Bot, chat: Chat, **fields: Any) -> Message:
    """Put a bot's message into a chat; drafts and typing end with it."""
    message = api.state.add_message(chat, bot.user, api.world.timestamp(), **fields)
    for draft in [d for d in chat.drafts.values() if d.thread == message.thread]:
        del chat.drafts[draft.id]
    chat.typing_until = 0.0
    return message


@method(m.SendMessage)
async def send_message(api: Api, bot: Bot, method: m.SendMessage, _call: Call) -> Json:
    chat = api.writable(method.chat_id, method.message_thread_id)
    if not method.text:
        raise bad_request("message text is empty")
    text, entities = formatted(method.text, mode(method.parse_mode), method.entities, limit=MESSAGE_LIMIT)
    if not text:
        raise bad_request("text must be non-empty")
    reply = api.replied(chat, method)
    api.limits.message(bot.id, chat)
    thread = method.message_thread_id or (reply.thread if reply and reply.chat is chat else None)
    markup = keyboards.stored(method.reply_markup)
    sent = deliver(api, bot, chat, text=text, entities=entities, markup=markup, thread=thread, reply_to=reply)
    return api.show(sent)


def stored_file(api: Api, reference: str | InputFile, call: Call, kind: str) -> StoredFile:
    """The file a method names: an upload, or the id of a file that is here already."""
    reference = str(reference)
    if not reference.startswith("attach://"):
        known = api.state.files.get(reference)
        if known is None:
            if reference.startswith(("http://", "https://")):
                raise bad_request("failed to get HTTP URL content")
            raise bad_request("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
        if known.kind != kind:
            raise bad_request(f"can't use file of type {known.kind.title()} as {kind.title()}")
        return known
    upload = call.files.get(reference.removeprefix("attach://"))
    if upload is None:
        raise bad_request(f"there is no {kind} in the request")
    if not upload.data:
        raise bad_request("file must be non-empty")
    size = (0, 0)
    if kind == "photo":
        if len(upload.data) > PHOTO_LIMIT:
            raise bad_request("file of size is too big for a photo; the maximum size is 10485760 bytes")
        found = images.dimensions(upload.data)
        if found is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if sum(found) > 10_000 or max(found) > 20 * min(found):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        size = found
    elif len(upload.data) > DOCUMENT_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    mime = mimetypes.guess_type(upload.filename)[0] or upload.mime
    return api.state.add_file(kind, upload.filename, mime, upload.data, size)


async def _send_file(api: Api, bot: Bot, method: Any, reference: Any, call: Call, kind: str) -> Json:
    chat = api.writable(method.chat_id, method.message_thread_id)
    text, entities = formatted(
        method.caption or "",
        mode(method.parse_mode),
        method.caption_entities,
        limit=CAPTION_LIMIT,
        caption=True,
    )
    reply = api.replied(chat, method)
    file = stored_file(api, reference, call, kind)
    api.limits.message(bot.id, chat)
    sent = deliver(
        api,
        bot,
        chat,
        text=text,
        entities=entities,
        file=file,
        markup=keyboards.stored(method.reply_markup),
        thread=method.message_thread_id or (reply.thread if reply and reply.chat is chat else None),
        reply_to=reply,
    )
    return api.show(sent)


@method(m.SendDocument)
async def send_document(api: Api, bot: Bot, method: m.SendDocument, call: Call) -> Json:
    return await _send_file(api, bot, method, method.document, call, "document")


@method(m.SendPhoto)
async def send_photo(api: Api, bot: Bot, method: m.SendPhoto, call: Call) -> Json:
    return await _send_file(api, bot, method, method.photo, call, "photo")


@method(m.SendMediaGroup)
async def send_media_group(api: Api, bot: Bot, method: m.SendMediaGroup, call: Call) -> list[Json]:
    chat = api.writable(method.chat_id, method.message_thread_id)
    if not 2 <= len(method.media) <= 10:
        few = len(method.media) < 2
        raise bad_request("there are no messages to send" if few else "too many messages to send as an album")
    kinds = {str(item.type) for item in method.media}
    if "document" in kinds and len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    if kinds - {"document", "photo"}:
        raise ApiError(501, f"Not Implemented: {kinds.pop()} is not part of the simulated world")
    reply = api.replied(chat, method)
    parts = []
    for item in method.media:
        caption = formatted(
            item.caption or "",
            mode(item.parse_mode),
            item.caption_entities,
            limit=CAPTION_LIMIT,
            caption=True,
        )
        parts.append((caption, stored_file(api, item.media, call, str(item.type))))
    api.limits.message(bot.id, chat, len(parts))
    album = {"media_group_id": str(13_000_000_000_000_000 + next(api.state.call_numbers))}
    sent = [
        deliver(
            api,
            bot,
            chat,
            text=text,
            entities=entities,
            file=file,
            thread=method.message_thread_id,
            reply_to=reply,
            extra=dict(album),
        )
        for (text, entities), file in parts
    ]
    return [api.show(message) for message in sent]


def _source(api: Api, chat_id: int | str, message_id: int, verb: str) -> Message:
    message = api.state.find(api.chat(chat_id), message_id)
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.service:
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message


@method(m.CopyMessage)
async def copy_message(api: Api, bot: Bot, method: m.CopyMessage, _call: Call) -> Json:
    chat = api.writable(method.chat_id, method.message_thread_id)
    source = _source(api, method.from_chat_id, method.message_id, "copy")
    text, entities = source.text, source.entities
    if method.caption is not None and source.file is not None:
        text, entities = formatted(
            method.caption,
            mode(method.parse_mode),
            method.caption_entities,
            limit=CAPTION_LIMIT,
            caption=True,
        )
    reply = api.replied(chat, method)
    api.limits.message(bot.id, chat)
    extra = {key: value for key, value in source.extra.items() if key == "contact"}
    sent = deliver(
        api,
        bot,
        chat,
        text=text,
        entities=entities,
        file=source.file,
        extra=extra,
        markup=keyboards.stored(method.reply_markup),
        thread=method.message_thread_id,
        reply_to=reply,
    )
    return {"message_id": sent.id}


@method(m.ForwardMessage)
async def forward_message(api: Api, bot: Bot, method: m.ForwardMessage, _call: Call) -> Json:
    chat = api.writable(method.chat_id, method.message_thread_id)
    source = _source(api, method.from_chat_id, method.message_id, "forward")
    api.limits.message(bot.id, chat)
    sender = source.sender
    person = {"id": sender.id, "is_bot": sender.is_bot, "first_name": sender.first_name}
    origin = source.extra.get("forward_origin") or {"type": "user", "sender_user": person, "date": source.date}
    extra = {key: value for key, value in source.extra.items() if key == "contact"}
    sent = deliver(
        api,
        bot,
        chat,
        text=source.text,
        entities=source.entities,
        file=source.file,
        thread=method.message_thread_id,
        extra=extra | {"forward_origin": origin},
    )
    return api.show(sent)


@method(m.SendChatAction)
async def send_chat_action(api: Api, _bot: Bot, method: m.SendChatAction, _call: Call) -> bool:
    chat = api.writable(method.chat_id, method.message_thread_id)
    if method.action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.typing = method.action
    chat.typing_thread = method.message_thread_id
    chat.typing_until = api.world.clock.now().timestamp() + TYPING_SECONDS
    api.state.changes.note()
    return True


@method(m.SendMessageDraft)
async def send_message_draft(api: Api, _bot: Bot, method: m.SendMessageDraft, _call: Call) -> bool:
    chat = api.writable(method.chat_id, method.message_thread_id)
    if not chat.private:
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    if method.draft_id == 0:
        raise bad_request("invalid draft_id specified")
    text, entities = formatted(method.text or "", mode(method.parse_mode), method.entities, limit=MESSAGE_LIMIT)
    api.limits.draft(chat)
    if method.draft_id in chat.stopped_drafts:
        # the person pressed Stop: later pieces of the same draft are not shown any more
        return True
    chat.drafts[method.draft_id] = Draft(
        id=method.draft_id,
        text=text,
        entities=entities,
        thread=method.message_thread_id,
        expires=api.world.clock.now().timestamp() + DRAFT_SECONDS,
        can_stop=bool(method.can_stop),
        keep=bool(method.keep_on_stop),
    )
    chat.shown_drafts.add(method.draft_id)
    api.state.changes.note()
    return True
