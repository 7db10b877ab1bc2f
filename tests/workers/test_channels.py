"""The two channels against a real mail server on loopback, and against a stand-in for Notify with its limits."""

import random
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from survey import errors
from survey.cli.benching.notify_stub import EMAIL_TEMPLATE, KEY, SMS_TEMPLATE, TEMPLATES, Behaviour, Stub
from survey.config import MailServer, Secret, read
from survey.core.reaching import Letter
from survey.operations.sending import Envelope, Outcome
from survey.workers import channels
from survey.workers.channels import Notify, Smtp
from tests import mail_server
from tests.mail_server import PASSWORD, USER, Mailbox

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LINK = "https://survey.trust.example/r/abcd2345/" + "t" * 43
REFERENCE = "0b7ff7a3-55a8-4a0e-8d0c-3f3f5e6a7b8c"
SENDER = "Digital team <survey@trust.example>"


def _envelope(address: str = "p@trust.example", channel: str = "email", reference: str = REFERENCE) -> Envelope:
    letter = Letter("Ein Gruß — £5", f"Please – answer:\n{LINK}\n", f'<p>Please – <a href="{LINK}">answer</a></p>')
    return Envelope(reference, channel, address, letter, f"{LINK}/stop", "en")


# Mail


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return mail_server.certificate(tmp_path_factory.mktemp("tls"))


def _smtp(port: int, trusted: Path | None = None, password: str = PASSWORD) -> Smtp:
    """As SURVEY_SMTP_URL would have it for another machine; without a certificate: as on this one."""
    security = "starttls" if trusted else "none"
    server = MailServer("127.0.0.1", port, security, USER if trusted else "", Secret(password.encode()))
    trust = ssl.create_default_context(cafile=str(trusted)) if trusted else None
    return Smtp(server, SENDER, 6000, trust=trust, timeout=3)


async def test_mail_goes_over_starttls_with_a_password(mailbox: Mailbox, tls: tuple[Path, Path]) -> None:
    async with mail_server.serving(mailbox, tls) as port:
        smtp = _smtp(port, tls[0])
        assert [await smtp.send(_envelope(), NOW) for _ in range(2)] == [Outcome("accepted")] * 2
        await smtp.close()
    assert mailbox.logins == 1, "one connection"
    message = mailbox.messages[0]
    assert message["Message-ID"] == f"<{REFERENCE}@trust.example>"
    assert (message["From"], message["To"], message["Subject"]) == (SENDER, "p@trust.example", "Ein Gruß — £5")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == f"<{LINK}/stop>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Date"].datetime == NOW
    plain, rich = message.iter_parts()
    assert (plain.get_content_type(), rich.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().replace("\r\n", "\n") == f"Please – answer:\n{LINK}\n"
    assert mailbox.ids[message["Message-ID"]] == 2, "stable: a mail program can drop the second"


async def test_a_certificate_that_nobody_vouches_for_is_refused(mailbox: Mailbox, tls: tuple[Path, Path]) -> None:
    async with mail_server.serving(mailbox, tls) as port:
        server = MailServer("127.0.0.1", port, "starttls", USER, Secret(PASSWORD.encode()))
        outcome = await Smtp(server, SENDER, 6000, timeout=3).send(_envelope(), NOW)
    assert (outcome.state, outcome.reached, mailbox.messages) == ("again", False, [])
    assert outcome.hold


async def test_no_password_goes_to_a_server_without_tls(mailbox: Mailbox, tls: tuple[Path, Path]) -> None:
    async with mail_server.serving(mailbox) as port:
        outcome = await _smtp(port, tls[0]).send(_envelope(), NOW)
    assert (outcome.state, mailbox.logins, mailbox.messages) == ("again", 0, [])
    assert "SMTPNotSupported" in outcome.why or "SMTPException" in outcome.why


async def test_a_wrong_password_concerns_every_message_and_is_not_told(
    mailbox: Mailbox, tls: tuple[Path, Path]
) -> None:
    async with mail_server.serving(mailbox, tls) as port:
        outcome = await _smtp(port, tls[0], "another").send(_envelope(), NOW)
    assert (outcome.state, outcome.why) == ("again", "no connection to the mail server: SMTPAuthenticationError 535")
    assert outcome.hold


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("gone@trust.example", "refused"),
        ("busy@trust.example", "again"),
        ("a@b\r\nBcc: c@d", "refused"),
        ("ä@b", "refused"),
    ],
)
async def test_an_address_that_does_not_work_is_that_person_s_alone(mailbox: Mailbox, address: str, state: str) -> None:
    mailbox.refuses, mailbox.busy = {"gone@trust.example"}, {"busy@trust.example"}
    async with mail_server.serving(mailbox) as port:
        smtp = _smtp(port)
        outcome = await smtp.send(_envelope(address), NOW)
        assert (outcome.state, outcome.hold) == (state, None)
        assert (await smtp.send(_envelope(), NOW)).state == "accepted"
        await smtp.close()
    assert address not in outcome.why
    assert len(mailbox.messages) == 1


