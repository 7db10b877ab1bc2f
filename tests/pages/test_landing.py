"""The landing page: the same bytes for every token of a round, from what the process knows, promising no more than
is kept."""

import re

import httpx

from survey import sealing
from survey.app import create_app
from survey.db import Database
from survey.errors import Unavailable
from tests.pages.conftest import Stage
from tests.pages.person import Page


async def test_the_same_bytes_for_every_token_known_or_not(browser: httpx.AsyncClient, stage: Stage) -> None:
    used, unknown = stage.link(), f"/r/{stage.round_id}/{sealing.random_token()}"
    first, second = await browser.get(used), await browser.get(unknown)
    assert first.content == second.content
    volatile = {"x-request-id"}
    assert {k: v for k, v in first.headers.items() if k not in volatile} == {
        k: v for k, v in second.headers.items() if k not in volatile
    }
    assert used.rsplit("/", 1)[1] not in first.text


async def test_it_needs_no_database_once_the_round_is_known(stage: Stage) -> None:
    class Absent(Database):
        away = False

        def connection(self):  # type: ignore[no-untyped-def]
            if self.away:
                raise Unavailable
            return super().connection()

    database = Absent(stage.url)
    transport = httpx.ASGITransport(app=create_app(stage.config, database))
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        address = f"/r/{stage.round_id}/{sealing.random_token()}"
        before = await client.get(address)
        database.away = True
        assert (await client.get(address)).content == before.content
        assert (await client.get(f"/privacy/{stage.round_id}")).status_code == 200
    await database.close()


async def test_what_it_says(browser: httpx.AsyncClient, stage: Stage) -> None:
    page = Page(await browser.get(stage.link()))
    assert page.text("//h1") == "Every kind of question"
    assert page.one("//form").get("action") is None
    assert page.text("//form//button") == "Start"
    for promise in (
        "Confidential while the survey is open, anonymous after it closes",
        "It takes about 4 minutes: up to 11 questions.",
        "Whoever has your link can see and change them until then",
        "the service’s database, its key directory and its secret",
    ):
        assert promise in page.words
    assert re.search(r"It closes on \w+day \d+ \w+ 20\d\d at [\d:]+[ap]m\.", page.words)


async def test_a_published_report_is_linked_and_shown(stage: Stage) -> None:
    """Nothing is said of it before; its text is shown as text."""
    texts = '{"verification": {"en": "Attacked on Monday: 1 PASS.\\n\\n- PASS: Is it <b>so</b>?"}}'
    database = Database(stage.url)
    transport = httpx.ASGITransport(app=create_app(stage.config, database))
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
        page = Page(await client.get(f"/verification/{stage.round_id}"))
        assert "has not published a report here yet" in page.words
        assert not Page(await client.get(stage.link())).all('//a[contains(@href, "/verification/")]')
    async with database.connection() as db:
        await db.execute("update organisation set texts = texts || $1::jsonb", texts)
    transport = httpx.ASGITransport(app=create_app(stage.config, database))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
            (link,) = Page(await client.get(stage.link())).all('//a[contains(@href, "/verification/")]')
            page = Page(await client.get(link.get("href")))
            assert "Attacked on Monday: 1 PASS." in page.words
            assert "PASS: Is it <b>so</b>?" in page.words
            assert "What such a report cannot show" in page.words
    finally:
        async with database.connection() as db:
            await db.execute("update organisation set texts = texts - 'verification'")
        await database.close()


async def test_anonymous_is_never_said_without_when(browser: httpx.AsyncClient, stage: Stage) -> None:
    for address in (stage.link(), f"/privacy/{stage.round_id}", f"/help/{stage.round_id}"):
        words = Page(await browser.get(address)).words
        for found in re.finditer("anonymous", words):
            near = words[max(0, found.start() - 80) : found.end() + 40]
            assert "after it closes" in near or "From then on" in near, near
