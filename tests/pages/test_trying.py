"""A trial of a questionnaire: the pages staff would meet, and no way into any table."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
import pytest_asyncio

from survey.app import create_app
from survey.config import Config, Secret
from survey.core.questionnaire import reading
from survey.db import Database
from survey.operations import authoring
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
    home = f"/try/{HASH}/{kind}/en"
    landing = await manager.get(home)
    assert "It takes about 3 minutes" in landing.words
    unit = await manager.get((await manager.post(home, landing.filled())).location)
    assert "An example team" in unit.words
    here, titles = _follow(unit, "Continue"), []
    while "/q/" in here:
        page = await manager.get(here)
        titles.append(page.text("//h1"))
        form = page.filled()
        names = {field.get("name") for field in page.all("//form//input | //form//textarea")}
        given = dict.fromkeys(names - {"csrf", "_shown", None}, "1")
        here = (await manager.post(here, form | given)).location
    assert here.endswith("/check")
    check = await manager.get(here)
    assert "Nothing has been sent yet" in check.words
    sent = await manager.get((await manager.post(_beside(here, "submit"), check.filled())).location)
    assert "Your answers have been sent" in sent.words
    assert all("Trial, nothing is stored" in page.words for page in (landing, unit, check, sent))
    return titles


def _beside(here: str, page: str) -> str:
    return urljoin(here, page)


def _follow(page: Page, link: str) -> str:
    href = page.one(f"//main//a[contains(., '{link}')]").get("href")
    return urlsplit(urljoin(str(page.response.url), href)).path


async def test_a_trial_is_the_whole_journey_and_changes_no_table(manager: Manager, database: Database) -> None:
    async with database.connection() as db:
        before = await cast.tables(db)
    clinical, others = await _walk(manager, "clinical"), await _walk(manager, "non_clinical")
    assert "Do you carry a device?" in clinical
    assert "Which?" in clinical, "asked of those who said yes"
    assert "Do you carry a device?" not in others
    async with database.connection() as db:
        after = await cast.tables(db)
    assert {name for name in before if before[name] != after[name]} <= {"session"}


async def test_a_trial_tells_mistakes_as_the_real_pages_do(manager: Manager) -> None:
    here = f"/try/{HASH}/non_clinical/en/a/q/7"
    wrong = await manager.post(here, (await manager.get(here)).filled() | {"COUNT": "many"})
    assert wrong.status == 422
    assert wrong.title.startswith("Error: ")
    assert wrong.one("//input[@name='COUNT']").value == "many"


async def test_where_somebody_stands_is_in_the_address_alone(manager: Manager) -> None:
    """Nothing is remembered by a cookie either: two windows are two trials."""
    here = f"/try/{HASH}/clinical/en/a.4/q/5"
    page = await manager.post(here, (await manager.get(here)).filled() | {"WARD": "1"})
    assert page.location == f"/try/{HASH}/clinical/en/a.4....1/q/6"
    assert "set-cookie" not in page.response.headers
    shown = await manager.get(page.location)
    assert shown.text("//h1") == "Which?", "asked of those who said yes"
    skipped = await manager.post(here, (await manager.get(here)).filled() | {"WARD": "2"})
    assert skipped.location.endswith("/q/7")


async def test_every_button_of_the_journey_leads_on_within_the_trial(manager: Manager) -> None:
    home = f"/try/{HASH}/clinical/en"
    assert (await manager.post(f"{home}/s.4/withdraw")).location == f"{home}/a/withdrawn"
    assert (await manager.post(f"{home}/a.4/finish")).location == f"{home}/a.4/finished"
    assert (await manager.post(f"{home}/a/submit")).status == 422
    assert (await manager.get(f"{home}/a.4/sent")).location == f"{home}/a.4/check"
    for page in ("pause", "finished", "withdrawn", "check", "unit"):
        shown = await manager.get(f"{home}/a.4/{page}")
        assert shown.status == 200, page
        assert not shown.all("//script")


async def test_another_language_is_another_address(manager: Manager, database: Database) -> None:
    async with database.connection() as db:
        text = authoring.shipped()["pulse"][1]
        version = (await authoring.add(db, STANDING.organisation_id, text)).questionnaire_hash
    home = f"/try/{version}/clinical"
    landing = await manager.get(f"{home}/cy")
    assert landing.tree.get("lang") == "cy"
    page = await manager.get(f"{home}/en/a.4/q/2")
    turned = await manager.post(f"{home}/en/a.4/q/2", page.filled() | {"_lang": "cy"})
    assert turned.location == f"{home}/cy/a.4/q/2"
    asked = await manager.post(f"{home}/en/a.4/language", {"_lang": "cy", "_to": "check"})
    assert asked.location == f"{home}/cy/a.4/check"
    assert (await manager.get(f"{home}/en?lang=cy")).tree.get("lang") == "cy"


async def test_what_was_entered_in_a_trial_is_not_kept_when_a_session_ends(
    manager: Manager, database: Database
) -> None:
    async with database.connection() as db:
        await db.execute("update session set expires_at = survey_now() - interval '1 minute'")
        before = await cast.tables(db)
    here = f"/try/{HASH}/clinical/en/a/q/9"
    assert (await manager.post(here, {"WORDS": "Not for keeping"})).status == 401
    async with database.connection() as db:
        after = await cast.tables(db)
    assert {name for name in before if before[name] != after[name]} <= {"session"}
    assert b"Not for keeping" not in repr(after).encode()


async def test_only_the_preview_may_show_a_trial_in_a_frame(manager: Manager) -> None:
    policies = {
        name: (await manager.get(address)).response.headers["content-security-policy"]
        for name, address in {
            "trial": f"/try/{HASH}/clinical/en",
            "preview": f"/questionnaires/{HASH}/preview",
            "version": f"/questionnaires/{HASH}",
        }.items()
    }
    assert "frame-ancestors 'self'" in policies["trial"]
    assert "frame-src" not in policies["trial"]
    assert "frame-src 'self'" in policies["preview"]
    assert "frame-ancestors 'none'" in policies["preview"]
    assert "frame-ancestors 'none'" in policies["version"]
    assert "frame-src" not in policies["version"]
    assert not any("script-src" in policy for policy in policies.values())


@pytest.mark.parametrize(
    "path", [f"{'0' * 64}/clinical/en", f"{HASH}/everyone/en", f"{HASH}/clinical/cy", f"{HASH}/clinical/en/a/q/99/x"]
)
async def test_what_is_not_there_is_not_found(manager: Manager, path: str) -> None:
    assert Page(await manager.client.get(f"/try/{path}")).status == 404
