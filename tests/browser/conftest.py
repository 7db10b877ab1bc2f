"""A real browser before a real server: chromium on a phone's screen, uvicorn on loopback, a launched round."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, async_playwright

from survey import db as databases
from survey.app import create_app
from survey.cli.serve import listen
from survey.operations import closing, launching, publishing, rehearsing, responding, signing_in
from survey.sealing import KeyRing
from tests.conftest import STANDING
from tests.pages.conftest import Stage
from tests.pages.conftest import stage  # the same stage, for this folder

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONES = [(320, 568), (390, 844)]
DESK = (1280, 900)


class Live(msgspec.Struct, frozen=True):
    """The stage, served at `base`. `published` is a round of its own with results."""

    stage: Stage
    base: str
    published: str

    def link(self, audience: str = "clinical") -> str:
        return self.base + self.stage.link(audience)

    async def sign_in(self, role: str = "owner") -> str:
        async with databases.connect(self.stage.url) as db:
            return f"{self.base}/sign-in/{await signing_in.invite(db, STANDING.organisation_id, role)}"


async def _publish(stage: Stage) -> str:
    """A round that half of the staff answer, closed and published."""
    whose, keys = STANDING.organisation_id, KeyRing(stage.config.key_directory(), stage.config.secret_bytes())
    async with databases.connect(stage.url) as db:
        open_ = await launching.find(db, whose, stage.round_id)
        window = (open_.opens_at, open_.closes_at)
        drafted = await launching.draft(db, whose, "Last", open_.questionnaire_hash, *window, open_.settings)
        await launching.launch(db, keys, whose, drafted.round_id)
        view = await responding.view(db, drafted.round_id)
        await rehearsing.answer(db, view, await launching.links(db, keys, whose, drafted.round_id), seed=1)
        await closing.end_now(db, whose, drafted.round_id)
        await closing.open_answers(db, keys, whose, drafted.round_id)
        await publishing.publish(db, whose, drafted.round_id)
    return drafted.round_id


@pytest_asyncio.fixture(scope="session")
async def live(stage: Stage) -> AsyncIterator[Live]:
    listening = listen("127.0.0.1", 0)
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app: Any = create_app(msgspec.structs.replace(stage.config, base_url=base), stage.database)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield Live(stage, base, await _publish(stage))
    server.should_exit = True
    await serving


@pytest_asyncio.fixture(scope="session")
async def chrome(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        await browser.close()


class Watch:
    """A browser window that notes what should never happen: policy violations, script errors, other hosts."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.context, self.base = context, base
        self.complaints: list[str] = []
        self.requests: list[str] = []

    async def open(self) -> Any:
        page = await self.context.new_page()
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))
        return page

    def must_be_clean(self) -> None:
        """S8, U2: no violation of the content security policy, nothing from any other host."""
        unforced = [said for said in self.complaints if "Failed to load resource" not in said]
        assert unforced == []
        assert [url for url in self.requests if not url.startswith((self.base, "data:"))] == []


@pytest_asyncio.fixture
async def window(chrome: Browser, live: Live) -> AsyncIterator[Any]:
    """Opens windows: `await window((390, 844), java_script_enabled=False)`."""
    opened: list[BrowserContext] = []

    async def make(size: tuple[int, int], **options: Any) -> Any:
        context = await chrome.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        opened.append(context)
        watch = Watch(context, live.base)
        page = await watch.open()
        page.watch = watch
        return page

    yield make
    for context in opened:
        await context.close()
