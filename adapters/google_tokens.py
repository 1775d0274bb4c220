"""Access to Google: a service account's key or a person's refresh token, turned into a token that is fetched once."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from adapters.outside import Outside
from infra.errors import ConfigError, VendorDown, VendorRefused

VENDOR = "google"
REAL_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105  # an address
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/calendar"
EARLY = 300.0
"""Seconds before its end at which a token is replaced."""
LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Credentials:
    """Either a service account (`email`, `key`) or a person's consent (`client`, `secret`, `refresh`)."""

    email: str = ""
    key_id: str = ""
    key: RSAPrivateKey | None = field(default=None, repr=False)
    client: str = ""
    secret: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)

    @property
    def may_invite(self) -> bool:
        """A bare service account cannot invite people; with somebody to act for it can."""
        return bool(self.refresh)

    @classmethod
    def load(cls, path: Path) -> "Credentials":
        """From the file that Google's console gives; ConfigError, which never quotes the file."""
        try:
            with path.open("rb") as file:
                body = orjson.loads(file.read(LARGEST))
        except OSError as error:
            raise ConfigError(f"GOOGLE_CREDENTIALS_FILE: {path}: {error.strerror}") from None
        except orjson.JSONDecodeError:
            raise ConfigError(f"GOOGLE_CREDENTIALS_FILE: {path}: is not JSON") from None
        return cls.read(body)

    @classmethod
    def read(cls, body: Any) -> "Credentials":
        kind = body.get("type") if isinstance(body, dict) else None
        needed = {
            "service_account": ("client_email", "private_key"),
            "authorized_user": ("client_id", "client_secret", "refresh_token"),
        }.get(str(kind))
        if needed is None:
            raise ConfigError("GOOGLE_CREDENTIALS_FILE: must be a key of a service account or of an authorized user")
        missing = [name for name in needed if not isinstance(body.get(name), str) or not body[name]]
        if missing:
            raise ConfigError(f"GOOGLE_CREDENTIALS_FILE: {missing[0]} is missing")
        if kind == "authorized_user":
            return cls(client=body["client_id"], secret=body["client_secret"], refresh=body["refresh_token"])
        try:
            key = load_pem_private_key(body["private_key"].encode(), None)
        except (ValueError, TypeError):
            raise ConfigError("GOOGLE_CREDENTIALS_FILE: private_key cannot be read") from None
        if not isinstance(key, RSAPrivateKey):
            raise ConfigError("GOOGLE_CREDENTIALS_FILE: private_key is not an RSA key")
        return cls(email=body["client_email"], key_id=str(body.get("private_key_id") or ""), key=key)

    def form(self, now: int, audience: str, subject: str) -> dict[str, str]:
        """What the token endpoint is asked with; `now` in seconds since 1970."""
        if self.key is None:
            return {
                "grant_type": "refresh_token",
                "client_id": self.client,
                "client_secret": self.secret,
                "refresh_token": self.refresh,
            }
        claims: dict[str, Any] = {"iss": self.email, "scope": SCOPE, "aud": audience, "iat": now, "exp": now + 3600}
        if subject:
            claims["sub"] = subject
        headers = {"kid": self.key_id} if self.key_id else None
        return {"grant_type": GRANT, "assertion": jwt.encode(claims, self.key, algorithm="RS256", headers=headers)}


class Access:
    """The token in force; whoever needs one while it is being fetched waits for the same request."""

    def __init__(self, credentials: Credentials, http: Outside, *, token_url: str, subject: str = "") -> None:
        self._credentials = credentials
        self._http = http
        self._url = token_url
        self._subject = subject
        self._token = ""
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def token(self, seconds: float) -> str:
        """VendorDown when Google does not answer, VendorRefused when it takes the credentials no more."""
        async with self._lock:
            if time.monotonic() < self._until:
                return self._token
            form = self._credentials.form(int(time.time()), self._url, self._subject)
            reply = await self._http.ask(
                "POST",
                self._url,
                operation="token",
                seconds=seconds,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                data=urlencode(form).encode(),
            )
            body = reply.body or {}
            if reply.status in (400, 401, 403) and reply.body is not None:
                raise VendorRefused(VENDOR, f"token: {reply.status} {str(body.get('error', ''))[:60]}")
            token, lasts = body.get("access_token"), body.get("expires_in")
            if not reply.fine or not isinstance(token, str) or not isinstance(lasts, int | float):
                raise VendorDown(VENDOR, f"token: {reply.status}")
            self._token, self._until = token, time.monotonic() + max(30.0, lasts - EARLY)
            return token

    def drop(self, token: str) -> None:
        """Google took it no more."""
        if token == self._token:
            self._until = 0.0
