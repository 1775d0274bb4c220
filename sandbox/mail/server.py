"""The SMTP conversation itself, on aiosmtpd: greetings, encryption, log-in, recipients, and the faults in force."""

import asyncio
import hmac
import ssl
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.faults import GARBAGE, Fault
from sandbox.mail.box import Box, Letter
from sandbox.world import Json, World

LIMIT = 26_214_400
"""Bytes of a message, as most providers take: 25 MB."""


class Server(SMTP):
    """One connection. A fault hits whole connections, as a client sends one message in each."""

    fault: Fault | None = None
    _met = False
    _dropped = False

    def __init__(self, handler: "Handler", **options: Any) -> None:
        super().__init__(handler, **options)
        self._handler = handler

    def connection_made(self, transport: Any) -> None:
        if not self._met:  # the same is called again once the connection is encrypted
            self._met = True
            self.fault = self._handler.take()
            if self.fault is not None and self.fault.mode in ("down", "garbage"):
                self._dropped = True
                if self.fault.mode == "garbage":
                    transport.write(GARBAGE + b"\r\n")
                    transport.close()
                else:
                    transport.abort()
                return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._dropped:
            super().connection_lost(error)


class Handler:
    """What the server does with recipients and messages; `take` gives the fault for a new connection."""

    def __init__(self, world: World, box: Box, record: Callable[[Json], None]) -> None:
        self.world = world
        self.box = box
        self._record = record

    def take(self) -> Fault | None:
        return self.world.faults.take("mail", "message", quiet=False)

    async def handle_RCPT(  # the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        code = self.box.refused.get(address.lower())
        if code is not None:
            self._note(envelope.mail_from, [address], code)
            return f"{code} {'4.2.0 Try again later' if code < 500 else '5.1.1 No such mailbox'}"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        mode = server.fault.mode if server.fault else ""
        if mode in ("error", "refuse"):
            code = 451 if mode == "error" else 554
            self._note(envelope.mail_from, envelope.rcpt_tos, code)
            return f"{code} {'4.3.0 Try again later' if code < 500 else '5.7.1 Message rejected'}"
        self._keep(session, envelope)
        if mode == "slow" and server.fault:
            await asyncio.sleep(server.fault.seconds)
        if mode == "cut" and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return "250 2.0.0 OK: queued"

    def _keep(self, session: Session, envelope: Envelope) -> None:
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        user = session.auth_data.login.decode(errors="replace") if session.authenticated and session.auth_data else ""
        at = self.world.clock.now()
        number = len(self.box.letters) + 1
        tls = session.ssl is not None
        self.box.letters.append(Letter(number, envelope.mail_from or "", list(envelope.rcpt_tos), raw, at, tls, user))
        self._note(envelope.mail_from, envelope.rcpt_tos, 250, number)

    def _note(self, sender: str | None, to: list[str], status: int, number: int | None = None) -> None:
        body = {"from": sender, "to": list(to), "message": number}
        at = self.world.clock.now().isoformat()
        self._record({"method": "DATA", "path": "/", "body": body, "status": status, "at": at})
        self.world.changes.note()


def options(world: World) -> dict[str, Any]:
    """How the server is set up; with SANDBOX_SMTP_AUTH only that user may send, else anybody."""
    known = world.settings.smtp_auth

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _kind: str, data: Any) -> AuthResult:
        if not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        given = data.login + b":" + data.password
        right = not known or hmac.compare_digest(known.encode(), given)
        return AuthResult(success=right, auth_data=data, handled=False)

    return {
        "data_size_limit": LIMIT,
        "hostname": "mail.sandbox",
        "ident": "sandbox",
        "tls_context": certificate()[0],
        "authenticator": authenticate,
        "auth_required": bool(known),
        "auth_require_tls": False,
    }


@lru_cache(maxsize=1)
def certificate() -> tuple[ssl.SSLContext, bytes]:
    """A context with a certificate of this process's own for localhost, and that certificate in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    hosts = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(hosts, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        path.write_bytes(pem + secret)
        context.load_cert_chain(path)
    return context, pem
