"""A session that ends in the middle of a form: what was typed is kept, for its owner, in their browser, for an hour."""

import html
import re
from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest
import pytest_asyncio

from survey.app import create_app
from survey.config import Config
from survey.db import Database
from survey.operations import resuming, signing_in
from survey.store.organisations import Organisation

BASE, TYPED = "https://survey.trust.example", 'Power BI & <b>"others"</b>\nof ours'


@pytest_asyncio.fixture
async def browser(database: Database, config: Config) -> AsyncIterator[httpx.AsyncClient]:
    settings = msgspec.structs.replace(config, base_url=BASE)
    transport = httpx.ASGITransport(app=create_app(settings, database))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


class Desk:
    """One browser before the console."""

    def __init__(self, browser: httpx.AsyncClient, database: Database, organisation: Organisation) -> None:
        self.browser, self.database, self.organisation = browser, database, organisation

    async def sign_in(self, name: str = "Olu") -> httpx.Response:
        async with self.database.connection() as db:
            token = await signing_in.invite(db, self.organisation.organisation_id, "owner", name)
        return await self.browser.post(f"/sign-in/{token}", headers={"sec-fetch-site": "same-origin"})

    @property
    def secret(self) -> str:
        return str(self.browser.cookies["__Host-session"])

    async def send(self, csrf: str | None = None, **fields: str) -> httpx.Response:
        token = signing_in.form_token(self.secret) if csrf is None else csrf
        return await self.browser.post("/keys", data={"csrf": token, **fields})

    async def end(self, how: str = "update session set used_at = used_at - interval '3 hours'") -> None:
        async with self.database.connection() as db:
            await db.execute(how)

    async def count(self, table: str) -> int:
        async with self.database.connection() as db:
            return int(await db.fetchval(f"select count(*) from {table}"))


@pytest.fixture
def desk(browser: httpx.AsyncClient, database: Database, organisation: Organisation) -> Desk:
    return Desk(browser, database, organisation)


async def test_what_was_typed_is_offered_again_and_sent(desk: Desk) -> None:
    await desk.sign_in()
    await desk.end()
    refused = await desk.send(name=TYPED, days="30")
    assert (refused.status_code, "kept for an hour" in refused.text) == (401, True)
    assert await desk.count("api_key") == 0
    back = await desk.sign_in()
    assert back.headers["location"] == "/kept"
    page = await desk.browser.get("/kept")
    assert html.escape(TYPED, quote=True).replace("&quot;", "&#34;") in page.text
    assert 'action="/keys"' in page.text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text.split('action="/keys"')[1]))
    sent = await desk.browser.post("/keys", data={name: html.unescape(value) for name, value in fields.items()})
    assert sent.status_code == 200
    assert await desk.count("api_key") == 1


async def test_a_form_that_was_sent_before_is_not_done_by_being_offered_again(desk: Desk) -> None:
    """Its own id is sent with it, and is nothing to show."""
    await desk.sign_in()
    form = {"name": TYPED, "days": "30", "once": "0a9f7c1e-0000-4000-8000-000000000001"}
    assert (await desk.send(**form)).status_code == 200
    await desk.end()
    await desk.send(**form)
    await desk.sign_in()
    page = await desk.browser.get("/kept")
    assert ('name="once"' in page.text, "<dt" in page.text, ">Once<" in page.text) == (True, True, False)
    assert (await desk.send(**form)).status_code == 409
    assert await desk.count("api_key") == 1


async def test_it_is_never_in_the_database_as_typed(desk: Desk) -> None:
    await desk.sign_in()
    await desk.end()
    await desk.send(name="a secret wish", days="30")
    async with desk.database.connection() as db:
        kept = await db.fetchrow("select ciphertext, session_hash from kept_form")
    assert b"wish" not in kept["ciphertext"]
    assert len(kept["ciphertext"]) % 4096 < 64, "its length tells next to nothing"


async def test_it_is_for_the_same_account_only(desk: Desk) -> None:
    await desk.sign_in()
    await desk.end()
    await desk.send(name="mine", days="30")
    other = await desk.sign_in("Ola")
    assert other.headers["location"] == "/"
    assert "nothing left to send" in (await desk.browser.get("/kept")).text


async def test_another_sites_form_is_not_kept(desk: Desk) -> None:
    await desk.sign_in()
    await desk.end()
    for csrf in ("", "x", signing_in.form_token("a" * 43)):
        assert (await desk.send(csrf, name="forged", days="30")).status_code == 401
    assert await desk.count("kept_form") == 0


async def test_a_session_that_was_ended_or_never_was_keeps_nothing(desk: Desk) -> None:
    await desk.sign_in()
    await desk.end("delete from session")
    await desk.send(name="x", days="30")
    desk.browser.cookies.set("__Host-session", "a" * 43, domain="survey.trust.example")
    await desk.browser.post("/keys", data={"csrf": signing_in.form_token("a" * 43), "name": "x"})
    assert await desk.count("kept_form") == 0


@pytest.mark.parametrize("name", sorted(resuming.SECRETS))
async def test_a_share_of_a_key_is_not_kept(desk: Desk, name: str) -> None:
    await desk.sign_in()
    await desk.end()
    assert "kept for an hour" not in (await desk.send(**{name: "pancake biology"})).text
    assert await desk.count("kept_form") == 0


async def test_what_was_left_empty_and_what_no_reader_knows_is_not_shown(desk: Desk) -> None:
    await desk.sign_in()
    await desk.end()
    await desk.send(name="Power BI", seen="", unit="8d54d77c-60ff-4f40-a019-c2c58c879ead")
    await desk.sign_in()
    page = (await desk.browser.get("/kept")).text
    assert re.findall(r'survey-typed">([^<]*)<', page) == ["Power BI", "As you chose it"]
    for sent in ('name="seen" value=""', 'name="unit" value="8d54d77c-60ff-4f40-a019-c2c58c879ead"'):
        assert sent in page


async def test_it_is_bounded_in_size_and_time(desk: Desk) -> None:
    await desk.sign_in()
    await desk.end()
    assert "kept for an hour" not in (await desk.send(name="x" * (resuming.MOST + 1))).text
    assert await desk.count("kept_form") == 0
    await desk.send(name="x", days="30")
    await desk.end("update kept_form set expires_at = expires_at - interval '1 hour'")
    assert (await desk.sign_in()).headers["location"] == "/"


async def test_it_can_be_let_go(desk: Desk) -> None:
    await desk.sign_in()
    await desk.end()
    await desk.send(name="x", days="30")
    await desk.sign_in()
    gone = await desk.browser.post("/kept/forget", data={"csrf": signing_in.form_token(desk.secret)})
    assert (gone.status_code, await desk.count("kept_form")) == (303, 0)


async def test_a_new_session_has_a_new_secret_and_ends_the_old_one(desk: Desk) -> None:
    await desk.sign_in()
    first = desk.secret
    await desk.sign_in()
    assert desk.secret != first
    assert await desk.count("session") == 1
