"""The console's questionnaires: the library, adding to it, comparing versions, trying one out."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from survey.app import create_app
from survey.config import Config, Secret
from survey.core.questionnaire import reading
from survey.db import Database
from survey.operations import authoring, resuming, signing_in
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


BROKEN = TEXT.replace('vision = "care"', 'vision = "core"', 1).replace("cuts = [33, 66]", "cuts = [66, 33]")


async def test_every_mistake_stands_at_its_line_and_nothing_is_stored(desk: Desk) -> None:
    for page in (await desk.upload(BROKEN.encode()), await desk.manager.post("/questionnaires/text", {"text": BROKEN})):
        assert page.status == 422
        assert page.title.startswith("Error: ")
        lines = BROKEN.split("\n")
        for place, message in (('vision = "core"', "Did you mean ‘care’?"), ("cuts = [66, 33]", "in rising order")):
            line = page.one(f"//li[@id='line-{lines.index(place) + 1}']")
            assert line.xpath("string(.//code)") == place
            assert message in line.xpath("string(.//p)")
        targets = [link.get("href") for link in page.all("//*[contains(@class,'nhsuk-error-summary__list')]//a")]
        assert targets == [f"#line-{lines.index(place) + 1}" for place in ("cuts = [66, 33]", 'vision = "core"')]
        assert page.one("//textarea").value.removeprefix("\n") == BROKEN
    assert await desk.versions() == []
    assert await desk.told() == []


async def test_a_mended_text_is_added_once_and_told_to_the_log(desk: Desk) -> None:
    page = await desk.manager.send(await desk.upload(BROKEN.encode()), "/questionnaires/text", text=TEXT)
    assert page.location == f"/questionnaires/{HASH}?told=added"
    again = await desk.manager.post("/questionnaires/text", {"text": TEXT.replace("\n", "\r\n")})
    assert again.location == f"/questionnaires/{HASH}?told=there"
    assert "was here already" in (await desk.manager.get(again.location)).words
    assert (await desk.upload(TEXT.encode())).location == f"/questionnaires/{HASH}?told=there"
    assert await desk.versions() == ["How digital is work?"]
    assert await desk.told() == [("questionnaire.add", HASH)]


BAD: dict[str, tuple[bytes, str, int]] = {
    "nothing": (b"", "Choose a file first", 422),
    "not TOML": (b"title: a\n", "this is not TOML", 422),
    "a spreadsheet": (b"PK\x03\x04\xff\xfe\x00", "the file is not UTF-8", 422),
    "NUL": (b'title = "a\0b"', "this is not TOML", 422),
    "too many bytes": (b"#" * 1_050_000, "1,000,000 are the most", 422),
    "far too many bytes": (b"#" * 1_200_000, "larger than 1 MB", 413),
    "a long line": (b'title = "' + b"a" * 30_000 + b'"', "this line is too long to be read", 422),
}


@pytest.mark.parametrize(("content", "said", "status"), BAD.values(), ids=BAD)
async def test_what_is_no_questionnaire_is_refused_on_the_page(
    desk: Desk, content: bytes, said: str, status: int
) -> None:
    page = await desk.upload(content)
    assert page.status == status
    assert said in page.words
    assert "Add a questionnaire" in page.text("//h1")
    assert await desk.versions() == []


async def test_an_empty_text_is_told_at_its_field(desk: Desk) -> None:
    page = await desk.manager.post("/questionnaires/text", {"text": " \n"})
    assert page.status == 422
    assert "Paste the text" in page.text("//*[@id='text-error']")


async def test_what_was_pasted_is_kept_when_the_session_ends(desk: Desk) -> None:
    form = {"csrf": signing_in.form_token(desk.manager.secret), "text": BROKEN}
    async with desk.database.connection() as db:
        await db.execute("update session set expires_at = survey_now() - interval '1 minute'")
    answer = Page(await desk.manager.client.post("/questionnaires/text", data=form))
    assert answer.status == 401
    async with desk.database.connection() as db:
        kept = await resuming.kept(db, desk.manager.secret)
    assert kept is not None
    assert dict(kept.fields)["text"] == BROKEN


async def test_a_version_is_given_back_as_it_was_given(desk: Desk) -> None:
    source = f"# Ours\n{TEXT}".replace("How digital is work?", 'Ours\\n\\"/../; x=é')
    version = await desk.add(source)
    answer = (await desk.manager.get(f"/questionnaires/{version}/file")).response
    assert answer.text == source
    assert answer.headers["content-type"] == "application/toml; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="ours-x-{version[:8]}.toml"'
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_differences_say_which_results_stay_comparable(desk: Desk) -> None:
    first = await desk.add(TEXT)
    second = await desk.add(TEXT.replace("My systems help me.", "My systems help me well.").replace("WORDS", "MORE"))
    page = await desk.manager.get(f"/questionnaires/{second}/differences?since={first}")
    assert "1 question added 1 question removed 1 question changed 7 questions unchanged" in page.words
    assert page.text("//section[@aria-labelledby='item-AGREE']/p") == "✗ Its results can no longer be compared"
    assert [one.text_content() for one in page.all("//section//ins")] == ["me well."]
    scores = {row.xpath("string(th)"): row.xpath("string(td)") for row in page.all("//table//tr[th/@scope='row']")}
    assert "on 1 of its 2 questions" in scores["Digital care"]
    assert "rests on the same" in scores["Useful data"]
    same = await desk.manager.get(f"/questionnaires/{second}/differences?since={second}")
    assert "Nothing: both ask and score the same" in same.words
    assert (await desk.manager.get(f"/questionnaires/{second}/differences")).status == 404


async def test_preparing_a_round_from_a_version_begins_with_it(desk: Desk) -> None:
    for text in (TEXT, TEXT.replace("How digital", "How very digital")):
        await desk.add(text)
    shown = await desk.manager.get(f"/questionnaires/{HASH}")
    page = await desk.manager.get(shown.one("//main//a[starts-with(@href, '/rounds/new')]").get("href"))
    assert [one.get("value") for one in page.all("//input[@name='questionnaire'][@checked]")] == [HASH]
    plain = await desk.manager.get("/rounds/new")
    assert not plain.all("//input[@name='questionnaire'][@checked]")


async def test_who_may_only_look_sees_no_way_to_add_and_no_rounds(desk: Desk) -> None:
    await desk.add(TEXT)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=desk.app), base_url=BASE) as client:
        reader = await signed_in(client, desk.database, desk.whose, "reader")
        page = await reader.get("/questionnaires")
        assert "How digital is work?" in page.words
        assert not page.all("//main//a[@href='/questionnaires/new'] | //main//form")
        assert "round" not in page.text("//main")
        shown = await reader.get(f"/questionnaires/{HASH}")
        assert not shown.all("//a[starts-with(@href, '/rounds/new')]")
        assert (await reader.post("/questionnaires/shipped", {"name": "pulse"})).status == 403


async def test_the_page_of_a_version_says_when_a_question_is_shown_in_its_words(desk: Desk) -> None:
    page = await desk.manager.get(f"/questionnaires/{await desk.add(TEXT)}")
    assert "shown when WARD is answered “Yes”" in page.words