@pytest.mark.parametrize(
    ("address", "answer", "state"),
    [
        ("data@trust.example", "554 5.7.1 Message rejected as spam", "again"),
        ("data@trust.example", "554 Message rejected", "again"),
        ("data@trust.example", "552 5.3.4 Message too big", "again"),
        ("data@trust.example", "550 5.1.1 No such user", "refused"),
        ("data@trust.example", "552 5.2.2 Mailbox full", "refused"),
        ("data@trust.example", "451 4.1.1 Later", "again"),
        ("rcpt@trust.example", "550 5.7.1 Relaying denied", "again"),
        ("rcpt@trust.example", "554 5.1.1 No such user", "refused"),
    ],
)
async def test_what_a_server_has_against_us_is_not_laid_to_the_person(
    mailbox: Mailbox, address: str, answer: str, state: str
) -> None:
    """A refusal is shown as a fault of their address, and they would not be written to there again."""
    mailbox.says = {address: answer}
    async with mail_server.serving(mailbox) as port:
        smtp = _smtp(port)
        outcome = await smtp.send(_envelope(address), NOW)
        assert (outcome.state, outcome.hold) == (state, None)
        assert (await smtp.send(_envelope(), NOW)).state == "accepted"
        await smtp.close()


async def test_a_server_that_dies_after_taking_a_message_leaves_it_in_doubt(mailbox: Mailbox) -> None:
    mailbox.loses = 0
    async with mail_server.serving(mailbox) as port:
        smtp = _smtp(port)
        assert (await smtp.send(_envelope(), NOW)).state == "unsure"
        assert (await smtp.send(_envelope(), NOW)).state == "accepted"
        await smtp.close()


async def test_no_server_at_all_is_waited_for() -> None:
    outcome = await _smtp(1).send(_envelope(), NOW)
    assert (outcome.state, outcome.reached, outcome.hold) == ("again", False, timedelta(minutes=1))


# Notify


class Desk(msgspec.Struct):
    stub: Stub
    notify: Notify
    now: list[datetime]

    async def send(self, envelope: Envelope) -> Outcome:
        return await self.notify.send(envelope, self.now[0])


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = [NOW]
    stub = Stub(lambda: clock[0].timestamp(), Behaviour(refuses="gone", silence=0.6))
    stub.keep_bodies = True
    notify = Notify(KEY, await stub.start(), TEMPLATES, 3000, timeout=0.3)
    yield Desk(stub, notify, clock)
    await notify.close()
    await stub.stop()


async def test_notify_is_given_the_words_the_reference_and_the_way_out(desk: Desk) -> None:
    assert await desk.send(_envelope()) == Outcome("accepted")
    body = desk.stub.bodies[REFERENCE]
    assert body == {
        "email_address": "p@trust.example", "template_id": EMAIL_TEMPLATE, "reference": REFERENCE,
        "personalisation": {"subject": "Ein Gruß — £5", "body": f"Please – answer:\n{LINK}\n"},
        "one_click_unsubscribe_url": f"{LINK}/stop",
    }  # fmt: skip
    await desk.send(_envelope("+447700900123", "sms", "another"))
    assert desk.stub.bodies["another"] == {
        "phone_number": "+447700900123", "template_id": SMS_TEMPLATE, "reference": "another",
        "personalisation": {"body": f"Please – answer:\n{LINK}\n"},
    }  # fmt: skip


async def test_an_address_notify_refuses_is_that_person_s_alone(desk: Desk) -> None:
    outcome = await desk.send(_envelope("gone@trust.example"))
    assert (outcome.state, outcome.hold) == ("refused", None)
    assert "gone" not in outcome.why


async def test_a_wrong_template_is_nobody_s_fault_and_waits_for_the_operator(desk: Desk) -> None:
    wrong = Notify(KEY, str(desk.notify._client.base_url), {"email": SMS_TEMPLATE}, 3000)
    outcome = await wrong.send(_envelope(), NOW)
    await wrong.close()
    assert (outcome.state, outcome.hold) == ("again", timedelta(minutes=10))


async def test_the_minute_s_limit_is_waited_out(desk: Desk) -> None:
    desk.stub.behaviour = msgspec.structs.replace(desk.stub.behaviour, per_minute=2)
    told = [await desk.send(_envelope(reference=str(n))) for n in range(3)]
    assert [one.state for one in told] == ["accepted", "accepted", "again"]
    assert told[2].hold
    assert not told[2].for_the_day
    desk.now[0] += timedelta(seconds=61)
    assert (await desk.send(_envelope(reference="3"))).state == "accepted"


async def test_the_day_s_limit_is_waited_out(desk: Desk) -> None:
    desk.stub.behaviour = msgspec.structs.replace(desk.stub.behaviour, per_day=1)
    told = [await desk.send(_envelope(reference=str(n))) for n in range(2)]
    assert told[1].for_the_day
    assert told[1].state == "again"


