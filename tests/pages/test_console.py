"""The console's own pages: who finds which, what they record, and how many questions each asks of the database."""

import csv
import io
import re
from collections.abc import AsyncIterator

import asyncpg
import httpx
import msgspec
import pytest
import pytest_asyncio
from lxml import html

from survey import sealing
from survey.app import create_app
from survey.config import Config
from survey.core import access
from survey.db import Database
from survey.operations import admitting, granting, recording, signing_in, tracing
from survey.operations.tracing import Wanted
from survey.store.organisations import Organisation
from tests import cast

BASE = "https://survey.trust.example"


class Console:
    """Somebody signed in, before the console."""

    def __init__(self, client: httpx.AsyncClient, database: Database, organisation: Organisation, secret: str) -> None:
        self.client, self.database, self.whose, self.secret = client, database, organisation.organisation_id, secret

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path, headers={"cookie": f"__Host-session={self.secret}"})

    async def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        form = {"csrf": signing_in.form_token(self.secret), **fields}
        return await self.client.post(path, data=form, headers={"cookie": f"__Host-session={self.secret}"})

    async def actions(self) -> list[str]:
        """What the audit log says, the last first."""
        async with self.database.connection() as db:
            return [line.action for line in await tracing.read(db, self.whose, Wanted())]


@pytest_asyncio.fixture
async def console(database: Database, config: Config, organisation: Organisation) -> AsyncIterator[Console]:
    async with database.connection() as db:
        secret = await signing_in.sign_in(db, await signing_in.invite(db, organisation.organisation_id, "owner", "Olu"))
    settings = msgspec.structs.replace(config, base_url=BASE)
    transport = httpx.ASGITransport(app=create_app(settings, database))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield Console(client, database, organisation, secret)


async def test_an_invitation_from_the_page_to_the_first_click(console: Console) -> None:
    made = await console.post("/accounts/invite", name="Kim", roles=["manager", "reviewer"])
    assert made.status_code == 200
    path = made.text.split(f"{BASE}/sign-in/")[1].split("<")[0]
    used = await console.client.post(f"/sign-in/{path}", headers={"sec-fetch-site": "same-origin"})
    assert used.status_code == 303
    assert await console.actions() == ["account.sign_in", "account.invite"]
    assert "Round manager, Information governance reviewer" in (await console.get("/accounts")).text


async def test_what_was_made_is_named_in_the_log_and_so_is_what_it_may_do(console: Console) -> None:
    """Ids that nobody knows before it is made."""
    await console.post("/accounts/invite", name="Kim", roles=["manager", "reviewer"])
    await console.post("/keys", name="Power BI", days="30")
    async with console.database.connection() as db:
        kim = next(one for one in await admitting.list_all(db, console.whose) if one.name == "Kim")
        (key,) = await granting.list_keys(db, console.whose)
        made, invited = await tracing.read(db, console.whose, Wanted())
    assert (made.action, made.subject, made.details) == ("key.make", key.id, '{"days":30}')
    assert (invited.action, invited.subject) == ("account.invite", str(kim.account_id))
    assert invited.details == '{"roles":"manager, reviewer","unit":null}'


async def test_navigation_has_what_one_may_and_nothing_else(console: Console) -> None:
    async with console.database.connection() as db:
        for role in access.GRANTED:
            secret = await signing_in.sign_in(db, await signing_in.invite(db, console.whose, role, role))
            page = await console.client.get("/", headers={"cookie": f"__Host-session={secret}"})
            for path in ("/accounts", "/keys", "/audit-log", "/results"):
                assert (f'href="{path}"' in page.text) == access.allowed((role,), "GET", path), (role, path)


async def test_whoever_is_signed_in_finds_back_from_nowhere(console: Console) -> None:
    assert 'href="/"' in (await console.get("/nowhere")).text
    assert 'href="/"' not in (await console.client.get("/nowhere")).text


async def test_a_key_is_on_its_page_once_and_only_its_id_in_the_log(console: Console) -> None:
    made = await console.post("/keys", name="Power BI", days="30")
    secret = made.text.split("<code>svy_")[1].split("<")[0]
    listed = (await console.get("/keys")).text
    assert secret not in listed and "Power BI" in listed
    async with console.database.connection() as db:
        (line,) = await tracing.read(db, console.whose, Wanted(noun="key"))
    assert line.subject in listed and secret not in repr(line) and "Power BI" not in repr(line)
    gone = await console.post(f"/keys/{line.subject}/revoke")
    assert (gone.status_code, (await console.actions())[0]) == (303, "key.revoke")


async def test_a_key_is_made_once_however_often_its_form_is_sent(console: Console) -> None:
    """Pressed twice; loaded again; in two tabs, where two are wanted; with another name after going back."""
    form = {"name": "Power BI", "days": "30", "once": _once(await console.get("/keys"))}
    first = await console.post("/keys", **form)
    assert "<code>svy_" in first.text
    again = await console.post("/keys", **form)
    assert again.status_code == 409
    assert "The key for Power BI has been made already, and is not shown again." in again.text
    assert "svy_" not in again.text
    assert (await console.actions()).count("key.make") == 1
    assert (await console.post("/keys", **{**form, "name": "Warehouse"})).status_code == 200
    assert (await console.post("/keys", **{**form, "once": _once(again)})).status_code == 200, "wanted once more"
    both = [_once(await console.get("/keys")) for _ in range(2)]
    for tab in both:
        assert (await console.post("/keys", **{**form, "once": tab})).status_code == 200
    assert len(set(both)) == 2
    async with console.database.connection() as db:
        assert len(await granting.list_keys(db, console.whose)) == 5


