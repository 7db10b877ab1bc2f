"""Every page on which a planted text can be seen, fetched once: by somebody who may see all of the console and is
answering on the same device."""

from collections.abc import AsyncIterator
from urllib.parse import urljoin

import httpx
import lxml.html
import msgspec

from survey import db as databases
from survey.cli.benching import places
from survey.db import Db
from survey.operations import printing, viewing
from survey.pages.printing import sheets
from survey.sealing import KeyRing
from tests.browser import planting, shown
from tests.browser.live import Live
from tests.browser.planting import AT_WORK, OPEN, Planted, documents
from tests.browser.shown import Page

NOTICES = ("privacy", "accessibility", "help", "verification", "method")
RESPONDENT = ("unit", "q/1", "check", "pause", "withdrawn", "finished", "begin")


class Gallery(msgspec.Struct, frozen=True):
    """`pages` by their addresses; `files` are what can be downloaded; `paper` is every unit's, printed."""

    base: str
    planted: Planted
    pages: dict[str, Page]
    files: dict[str, httpx.Response]
    paper: list[Page]

    @property
    def everything(self) -> list[Page]:
        return [*self.pages.values(), *self.paper]

    def client(self) -> httpx.AsyncClient:
        return _client(self.base, self.planted)


def _client(base: str, planted: Planted) -> httpx.AsyncClient:
    cookies = {"session": planted.there.secret, f"r-{OPEN}": planted.token}
    return httpx.AsyncClient(base_url=base, cookies=cookies, timeout=60)


async def hung(live: Live) -> Gallery:
    """Plants the texts, and fetches all pages before anybody presses anything."""
    keys = KeyRing(live.stage.config.key_directory(), live.stage.config.secret_bytes())
    async with databases.connect(live.stage.url) as db:
        planted = await planting.plant(db, live.database.connection, keys)
        pages, files = dict[str, Page](), dict[str, httpx.Response]()
        async with _client(live.base, planted) as client:
            async for address, answer in _fetched(client, _addresses(planted)):
                is_page = answer.headers["content-type"].startswith("text/html")
                pages |= {address: shown.of(answer)} if is_page else {}
                files |= {} if is_page else {address: answer}
            units = _links(pages[f"/results/{planted.there.published}"], "/units/")[1:3]
            people = _links(pages["/accounts"], "/accounts/")
            async for address, answer in _fetched(client, [*units, *people, *await _log(client)]):
                pages[address] = shown.of(answer)
            paper = [shown.of(await _printed(client, pages, number)) for number in range(documents.UNITS)]
        paper += await _alone(live, planted, db, keys)
    return Gallery(live.base, planted, pages, files, paper)


def _addresses(planted: Planted) -> list[str]:
    there = planted.there
    found = [path for some in places.samples(there).values() for path in some]
    found += [f"/staff/imports/{one}" for one in planted.imports.values()] + [f"/rounds/{AT_WORK}"]
    found += [f"/staff/imports/{planted.imports['read']}/{name}.csv" for name in ("mistakes", "differences")]
    found += [path.replace("/clinical/en", "/clinical/cy") for path in found if path.startswith("/try/")]
    own = [f"/{notice}/{OPEN}" for notice in NOTICES] + [
        f"/r/{OPEN}/{'a' * 43}",
        f"/link/{OPEN}",
        f"/link/{OPEN}/asked",
    ]
    own += [f"/r/{OPEN}/{page}" for page in RESPONDENT] + [f"/r/{OPEN}/{'a' * 43}/stop", f"/kiosk/{OPEN}/idle"]
    own += [f"/kiosk/{OPEN}/{'a' * 43}", "/code"]
    found += [path for one in own for path in (one, f"{one}?lang=cy")]
    found += ["/sign-in", "/offline", *(f"/rounds/{OPEN}/posters/{number}" for number in range(documents.UNITS))]
    return list(dict.fromkeys(found))


async def _fetched(client: httpx.AsyncClient, addresses: list[str]) -> AsyncIterator[tuple[str, httpx.Response]]:
    for address in addresses:
        answer = await client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        yield address, answer


def _links(page: Page, part: str) -> list[str]:
    """Where a page leads, of addresses with this in them."""
    found = lxml.html.document_fromstring(page.text).xpath("//main//a/@href")
    return [urljoin(page.address, href) for href in dict.fromkeys(found) if part in href]


async def _log(client: httpx.AsyncClient) -> list[str]:
    """The pages of the log after the first."""
    found = list[str]()
    further = ["/audit-log"]
    while further:
        found += further
        further = _links(shown.of(await client.get(further[0])), "beyond=")[:1]
    return found[1:]


async def _printed(client: httpx.AsyncClient, pages: dict[str, Page], number: int) -> httpx.Response:
    """A unit's slips, which are asked for by a form."""
    document = lxml.html.document_fromstring(pages[f"/rounds/{OPEN}/paper"].text)
    (token,) = set(document.xpath("//main//input[@name='csrf']/@value"))
    answer = await client.post(f"/rounds/{OPEN}/slips/{number}", data={"csrf": token})
    assert answer.status_code == 200
    return answer


async def _alone(live: Live, planted: Planted, db: Db, keys: KeyRing) -> list[Page]:
    """The same as the command line writes them, to a file that no policy comes with."""
    view, made = await viewing.view(db, OPEN), list[Page]()
    for number in range(documents.UNITS):
        sheet = await printing.sheet(db, keys, planted.whose, OPEN, number)
        made.append(Page(live.base + "/", sheets.slips(view, sheet, live.base, "Europe/London", None).decode()))
    return made
