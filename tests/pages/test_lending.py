"""A shared tablet: lent by a manager, begins anew after each person, and shows the next one nothing."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest_asyncio

from tests.conftest import STANDING
from tests.pages import manager
from tests.pages.person import Page
from tests.pages.test_redeeming import BASE, OURS, Paper, paper  # noqa: F401

HEADERS = ("max-age=300", "secure", "httponly", "samesite=lax", "path=/")


def _client(paper: Paper) -> httpx.AsyncClient:  # noqa: F811
    transport = httpx.ASGITransport(app=paper.app, client=("10.2.2.2", 1))
    return httpx.AsyncClient(transport=transport, base_url=BASE)


async def _lend(paper: Paper) -> str:  # noqa: F811
    """The path of a new device's link."""
    here = f"/rounds/{paper.stage.round_id}/devices"
    async with _client(paper) as client:
        somebody = await manager.signed_in(client, paper.stage.database, STANDING.organisation_id)
        assert here in [a.get("href") for a in (await somebody.get(f"/rounds/{paper.stage.round_id}")).all("//a")]
        page = await somebody.fill(here)
        made = page.text("//p[@class='console-secret']")
        assert page.all("//svg") and made not in (await somebody.get(here)).response.text
    return made.removeprefix(BASE)


async def test_a_device_is_lent_once_however_often_the_form_is_sent(paper: Paper) -> None:  # noqa: F811
    """Loading the page again that shows a new link sends its form again."""
    here = f"/rounds/{paper.stage.round_id}/devices"
    async with _client(paper) as client:
        somebody = await manager.signed_in(client, paper.stage.database, STANDING.organisation_id)
        form = await somebody.get(here)
        before = len(form.all("//form[contains(@action, '/take-back')]"))
        assert (await somebody.send(form, here)).all("//p[@class='console-secret']")
        again = await somebody.send(form, here)
        assert (again.status, again.all("//p[@class='console-secret']")) == (409, [])
        assert "The link has been made already, and is not shown again." in again.words
        assert len(again.all("//form[contains(@action, '/take-back')]")) == before + 1
        assert (await somebody.send(again, here)).all("//p[@class='console-secret']"), "wanted once more"


@pytest_asyncio.fixture
async def tablet(paper: Paper) -> AsyncIterator[httpx.AsyncClient]:  # noqa: F811
    async with _client(paper) as client:
        link = await _lend(paper)
        looked = await client.get(link)
        assert looked.status_code == 200 and "set-cookie" not in looked.headers
        set_up = await client.post(link, headers=OURS)
        assert (set_up.status_code, set_up.headers["location"]) == (303, f"/kiosk/{paper.stage.round_id}")
        yield client


async def _enter(client: httpx.AsyncClient, code: str) -> Any:
    return await client.post("/code", data={"code": code}, headers=OURS)


async def test_a_visit_on_a_shared_device_ends_in_minutes_and_each_form_renews_it(
    paper: Paper,  # noqa: F811
    tablet: httpx.AsyncClient,
) -> None:
    round_ = f"/r/{paper.stage.round_id}"
    start = Page(await tablet.get(f"/kiosk/{paper.stage.round_id}"))
    assert start.response.headers["clear-site-data"] == '"cache", "storage"'
    entered = await _enter(tablet, paper.codes[5])
    assert all(part in entered.headers["set-cookie"].lower() for part in HEADERS)
    begun = await tablet.post(f"{round_}/begin", headers=OURS)
    assert "Max-Age=300" in begun.headers["set-cookie"]
    page = Page(await tablet.get(f"{round_}/unit"))
    assert "set-cookie" not in page.response.headers
    refresh = page.one("//noscript/meta").get("content")
    assert refresh == f"240; url=/kiosk/{paper.stage.round_id}/idle"
    assert page.all("//dialog[@id='idle']") and page.all("//script[contains(@src, 'kiosk.js')]")
    idle = Page(await tablet.get(f"/kiosk/{paper.stage.round_id}/idle"))
    assert "set-cookie" not in idle.response.headers and "Porters" not in idle.words
    assert idle.response.headers["refresh"] == f"60; url=/kiosk/{paper.stage.round_id}"
    more = await tablet.post(f"/kiosk/{paper.stage.round_id}/more", headers=OURS)
    assert more.status_code == 303 and "Max-Age=300" in more.headers["set-cookie"]


