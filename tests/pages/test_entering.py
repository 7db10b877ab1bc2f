"""Who gets in, and who does not: links, dates, cookies, form tokens, other sites."""

import httpx
import pytest

from survey import sealing
from tests.pages.conftest import Stage
from tests.pages.person import Page, Person

SAME = {"sec-fetch-site": "same-origin"}


async def test_an_unknown_link_is_told_after_start(browser: httpx.AsyncClient, stage: Stage) -> None:
    for token in (sealing.random_token(), "a" * 43, "%22%0d%0aSet-Cookie:x", "short", "x" * 300):
        page = Page(await browser.post(f"/r/{stage.round_id}/{token}", headers=SAME))
        assert page.status == 404
        assert page.text("//h1") == "We do not recognise this link"
        assert not browser.cookies


async def test_a_link_of_another_round_is_unknown(browser: httpx.AsyncClient, stage: Stage) -> None:
    token = stage.early.path.rsplit("/", 1)[1]
    assert (await browser.post(f"/r/{stage.round_id}/{token}", headers=SAME)).status_code == 404


async def test_an_unknown_round_is_no_page(browser: httpx.AsyncClient) -> None:
    page = Page(await browser.get("/r/zzzzzzzz/token"))
    assert (page.status, page.text("//h1")) == (404, "Not found")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_before_it_opens(browser: httpx.AsyncClient, stage: Stage, method: str) -> None:
    page = Page(await browser.request(method, stage.early.path, headers=SAME))
    assert page.status == 403
    assert page.text("//h1") == "This survey has not opened yet"
    assert "It opens on " in page.words
    assert not browser.cookies


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_after_it_closed(browser: httpx.AsyncClient, stage: Stage, method: str) -> None:
    page = Page(await browser.request(method, stage.over.path, headers=SAME))
    assert page.status == 410
    assert page.text("//h1") == "This survey has closed"
    assert "It closed on " in page.words
    assert page.all('//a[contains(@href, "/privacy/")]')


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (SAME, 303),
        ({"sec-fetch-site": "none"}, 303),
        ({}, 303),
        ({"origin": "null"}, 303),
        ({"origin": "https://survey.trust.example"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "https://survey.trust.example"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "https://survey.trust.example.elsewhere.example"}, 403),
    ],
)
async def test_other_sites_cannot_press_start(person: Person, headers: dict[str, str], status: int) -> None:
    response = await person.client.post(person.path, headers=headers)
    assert response.status_code == status
    assert bool(person.client.cookies) == (status == 303)


async def test_the_cookie_is_bound_to_the_host_and_hidden_from_scripts(person: Person) -> None:
    cookie = (await person.start()).response.headers["set-cookie"]
    assert cookie.startswith(f"__Host-r-{person.round[3:]}={person.token};")
    assert {part.strip() for part in cookie.split(";")[1:]} == {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"}


@pytest.mark.parametrize("here", ["unit", "q/1", "check", "sent", "withdrawn", "pause"])
async def test_without_a_cookie_the_link_is_asked_for(person: Person, here: str) -> None:
    page = await person.get(here)
    assert page.status == 403
    assert page.text("//h1") == "Open the link in your invitation again"


@pytest.mark.parametrize("here", ["q/1", "submit", "withdraw", "finish"])
@pytest.mark.parametrize("given", [{}, {"csrf": ""}, {"csrf": "é"}, {"csrf": "x" * 22}])
async def test_a_form_that_is_not_ours_changes_nothing(person: Person, here: str, given: dict[str, str]) -> None:
    await person.start()
    await person.answer("q/1", A1="3")
    page = await person.post(here, given | {"A1": "1"})
    assert page.status == 403
    assert "Nothing has been changed" in page.words
    assert (await person.get("q/1")).one("//input[@checked]").get("value") == "3"


async def test_a_form_of_another_link_is_not_taken(browser: httpx.AsyncClient, stage: Stage) -> None:
    """Somebody opens a second link in another tab: the first tab's form must not write into the second's answers."""
    first, second = Person(browser, stage.link()), Person(browser, stage.link())
    await first.start()
    form = (await first.get("q/1")).filled() | {"A1": ["5"]}
    await second.start()
    assert (await second.post("q/1", form)).status == 403
    assert not (await second.get("q/1")).all("//input[@checked]")


async def test_pages_are_kept_by_nobody_and_tell_no_address(person: Person) -> None:
    await person.start()
    for here in ("unit", "q/1", "check", "pause", "finished", "nowhere/at/all"):
        headers = (await person.get(here)).response.headers
        assert headers["cache-control"] == "no-store"
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert headers["referrer-policy"] == "no-referrer"
        assert "unsafe" not in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("page", ["privacy", "accessibility", "help"])
async def test_notices_are_for_everybody(browser: httpx.AsyncClient, stage: Stage, page: str) -> None:
    shown = Page(await browser.get(f"/{page}/{stage.round_id}"))
    assert shown.status == 200
    assert "has not added" in shown.words or page == "accessibility"


async def test_an_address_that_is_none(browser: httpx.AsyncClient) -> None:
    page = Page(await browser.get("/nowhere"))
    assert (page.status, page.text("//h1")) == (404, "Page not found")
