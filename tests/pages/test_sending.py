"""The state of sending on the console: what each state looks like, what the buttons do, and what is told of nobody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import msgspec

from survey import sealing
from survey.app import create_app
from survey.config import MailServer
from survey.core.reaching import Reach
from survey.operations import closing, sending, tracing
from survey.operations.sending import Outcome, Provider, Result
from survey.operations.tracing import Wanted
from survey.sealing import KeyRing
from tests.conftest import SECRET
from tests.pages.manager import Manager, signed_in
from tests.pages.test_launching import BASE, ZONE, Console, console  # noqa: F401

COLUMNS = "organisation_id, round_id, message_id, person_id, channel, wave, state, due_at, attempts, failures, doubtful"
BOTH = Provider("post", ("email", "sms"), 6000, blind=False)


async def _open(console: Console, **settings: object) -> str:  # noqa: F811
    """An open round's page of sending."""
    return (await console.opened(**settings)).replace("/rounds/", "/sending/")


async def sent(console: Console, here: str, *outcomes: Outcome) -> None:  # noqa: F811
    """The invitations of the round meet these outcomes; the others are accepted."""
    async with console.database.connection() as db:
        await sending.fill_due(db, BOTH.channels, ZONE)
        await sending.know(db, BOTH)
        met = list(outcomes)
        while True:
            await db.execute("update provider set free_at = '2000-01-01', held_until = '2000-01-01'")
            jobs = (await sending.claim(db, BOTH, here.rsplit("/", 1)[1])).jobs
            if not jobs:
                return
            results = [Result(job, met.pop(0) if met else Outcome("accepted")) for job in jobs]
            await sending.record(db, BOTH, results, BOTH.channels)


async def test_before_anything_was_sent_it_says_when_something_will_be(console: Console) -> None:  # noqa: F811
    later = await console.drafted()
    async with console.database.connection() as db:
        now = later.now
        await db.execute("update round set opens_at = $2 where round_id = $1", later.round_id, now + timedelta(days=2))
    assert (await console.manager.post(f"/rounds/{later.round_id}/launch")).status == 303
    await console.work()
    here = f"/sending/{later.round_id}"
    assert "Nothing goes out from this service" in (await console.manager.get(here)).words
    async with _able(console) as manager:
        page = await manager.get(here)
    assert "Nothing has been sent yet. Invitations go out from" in page.words
    assert "None yet." in page.words
    assert here in [a.get("href") for a in (await console.manager.get(f"/rounds/{later.round_id}")).all("//a")]
    assert here in [a.get("href") for a in (await console.manager.get("/sending")).all("//a")]


async def test_the_page_of_a_draft_is_the_draft(console: Console) -> None:  # noqa: F811
    draft = await console.drafted()
    assert (await console.manager.get(f"/sending/{draft.round_id}")).location == f"/rounds/{draft.round_id}"
    assert (await console.manager.post(f"/sending/{draft.round_id}/pause")).status == 409


async def test_each_state_is_counted_by_channel(console: Console) -> None:  # noqa: F811
    here = await _open(console)
    await sent(console, here, *[Outcome("refused")] * 2, *[Outcome("bounced")] * 3, *[Outcome("delivered")] * 4)
    async with console.database.connection() as db:
        await db.execute("update message set doubtful = true where state = 'delivered'")
        await db.execute(
            "update message set state = 'waiting' where message_id in"
            " (select message_id from message where state = 'accepted' and round_id = $1 limit 5)",
            here.rsplit("/", 1)[1],
        )
    page = await console.manager.get(here)
    rows = {row.find("th").text: row.find("td").text for row in page.all("//tbody/tr")}
    assert rows == {"Waiting": "5", "Sent": "46", "Delivered": "4", "Bounced": "3", "Refused": "2"}
    assert "50 of 60 sent" in page.words
    assert "4 people may have got the same message twice" in page.words
    async with _able(console) as manager:
        assert "Next reminder: " in (await manager.get(here)).words


async def fail(console: Console, here: str, **states: str) -> None:  # noqa: F811
    """What became of an e-mail, by employee number."""
    async with console.database.connection() as db:
        for number, state in states.items():
            await db.execute(
                "update message m set state = $2 from person p"
                " where p.person_id = m.person_id and p.employee_number = $1 and m.round_id = $3",
                number.strip("n"), state, here.rsplit("/", 1)[1],
            )  # fmt: skip


