"""Envelope encryption of personal data: AES-256-GCM under a data key per client, data keys wrapped by master keys.

A ciphertext is `0x01 | data key id (8 bytes, big-endian) | nonce (12) | ciphertext and tag`. It is bound to the place
where it stands (`table|row|column` as associated data), not to the client: two records of one person can be merged.
Destroying a data key's wrapped form makes everything written under it unreadable for ever.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from infra.errors import AppError

VERSION = b"\x01"
HEADER = 1 + 8 + 12


class CryptoError(AppError):
    """A ciphertext was moved, damaged, or its key was destroyed."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """An unwrapped data key: encrypts and decrypts the values of one client."""

    id: int
    cipher: AESGCM

    def seal(self, plain: bytes, place: str) -> bytes:
        nonce = os.urandom(12)
        return VERSION + self.id.to_bytes(8, "big") + nonce + self.cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """CryptoError when the value was written elsewhere, damaged, or under another key."""
        if key_id(sealed) != self.id:
            raise CryptoError(f"written under data key {key_id(sealed)}, not {self.id}")
        try:
            return self.cipher.decrypt(sealed[9:HEADER], sealed[HEADER:], place.encode())
        except InvalidTag:
            raise CryptoError(f"does not belong to {place.split('|')[0]}, or is damaged") from None

    def seal_text(self, text: str, place: str) -> bytes:
        return self.seal(text.encode(), place)

    def open_text(self, sealed: bytes, place: str) -> str:
        return self.open(sealed, place).decode()


def key_id(sealed: bytes) -> int:
    """The id of the data key a ciphertext was written under."""
    if len(sealed) < HEADER + 16 or sealed[:1] != VERSION:
        raise CryptoError("not a ciphertext of ours")
    return int.from_bytes(sealed[1:9], "big")


class MasterKeyMissing(AppError):
    """The setting lacks the master key that wrapped a data key: nothing is destroyed, the setting is to be mended."""


class Keyring:
    """Master keys, newest first: they wrap data keys and nothing else, so that an old one can be retired.

    `signing` is what short-lived links and pseudonyms derive from (the JWT secret); without it they hold for this
    object only. The key of look-up hashes is stored with the data, wrapped like any data key, and set by `use_lookup`.
    """

    def __init__(self, masters: list[tuple[str, bytes]], signing: bytes | None = None) -> None:
        self._masters = {name: AESGCM(key) for name, key in masters}
        self.newest = masters[0][0]
        self._signing = signing or os.urandom(32)
        self._hash_key: bytes | None = None
        self.first_lookup = hmac.digest(masters[-1][1], b"lookup", "sha256")
        """The key that hashes were made with before it was stored: the oldest master's."""

    def new_key(self) -> tuple[bytes, bytes]:
        """A fresh data key: (plain 32 bytes, wrapped under the newest master)."""
        plain = AESGCM.generate_key(bit_length=256)
        return plain, self.wrap(plain)

    def wrap(self, plain: bytes) -> bytes:
        nonce = os.urandom(12)
        return self.newest_prefix + nonce + self._masters[self.newest].encrypt(nonce, plain, b"data key")

    def unwrap(self, key: int, wrapped: bytes) -> DataKey:
        """MasterKeyMissing when the master key that wrapped it is no longer configured."""
        return DataKey(key, AESGCM(self._plain(key, wrapped)))

    def rewrap(self, key: int, wrapped: bytes) -> bytes:
        """The same data key under the newest master. MasterKeyMissing as above."""
        return self.wrap(self._plain(key, wrapped))

    @property
    def names(self) -> frozenset[str]:
        """The ids of the configured master keys."""
        return frozenset(self._masters)

    @property
    def newest_prefix(self) -> bytes:
        """What every key wrapped under the newest master begins with."""
        return bytes([len(self.newest.encode())]) + self.newest.encode()

    def use_lookup(self, key: int, wrapped: bytes) -> None:
        """Take the installation's key of look-up hashes, as it is stored."""
        self._hash_key = self._plain(key, wrapped)

    def lookup(self, kind: str, value: str) -> bytes:
        """Keyed hash for finding a person by phone or e-mail without storing either (16 bytes)."""
        if self._hash_key is None:
            raise CryptoError("the key of look-up hashes is not loaded yet")
        return hmac.digest(self._hash_key, f"{kind}|{value}".encode(), "sha256")[:16]

    def derive(self, purpose: str) -> bytes:
        """32 bytes for what does not outlive the JWT secret (signed links, pseudonyms in Redis)."""
        return hmac.digest(self._signing, purpose.encode(), "sha256")

    def _plain(self, key: int, wrapped: bytes) -> bytes:
        length = wrapped[0]
        name = wrapped[1 : 1 + length].decode()
        rest = wrapped[1 + length :]
        master = self._masters.get(name)
        if master is None:
            raise MasterKeyMissing(f"master key {name!r} is not among ENCRYPTION_KEYS")
        try:
            return master.decrypt(rest[:12], rest[12:], b"data key")
        except InvalidTag:
            raise CryptoError(f"data key {key} does not open under master key {name!r}") from None


def pseudonym(secret: bytes, *parts: object) -> str:
    """A short stable stand-in for a channel's id in logs, metrics and Redis keys."""
    return hashlib.blake2b("|".join(map(str, parts)).encode(), key=secret, digest_size=8).hexdigest()
