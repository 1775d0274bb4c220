"""Grants: a service account's signed assertion or a person's refresh token becomes an access token for an hour."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.google.errors import NoGrant, Refused, unauthorized
from sandbox.world import Json

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
HOUR = timedelta(hours=1)
ACCOUNT = "assistant@sandbox.iam.gserviceaccount.com"
REAL = "https://oauth2.googleapis.com/token"
SCOPE = "https://www.googleapis.com/auth/calendar"
SCOPES = frozenset(
    {SCOPE} | {f"{SCOPE}.{part}" for part in ("events", "freebusy", "events.freebusy", "readonly", "events.owned")}
)


@dataclass(frozen=True, slots=True)
class Token:
    """`person`: acts for somebody (OAuth, or delegation), so it may invite; a bare service account may not."""

    until: datetime
    scopes: frozenset[str]
    who: str
    person: bool


class Tokens:
    def __init__(self) -> None:
        self.granted: dict[str, Token] = {}
        self.refresh = "1//sandbox-refresh-token"
        self.revoked = False

    def forget(self) -> None:
        self.granted.clear()
        self.revoked = False

    def grant(self, form: dict[str, str], now: datetime, audience: str) -> Json:
        """The answer of the token endpoint; raises `NoGrant`."""
        kind = form.get("grant_type")
        if self.revoked:
            raise NoGrant("invalid_grant", "Token has been expired or revoked.")
        if kind == GRANT:
            token = self._asserted(form.get("assertion", ""), now, audience)
        elif kind == "refresh_token":
            if form.get("refresh_token") != self.refresh:
                raise NoGrant("invalid_grant", "Bad Request")
            if not form.get("client_id") or not form.get("client_secret"):
                raise NoGrant("invalid_client", "The OAuth client was not found.", 401)
            token = Token(now + HOUR, frozenset({SCOPE}), "manager@sandbox.example", True)
        else:
            raise NoGrant("unsupported_grant_type", f"Invalid grant_type: {kind}")
        name = "ya29." + secrets.token_urlsafe(24)
        self.granted[name] = token
        body: Json = {"access_token": name, "expires_in": 3599, "token_type": "Bearer"}
        return body | ({"scope": SCOPE} if kind == "refresh_token" else {})

    def admit(self, header: str, now: datetime, scopes: frozenset[str]) -> Token:
        """Whose token this is; raises `Refused` 401, and 403 without one of the scopes."""
        scheme, _, name = header.partition(" ")
        token = self.granted.get(name)
        if scheme != "Bearer" or token is None or now >= token.until:
            raise unauthorized()
        if not token.scopes & scopes:
            raise Refused(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        return token

    def _asserted(self, assertion: str, now: datetime, audience: str) -> Token:
        """An account made here is verified by its key; one made elsewhere is taken at its word, but well formed."""
        try:
            header = jwt.get_unverified_header(assertion)
            claims = jwt.decode(assertion, options={"verify_signature": False})
            if header.get("alg") != "RS256":
                raise NoGrant("invalid_grant", "Invalid JWT: only RS256 is supported.")
            if claims.get("iss") == ACCOUNT:
                options = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
                jwt.decode(assertion, _key().public_key(), algorithms=["RS256"], options=options)  # type: ignore[arg-type]
        except jwt.PyJWTError:
            raise NoGrant("invalid_grant", "Invalid JWT Signature.") from None
        if claims.get("aud") not in (audience, REAL):
            raise NoGrant("invalid_grant", "Invalid JWT: Failed audience check.")
        issued, ends = claims.get("iat"), claims.get("exp")
        if not isinstance(issued, int) or not isinstance(ends, int) or not 0 < ends - issued <= 3600:
            raise NoGrant("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes).")
        # a client lives by its own clock, this world by one that is moved
        scopes = frozenset(str(claims.get("scope", "")).split())
        if not claims.get("iss") or not scopes or scopes - SCOPES:
            raise NoGrant("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return Token(now + HOUR, scopes, str(claims.get("sub") or claims["iss"]), bool(claims.get("sub")))


@lru_cache(maxsize=1)
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def service_account(token_uri: str) -> Json:
    """The credentials file of this world's service account. Takes a tenth of a second the first time."""
    secret = _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "type": "service_account",
        "project_id": "sandbox",
        "private_key_id": uuid4().hex,
        "private_key": secret.decode(),
        "client_email": ACCOUNT,
        "client_id": "100000000000000000001",
        "token_uri": token_uri,
    }


def person(refresh: str) -> Json:
    """The credentials file of a manager who has allowed the assistant in."""
    return {
        "type": "authorized_user",
        "client_id": "sandbox.apps.googleusercontent.com",
        "client_secret": "GOCSPX-sandbox",
        "refresh_token": refresh,
    }
