"""The database goes away: nothing that was entered is lost, and what is promised is true (BARS R9)."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
import pytest_asyncio

from survey import errors
from survey.app import create_app
from survey.db import Database, Db
from survey.operations import responding
from tests.pages.conftest import Stage
from tests.pages.person import Page, Person


class Interrupted(Database):
    """A database that is away while `away` is set."""

    away = False

    def connection(self) -> AbstractAsyncContextManager[Db]:
        if self.away:
            raise errors.Unavailable
        return super().connection()


@pytest_asyncio.fixture
async def database(stage: Stage) -> AsyncIterator[Interrupted]:
    pool = Interrupted(stage.url)
    yield pool
    await pool.close()


@pytest_asyncio.fixture
async def person(stage: Stage, database: Interrupted) -> AsyncIterator[Person]:
    """On a process of its own, which has not seen any round yet."""
    transport = httpx.ASGITransport(app=create_app(stage.config, database))
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        yield Person(client, stage.link())


async def test_reading_while_it_is_away(person: Person, database: Interrupted) -> None:
    await person.start()
    database.away = True
    for here in ("unit", "q/1", "check", "sent"):
        page = await person.get(here)
        assert page.status == 503
        assert page.response.headers["retry-after"] == "5"
        assert "Your saved answers are kept." in page.words
        assert page.all('//a[contains(@href, "/help/")]')


@pytest.mark.parametrize(
    ("here", "given"),
    [
        ("q/1", {"A1": "4"}),
        ("q/4", {"C1": "2", "F1": "5"}),
        ("q/5", {"I1": "3", "M1": ["1", "2"]}),
        ("q/7?change=1", {"N1": "seven"}),
        ("q/8", {"R1__1": "2", "R1__2": "4"}),
        ("q/9", {"T1": "two\nlines & <more>"}),
    ],
)
async def test_what_was_entered_can_be_sent_again(
    person: Person, database: Interrupted, here: str, given: dict[str, Any]
) -> None:
    await person.start()
    form = (await person.get(here)).filled() | {name.replace("__", "."): value for name, value in given.items()}
    database.away = True
    page = await person.post(here, form)
    assert page.status == 503
    assert page.title.startswith("Error: ")
    assert page.text('//div[@class="nhsuk-error-summary"]//h2') == "Your answer has not been saved yet"
    assert "Your saved answers are kept" in page.words
    assert {name: values for name, values in page.filled().items() if any(values)} == {
        name: values if isinstance(values, list) else [values] for name, values in form.items() if any(values)
    }
    assert page.one("//form").get("action") == here.removeprefix("q/")
    database.away = False
    if given != {"N1": "seven"}:
        assert (await person.post(here, page.filled())).status == 303


async def test_it_goes_away_between_reading_and_writing(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise errors.Unavailable

    await person.start()
    with monkeypatch.context() as patched:
        patched.setattr(responding, "save", away)
        page = await person.answer("q/1", A1="4")
    assert page.status == 503
    assert page.one("//input[@checked]").get("value") == "4"
    assert not (await person.get("q/1")).all("//input[@checked]")


async def test_another_device_is_in_the_way(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object) -> None:
        raise errors.Refused("Your answers are being changed on another device. Try again in a moment.")

    await person.start()
    with monkeypatch.context() as patched:
        patched.setattr(responding, "save", refused)
        page = await person.answer("q/1", A1="4")
    assert page.status == 409
    assert "on another device" in page.text('//div[@class="nhsuk-error-summary"]')
    assert page.one("//input[@checked]").get("value") == "4"


@pytest.mark.parametrize("here", ["submit", "withdraw"])
async def test_other_forms_can_be_sent_again_too(person: Person, database: Interrupted, here: str) -> None:
    await person.start()
    await person.answer("q/1", A1="4")
    form = (await person.get("pause")).filled()
    database.away = True
    page = await person.post(here, form)
    assert page.status == 503
    assert page.text("//form//button") == "Try again"
    assert page.filled() == form


async def test_a_process_that_has_never_seen_the_round_keeps_what_was_entered(
    person: Person, database: Interrupted, stage: Stage
) -> None:
    """It restarted during the outage, and knows no question: the form comes back hidden, with a button."""
    await person.start()
    form = (await person.get("q/9")).filled() | {"T1": ['a "quoted" <word>\nand a line']}
    database.away = True
    transport = httpx.ASGITransport(app=create_app(stage.config, database))
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        client.cookies = person.client.cookies
        page = Page(await client.post(f"{person.round}/q/9", data=form))
        assert (page.status, page.filled()) == (503, form)
        assert "Your saved answers are kept." in page.words


async def test_what_nobody_foresaw_is_not_explained(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError(f"a secret: {person.token}")

    await person.start()
    with monkeypatch.context() as patched:
        patched.setattr(responding, "visit", broken)
        page = await person.get("q/1")
    assert page.status == 500
    assert page.text("//h1") == "Sorry, there is a problem with the service"
    assert "Your saved answers are kept." in page.words
    assert "secret" not in page.words


async def test_too_many_attempts(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def enough(*_: object) -> None:
        raise errors.TooManyAttempts

    await person.start()
    with monkeypatch.context() as patched:
        patched.setattr(responding, "visit", enough)
        page = await person.get("q/1")
    assert (page.status, page.response.headers["retry-after"]) == (429, "60")
    assert page.text("//h1") == "Too many attempts"
