"""S7: every text of the corpus, wherever somebody's text is shown, with the content security policy on and off.

The pages are those of `places.samples`, so that a new one is looked at as soon as it has an address to look at; what
`planting` puts into them is everything that somebody can write.
"""

import csv
import html
import io
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import httpx
import lxml.html
import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from survey import db as databases
from survey.cli.benching import places
from survey.cli.benching.furnishing import Furnished
from survey.core import reaching
from survey.core.reaching import Facts, Voice
from survey.sealing import KeyRing
from tests import xss
from tests.browser import planting
from tests.browser.conftest import Window
from tests.browser.live import Live
from tests.browser.respondent import press

pytestmark = pytest.mark.browser
NOTICES = ("privacy", "accessibility", "help", "verification", "method")


class Planted(msgspec.Struct, frozen=True):
    base: str
    there: Furnished

    @property
    def cookies(self) -> list[Any]:
        return [{"name": "session", "value": self.there.secret, "url": self.base}]

    @property
    def addresses(self) -> list[str]:
        """What the console shows, and what respondents see of an organisation's own words."""
        found = [path for some in places.samples(self.there).values() for path in some]
        own = [f"/{notice}/{planting.OPEN}" for notice in NOTICES] + [f"/r/{planting.OPEN}/{'a' * 43}"]
        return [*found, *own]

    @property
    def pages(self) -> list[str]:
        return [path for path in self.addresses if not _is_file(path)]


def _is_file(path: str) -> bool:
    return path.endswith((".csv", ".json", ".xlsx", "/file"))


@pytest_asyncio.fixture(scope="module")
async def planted(live: Live) -> AsyncIterator[Planted]:
    async with databases.connect(live.stage.url) as db:
        keys = KeyRing(live.stage.config.key_directory(), live.stage.config.secret_bytes())
        there = await planting.plant(db, live.database.connection, keys)
    yield Planted(live.base, there)


async def _page(chrome: Browser, planted: Planted, *, policy: bool) -> Any:
    context = await chrome.new_context(bypass_csp=not policy)
    await context.add_init_script(xss.LISTEN)
    await context.add_cookies(planted.cookies)
    return await context.new_page()


@pytest.mark.parametrize("policy", [True, False], ids=["policy on", "policy off"])
async def test_no_text_runs_where_texts_are_shown(chrome: Browser, planted: Planted, policy: bool) -> None:
    page, found = await _page(chrome, planted, policy=policy), list[str]()
    for place in planted.pages:
        answer = await page.goto(planted.base + place)
        assert answer.status == 200, place
        found += await xss.ran(page)
    await page.context.close()
    assert found == []


async def test_no_text_runs_on_a_printed_slip(chrome: Browser, planted: Planted) -> None:
    page, found = await _page(chrome, planted, policy=False), list[str]()
    for number in range(0, 60, 6):
        await page.goto(f"{planted.base}/rounds/{planting.OPEN}/paper")
        async with page.expect_navigation():
            await page.evaluate("n => document.querySelectorAll('form[action*=\"/slips/\"]')[n].submit()", number)
        assert "slip" in (await page.title()).lower()
        found += await xss.ran(page)
    await page.context.close()
    assert found == []


SHOWN = {
    "/rounds": xss.VECTORS[:15],
    f"/rounds/{planting.OPEN}/response": xss.VECTORS,
    f"/rounds/{planting.DRAFT}/unreached": xss.VECTORS[5:12:2],
    f"/rounds/{planting.DRAFT}/draft/who": xss.VECTORS[3:],
    f"/results/{planting.PUBLISHED}/comments": xss.VECTORS[:4],
    f"/privacy/{planting.OPEN}": xss.VECTORS[:4],
    f"/questionnaires/{planting.asked().hash}": xss.VECTORS[:9],
    "/staff": xss.VECTORS,
    "/staff/imports": xss.VECTORS[:4],
    "/accounts": xss.VECTORS,
    "/audit-log": xss.OTHERS[-5:-2],
}
"""What a page shows at the least: a page that left the texts out would not be looked at for anything."""


