"""The console's questionnaires: the library, adding to it, comparing versions, trying one out."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest_asyncio

from survey.app import create_app
from survey.config import Config, Secret
from survey.core.questionnaire import reading
from survey.db import Database
from survey.operations import authoring, signing_in
from survey.store.organisations import Organisation
from tests import cast
from tests.conftest import SECRET
from tests.pages.manager import Manager, signed_in
from tests.pages.person import Page
from tests.recorder import MOST_QUERIES, recorded

BASE = "https://survey.trust.example"
TEXT = cast.QUESTIONNAIRE
HASH = reading.read(TEXT).hash


class Desk(msgspec.Struct, frozen=True):
    database: Database
    whose: Any
    app: Any
    manager: Manager

    async def versions(self) -> list[str]:
        async with self.database.connection() as db:
            return [one.title for one in await authoring.list_all(db, self.whose)]

    async def told(self) -> list[tuple[str, str]]:
        async with self.database.connection() as db:
            rows = await db.fetch("select action, subject from audit_entry where action like 'questionnaire.%'")
        return [tuple(row) for row in rows]

    async def upload(self, content: bytes) -> Page:
        form = {"csrf": signing_in.form_token(self.manager.secret)}
        answer = await self.manager.client.post(
            "/questionnaires/file", data=form, files={"file": ("q.toml", content, "application/toml")}
        )
        return Page(answer)

    async def add(self, text: str) -> str:
        async with self.database.connection() as db:
            return (await authoring.add(db, self.whose, text)).questionnaire_hash


@pytest_asyncio.fixture
async def desk(database: Database, organisation: Organisation, tmp_path: Path) -> AsyncIterator[Desk]:
    app = create_app(Config(secret=Secret(SECRET), keys=tmp_path / "keys", base_url=BASE), database)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=BASE) as client:
        manager = await signed_in(client, database, organisation.organisation_id)
        yield Desk(database, organisation.organisation_id, app, manager)


async def test_who_has_none_is_offered_ours(desk: Desk) -> None:
    page = await desk.manager.get("/questionnaires")
    assert "There is no questionnaire yet" in page.words
    added = await desk.manager.send(page, "/questionnaires/shipped")
    shown = await desk.manager.get(added.location)
    assert "has been added" in shown.words
    page = await desk.manager.get("/questionnaires")
    assert "Digital maturity survey" in page.text("//main//h2[1]/a")
    assert "Not used in any round yet" in page.words
    assert await desk.told() == [("questionnaire.add", authoring.shipped()["default"][0].hash)]


async def test_pages_ask_the_database_little(desk: Desk) -> None:
    first, second = await desk.add(TEXT), await desk.add(TEXT.replace("What else?", "Anything else?"))
    here = f"/questionnaires/{first}"
    pages = ["/questionnaires", "/questionnaires/new", here, f"{here}/preview", f"{here}/differences?since={second}"]
    pages += [f"/try/{first}/clinical/en", f"/try/{first}/clinical/en/a/q/1", f"/try/{first}/clinical/en/a/check"]
    for address in pages:
        with recorded(desk.database) as asked:
            page = await desk.manager.get(address)
        assert page.status == 200, address
        assert len(asked) <= MOST_QUERIES, (address, asked)
