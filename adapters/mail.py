"""Mail over SMTP: one message a connection, with the caller's Message-ID, and failures that say what may be done next.

`VendorDown`: not sent, try later. `VendorRefused`: not sent, and will not be. `OutcomeUnknown`: the server may have it
(the connection ended between the last byte and the answer); whoever repeats keeps the same Message-ID.
"""

import asyncio
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from infra import metrics
from infra.errors import ConfigError, OutcomeUnknown, VendorDown, VendorRefused

VENDOR = "mail"
SECONDS = 30.0
LIMIT = 20 * 1024 * 1024
"""Bytes of a message as sent; providers take 25 MB, some only 20."""
MESSAGE_ID = re.compile(r"[A-Za-z0-9._+-]{1,120}@[A-Za-z0-9.-]{1,120}")
POLICY = SMTP_POLICY.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    body: bytes
    content_type: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Message:
    """One letter to one or several people, who see each other. `message_id` without angle brackets, unique for ever."""

    message_id: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    calendar: str = ""
    """An iCalendar text; shown by mail programs as an invitation, and attached as `invite.ics`."""
    calendar_method: Literal["REQUEST", "CANCEL", "PUBLISH"] = "PUBLISH"
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Who got it, and who was turned away: for good, or for now."""

    accepted: tuple[str, ...]
    refused: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail goes; `tls` from the first byte, `starttls` after the greeting (then never without)."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls: bool = False
    starttls: bool = False

    @classmethod
    def parse(cls, url: str) -> "Server":
        """`smtp://user:pass@host:587?starttls=1` or `smtps://…`; ConfigError, which never repeats the address."""
        try:
            parts = urlsplit(url)
            port = parts.port
            query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        except ValueError:
            raise ConfigError("SMTP_URL: is not an address") from None
        flag = query.pop("starttls", ["0"])
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
            raise ConfigError("SMTP_URL: must be an address such as smtp://user:pass@host:587?starttls=1")
        if query or flag not in (["0"], ["1"]):
            raise ConfigError("SMTP_URL: knows only ?starttls=1 or ?starttls=0")
        tls, starttls = parts.scheme == "smtps", flag == ["1"]
        if tls and starttls:
            raise ConfigError("SMTP_URL: smtps:// is encrypted from the start, starttls=1 does not go with it")
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.password and not (tls or starttls or local):
            raise ConfigError("SMTP_URL: a password needs starttls=1 or smtps://")
        usual = 465 if tls else 587 if starttls else 25
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(parts.hostname, port or usual, user, password, tls, starttls)


class Mailer:
    """`sender` is an address or `Имя <address>`; `context` replaces the system's trust in certificates."""

    def __init__(
        self, server: Server, sender: str, *, seconds: float = SECONDS, context: ssl.SSLContext | None = None
    ) -> None:
        self._server = server
        self._name, self._address = parseaddr(sender)
        self._seconds = seconds
        encrypted = server.tls or server.starttls
        self._context = context or (ssl.create_default_context() if encrypted else None)

    async def send(self, message: Message, *, at: datetime | None = None) -> Delivery:
        """Hand it to the server once; `at` is the date in its head. VendorDown, VendorRefused, OutcomeUnknown."""
        people = tuple(dict.fromkeys(_plain(address) for address in message.to))
        if not people:
            raise VendorRefused(VENDOR, "nobody to send to")
        # a large attachment takes tens of milliseconds to encode: not on the loop
        raw = await asyncio.to_thread(self._composed, message, at or datetime.now(UTC))
        if len(raw) > LIMIT:
            raise VendorRefused(VENDOR, f"a message of {len(raw)} bytes is too large")
        started, outcome = time.monotonic(), "error"
        try:
            delivery = await self._deliver(raw, people)
            outcome = "ok"
            return delivery
        finally:
            metrics.outgoing_calls.labels(VENDOR, "send", outcome).inc()
            metrics.outgoing_seconds.labels(VENDOR).observe(time.monotonic() - started)

    async def ping(self) -> None:
        """Connect, encrypt and log in, and send nothing. VendorDown, VendorRefused."""
        smtp = self._connection()
        try:
            with _typed("connect"):
                async with asyncio.timeout(self._seconds):
                    await smtp.connect()
                    await smtp.noop()
        finally:
            smtp.close()

    def _composed(self, message: Message, at: datetime) -> bytes:
        try:
            sender = Address(self._name, addr_spec=_plain(self._address))
            return compose(message, sender, at)
        except (ValueError, UnicodeError) as error:
            raise VendorRefused(VENDOR, f"a message cannot be written: {type(error).__name__}") from None

    def _connection(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            use_tls=server.tls,
            start_tls=server.starttls,
            tls_context=self._context,
            local_hostname=self._address.rpartition("@")[2] or "localhost",
            timeout=self._seconds,
        )

    async def _deliver(self, raw: bytes, people: tuple[str, ...]) -> Delivery:
        smtp = self._connection()
        accepted: list[str] = []
        refused: dict[str, int] = {}
        sending = False
        try:
            with _typed("send"):
                async with asyncio.timeout(self._seconds):
                    await smtp.connect()
                    await smtp.mail(self._address)
                    for person in people:
                        try:
                            await smtp.rcpt(person)
                            accepted.append(person)
                        except SMTPRecipientRefused as error:
                            refused[person] = error.code
                    if accepted:
                        sending = True
                        await smtp.data(raw)
        except VendorDown as down:
            if sending and not isinstance(down, _Answered):
                raise OutcomeUnknown(VENDOR, f"the server may have the message: {down}") from None
            raise
        finally:
            smtp.close()  # without QUIT: nothing it could answer would matter
        later = tuple(person for person, code in refused.items() if code < 500)
        if not accepted:
            kind = VendorDown if later else VendorRefused
            raise kind(VENDOR, f"every recipient was turned away: {sorted(set(refused.values()))}")
        return Delivery(tuple(accepted), tuple(p for p, code in refused.items() if code >= 500), later)


