"""Reviewing on the pages: who may, what is kept, what is recorded, and what a mistake leaves behind."""

from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from lxml import html

from survey.operations import signing_in
from tests import published
from tests.conftest import STANDING, Cluster
from tests.published import COMMENTS, ROUND, Stage

NAMED = next(iter(COMMENTS))
AT = f"/comments/{ROUND}"


@pytest_asyncio.fixture(scope="module")
async def stage(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    async with published.staged(cluster, template, tmp_path_factory.mktemp("reviewing")) as made:
        yield made


class Reviewer(msgspec.Struct):
    client: httpx.AsyncClient
    csrf: str

    async def get(self, path: str) -> Any:
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text[:300]
        return html.document_fromstring(answer.text)

    async def post(self, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(path, data={"csrf": self.csrf, **fields})


@pytest_asyncio.fixture
async def reviewer(stage: Stage) -> Any:
    async with stage.database.connection() as db:
        await db.execute("delete from comment_review")
        await db.execute("delete from comment_release")
        link = await signing_in.invite(db, STANDING.organisation_id, "reviewer")
        secret = await signing_in.sign_in(db, link)
    transport = httpx.ASGITransport(app=stage.app)
    base, cookies = "https://survey.trust.example", {"__Host-session": secret}
    async with httpx.AsyncClient(transport=transport, base_url=base, cookies=cookies) as client:
        yield Reviewer(client, signing_in.form_token(secret))


def _text(tree: Any) -> str:
    return " ".join(tree.xpath("//main")[0].text_content().split())


async def _log(stage: Stage) -> list[tuple[str, str, str]]:
    async with stage.database.connection() as db:
        rows = await db.fetch(
            "select action, subject, details from audit_entry where action like 'comment%' order by at"
        )
    return [tuple(row) for row in rows]


async def test_from_the_list_to_the_release(reviewer: Reviewer, stage: Stage) -> None:
    assert "Autumn 2025" in _text(await reviewer.get("/comments"))
    desk = await reviewer.get(AT)
    assert "30 comments: 0 read, 30 to read." in _text(desk)
    (step,) = desk.xpath("//main//a[contains(@class, 'nhsuk-button')]/@href")
    for _ in COMMENTS:
        page = await reviewer.get(step)
        marked = page.xpath("//textarea")[0].text.lstrip("\n")
        answer = await reviewer.post(step, choice="withhold" if "CANARY" in marked else "show", marked=marked)
        step = answer.headers["location"]
    assert step == AT
    desk = _text(await reviewer.get(AT))
    assert "30 comments, all read." in desk and "Release these comments" in desk
    assert (await reviewer.post(f"{AT}/release")).headers["location"] == AT
    desk = _text(await reviewer.get(AT))
    assert "Last released on" in desk and "Release these comments" not in desk
    log = await _log(stage)
    assert [action for action, _, _ in log].count("comment.read") >= 30
    assert log[-1] == ("comments.release", ROUND, '{"number":1}')
    assert not [word for word in published.HIDDEN_WORDS if word in str(log)]


async def test_a_comment_comes_with_suggestions_and_is_text(reviewer: Reviewer) -> None:
    page = await reviewer.get(f"{AT}/{NAMED}")
    assert page.xpath("//textarea")[0].text.strip() == "Ask [[Dr Zebedee Quux]] of [[Alpha]], [[07700 900123]]."
    assert "“Alpha”: it looks like a unit, a site or a staff group" in _text(page)
    attack = next(id_ for id_, body in COMMENTS.items() if "<script>" in body)
    assert not (await reviewer.get(f"{AT}/{attack}")).xpath("//main//script")


MISTAKES = [
    ({"choice": "show", "marked": "Something else."}, "The comment’s own words were changed.", "marked"),
    ({"choice": "show", "marked": "Ask [[Dr Zebedee Quux of Alpha, 07700 900123."}, "stands alone", "marked"),
    ({"marked": "Ask [[Dr Zebedee Quux]] of Alpha, 07700 900123."}, "Choose whether others may read", "choice"),
]


@pytest.mark.parametrize(("fields", "said", "place"), MISTAKES)
async def test_a_mistake_is_said_and_what_was_typed_is_kept(
    reviewer: Reviewer, fields: dict[str, str], said: str, place: str
) -> None:
    answer = await reviewer.post(f"{AT}/{NAMED}", **fields)
    assert answer.status_code == 422
    page = html.document_fromstring(answer.text)
    assert page.xpath("//title")[0].text.startswith("Error: ")
    assert said in _text(page)
    assert page.xpath("//textarea")[0].text.strip() == fields["marked"]
    assert page.xpath(f"//*[@id='{place}']") and f"#{place}" in page.xpath("//main//ul//a/@href")
    assert "30 to read" in _text(await reviewer.get(AT))


async def test_what_was_decided_is_there_to_be_changed(reviewer: Reviewer) -> None:
    kept = "Ask [[Dr Zebedee Quux]] of [[Alpha, 07700 900123]]."
    await reviewer.post(f"{AT}/{NAMED}", choice="show", marked=kept)
    page = await reviewer.get(f"{AT}/{NAMED}")
    assert page.xpath("//textarea")[0].text.strip() == kept
    assert page.xpath("//input[@checked]/@value") == ["show"]
    await reviewer.post(f"{AT}/{NAMED}", choice="withhold", marked=kept)
    assert (await reviewer.get(f"{AT}/{NAMED}")).xpath("//input[@checked]/@value") == ["withhold"]


async def test_too_early_to_release_and_no_such_comment(reviewer: Reviewer) -> None:
    refused = await reviewer.post(f"{AT}/release")
    assert refused.status_code == 409 and "30 comments have not been read yet" in refused.text
    nowhere = await reviewer.client.get(f"{AT}/00000000-0000-4000-8000-000000000000")
    theirs = await reviewer.client.get(f"/comments/{published.THEIRS}/{NAMED}")
    assert (nowhere.status_code, theirs.status_code) == (404, 404)


async def test_forms_need_the_sessions_token(reviewer: Reviewer) -> None:
    for path in (f"{AT}/{NAMED}", f"{AT}/release"):
        assert (await reviewer.client.post(path, data={"csrf": "x"})).status_code == 403
