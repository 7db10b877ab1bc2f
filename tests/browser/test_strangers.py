"""Visitors who are not people, and requests that are not what they say (bars S2, S4, S8)."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.browser.conftest import Window
from tests.browser.live import Live
from tests.browser.respondent import press, send_all
from tests.browser.windows import DESK, PHONE

pytestmark = pytest.mark.browser
SPOOFED = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Original-Host": "evil.example",
    "Forwarded": "host=evil.example;proto=https",
}
SUBMIT = "n => document.forms[n].requestSubmit(document.forms[n].querySelector('button'))"
PLACES = "[...document.links].map(link => link.href.split('#')[0]).reverse()"
"""What comes first on the page is followed first."""


class Scanner:
    """A mail scanner with a browser: opens every page it finds a link to, and sends every form on it, empty."""

    def __init__(self, page: Any, base: str) -> None:
        self._page, self._base = page, base
        self.seen: set[str] = set()
        self.sent = 0

    async def scan(self, address: str) -> None:
        waiting = [address]
        while waiting:
            here = waiting.pop()
            if here in self.seen or not here.startswith(self._base):
                continue
            self.seen.add(here)
            await self._page.goto(here)
            waiting += await self._page.evaluate(PLACES)
            for number in range(await self._page.evaluate("document.forms.length")):
                waiting += await self._send(here, number)

    async def _send(self, here: str, number: int) -> list[str]:
        await self._page.goto(here)
        async with self._page.expect_navigation():
            await self._page.evaluate(SUBMIT, number)
        self.sent += 1
        return [*await self._page.evaluate(PLACES), self._page.url]


async def test_a_scanner_leaves_no_answer_and_the_link_usable(live: Live, window: Window) -> None:
    """S2."""
    link, before = live.link(), (await live.count("draft"), await live.count("sealed"))
    scanner = Scanner(await window(DESK), live.base)
    await scanner.scan(link)
    assert scanner.sent > 10, scanner.seen
    assert any(address.endswith("/check") for address in scanner.seen)
    assert (await live.count("draft"), await live.count("sealed")) == before
    page = await window(PHONE, java_script_enabled=False)
    await page.goto(link)
    await press(page, "Start")
    assert page.url.endswith("/unit")
    await send_all(page, link)


@pytest.mark.parametrize("headers", [SPOOFED, SPOOFED | {"Host": "evil.example"}], ids=["forwarded", "host"])
async def test_a_spoofed_host_is_nowhere_in_an_answer(live: Live, headers: dict[str, str]) -> None:
    """S4: cookies, redirects and links are as they would be."""
    path = live.stage.link()
    async with httpx.AsyncClient(base_url=live.base, headers=headers) as client:
        client.cookies.jar.clear()
        answers = [await client.get(path), await client.post(path, headers={"Sec-Fetch-Site": "same-origin"})]
        cookie = {"Cookie": answers[1].headers["set-cookie"].partition(";")[0]}
        here = path.rsplit("/", 1)[0]
        answers += [await client.get(f"{here}/{page}", headers=cookie) for page in ("unit", "q/1", "check", "pause")]
        answers += [await client.get(address) for address in ("/nowhere", "/sign-in", "/results")]
    for answer in answers:
        assert "evil.example" not in str(answer.headers) + answer.text
        assert "https:" not in answer.headers.get("location", "")
    assert answers[1].headers["location"].startswith("/r/")
    assert "domain=" not in answers[1].headers["set-cookie"].lower()


async def test_a_form_of_another_site_s_does_not_start_anything(live: Live, window: Window) -> None:
    """A page elsewhere that sends people to a link of its choosing gets no cookie into their browser."""
    page = await window(PHONE, base="")
    await page.goto("data:text/html,<form method=post action=" + live.link() + "><button>Win</button></form>")
    await press(page, "Win")
    assert "Open the link in your invitation again" in await page.locator("h1").inner_text()
    assert await page.context.cookies() == []


async def test_what_the_watch_is_for_is_seen(live: Live, window: Window) -> None:
    """S8 is no empty promise: scripts, styles and pictures from elsewhere are refused, and the watch hears of it."""
    page = await window(PHONE, base="", heard=(heard := []))
    await page.goto(live.link())
    for intruder in ("<style>body{color:red}</style>", "<img src='http://evil.example/x.png'>", "<p style='top:1px'>"):
        await page.evaluate("markup => document.body.insertAdjacentHTML('beforeend', markup)", intruder)
        await page.evaluate("new Promise(requestAnimationFrame)")
        assert any("Content Security Policy" in said for said in heard), intruder
        heard.clear()


async def test_head_and_options_leave_the_connection_open(live: Live) -> None:
    """A server that counts other bytes than it was told of breaks the connection off, and logs an error each time."""
    host, port = live.base.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for method in ("HEAD", "OPTIONS", "HEAD", "GET"):
        writer.write(f"{method} {live.link().removeprefix(live.base)} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)).decode().lower()
        length = int(head.partition("content-length: ")[2].split("\r\n")[0] or 0) if "content-length" in head else 0
        await reader.readexactly(0 if method == "HEAD" else length)
    writer.close()