async def test_what_was_planted_can_be_read(window: Window, planted: Planted) -> None:
    """Nothing is cut out of anybody's text: it is all there, as text."""
    page, missing = await window((1280, 900)), []
    await page.context.add_cookies(planted.cookies)
    for place, texts in SHOWN.items():
        await page.goto(planted.base + place)
        shown = await page.evaluate("() => document.body.textContent")
        missing += [(place, text) for text in texts if text not in shown]
    assert missing == []


async def test_a_file_is_a_table_to_a_spreadsheet(planted: Planted) -> None:
    """S9: no cell of a table begins as a formula does."""
    async with httpx.AsyncClient(base_url=planted.base, cookies={"session": planted.there.secret}) as client:
        tables = [path for path in planted.addresses if path.endswith((".csv", "/audit-log/file"))]
        for path in tables:
            answer = await client.get(path)
            assert answer.status_code == 200, path
            rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"), newline=""))
            cells = [cell for row in rows for cell in row if not cell.lstrip("-").replace(".", "").isdigit()]
            assert len(cells) > 5, path
            assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == [], path
    assert len(tables) >= 7


LETTERS = [xss.STORABLE[place : place + 20] for place in range(0, len(xss.STORABLE), 20)]


@pytest.mark.parametrize("kind", reaching.KINDS)
async def test_no_text_runs_in_an_email(chrome: Browser, planted: Planted, kind: reaching.Kind) -> None:
    """A Trust's own words, and every name that is filled in, in a mail program without any policy."""
    page, found = await _page(chrome, planted, policy=False), list[str]()
    for texts in LETTERS:
        everything = "\n\n".join(texts)
        facts = Facts(
            everything, everything, everything, "https://survey.trust.example/r/x", "https://survey.trust.example/s"
        )
        own = {
            "en": {
                f"{kind}_email": everything.replace("{", "(").replace("}", ")")
                + "{link} {organisation} {survey} {closes}"
            }
        }
        for words in (own, {}):
            await page.set_content(reaching.letter(words, Voice(), kind, "email", facts).html)
            found += [one for one in await xss.ran(page) if not one.startswith("BODY style=font-family")]
    await page.context.close()
    assert found == []


ECHOES = xss.PAYLOADS[::12] + xss.OTHERS[::6]


@pytest.mark.parametrize("policy", [True, False], ids=["policy on", "policy off"])
async def test_no_text_runs_where_a_mistake_is_told(chrome: Browser, planted: Planted, policy: bool) -> None:
    """What somebody typed into a form, and into an address, shown back to them with what is wrong."""
    page, found = await _page(chrome, planted, policy=policy), list[str]()
    await page.goto(f"{planted.base}/keys")
    for text in ECHOES:
        await page.evaluate("text => { document.querySelector('#name').value = text.repeat(99).slice(0, 5000); }", text)
        await page.evaluate("text => { document.querySelector('#days').type = 'text'; }", text)
        await page.locator("#days").fill(text)
        await press(page, "Make the key")
        assert (await page.title()).startswith("Error: ")
        found += await xss.ran(page)
    for text in ECHOES[::4]:
        await page.goto(f"{planted.base}/questionnaires/new")
        await page.locator("textarea").fill(f"title = {text}\n[levels]\nnames = ['{text}']")
        await press(page, "Check and add the text")
        assert (await page.title()).startswith("Error: ")
        found += await xss.ran(page)
    for text in ECHOES:
        query = "&".join(f"{name}={quote(text)}" for name in ("about", "who", "since", "until", "before"))
        await page.goto(f"{planted.base}/audit-log?{query}")
        found += await xss.ran(page)
    await page.context.close()
    assert found == []


FORMS = 17
"""Forms at the least that show again what was typed into them."""


async def test_no_text_runs_where_a_form_is_shown_again(chrome: Browser, planted: Planted) -> None:
    """Every form of every page, each field of it an attack: the answer, with what is wrong and what was typed."""
    page, found, echoed = await _page(chrome, planted, policy=False), list[str](), set[str]()
    async with httpx.AsyncClient(base_url=planted.base, cookies={"session": planted.there.secret}) as client:
        forms = {form.action: form for place in planted.pages for form in await _forms(client, place)}
        for text in MANY:
            for action, form in forms.items():
                answer = await client.post(action, data=form.filled(text))
                if answer.status_code in {409, 422} and text[:20] in html.unescape(answer.text):
                    echoed.add(action)
                    await page.set_content(answer.text)
                    found += await xss.ran(page)
    await page.context.close()
    assert found == []
    assert len(echoed) >= FORMS, sorted(echoed)


