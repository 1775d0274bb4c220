"""What is shown at once or never (typing, drafts): goes through Redis, sealed, and is lost without regret."""

from __future__ import annotations

import time
from typing import Any

import orjson

from infra.crypto import DataKey, pseudonym

PREFIX = "site:"


def channel(secret: bytes, chat_id: int) -> str:
    """The Redis channel of a chat; the chat's number does not stand in it."""
    return f"{PREFIX}{pseudonym(secret, 'site', chat_id)}"


def seal(key: DataKey, name: str, payload: dict[str, Any]) -> bytes:
    return key.seal(orjson.dumps({**payload, "sent": time.time()}), name)


def unseal(key: DataKey, name: str, sealed: bytes) -> tuple[float, dict[str, Any]]:
    """(unix time of sending, payload). CryptoError when it was not sent to this chat."""
    payload = orjson.loads(key.open(sealed, name))
    return payload.pop("sent"), payload
