"""Who a visitor is, and who may fetch a document: a JWT per visitor, a signed expiring link per file."""

import base64
import binascii
import hmac
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import jwt

from infra.clock import Clock

AUDIENCE = "site"
ALGORITHM = "HS256"
LIFE = timedelta(days=30)
RENEWABLE = timedelta(days=180)
"""How long after its end a token still proves who its visitor was."""

LONGEST = 1024
DOCUMENT_LIFE = timedelta(days=7)
_HOUR = 3600
_LINK_LENGTH = 70
"""Signs of a link's token: 16 bytes of the file's id, 4 of the hour it ends, 32 of the signature."""


class VisitorTokens:
    """Issues and checks visitors' tokens. Business time decides what is expired."""

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    def issue(self, visitor: str) -> str:
        now = int(self._clock.now().timestamp())
        claims = {"sub": visitor, "aud": AUDIENCE, "iat": now, "exp": now + int(LIFE.total_seconds())}
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM)

    def visitor(self, token: str) -> str | None:
        """The visitor a token in force names; None for a forged, foreign, damaged or expired one."""
        return self._read(token, timedelta())

    def resume(self, token: object) -> str:
        """The visitor an own token names, even one that expired up to RENEWABLE ago; otherwise a new visitor."""
        known = self._read(token, RENEWABLE) if isinstance(token, str) else None
        return known or str(uuid4())

    def _read(self, token: str, grace: timedelta) -> str | None:
        if len(token) > LONGEST:
            return None
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                options={
                    "require": ["sub", "aud", "iat", "exp"],
                    "strict_aud": True,
                    "verify_exp": False,  # checked below, by business time
                    "verify_iat": False,
                },
            )
        except (jwt.PyJWTError, ValueError):
            return None
        expires, visitor = claims["exp"], claims["sub"]
        if type(expires) is not int or expires + grace.total_seconds() <= self._clock.now().timestamp():
            return None
        return visitor if _is_uuid(visitor) else None


def _is_uuid(text: object) -> bool:
    try:
        return isinstance(text, str) and str(UUID(text)) == text
    except ValueError:
        return False


class DocumentLinks:
    """Links to stored files that say what they open, until when, and that we made them."""

    def __init__(self, secret: bytes, clock: Clock, public_url: str | None = None) -> None:
        self._secret = secret
        self._clock = clock
        self._base = (public_url or "").rstrip("/")

    def url(self, file_id: UUID, life: timedelta = DOCUMENT_LIFE) -> str:
        """An address that works for `life` at least; the same within an hour. Relative without a public address."""
        return f"{self._base}/documents/{self.token(file_id, self._clock.now() + life)}"

    def token(self, file_id: UUID, until: datetime) -> str:
        hours = -(-int(until.timestamp()) // _HOUR)
        body = file_id.bytes + hours.to_bytes(4, "big")
        return base64.urlsafe_b64encode(body + self._sign(body)).rstrip(b"=").decode()

    def file_id(self, token: str) -> UUID | None:
        """The file a token opens; None for a wrong or expired one."""
        if len(token) != _LINK_LENGTH:
            return None
        try:
            raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        body, mac = raw[:20], raw[20:]
        if not hmac.compare_digest(mac, self._sign(body)):
            return None
        if int.from_bytes(body[16:], "big") * _HOUR <= self._clock.now().timestamp():
            return None
        return UUID(bytes=body[:16])

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, b"document|" + body, "sha256")
