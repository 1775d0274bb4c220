"""Idempotency keys as the vendor treats them: the same request gets the same answer for a day, another is refused."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from sandbox.yookassa.errors import invalid

LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class _Kept:
    fingerprint: bytes
    until: datetime
    status: int
    body: bytes


class Keys:
    """Answers of the last day by shop and key; refusals are kept too: after one, a new key is needed."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], _Kept] = {}

    def answered(self, shop: str, key: str, request: bytes, now: datetime) -> web.Response | None:
        """The answer that this request had; None for a new key. Raises `Refused` when the key had another request."""
        kept = self._kept.get((shop, key))
        if kept is None or now >= kept.until:
            return None
        if kept.fingerprint != hashlib.sha256(request).digest():
            raise invalid("Idempotence key duplicated", "Idempotence-Key")
        return web.Response(body=kept.body, status=kept.status, content_type="application/json")

    def keep(self, shop: str, key: str, request: bytes, now: datetime, response: web.Response) -> None:
        body = response.body
        if isinstance(body, bytes):
            digest = hashlib.sha256(request).digest()
            self._kept[shop, key] = _Kept(digest, now + LIFE, response.status, body)

    def forget(self) -> None:
        self._kept.clear()