async def test_a_link_is_made_once_however_often_its_form_is_sent(console: Console) -> None:
    form = {"name": "Kim", "roles": ["manager"], "once": _once(await console.get("/accounts/invite"))}
    assert f"{BASE}/sign-in/" in (await console.post("/accounts/invite", **form)).text
    again = await console.post("/accounts/invite", **form)
    assert (again.status_code, f"{BASE}/sign-in/" in again.text) == (409, False)
    assert "Their link has been made already, and is not shown again." in again.text
    async with console.database.connection() as db:
        kim = next(one for one in await admitting.list_all(db, console.whose) if one.name == "Kim")
    here = f"/accounts/{kim.account_id}"
    other = {"once": _once(again)}
    assert f"{BASE}/sign-in/" in (await console.post(f"{here}/link", **other)).text
    again = await console.post(f"{here}/link", **other)
    assert (again.status_code, f"{BASE}/sign-in/" in again.text) == (409, False)
    assert await console.actions() == ["account.link", "account.invite"]
    async with console.database.connection() as db:
        assert await db.fetchval("select count(*) from sign_in where account_id = $1", kim.account_id) == 2


def _once(page: httpx.Response) -> str:
    (found,) = re.findall(r'name="once" value="([^"]+)"', page.text)
    return str(found)


async def test_what_was_refused_is_not_recorded(console: Console) -> None:
    before = await console.actions()
    assert (await console.post("/accounts/invite", name="", roles=[])).status_code == 422
    assert (await console.post("/keys", name="", days="many")).status_code == 422
    assert (await console.post("/keys/000000000000/revoke")).status_code == 404
    async with console.database.connection() as db:
        me = (await signing_in.who(db, console.secret)).account_id
    assert (await console.post(f"/accounts/{me}", roles=["reader"])).status_code == 409
    assert await console.actions() == before


async def test_an_owner_ends_somebodys_session(console: Console) -> None:
    async with console.database.connection() as db:
        theirs = await signing_in.sign_in(db, await signing_in.invite(db, console.whose, "reader", "Kim"))
        kim = (await signing_in.who(db, theirs)).account_id
    session = admitting.session_id(signing_in.hashed(theirs))
    assert (await console.post(f"/accounts/{kim}/sessions/{session}")).status_code == 303
    after = await console.client.get("/results", headers={"cookie": f"__Host-session={theirs}"})
    assert after.status_code == 401
    assert (await console.actions())[0] == "session.end"


async def test_the_log_as_a_file_is_whole_harmless_and_recorded(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read piece by piece, and ends with the entry that tells of it."""
    monkeypatch.setattr(tracing, "PIECE", 2)
    actor = cast.actor(console.whose)
    async with console.database.connection() as db:
        await recording.record(db, actor, "round.try", "=1+1", {"x": 1})
        kim = sealing.random_id()
        await db.execute(
            "insert into account (organisation_id, account_id, name, roles, added_at)"
            " values ($1, $2, '=cmd()', '{}', now())",
            console.whose,
            kim,
        )
        await recording.record(db, msgspec.structs.replace(actor, kind="account", account_id=kim), "round.try")
    answer = await console.get("/audit-log/file")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["number"], row["action"]) for row in rows[:1]] == [("3", "audit_log.export")]
    assert [row["number"] for row in rows[1:]] == ["2", "1"]
    assert (rows[1]["account"], rows[2]["subject"]) == ("'=cmd()", "'=1+1")
    assert (await console.actions())[0] == "audit_log.export"


async def test_the_log_is_read_with_the_names_of_accounts_and_says_when_all_roles_went(console: Console) -> None:
    async with console.database.connection() as db:
        kim = await signing_in.sign_in(db, await signing_in.invite(db, console.whose, "reader", "Kim Shah"))
        theirs = (await signing_in.who(db, kim)).account_id
    saved = await console.post(f"/accounts/{theirs}")
    assert "Saved. They have no role, and see nothing here." in (await console.get(saved.headers["location"])).text
    log = html.document_fromstring((await console.get("/audit-log?about=account")).text)
    newest = [" ".join(cell.text_content().split()) for cell in log.xpath("//tbody/tr[1]/td")]
    assert newest[3:] == ["Accounts and sign-ins: grant", "Kim Shahroles: none"]
    assert str(theirs) in (await console.get("/audit-log/file")).text


@pytest.mark.parametrize(
    "query", ["beyond=5", "order=when&beyond=5", "about=round", "since=2027-01-01&until=2027-02-01"]
)
async def test_the_log_is_filtered(console: Console, query: str) -> None:
    assert (await console.get(f"/audit-log?{query}")).status_code == 200


@pytest.mark.parametrize("query", ["about=nothing", "who=x", "since=soon", "until=2027-13-01", "who=%00", "since=%F0"])
async def test_a_filter_that_is_none_is_told(console: Console, query: str) -> None:
    answer = await console.get(f"/audit-log?{query}")
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text


async def test_a_page_asks_at_most_six_questions(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    async with console.database.connection() as db:
        me = (await signing_in.who(db, console.secret)).account_id
    for name in ("fetch", "fetchrow", "fetchval", "execute"):
        plain = getattr(asyncpg.Connection, name)

        async def told(self: object, query: str, *more: object, _plain: object = plain, **named: object) -> object:
            asked.append(query)
            return await _plain(self, query, *more, **named)  # type: ignore[operator]

        monkeypatch.setattr(asyncpg.Connection, name, told)
    for path in ("/", "/accounts", f"/accounts/{me}", "/accounts/invite", "/account", "/keys", "/audit-log", "/kept"):
        asked.clear()
        assert (await console.get(path)).status_code == 200
        assert 1 <= len(asked) <= 6, (path, asked)
