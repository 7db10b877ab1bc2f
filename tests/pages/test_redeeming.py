"""From a printed slip to sent answers, on any device; and what happens with a code that opens nothing."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from survey.app import create_app, limiting
from survey.config import MailServer
from survey.core import slips
from survey.operations import printing
from survey.pages.console import divisions
from survey.sealing import KeyRing
from tests.conftest import STANDING, Cluster
from tests.pages import manager
from tests.pages.person import Page
from tests.staging import Stage, staged

BASE = "https://survey.trust.example"
OURS = {"sec-fetch-site": "same-origin"}


class Paper(msgspec.Struct, frozen=True):
    """A stage where the porters have no mailbox."""

    stage: Stage
    app: Any
    codes: tuple[str, ...]
    number: int


@pytest_asyncio.fixture(scope="module")
async def paper(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Paper]:
    async with staged(cluster, template, tmp_path_factory.mktemp("paper"), mailboxes=False) as stage:
        keys = KeyRing(stage.config.key_directory(), stage.config.secret_bytes())
        whose = STANDING.organisation_id
        async with stage.database.connection() as db:
            _, units = await printing.units(db, whose, stage.round_id)
            number = next(unit.number for unit in units if unit.slips)
            sheet = await printing.sheet(db, keys, whose, stage.round_id, number)
        codes = tuple(slip.code for slip in sheet.slips)
        yield Paper(stage, create_app(stage.config, stage.database), codes, number)


def _client(paper: Paper, address: str = "10.1.1.1") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=paper.app, client=(address, 1)), base_url=BASE)


async def _enter(client: httpx.AsyncClient, code: str, **more: str) -> Page:
    return Page(await client.post("/code", data={"code": code, **more}, headers=OURS))


async def test_a_code_leads_through_the_first_page_to_sent_answers_and_then_opens_nothing(paper: Paper) -> None:
    code = paper.codes[0]
    async with _client(paper) as client:
        assert (await client.get("/code")).status_code == 200
        entered = await _enter(client, f" {code.lower().replace(' ', '-')} ")
        round_ = f"/r/{paper.stage.round_id}"
        assert (entered.status, entered.location) == (303, f"{round_}/begin")
        first = Page(await client.get(entered.location))
        assert "Confidential while" in first.words and "same code" in first.words and "your link" not in first.words
        started = await client.post(f"{round_}/begin", headers=OURS)
        assert started.headers["location"] == f"{round_}/unit"
        unit = Page(await client.get(f"{round_}/unit"))
        assert "Porters" in unit.words
        page = Page(await client.get(f"{round_}/q/1"))
        form: Any = page.filled()
        name = page.one("(//input[@type='radio'])[1]").get("name")
        assert (await client.post(f"{round_}/q/1", data=form | {name: "4"})).status_code == 303
        check = Page(await client.get(f"{round_}/check"))
        position = next(n for n, one in enumerate(check.all("//form")) if one.get("action") == "submit")
        sent = await client.post(f"{round_}/submit", data=check.filled(position))
        assert sent.headers["location"] == f"{round_}/sent"
    async with _client(paper) as client:
        assert (await _enter(client, code)).status == 422
        assert not client.cookies


def _form(page: Page, action: str) -> dict[str, Any]:
    return page.filled(next(n for n, one in enumerate(page.all("//form")) if one.get("action") == action))


async def test_whoever_came_by_a_slip_is_told_of_its_code_and_of_no_link(paper: Paper) -> None:
    """On every page that says how to come back; in another language, too, and after they have finished."""
    round_ = f"/r/{paper.stage.round_id}"
    async with _client(paper) as client:
        await _enter(client, paper.codes[2])
        page = Page(await client.get(f"{round_}/q/1"))
        name = page.one("(//input[@type='radio'])[1]").get("name")
        await client.post(f"{round_}/q/1", data=page.filled() | {name: "4"})
        pause = Page(await client.get(f"{round_}/pause"))
        assert "enter the code of your slip again" in pause.words and "your invitation" not in pause.words
        check = Page(await client.get(f"{round_}/check"))
        await client.post(f"{round_}/submit", data=_form(check, "submit"))
        sent = Page(await client.get(f"{round_}/sent"))
        assert "The code of your slip opens nothing any more" in sent.words
        assert "with the same code" in sent.words and "your invitation" not in sent.words
        await client.post(f"{round_}/withdraw", data=_form(sent, "withdraw"))
        withdrawn = Page(await client.get(f"{round_}/withdrawn"))
        assert "with the same code" in withdrawn.words and "same link" not in withdrawn.words
        over = await client.post(f"{round_}/finish", data=_form(withdrawn, "finish"))
        finished = Page(await client.get(over.headers["location"]))
        assert "the code of your slip still opens them" in finished.words and "your invitation" not in finished.words


async def test_a_link_that_is_opened_after_a_slip_is_a_link_again(paper: Paper) -> None:
    async with _client(paper) as client:
        await _enter(client, paper.codes[3])
        await client.post(paper.stage.link(), headers=OURS)
        pause = Page(await client.get(f"/r/{paper.stage.round_id}/pause"))
        assert "open the link in your invitation again" in pause.words


async def test_choosing_a_language_forgets_no_slip(paper: Paper) -> None:
    async with _client(paper) as client:
        entered = await _enter(client, paper.codes[4], lang="cy")
        assert ".cy.slip;" in entered.response.headers["set-cookie"]
    async with _client(paper) as client:
        entered = await _enter(client, paper.codes[4])
        assert "..slip;" in entered.response.headers["set-cookie"]


async def test_a_code_is_in_no_address_and_looking_changes_nothing(paper: Paper) -> None:
    async with _client(paper) as client:
        looked = await client.get("/code")
        assert "set-cookie" not in looked.headers
        assert 'method="post"' in looked.text
        assert "set-cookie" not in (await client.get(f"/r/{paper.stage.round_id}/begin")).headers
        assert (await client.post(f"/r/{paper.stage.round_id}/begin", headers=OURS)).status_code == 403


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD EFGH JKMNP", "<b>", "A\0" * 30, "é" * 5000])
async def test_a_wrong_code_is_told_beside_the_field_with_what_was_typed(paper: Paper, typed: str) -> None:
    async with _client(paper, "10.1.1.2") as client:
        page = await _enter(client, typed)
    assert page.status == 422
    assert page.title.startswith("Error: ")
    assert "Check it against your slip" in page.text("//span[@id='code-error']")
    assert page.one("//input[@id='code']").get("value") == typed[:40].replace("\0", "\ufffd")


async def test_another_site_s_form_enters_no_code(paper: Paper) -> None:
    async with _client(paper) as client:
        answer = await client.post("/code", data={"code": paper.codes[1]}, headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403 and "set-cookie" not in answer.headers


async def test_guessing_is_slowed_down_and_a_neighbour_s_right_code_is_not(paper: Paper) -> None:
    """A thousand wrong codes from the address that a whole Trust shares."""
    async with _client(paper, "10.1.1.3") as client:
        seen = [(await _enter(client, slips.spelt(guess))).status for guess in range(limiting.GUESSES + 30)]
        assert seen.count(422) <= limiting.GUESSES and seen[-1] == 429
        assert (await _enter(client, paper.codes[1])).status == 303


async def test_the_page_speaks_the_browser_s_language_and_the_one_asked_for(paper: Paper) -> None:
    async with _client(paper) as client:
        welsh = Page(await client.get("/code", headers={"accept-language": "cy, en;q=0.5"}))
        assert welsh.one("/html").get("lang") == "cy" and "Rhowch y cod" in welsh.title
        assert "Enter the code" in Page(await client.get("/code?lang=en", headers={"accept-language": "cy"})).title
        wrong = await _enter(client, "x", lang="cy")
        assert wrong.one("/html").get("lang") == "cy"


async def test_a_manager_prints_slips_and_posters_and_the_log_tells_of_the_slips(paper: Paper) -> None:
    stage, here = paper.stage, f"/rounds/{paper.stage.round_id}"
    async with _client(paper) as client:
        somebody = await manager.signed_in(client, stage.database, STANDING.organisation_id)
        assert f"{here}/paper" in [a.get("href") for a in (await somebody.get(here)).all("//a")]
        units = await somebody.get(f"{here}/paper")
        assert "Show 30 slips" in units.words and "survey.trust.example/code" in units.words
        sheet = await somebody.send(units, f"{here}/slips/{paper.number}")
        assert sheet.status == 200
        printed = [p.text_content() for p in sheet.all("//p[@class='paper-slip__code']")]
        assert sorted(printed) == sorted(paper.codes)
        assert len(sheet.all("//section[contains(@class,'paper-sheet')]")) == 4
        poster = await somebody.get(f"{here}/posters/{paper.number}")
        assert f"survey.trust.example/link/{stage.round_id}" in poster.words
        assert not any(code in poster.response.text for code in paper.codes)
        assert (await somebody.get(f"{here}/posters/9999")).status == 404
        assert (await somebody.post(f"{here}/slips/9999")).status == 404
    async with stage.database.connection() as db:
        told = await db.fetch("select subject, details from audit_entry where action = 'round.print_slips'")
    assert [(row["subject"], row["details"]) for row in told] == [(stage.round_id, f'{{"unit":{paper.number}}}')]


async def test_many_units_are_folded_by_division(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, here = paper.stage, f"/rounds/{paper.stage.round_id}/paper"
    async with _client(paper) as client:
        somebody = await manager.signed_in(client, stage.database, STANDING.organisation_id)
        whole = await somebody.get(here)
        monkeypatch.setattr(divisions, "MOST_OPEN", 1)
        folded = await somebody.get(here)
    assert not whole.all("//main//details")
    heads = [" ".join(h.text_content().split()) for h in whole.all("//main//h2")]
    counts = [len(table.xpath(".//tbody/tr")) for table in whole.all("//main//table")]
    said = [" ".join(s.text_content().split()) for s in folded.all("//main//details/summary")]
    assert said == [f"{h}, {n} unit{'s' * (n > 1)}" for h, n in zip(heads, counts, strict=True)] and len(said) > 1
    assert [len(t.xpath(".//tbody/tr")) for t in folded.all("//main//details//table")] == counts


async def test_posters_that_would_lead_to_nothing_are_warned_of(paper: Paper) -> None:
    stage, here = paper.stage, f"/rounds/{paper.stage.round_id}/paper"
    async with _client(paper) as client:
        somebody = await manager.signed_in(client, stage.database, STANDING.organisation_id)
        assert "Do not hang posters up yet" in (await somebody.get(here)).words
    able = msgspec.structs.replace(
        stage.config, smtp_url=MailServer("mail.trust.example", 587, "starttls"), smtp_from="team@trust.example"
    )
    transport = httpx.ASGITransport(app=create_app(able, stage.database))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        somebody = await manager.signed_in(client, stage.database, STANDING.organisation_id)
        assert "Do not hang posters up yet" not in (await somebody.get(here)).words


@pytest.mark.parametrize("path", ["paper", "posters/0"])
async def test_paper_of_a_round_that_is_not_open_is_refused(paper: Paper, path: str) -> None:
    round_id = paper.stage.over.path.split("/")[2]
    async with _client(paper) as client:
        somebody = await manager.signed_in(client, paper.stage.database, STANDING.organisation_id)
        assert (await somebody.get(f"/rounds/{round_id}/{path}")).status == 409
