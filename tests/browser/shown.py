"""Pages as the service sent them, and a browser that is given them again: what ran there, and what the policy said.

Each is fetched once and shown once. Its content security policy is only reported on while it is looked at, so that the
one look tells both what would run without any policy and what the policy would have stopped. Style sheets stay out:
what a page looks like has no part in what runs on it.
"""

import asyncio
import html
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from urllib.parse import urljoin, urlsplit

import httpx
import msgspec
from playwright.async_api import Browser

from tests import xss

POLICY, REPORTED = "content-security-policy", "content-security-policy-report-only"
AT_ONCE = 12
"""Pages that are looked at side by side, each in a frame of its own: that is three times as quick as one by one."""
SETTLE = 60
"""Milliseconds that pages are given to run what they would run."""
LOOK = f"""() => {{
  const inner = view => Array.from({{length: view.length}}, (_, number) => view[number]);
  const reported = view => [...view.reported, ...inner(view).flatMap(reported)];
  return [...document.querySelectorAll('iframe')].map(frame => {{
    try {{
      if (!frame.contentDocument.title) throw 'no page';
      return {{ran: ({xss.SUSPECT})(frame.contentWindow), reported: reported(frame.contentWindow)}};
    }} catch (left) {{
      return {{ran: [`it cannot be looked at: ${{left}}`], reported: []}};
    }}
  }});
}}"""


class Page(msgspec.Struct, frozen=True):
    """`policy` is None for what comes with none, such as an e-mail. `enforced`: it is more than reported on."""

    address: str
    text: str
    status: int = 200
    policy: str | None = None
    enforced: bool = False

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.policy is None else {POLICY if self.enforced else REPORTED: self.policy}


def of(answer: httpx.Response) -> Page:
    assert answer.headers["content-type"].startswith("text/html"), answer.url
    return Page(str(answer.url), answer.text, answer.status_code, answer.headers[POLICY])


class Look(msgspec.Struct, frozen=True):
    """`ran`: what ran, or stands in the page and would when it is touched. `reported`: what the policy is against."""

    ran: list[str]
    reported: list[str]


async def amiss(chrome: Browser, pages: Iterable[Page]) -> list[str]:
    """Everything that is wrong with these pages; empty where no text became a script."""
    listed = list(pages)
    seen = await looks(chrome, listed)
    return [
        f"{one[:300]} of {page.address[:200]}"
        for page, look in zip(listed, seen, strict=True)
        for one in (*look.ran, *look.reported)
    ]


async def looks(chrome: Browser, pages: list[Page]) -> list[Look]:
    found = list[Look]()
    async with asyncio.timeout(200), _served(pages) as base:
        context = await chrome.new_context(service_workers="block")
        await context.add_init_script(xss.LISTEN)
        tab = await context.new_page()
        for start in range(0, len(pages), AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, len(pages)))
            await tab.goto(f"{base}/blank")
            await tab.set_content("".join(_frame(base, number, pages[number]) for number in numbers))
            await tab.wait_for_timeout(SETTLE)
            found += msgspec.convert(await tab.evaluate(LOOK), list[Look])
        await context.close()
    return found


def _frame(base: str, number: int, page: Page) -> str:
    parts = urlsplit(page.address)
    return f'<iframe src="{html.escape(f"{base}/{number}{parts.path}?{parts.query}")}"></iframe>'


@asynccontextmanager
async def _served(pages: list[Page]) -> AsyncIterator[str]:
    """A server of its own for these: each under its number, our own scripts, and nothing else, not even what a page
    frames."""
    scripts = await _scripts(pages)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):  # the browser lets go of a page as it likes
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                _answer(writer, line.split()[1].decode("ascii"), pages, scripts)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def _answer(writer: asyncio.StreamWriter, path: str, pages: list[Page], scripts: Mapping[str, bytes]) -> None:
    if found := _NUMBERED.match(path):
        page = pages[int(found[1])]
        _write(writer, page.text.encode(), "text/html; charset=utf-8", page.headers)
    elif path in scripts:
        _write(writer, scripts[path], "text/javascript", {})
    else:
        _write(writer, b"", "text/html" if path == "/blank" else "text/css", {})


async def _scripts(pages: list[Page]) -> dict[str, bytes]:
    """Those that the pages load of our own."""
    found = {urljoin(page.address, path) for page in pages for path in _SCRIPT.findall(page.text)}
    async with httpx.AsyncClient() as client:
        return {urlsplit(one).path: (await client.get(one)).content for one in found}


_NUMBERED = re.compile(r"/(\d+)[/?]")
_SCRIPT = re.compile(r'<script[^>]* src="(/assets/[^"]+)"')


def _write(writer: asyncio.StreamWriter, body: bytes, kind: str, headers: Mapping[str, str]) -> None:
    told = {"content-type": kind, "content-length": str(len(body)), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    writer.write(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode("latin-1") + body)
