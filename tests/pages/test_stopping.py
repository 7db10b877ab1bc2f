"""Ending reminders: by the page, by a mail program's own button; the same for every link, and nothing by looking."""

import pytest

from survey import sealing
from tests.pages.conftest import Stage
from tests.pages.person import Page, Person

ONE_CLICK = ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click")
IN_PARTS = (
    "multipart/form-data; boundary=x",
    b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
)


async def _spared(stage: Stage, person: Person) -> bool:
    round_id = person.path.split("/")[2]
    async with stage.database.connection() as db:
        return bool(
            await db.fetchval(
                "select exists (select from answered where round_id = $1 and token_hash = $2)",
                round_id,
                sealing.lookup_hash(person.token, round_id),
            )
        )


async def test_the_page_asks_and_its_button_ends_reminders(stage: Stage, person: Person) -> None:
    page = await Person.get(person, f"{person.token}/stop")
    assert page.title.startswith("Stop reminders of this survey")
    assert not await _spared(stage, person)
    done = await person.post(f"{person.token}/stop", page.filled())
    assert (done.status, done.text("//h1")) == (200, "You will get no more reminders of this survey")
    assert await _spared(stage, person)
    assert (await person.start()).status == 303, "the link still answers"


@pytest.mark.parametrize(("kind", "body"), [ONE_CLICK, IN_PARTS])
async def test_a_mail_program_s_own_button_does_so_too(stage: Stage, person: Person, kind: str, body: bytes) -> None:
    """No cookie, no form token, from anywhere (RFC 8058)."""
    headers = {"content-type": kind, "sec-fetch-site": "cross-site"}
    for _ in range(2):
        answer = await person.client.post(f"{person.path}/stop", content=body, headers=headers)
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False)
    assert await _spared(stage, person)


async def test_s2_a_scanner_that_sends_empty_forms_ends_nothing(stage: Stage, person: Person) -> None:
    assert (await person.post(f"{person.token}/stop", {})).status == 200
    assert not await _spared(stage, person)


async def test_an_unknown_link_is_answered_alike(stage: Stage, person: Person) -> None:
    async def answers(token: str) -> list[tuple[int, str]]:
        address = f"{person.round}/{token}/stop"
        given = [await person.client.get(address), await person.client.post(address, data={"stop": "yes"})]
        return [(one.status_code, Page(one).words) for one in given]

    assert await answers(sealing.random_token()) == await answers(person.token) == await answers("x")
