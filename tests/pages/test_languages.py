"""Answering in another language: every page is in it, choosing one costs no answer, and no GET remembers it."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from survey import db as databases
from survey import errors, languages, sealing
from survey.app import create_app
from survey.operations import responding
from survey.operations.launching import Link
from survey.sealing import KeyRing
from tests.languages import pseudo
from tests.pages.conftest import Stage
from tests.pages.person import Page, Person
from tests.staging import spoken_round

OURS = "same-origin"
PLAIN = re.compile(r"[A-Za-z]{2,}")
DATA = {"Test", "Hospital", "Trust", "English", "Cymraeg", "RTL", "Ward", "Nursing", "and", "Midwifery", "Registered"}


@pytest.fixture(autouse=True)
def _speak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "known", pseudo.known)


@pytest_asyncio.fixture(scope="module")
async def links(stage: Stage) -> Iterator[Link]:
    """Of a round that can be answered in three languages."""
    async with databases.connect(stage.url) as db:
        return iter(await spoken_round(db, KeyRing(stage.config.key_directory(), stage.config.secret_bytes())))


@pytest_asyncio.fixture
async def client(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(stage.config, stage.database), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as made:
        yield made


@pytest.fixture
def person(client: httpx.AsyncClient, links: Iterator[Link]) -> Person:
    return Person(client, next(links).path)


async def _start(person: Person, language: str) -> None:
    answer = await person.client.post(f"{person.path}?lang={language}", headers={"sec-fetch-site": OURS})
    assert answer.status_code == 303


def _own_form(page: Page) -> dict[str, Any]:
    """What the form in the page's main part would send."""
    (form,) = page.all("//main//form")[:1]
    return dict(form.form_values())


async def _every_page(person: Person) -> AsyncIterator[tuple[str, Page]]:
    """Each state of each page that one person can come to."""
    yield "landing", Page(await person.client.get(f"{person.path}?lang=ar-XB"))
    for notice in ("privacy", "accessibility", "help", "verification"):
        address = f"/{notice}/{person.round.rsplit('/', 1)[1]}?lang=ar-XB"
        yield notice, Page(await person.client.get(address))
    await _start(person, "ar-XB")
    yield "unit", await person.get("unit")
    for number in range(1, 10):
        if (page := await person.get(f"q/{number}")).status == 200:
            yield f"question {number}", page
            form = _own_form(page)
            yield f"question {number} mistaken", await person.post(f"q/{number}", form | _MISTAKES.get(number, {}))
            await person.post(f"q/{number}", form | _ANSWERS.get(number, {}))
            yield f"question {number} answered", await person.get(f"q/{number}")
    yield "check", await person.get("check")
    yield "pause", await person.get("pause")
    await person.press("check", "submit")
    yield "sent", await person.get("sent")
    yield "check, sent", await person.get("check")
    await person.post("q/1", _own_form(await person.get("q/1")) | {"A1": "3"})
    yield "sent, changed", await person.get("sent")
    yield "check, changed", await person.get("check")
    await person.press("sent", "withdraw")
    yield "withdrawn", await person.get("withdrawn")
    yield "nothing to check", await person.get("check")
    yield "nothing to send", await person.press("pause", "finish")
    yield "finished", Page(await person.client.get(f"{person.round}/finished?lang=ar-XB"))


_MISTAKES: dict[int, dict[str, Any]] = {
    1: {"A1": ["1", "na"]},
    5: {"M1": ["1", "na"]},
    7: {"N1": "many"},
    8: {"R1.2": "1"},
    9: {"T1": "1" * 300},
}
_ANSWERS: dict[int, dict[str, Any]] = {
    1: {"A1": "2"},
    3: {"Z1": "5"},
    4: {"C1": "2", "F1": "3"},
    5: {"I1": "3", "M1": ["1", "2"]},
    6: {"H1": "12345"},
    7: {"N1": "7"},
    8: {"R1.1": "1", "R1.2": "2"},
    9: {"T1": "12345"},
}


def _said(page: Page) -> Iterator[str]:
    """All that is read or heard on a page, but for data: the Trust's name, its units, dates, languages' names."""
    yield page.title
    for node in page.all("//body//text()[not(parent::script)]"):
        yield str(node)
    for value in page.all("//@aria-label | //@alt | //@placeholder | //@title"):
        yield str(value)


async def test_every_text_of_every_page_is_in_the_catalogue(person: Person) -> None:
    """In a language of brackets, whatever stands outside of them was never given to translators."""
    found, pages = [], 0
    async for name, page in _every_page(person):
        pages += 1
        if page.tree is None:
            continue
        left = {word for said in _said(page) for word in PLAIN.findall(pseudo.outside(said))}
        found += [f"{name}: {sorted(left - DATA)}"] if left - DATA else []
        assert page.one("/html").get("dir") == "rtl", name
        assert page.one("/html").get("lang") == "ar-XB", name
        assert any("screen-rtl.css" in href for href in page.all("//link/@href")), name
    assert found == []
    assert pages > 40


async def test_what_was_not_translated_says_what_language_it_is_in(client: httpx.AsyncClient, stage: Stage) -> None:
    """Whatever of a page stands in no brackets is inside something that says that it is English."""
    async with databases.connect(stage.url) as db:
        keys = KeyRing(stage.config.key_directory(), stage.config.secret_bytes())
        link = (await spoken_round(db, keys, in_part=True))[0]
    found, marked = [], set()
    async for name, page in _every_page(Person(client, link.path)):
        if page.tree is None:
            continue
        for node in page.all("//main//*[@lang='en'] | //header//span[@lang='en']"):
            assert node.tag == "option" or node.get("dir") == "ltr" or "masthead" in node.get("class", ""), name
            marked.update(PLAIN.findall(node.text_content()))
            node.text = ""
            for inner in list(node):
                node.remove(inner)
        _, *said = _said(page)
        left = set(PLAIN.findall(pseudo.outside("".join(said))))
        found += [f"{name}: {sorted(left - DATA)}"] if left - DATA else []
    assert found == []
    assert {"Strongly", "confident", "devices", "everything", "Every", "Not", "know"} <= marked