MANY = [" ".join(xss.STORABLE[place : place + 30]) for place in range(0, len(xss.STORABLE), 30)]


class Form(msgspec.Struct, frozen=True):
    action: str
    hidden: dict[str, str]
    names: list[str]

    def filled(self, text: str) -> dict[str, str]:
        return {**self.hidden, **dict.fromkeys(self.names, text)}


async def _forms(client: httpx.AsyncClient, place: str) -> list[Form]:
    """Those that can be filled in: a form of one button would do something, and has nothing to show again."""
    document = lxml.html.document_fromstring((await client.get(place)).text)
    return [
        Form(
            form.get("action") or place,
            {field.get("name"): field.get("value") for field in form.xpath(".//input[@type='hidden']")},
            [
                *dict.fromkeys(
                    form.xpath(".//*[self::input[not(@type='hidden')] or self::textarea or self::select]/@name")
                )
            ],
        )
        for form in document.xpath(
            "//form[@method='post'][not(@enctype)][.//textarea or .//select or .//input[not(@type='hidden')]]"
        )
    ]


async def test_no_text_runs_where_a_file_is_refused(chrome: Browser, planted: Planted) -> None:
    """A file's name and what it holds: one that is no staff list, and a questionnaire full of mistakes."""
    page, found = await _page(chrome, planted, policy=False), list[str]()
    for text in MANY[::3]:
        for place, body in (("/staff/imports", b"%PDF"), ("/questionnaires/new", f"title = {text}\n{text}".encode())):
            await page.goto(planted.base + place)
            file = page.locator("input[type=file]")
            await file.set_input_files({"name": f"{text[:80]}.csv".replace("/", ""), "mimeType": "x/y", "buffer": body})
            async with page.expect_navigation():
                await file.evaluate("file => file.form.submit()")
            assert (await page.title()).startswith("Error: "), place
            found += await xss.ran(page)
    await page.context.close()
    assert found == []


ASKED = (
    "/sign-in/{}", "/sign-in/callback?error={}&error_description={}&state={}&code={}", "/results/{}", "/rounds/{}",
    "/rounds?told={}", "/staff?unit={}", "/staff/people?q={}", "/staff/units/new?below={}", "/staff/people/new?unit={}",
    "/questionnaires/{}", "/rounds/new?questionnaire={}", "/staff/imports?beyond={}", "/r/{}/x", "/link/{}", "/{}",
)  # fmt: skip


async def test_no_text_runs_where_an_address_is_wrong(chrome: Browser, planted: Planted) -> None:
    page, found = await _page(chrome, planted, policy=False), list[str]()
    for text in MANY[::3]:
        for place in ASKED:
            await page.goto(planted.base + place.replace("{}", quote(text[:900], safe="")))
            found += await xss.ran(page)
    await page.context.close()
    assert found == []


async def test_a_template_in_a_text_stays_a_text(chrome: Browser, planted: Planted) -> None:
    page = await _page(chrome, planted, policy=True)
    await page.goto(f"{planted.base}/keys")
    shown = await page.locator("main").inner_text()
    await page.context.close()
    assert "{{7*7}}" in shown and "${alert(1)}" in shown


WRITE = "text => { document.open(); document.write(`<main>${text}</main>`); document.close(); }"


async def test_a_text_that_runs_is_seen(chrome: Browser, planted: Planted) -> None:
    """The measure can fail: a page that prints the texts as they are is complained about for nearly each of them."""
    page, missed = await _page(chrome, planted, policy=False), []
    for text in (opening + vector for opening in xss.OPENINGS[:1] for vector in xss.VECTORS):
        await page.goto(planted.base + "/sign-in")
        await page.evaluate(WRITE, text)
        missed += [] if await xss.ran(page) else [text]
    await page.context.close()
    assert missed == [text for text in xss.VECTORS if text.startswith("<math>")], "that one is for careless cleaners"
    assert len(xss.PAYLOADS) >= 200
