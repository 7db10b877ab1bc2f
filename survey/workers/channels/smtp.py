"""E-mail over SMTP. A mail server cannot be asked what it has taken, so each message is handed over by itself."""

import re
import ssl
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, parseaddr
from functools import cached_property

import aiosmtplib

from survey.config import MailServer
from survey.operations.sending import Envelope, Outcome, Provider
from survey.workers.channels.channel import TIMEOUT

_WAIT = timedelta(minutes=1)
_OF_ADDRESS = re.compile(r"5\.[12]\.\d")
"""How a server says (RFC 3463) that there is no such recipient. Some look only once they have the whole message; any
other refusal of that, such as one for spam, says something of us: the address is as good as before, and tried again."""
_OF_POLICY = re.compile(r"5\.7\.\d")
"""How it says that it will not have anything from us, which it may do at the recipient, too."""
_NOWHERE = (aiosmtplib.SMTPException, OSError)


class Smtp:
    """`one_click`: our address is https, as programs that end a subscription with one press insist (RFC 8058)."""

    def __init__(
        self,
        server: MailServer,
        sender: str,
        per_minute: int,
        *,
        one_click: bool = True,
        trust: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.provider = Provider("smtp", ("email",), per_minute, blind=True)
        self._server, self._sender, self._one_click = server, sender, one_click
        self._trust, self._timeout = trust, timeout
        self._client: aiosmtplib.SMTP | None = None

    @cached_property
    def _address(self) -> str:
        return parseaddr(self._sender)[1]

    def _message(self, envelope: Envelope, now: datetime) -> EmailMessage:
        message = EmailMessage(policy=POLICY)
        message["From"], message["To"] = self._sender, envelope.address
        message["Subject"], message["Date"] = envelope.letter.subject, format_datetime(now)
        message["Message-ID"] = f"<{envelope.reference}@{self._address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message["Content-Language"] = envelope.language
        if envelope.stop:
            message["List-Unsubscribe"] = f"<{envelope.stop}>"
            if self._one_click:
                message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(envelope.letter.text, cte="quoted-printable")
        message.add_alternative(envelope.letter.html, subtype="html", cte="quoted-printable")
        return message

    async def send(self, envelope: Envelope, now: datetime) -> Outcome:
        try:
            content = self._message(envelope, now).as_bytes()
            envelope.address.encode("ascii")
        except (ValueError, IndexError):  # an address that no header can hold
            return Outcome("refused", "not an address")
        try:
            client = await self._connected()
        except _NOWHERE as error:
            return Outcome("again", f"no connection to the mail server: {_said(error)}", reached=False, hold=_WAIT)
        return await self._hand_over(client, envelope.address, content)

    async def _hand_over(self, client: aiosmtplib.SMTP, address: str, content: bytes) -> Outcome:
        """Until the message itself is sent nothing is in doubt; from then on only the server's answer settles it."""
        try:
            await client.mail(self._address)
            await client.rcpt(address)
        except aiosmtplib.SMTPRecipientRefused as refused:
            await self._reset(client)
            theirs = refused.code >= 500 and not _OF_POLICY.match(refused.message)
            return Outcome("refused" if theirs else "again", f"recipient refused: {refused.code}")
        except _NOWHERE as error:
            await self.close()
            return Outcome("again", f"the mail server will not have it: {_said(error)}", reached=False, hold=_WAIT)
        try:
            await client.data(content)
        except aiosmtplib.SMTPDataError as refused:
            theirs = refused.code >= 500 and _OF_ADDRESS.match(refused.message) is not None
            return Outcome("refused" if theirs else "again", f"content refused: {refused.code}")
        except _NOWHERE as error:
            await self.close()
            return Outcome("unsure", f"lost the mail server's answer: {_said(error)}")
        return Outcome("accepted")

    async def _connected(self) -> aiosmtplib.SMTP:
        """The connection there is, if it still answers; or a new one."""
        if self._client is not None and self._client.is_connected:
            try:
                await self._client.noop()
            except _NOWHERE:
                await self.close()
            else:
                return self._client
        self._client = client = self._new()
        await client.connect()
        return client

    def _new(self) -> aiosmtplib.SMTP:
        server = self._server
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password.reveal().decode() if server.user else None,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=self._trust,
            timeout=self._timeout,
        )

    async def _reset(self, client: aiosmtplib.SMTP) -> None:
        try:
            await client.rset()
        except _NOWHERE:
            await self.close()

    async def find(self, envelope: Envelope, now: datetime) -> Outcome | None:
        return None

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _said(error: Exception) -> str:
    """Its kind and code: a server's words may repeat the address."""
    code = getattr(error, "code", None)
    return type(error).__name__ + (f" {code}" if code else "")