@pytest.mark.parametrize("apart", [-40, 40])
async def test_a_clock_that_is_wrong_is_told_and_waited_for(desk: Desk, apart: int) -> None:
    outcome = await desk.notify.send(_envelope(), NOW + timedelta(seconds=apart))
    assert outcome.state == "again"
    assert "this server's clock" in outcome.why
    assert outcome.hold


async def test_a_ticket_is_renewed_before_it_is_too_old(desk: Desk) -> None:
    for _ in range(5):
        desk.now[0] += timedelta(seconds=29)
        assert (await desk.send(_envelope())).state == "accepted"


async def test_a_failure_of_notify_s_is_tried_again_and_does_not_count(desk: Desk) -> None:
    desk.stub.behaviour = msgspec.structs.replace(desk.stub.behaviour, failing=1.0)
    outcome = await desk.send(_envelope())
    assert (outcome.state, outcome.reached, outcome.hold) == ("again", False, None)


async def test_an_answer_that_is_lost_is_asked_after_by_reference(desk: Desk) -> None:
    assert await desk.notify.find(_envelope(), NOW) is None
    desk.stub.behaviour = msgspec.structs.replace(desk.stub.behaviour, lost=1.0)
    assert (await desk.send(_envelope())).state == "unsure"
    assert desk.stub.accepted[REFERENCE] == 1
    found = [await desk.notify.find(_envelope(), NOW)]
    for status in ("delivered", "permanent-failure", "temporary-failure", "technical-failure", "created"):
        desk.stub.statuses[REFERENCE] = status
        found.append(await desk.notify.find(_envelope(), NOW))
    states = [one.state for one in found if one]
    assert states == ["accepted", "delivered", "bounced", "bounced", "bounced", "accepted"]


async def test_no_notify_at_all_is_waited_for() -> None:
    away = Notify(KEY, "http://127.0.0.1:1", TEMPLATES, 3000)
    outcome, known = await away.send(_envelope(), NOW), await away.find(_envelope(), NOW)
    await away.close()
    assert (outcome.state, outcome.reached) == ("again", False)
    assert outcome.hold
    assert known is not None
    assert known.state == "unsure", "not knowing is not a no"


# Settings

SMTP = {"SURVEY_SMTP_URL": "smtp://u:p%40%2F@mail.trust.example", "SURVEY_SMTP_FROM": SENDER}
NOTIFY = {"SURVEY_NOTIFY_API_KEY": KEY, "SURVEY_NOTIFY_SMS_TEMPLATE": SMS_TEMPLATE,
          "SURVEY_NOTIFY_EMAIL_TEMPLATE": EMAIL_TEMPLATE}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "ways"),
    [
        ({}, []),
        (SMTP, [("smtp", ("email",))]),
        (NOTIFY, [("notify", ("sms", "email"))]),
        ({**SMTP, **NOTIFY}, [("smtp", ("email",)), ("notify", ("sms",))]),
        ({**SMTP, "SURVEY_NOTIFY_API_KEY": KEY}, [("smtp", ("email",))]),
    ],
)
def test_which_provider_has_which_channel(given: dict[str, str], ways: list[tuple[str, tuple[str, ...]]]) -> None:
    found = channels.configured(read(given))
    assert [(one.provider.name, one.provider.channels) for one in found] == ways


@pytest.mark.parametrize("given", [{"SURVEY_SMTP_URL": "smtp://mail.example"}, {"SURVEY_NOTIFY_API_KEY": KEY}])
def test_half_a_setting_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(errors.Misconfigured):
        channels.configured(read(given))


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://u:p%40@mail.example", ("mail.example", 587, "starttls", "u")),
        ("smtp://localhost:2525", ("localhost", 2525, "none", "")),
        ("smtp://127.0.0.1", ("127.0.0.1", 25, "none", "")),
        ("smtps://mail.example", ("mail.example", 465, "tls", "")),
        ("smtp+plain://relay.example", ("relay.example", 25, "none", "")),
    ],
)
def test_a_mail_server_is_spoken_to_in_clear_only_here_or_when_told_to(url: str, server: tuple[object, ...]) -> None:
    found = read({"SURVEY_SMTP_URL": url}).smtp_url
    assert found is not None
    assert (found.host, found.port, found.security, found.user) == server


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "http://secret@mail.example"), ("SMTP_URL", "smtp://:secret@"), ("SMTP_URL", "smtp://a:secret/x"),
        ("SMTP_FROM", "nobody"), ("SMTP_FROM", "a\nBcc: secret@b.example"), ("NOTIFY_API_KEY", "secret"),
        ("NOTIFY_URL", "ftp://secret"), ("NOTIFY_CALLBACK_TOKEN", "secret"), ("NOTIFY_EMAIL_TEMPLATE", "secret"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_refused_without_telling_it(name: str, value: str) -> None:
    with pytest.raises(errors.Misconfigured, match=f"SURVEY_{name}") as refused:
        read({f"SURVEY_{name}": value})
    assert "secret" not in str(refused.value)


def test_the_stand_in_s_chances_are_repeatable() -> None:
    assert Stub(lambda: 0.0, Behaviour())._chance.random() == random.Random(1).random()
