"""Which message of ours an e-mail says could not be delivered."""

from uuid import UUID

import pytest

from survey.core.reaching import bounces

OURS = "5b8f1c1e-0a1b-4c2d-8e3f-0123456789ab"
HEADERS = f"""From: team@trust.example
To: p@trust.example
Subject: Survey
Message-ID: <{OURS}@trust.example>
"""
STATUS = """Reporting-MTA: dns; mail.trust.example

Final-Recipient: rfc822; p@trust.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user
"""


def report(
    action: str = "failed", kind: str = "message/rfc822", returned: str = HEADERS, answers: str = "", sort: str = ""
) -> bytes:
    """As a mail server writes it (RFC 3464), with what it returns of the message."""
    status = STATUS.format(action=action)
    return f"""From: MAILER-DAEMON@mail.trust.example
To: team@trust.example
Subject: Undelivered Mail Returned to Sender
{answers}MIME-Version: 1.0
Content-Type: {sort or "multipart/report; report-type=delivery-status"}; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

{status}
--B
Content-Type: {kind}

{returned}
--B--
""".encode()


@pytest.mark.parametrize(
    "mail",
    [
        pytest.param(
            report(returned=f"{HEADERS}\nHow well do our digital tools work for you?"), id="all of it returned"
        ),
        pytest.param(report(kind="text/rfc822-headers"), id="its headers returned"),
        pytest.param(report(action="FAILED "), id="in other letters"),
        pytest.param(
            report(kind="text/plain", returned="Nothing.", answers=f"In-Reply-To: <{OURS}@trust.example>\n"),
            id="nothing returned: named by the report",
        ),
        pytest.param(report().replace(b"\n", b"\r\n"), id="lines as mail has them"),
    ],
)
def test_a_bounce_names_our_message(mail: bytes) -> None:
    assert bounces.failed(mail) == UUID(OURS)


@pytest.mark.parametrize(
    "mail",
    [
        pytest.param(report(action="delayed"), id="late"),
        pytest.param(report(action="delivered"), id="delivered"),
        pytest.param(report(sort="multipart/mixed"), id="no report: somebody wrote it"),
        pytest.param(report(returned="Message-ID: <123@elsewhere.example>\n"), id="a message that is not ours"),
        pytest.param(report(returned=f"Subject: <{OURS}@trust.example>\n"), id="named anywhere else"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff\xfe" * 1000, id="no mail"),
        pytest.param(report()[:420], id="half of it"),
        pytest.param(f"In-Reply-To: <{OURS}@trust.example>\n\nI am away.".encode(), id="out of office"),
    ],
)
def test_every_other_mail_names_none(mail: bytes) -> None:
    assert bounces.failed(mail) is None