@pytest.mark.parametrize(
    "error", [errors.TooManyAttempts(), errors.Unavailable(), errors.UnknownLink(), RuntimeError()]
)
async def test_errors_are_told_in_the_language_too(
    person: Person, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _start(person, "ar-XB")

    async def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(responding, "visit", fail)
    page = await person.get("check")
    assert page.status >= 400
    left = {word for said in _said(page) for word in PLAIN.findall(pseudo.outside(said))}
    assert left <= {"Test", "Hospital", "Trust", "English", "Cymraeg", "RTL"}


async def test_a_page_of_no_round_speaks_what_the_browser_prefers(client: httpx.AsyncClient) -> None:
    page = Page(await client.get("/nowhere", headers={"accept-language": "cy"}))
    assert (page.status, page.text("//h1")) == (404, "Heb ddod o hyd i’r dudalen")


async def test_the_landing_page_in_each_language_is_the_same_for_every_token(person: Person) -> None:
    unknown = f"{person.round}/{sealing.random_token()}"
    texts = set()
    for address, headers in (("?lang=cy", {}), ("", {"accept-language": "cy"}), ("?lang=en", {}), ("", {})):
        mine = await person.client.get(person.path + address, headers=headers)
        other = await person.client.get(unknown + address, headers=headers)
        assert mine.content == other.content
        assert "set-cookie" not in mine.headers
        assert "accept-language" in mine.headers["vary"]
        texts.add(Page(mine).text("//main//button"))
    assert texts == {"Start", "Dechrau"}


async def test_a_language_asked_for_at_the_start_stays(person: Person) -> None:
    page = Page(await person.client.get(person.path))
    (link,) = page.all('//nav[@aria-label="Language"]//a[@lang="cy"]')
    landing = Page(await person.client.get(person.path + link.get("href")))
    assert landing.one("/html").get("lang") == "cy"
    await _start(person, "cy")
    for here in ("unit", "q/1", "check", "pause"):
        assert (await person.get(here)).one("/html").get("lang") == "cy"
    assert Page(await person.client.get(f"/help/{person.round[3:]}")).one("/html").get("lang") == "cy"


async def test_choosing_a_language_on_a_question_keeps_what_was_entered(person: Person) -> None:
    await person.start()
    page = await person.get("q/1")
    (button,) = page.all('//button[@name="_lang" and @value="cy"]')
    assert button.get("form") == page.one("//main//form").get("id")
    taken = await person.post("q/1", _own_form(page) | {"A1": "4", "_lang": "cy"})
    assert taken.location.endswith("/q/1")
    after = await person.get("q/1")
    assert after.one("/html").get("lang") == "cy"
    assert after.all("//input[@checked]/@value") == ["4"]


async def test_choosing_a_language_beside_a_mistake_keeps_both(person: Person) -> None:
    await person.start()
    form = _own_form(await person.get("q/7")) | {"N1": "many", "_lang": "cy"}
    page = await person.post("q/7", form)
    assert page.status == 422
    assert page.one('//input[@name="N1" and @type="text"]').get("value") == "many"
    assert page.title.startswith("Gwall: ")
    assert "Nodwch rif cyfan rhwng 0 a 40" in page.words
    assert (await person.get("q/7")).one("/html").get("lang") == "cy"


@pytest.mark.parametrize("here", ["unit", "check", "pause"])
async def test_choosing_a_language_elsewhere_comes_back_there(person: Person, here: str) -> None:
    await person.start()
    page = await person.get(here)
    form = next(form for form in page.all("//form") if form.get("action") == "language")
    taken = await person.post("language", dict(form.form_values()) | {"_lang": "cy"})
    assert taken.location.endswith(f"/{here}")
    cookie = taken.response.headers["set-cookie"]
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert (await person.get(here)).one("/html").get("lang") == "cy"


async def test_a_language_that_is_not_offered_is_not_taken(person: Person) -> None:
    await person.start()
    form = _own_form(await person.get("pause"))
    taken = await person.post("language", form | {"_lang": "cy; Path=/x", "_to": "https://evil.example"})
    assert taken.location.endswith("/check")
    assert "set-cookie" not in taken.response.headers
    assert Page(await person.client.get(f"{person.path}?lang=%22x")).one("/html").get("lang") == "en"


async def test_without_a_choice_nothing_is_offered(browser: httpx.AsyncClient, stage: Stage) -> None:
    page = Page(await browser.get(f"{stage.link()}?lang=cy", headers={"accept-language": "cy"}))
    assert page.one("/html").get("lang") == "en"
    assert not page.all('//*[@class="survey-tongues"]')
    assert not page.all('//a[contains(@href, "lang=")]')


async def test_a_trusts_own_words_say_which_language_they_are_in(person: Person, stage: Stage) -> None:
    texts = '{"help": {"en": "Ring us."}}'
    async with stage.database.connection() as db:
        await db.execute("update organisation set texts = texts || $1::jsonb", texts)
    transport = httpx.ASGITransport(app=create_app(stage.config, stage.database))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="https://survey.trust.example") as client:
            page = Page(await client.get(f"/help/{person.round[3:]}?lang=cy"))
            assert page.one('//div[@lang="en"]').text_content().strip() == "Ring us."
    finally:
        async with stage.database.connection() as db:
            await db.execute("update organisation set texts = texts - 'help'")
