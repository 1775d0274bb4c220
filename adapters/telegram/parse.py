"""Telegram's updates: which conversation one belongs to, and several plain texts made into one. Pure."""

from collections.abc import Sequence
from typing import Any

import orjson

from adapters.channel import Inbound, ParseContext

CARRIERS = ("message", "edited_message", "callback_query", "my_chat_member", "stopped_message_generation")
"""The kinds of update this product asks Telegram for."""

NOT_PLAIN = ("reply_to_message", "forward_origin", "via_bot", "media_group_id", "quote")


def inbound(account_id: int, raw: dict[str, Any]) -> Inbound:
    """Read just enough of a raw update to queue it. ValueError when it names no chat."""
    update_id = _number(raw.get("update_id"))
    if update_id is None:
        raise ValueError("an update without update_id")
    kind = next((name for name in raw if name != "update_id"), "")
    event = raw.get(kind)
    if not isinstance(event, dict):
        raise ValueError(f"an update without an event ({kind[:40]!r})")
    message = event.get("message", {}) if kind == "callback_query" else event
    message = message if isinstance(message, dict) else {}
    chat = message.get("chat") or event.get("chat") or event.get("from") or event.get("user")
    sender = event.get("from") or event.get("user") or chat
    chat_id = _number(chat.get("id")) if isinstance(chat, dict) else None
    sender_id = _number(sender.get("id")) if isinstance(sender, dict) else None
    if not isinstance(chat, dict) or chat_id is None:
        raise ValueError(f"an update that names no chat ({kind[:40]!r})")
    shared = chat.get("type", "private") != "private"
    thread = _number(message.get("message_thread_id")) if message.get("is_topic_message") else None
    return Inbound(
        account_id=account_id,
        external_id=str(update_id),
        chat=str(chat_id),
        payload=orjson.dumps(raw),
        chat_id=chat_id,
        thread_id=thread if thread is not None and shared else 0,
        sender_id=sender_id or 0,
        mergeable=kind == "message" and not shared and _is_plain(message),
        shared=shared,
        stop=kind == "stopped_message_generation",
    )


def _number(value: Any) -> int | None:
    """A number that the database can hold; what is none is None."""
    return value if type(value) is int and -(2**63) <= value < 2**63 else None


def _is_plain(message: dict[str, Any]) -> bool:
    text = message.get("text")
    return isinstance(text, str) and not text.startswith("/") and not any(name in message for name in NOT_PLAIN)


def parse(payloads: Sequence[dict[str, Any]], context: ParseContext) -> dict[str, Any]:
    """One update stays itself; a burst becomes its last message with all the texts, in order, a line each."""
    if len(payloads) == 1:
        return payloads[0]
    last = payloads[-1]
    texts = [payload["message"]["text"] for payload in payloads]
    message = {**last["message"], "text": "\n".join(texts)}
    message.pop("entities", None)
    return {**last, "message": message}
