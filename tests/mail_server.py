"""A real mail server on loopback: STARTTLS with a certificate of its own, a password, and mishaps on request."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "survey", "pass word/with:marks@"


class Mailbox:
    """What has arrived. `refuses`: addresses that do not exist; `busy`: those that shall be tried later; `loses`: after
    how many messages the server takes one and dies before it says so (once); `says`: by address, what it answers to a
    whole message, or (where the address begins with rcpt) to its recipient."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuses: set[str] = set()
        self.busy: set[str] = set()
        self.loses: int | None = None
        self.says: dict[str, str] = {}
        self.logins = 0

    @property
    def ids(self) -> Counter[str]:
        return Counter(message["Message-ID"] for message in self.messages)

    def login(self, *_: Any) -> AuthResult:
        login, password = _[-1].login.decode(), _[-1].password.decode()
        self.logins += 1
        return AuthResult(success=(login, password) == (USER, PASSWORD), handled=False)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 No such mailbox"
        if address in self.says and address.startswith("rcpt"):
            return self.says[address]
        if address in self.busy:
            return "450 Come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
        assert isinstance(message, EmailMessage)
        if message["To"] in self.says:
            return self.says[message["To"]]
        self.messages.append(message)
        if self.loses is not None and len(self.messages) > self.loses:
            self.loses = None
            server.transport.abort()
        return "250 OK"


def certificate(folder: Path) -> tuple[Path, Path]:
    """For 127.0.0.1, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


@asynccontextmanager
async def serving(mailbox: Mailbox, tls: tuple[Path, Path] | None = None) -> AsyncIterator[int]:
    """The port. With a certificate: nothing without STARTTLS and a password."""
    options: dict[str, Any] = {"hostname": "mail.example", "ident": "test"}
    if tls is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*tls)
        options |= {
            "tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": mailbox.login,
        }  # fmt: skip
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, loop=loop, **options), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