async def test_who_got_nothing_comes_first_and_is_led_to(console: Console) -> None:  # noqa: F811
    here = await _open(console)
    await sent(console, here)
    await fail(console, here, n10003="refused", n10001="bounced")
    async with console.database.connection() as db:
        await db.execute(
            f"insert into message ({COLUMNS})"
            " select organisation_id, round_id, gen_random_uuid(), person_id, 'sms', wave, 'accepted', due_at,"
            " 1, 0, false from message where state = 'bounced' and round_id = $1",
            here.rsplit("/", 1)[1],
        )
    page = await console.manager.get(here)
    assert "did not reach 2 people. 1 has no other way left, and no invitation." in page.words
    links = page.all("//li[@class='console-list__item']//a")
    assert [link.text for link in links] == ["Number 10003", "Number 10001"]
    assert "10003" in (await console.manager.get(links[0].get("href"))).words
    assert "The e-mail address was refused. Nothing has reached them." in page.words
    assert "The e-mail came back. The invitation took another way." in page.words
    assert not page.all("//form[contains(@action, '/again/')]"), "no provider is set up"
    assert "not set up to send by e-mail or text message" in page.words


async def test_the_invitation_goes_again_to_who_did_not_get_it(console: Console) -> None:  # noqa: F811
    here = await _open(console)
    await sent(console, here)
    await fail(console, here, n10002="refused", n10004="bounced")
    async with _able(console) as manager:
        page = await manager.get(here)
        assert "not set up to send by text message" in page.words
        (again, _) = [form.get("action") for form in page.all("//form[contains(@action, '/again/')]")]
        assert (await manager.post(again)).location == f"{here}?told=again"
        assert (await manager.post(again)).location == f"{here}?told=not"
        after = await manager.get(f"{here}?told=again")
        assert "The invitation goes out once more." in after.words
        assert [link.text for link in after.all("//li[@class='console-list__item']//a")] == ["Number 10004"]
        assert (await manager.post(f"{here}/again/{sealing.random_id()}")).location == f"{here}?told=not"
    async with console.database.connection() as db:
        (line, *_) = await tracing.read(db, console.organisation.organisation_id, Wanted("round"))
    assert (line.action, line.subject) == ("round.send_again", here.rsplit("/", 1)[1])


@asynccontextmanager
async def _able(console: Console) -> AsyncIterator[Manager]:  # noqa: F811
    """The manager of a deployment that can send e-mail."""
    mail = MailServer("mail.trust.example", 587, "starttls")
    config = msgspec.structs.replace(console.config, smtp_url=mail, smtp_from="team@trust.example")
    transport = httpx.ASGITransport(app=create_app(config, console.database))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield await signed_in(client, console.database, console.organisation.organisation_id)


async def test_sending_is_held_back_and_goes_on_at_the_press_of_a_button(console: Console) -> None:  # noqa: F811
    here = await _open(console)

    async def presses() -> list[str]:
        return [form.get("action") for form in (await console.manager.get(here)).all("//main//form")]

    assert await presses() == [f"{here}/pause"]
    assert (await console.manager.post(f"{here}/pause")).location == here
    assert await presses() == [f"{here}/resume"]
    async with _able(console) as manager:
        assert "Sending is paused" in (await manager.get(here)).words
    assert (await console.manager.post(f"{here}/resume")).location == here
    assert await presses() == [f"{here}/pause"]
    async with console.database.connection() as db:
        lines = await tracing.read(db, console.organisation.organisation_id, Wanted("round"))
    assert [line.action for line in lines[:2]] == ["round.resume_sending", "round.pause_sending"]


async def test_once_a_round_is_over_there_is_no_button_and_none_works(console: Console) -> None:  # noqa: F811
    here = await _open(console)
    round_id = here.rsplit("/", 1)[1]
    async with console.database.connection() as db:
        await db.execute("update round set closes_at = survey_now() where round_id = $1", round_id)
    page = await console.manager.get(here)
    assert "The round is over: nothing more is sent." in page.words
    assert not page.all("//main//form")
    for step in ("pause", "resume", f"again/{sealing.random_id()}"):
        assert (await console.manager.post(f"{here}/{step}")).status == 409
    async with console.database.connection() as db:
        keys = KeyRing(console.config.key_directory(), SECRET)
        await closing.open_answers(db, keys, console.organisation.organisation_id, round_id)
    assert "was deleted" in (await console.manager.get(here)).words
    assert here not in (await console.manager.get("/sending")).response.text


async def test_of_reminders_no_number_is_told(console: Console) -> None:  # noqa: F811
    """What differs with who has answered must not show: only shares, as coarse as response rates."""
    here = await _open(console, reach=Reach(channels=("email",), reminder_days=(1,)))
    await sent(console, here)
    async with console.database.connection() as db:
        await db.execute(
            "insert into wave (organisation_id, round_id, number, kind, unreached, filled)"
            " select organisation_id, round_id, 1, 'reminder', null, true from wave where round_id = $1",
            here.rsplit("/", 1)[1],
        )
        await db.execute(
            f"insert into message ({COLUMNS})"
            " select organisation_id, round_id, gen_random_uuid(), person_id, channel, 1, 'bounced', due_at,"
            " 1, 0, false from message where round_id = $1 limit 37",
            here.rsplit("/", 1)[1],
        )
    page = await console.manager.get(here)
    assert "Sent to 90% or more of those it is for" in page.words
    assert "37" not in page.text("//main")
    assert "No invitation has come back or been refused." in page.words
