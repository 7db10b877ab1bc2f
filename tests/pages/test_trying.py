"""A trial of a questionnaire: the pages staff would meet, and no way into any table."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from survey.app import create_app
from survey.config import Config, Secret
from survey.core.questionnaire import reading
from survey.db import Database
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET, STANDING
from tests.pages.manager import Manager, signed_in
from tests.pages.person import Page

HASH = reading.read(cast.QUESTIONNAIRE).hash


@pytest_asyncio.fixture
async def manager(database: Database, organisation: Organisation, tmp_path: Path) -> AsyncIterator[Manager]:
    config = Config(secret=Secret(SECRET), keys=tmp_path, base_url="http://survey.trust.example")
    async with database.connection() as db:
        await cast.trust(db, organisation)
    transport = httpx.ASGITransport(app=create_app(config, database))
    async with httpx.AsyncClient(transport=transport, base_url="http://survey.trust.example") as client:
        made = await signed_in(client, database, STANDING.organisation_id)
        del client.headers["cookie"]
        client.cookies.set("session", made.secret)
        yield made


async def _walk(manager: Manager, kind: str) -> list[str]:
    """From the first page to the last, answering what can be answered with a 1; the titles met."""
    home = f"/try/{HASH}/{kind}"
    page, titles = await manager.get(home), []
    while "/q/" in page.location:
        here = page.location
        page = await manager.get(here)
        titles.append(page.text("//h1"))
        form = page.filled()
        names = {field.get("name") for field in page.all("//form//input | //form//textarea")}
        given = dict.fromkeys(names - {"csrf", "_shown", None}, "1")
        assert "csrf" in form
        page = await manager.post(here, form | {name: value for name, value in given.items() if "[" not in name})
    assert page.location == f"{home}/check"
    check = await manager.get(page.location)
    assert "Nothing has been sent yet" in check.words
    done = await manager.post(f"{home}/submit")
    assert done.location == f"{home}/sent"
    assert "nothing was stored" in (await manager.get(done.location)).words
    assert "You have not answered any question yet" in (await manager.get(f"{home}/check")).words
    return titles


async def test_a_trial_is_the_whole_journey_and_changes_no_table(manager: Manager, database: Database) -> None:
    async with database.connection() as db:
        before = await cast.tables(db)
    clinical, others = await _walk(manager, "clinical"), await _walk(manager, "non-clinical")
    assert "Do you carry a device?" in clinical
    assert "Which?" in clinical, "asked of those who said yes"
    assert "Do you carry a device?" not in others
    async with database.connection() as db:
        after = await cast.tables(db)
    assert {name for name in before if before[name] != after[name]} <= {"session"}


async def test_a_trial_tells_mistakes_as_the_real_pages_do(manager: Manager) -> None:
    home = f"/try/{HASH}/non-clinical"
    page = await manager.get(home)
    while "COUNT" not in (shown := await manager.get(page.location)).response.text:
        page = await manager.post(page.location)
    wrong = await manager.post(page.location, {"COUNT": "many"})
    assert wrong.status == 422
    assert wrong.title.startswith("Error: ")
    assert shown.one("//input[@name='COUNT']").value != "many"
    assert wrong.one("//input[@name='COUNT']").value == "many"


@pytest.mark.parametrize("cookie", ["", "x", "A" * 400])
async def test_a_cookie_of_somebody_s_own_making_is_an_empty_trial(manager: Manager, cookie: str) -> None:
    manager.client.cookies.set("trial", cookie)
    page = await manager.get(f"/try/{HASH}/clinical/check")
    assert page.status == 200
    assert "You have not answered any question yet" in page.words


@pytest.mark.parametrize("path", [f"{'0' * 64}/clinical", f"{HASH}/everyone", f"{HASH}/clinical/q/99/x"])
async def test_what_is_not_there_is_not_found(manager: Manager, path: str) -> None:
    assert Page(await manager.client.get(f"/try/{path}")).status == 404
