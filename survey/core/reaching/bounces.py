"""Bounces that come back by e-mail: which message of ours a mail server could not deliver (RFC 3464).

A message is named by the Message-ID that we gave it, which nobody but its recipient and the servers on the way has
seen. So whoever writes to the sender's mailbox can claim nothing about a message that they never got.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.message import Message
from uuid import UUID

_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^<>\s]+>")


def failed(raw: bytes) -> UUID | None:
    """The message that an e-mail says could not be delivered; None for every other e-mail, such as one that is late
    or that somebody wrote."""
    mail = message_from_bytes(raw)
    if mail.get_content_type() != "multipart/report" or not any(map(_is_failure, mail.walk())):
        return None
    found = (_OURS.search(name) for name in _named(mail))
    return next((UUID(one[1]) for one in found if one), None)


def _is_failure(part: Message) -> bool:
    """Whether a part says of a recipient that delivery was given up. Its blocks are read as messages of their own."""
    blocks = part.get_payload() if part.get_content_type() == "message/delivery-status" else ()
    return any(isinstance(block, Message) and _action(block) == "failed" for block in blocks)


def _action(block: Message) -> str:
    return str(block.get("Action", "")).strip().lower()


def _named(mail: Message) -> Iterator[str]:
    """Where the message is named: in what came back of it, or in what the report says that it answers."""
    for part in mail.walk():
        if part.get_content_type() == "text/rfc822-headers":
            yield str(message_from_string(str(part.get_payload())).get("Message-ID", ""))
        elif part is not mail:
            yield str(part.get("Message-ID", ""))
    yield str(mail.get("In-Reply-To", ""))
    yield str(mail.get("References", ""))