async def test_the_next_person_starts_clean(paper: Paper, tablet: httpx.AsyncClient) -> None:  # noqa: F811
    round_ = f"/r/{paper.stage.round_id}"
    await _enter(tablet, paper.codes[6])
    page = Page(await tablet.get(f"{round_}/q/1"))
    name = page.one("(//input[@type='radio'])[1]").get("name")
    assert (await tablet.post(f"{round_}/q/1", data=page.filled() | {name: "4"})).status_code == 303
    over = await tablet.post(f"/kiosk/{paper.stage.round_id}/over", headers=OURS)
    assert (over.status_code, over.headers["location"]) == (303, f"/kiosk/{paper.stage.round_id}")
    assert over.headers["clear-site-data"] == '"cache", "storage"' and "Max-Age=0" in over.headers["set-cookie"]
    for back in ("q/1", "check", "unit"):
        assert (await tablet.get(f"{round_}/{back}")).status_code == 403
    await _enter(tablet, paper.codes[7])
    assert not Page(await tablet.get(f"{round_}/q/1")).all("//input[@type='radio'][@checked]")


async def test_where_nobody_is_known_yet_the_device_returns_to_its_first_page_too(
    paper: Paper,  # noqa: F811
    tablet: httpx.AsyncClient,
) -> None:
    """Whoever leaves a half-typed code or address there: with a script or without."""
    here = f"/kiosk/{paper.stage.round_id}"
    wrong = Page(await _enter(tablet, "ABCD"))
    assert wrong.status == 422
    for page in (wrong, *[Page(await tablet.get(path)) for path in ("/code", f"/link/{paper.stage.round_id}")]):
        assert page.one("//noscript/meta").get("content") == f"240; url={here}/idle"
        assert page.all("//dialog[@id='idle']") and page.all("//script[contains(@src, 'kiosk.js')]")
    more = await tablet.post(f"{here}/more", headers=OURS)
    assert (more.status_code, more.headers["location"]) == (303, here)


async def test_finishing_on_a_shared_device_leads_back_to_its_first_page(
    paper: Paper,  # noqa: F811
    tablet: httpx.AsyncClient,
) -> None:
    await _enter(tablet, paper.codes[8])
    pause = Page(await tablet.get(f"/r/{paper.stage.round_id}/pause"))
    position = next(n for n, form in enumerate(pause.all("//form")) if form.get("action") == "finish")
    done = await tablet.post(f"/r/{paper.stage.round_id}/finish", data=pause.filled(position))
    assert done.headers["location"] == f"/kiosk/{paper.stage.round_id}"


async def test_a_device_that_was_taken_back_shares_nothing_any_more(
    paper: Paper,  # noqa: F811
    tablet: httpx.AsyncClient,
) -> None:
    round_id = paper.stage.round_id
    assert (await tablet.get(f"/kiosk/{round_id}")).status_code == 200
    async with _client(paper) as client:
        somebody = await manager.signed_in(client, paper.stage.database, STANDING.organisation_id)
        async with paper.stage.database.connection() as db:
            lent = [row["device_id"] for row in await db.fetch("select device_id from device")]
        for device_id in lent:
            path = f"/rounds/{round_id}/devices/{device_id}/take-back"
            assert (await somebody.post(path)).status == 303
            assert (await somebody.post(path)).status == 404
    assert (await tablet.get(f"/kiosk/{round_id}")).status_code == 404
    async with _client(paper) as stranger:
        assert (await stranger.get(f"/kiosk/{round_id}")).status_code == 404
        assert (await stranger.post(f"/kiosk/{round_id}/{'A' * 43}", headers=OURS)).status_code == 404


async def test_a_device_of_somebody_s_own_is_not_hurried(paper: Paper) -> None:  # noqa: F811
    async with _client(paper) as client:
        entered = await _enter(client, paper.codes[9])
        assert "Max-Age" not in entered.headers["set-cookie"]
        page = Page(await client.get(f"/r/{paper.stage.round_id}/unit"))
        assert not page.all("//noscript") and not page.all("//dialog")