class _Answered(VendorDown):
    """The server said "not now": it has not taken the message."""


@contextmanager
def _typed(what: str) -> Iterator[None]:
    """aiosmtplib's errors as ours; the server's own words stay out, they may quote an address."""
    try:
        yield
    except SMTPResponseException as error:
        detail = f"{what}: {type(error).__name__} {error.code}"
        if 400 <= error.code < 500:
            raise _Answered(VENDOR, detail) from None
        if error.code >= 500 or isinstance(error, SMTPAuthenticationError):
            raise VendorRefused(VENDOR, detail) from None
        raise VendorDown(VENDOR, detail) from None
    except SMTPNotSupported:
        raise VendorRefused(VENDOR, f"{what}: the server cannot do what SMTP_URL asks (encryption or log-in)") from None
    except ssl.SSLError as error:
        raise VendorDown(VENDOR, f"{what}: no encryption, {type(error).__name__}") from None
    except (SMTPException, TimeoutError, OSError, ValueError) as error:
        raise VendorDown(VENDOR, f"{what}: {type(error).__name__}") from None


def compose(message: Message, sender: Address, at: datetime) -> bytes:
    """The message as it goes over the wire. ValueError for a header that would break out of its line."""
    if not MESSAGE_ID.fullmatch(message.message_id):
        raise ValueError("Message-ID must look like name@domain")
    written = EmailMessage(policy=POLICY)
    written["Message-ID"] = f"<{message.message_id}>"
    written["Date"] = format_datetime(at)
    written["From"] = sender
    written["To"] = [Address(addr_spec=_plain(address)) for address in message.to]
    written["Subject"] = " ".join(message.subject.split())
    written["Auto-Submitted"] = "auto-generated"
    if message.reply_to:
        written["Reply-To"] = Address(addr_spec=_plain(message.reply_to))
    written.set_content(message.text)
    if message.html:
        written.add_alternative(message.html, subtype="html")
    if message.calendar:
        method = {"method": message.calendar_method}
        written.add_alternative(message.calendar, subtype="calendar", params=method)
        body = message.calendar.replace("\r\n", "\n").replace("\n", "\r\n").encode()
        written.add_attachment(body, maintype="application", subtype="ics", filename="invite.ics")
    for file in message.attachments:
        main, _, sub = file.content_type.partition("/")
        name = re.sub(r'[\x00-\x1f/\\"]', "_", file.filename)[:150]
        written.add_attachment(file.body, maintype=main, subtype=sub or "octet-stream", filename=name)
    return written.as_bytes()


def _plain(address: str) -> str:
    """The address with its domain in ASCII; VendorRefused for what no server would take."""
    local, at, domain = address.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        at = ""
    if not at or not domain or not re.fullmatch(r"[!-~]{1,64}", local) or re.search(r'[<>,;:"()\[\]\\]', local):
        raise VendorRefused(VENDOR, "an address that cannot be written to")
    return f"{local}@{domain}"
