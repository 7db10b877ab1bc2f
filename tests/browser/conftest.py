"""A real browser before a real server: chromium, uvicorn on loopback, launched rounds, published results."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from tests.browser.gallery import Gallery, hung
from tests.browser.live import Live, served
from tests.browser.trusts import Trust, founded
from tests.browser.windows import QUIET, Watch
from tests.conftest import Cluster
from tests.staging import staged

Window = Callable[..., Awaitable[Any]]
"""Opens a window: `await window((390, 844), java_script_enabled=False)`. At the test's end nothing may have been wrong
in it, unless the test listens itself: `heard=[]`."""


@pytest_asyncio.fixture(scope="session")
async def live(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    folder = tmp_path_factory.mktemp("browser")
    async with staged(cluster, template, folder, mailboxes=False) as stage, served(stage) as live:
        yield live


@pytest_asyncio.fixture(scope="session")
async def chrome(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def window(chrome: Browser, live: Live) -> AsyncIterator[Window]:
    """Each window is a device of its own: it shares no cookie with another."""
    opened: list[tuple[BrowserContext, list[str]]] = []

    async def make(size: tuple[int, int], base: str = live.base, heard: list[str] | None = None, **options: Any) -> Any:
        context = await chrome.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        watch = Watch(context, base, [] if heard is None else heard)
        opened.append((context, [] if heard is not None else watch.complaints))
        return await context.new_page()

    yield make
    for context, complaints in opened:
        await context.close()
        assert complaints == [], "S8, U2: no policy violation, no script error, nobody else's host"


@pytest_asyncio.fixture(scope="session")
async def gallery(live: Live) -> Gallery:
    """Pages full of attacks, of an organisation that no other test looks at."""
    return await hung(live)


@pytest_asyncio.fixture
async def trust(live: Live) -> Trust:
    return await founded(live)
