"""With scripts: what got lost is sent again by itself, "Saved" is true, and nothing stays behind (bars U11, U12)."""

import re
from typing import Any

import pytest

from tests.browser.conftest import Window
from tests.browser.line import Fault, bad_line
from tests.browser.live import Live
from tests.browser.respondent import TEXT, answer_all, begin, fill, press
from tests.browser.windows import PHONE

pytestmark = pytest.mark.browser
FAULTS: list[Fault] = ["before", "after", "midway", "portal", "portal after"]
STORED = "JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)])"
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
  return found;
}"""
WATCH = """() => {
  window.heard = [];
  const line = document.getElementById('status');
  new MutationObserver(() => window.heard.push(line.dataset.now)).observe(line, { attributes: true });
}"""


async def _lose(page: Any, fault: Fault, line: Any, button: str) -> None:
    """Press while the line is bad, see what is said, and mend it."""
    line.fault, line.cut = fault, 0
    await page.evaluate(WATCH)
    await page.get_by_role("button", name=button, exact=True).click()
    await page.locator("#status[data-now=again]").wait_for()
    assert await page.locator("#status").inner_text() == "Not saved yet, trying again"
    assert "saved" not in await page.evaluate("window.heard")
    assert line.cut > 0
    line.fault = ""


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_got_lost_is_sent_again_by_itself(live: Live, window: Window, fault: Fault) -> None:
    async with bad_line(live.base) as line:
        page = await window(PHONE, base=line.base)
        sealed, drafts = await live.count("sealed"), await live.count("draft")
        await begin(page, line.base + live.stage.link())
        await fill(page)
        await _lose(page, fault, line, "Continue")
        assert TEXT not in await page.evaluate(STORED)
        await page.wait_for_url("**/q/2")
        assert await page.evaluate(STORED) == "[[],[]]"
        await page.goto(page.url.replace("/q/2", "/check"))
        await _lose(page, fault, line, "Send my answers")
        await page.wait_for_url("**/sent")
        assert await live.count("sealed") == sealed + 1
        assert await live.count("draft") == drafts + 1


async def test_saved_is_said_of_what_was_saved(live: Live, window: Window) -> None:
    """What was heard is written where it outlives the page."""
    page = await window(PHONE)
    await begin(page, live.link())
    await fill(page)
    noting = WATCH.replace("window.heard.push", "sessionStorage.heard += ' ' + ").replace(
        "window.heard = []", "sessionStorage.heard = ''"
    )
    await page.evaluate(noting)
    await page.get_by_role("button", name="Continue", exact=True).click()
    await page.wait_for_url("**/q/2")
    assert (await page.evaluate("sessionStorage.heard")).split() == ["saving", "saved"]


async def test_no_marker_but_that_of_this_very_request_is_believed(live: Live, window: Window) -> None:
    """A portal that repeats an older answer of ours, headers and all, is a portal."""
    page, before = await window(PHONE), await live.count("draft")
    await begin(page, live.link())
    await fill(page)
    await page.evaluate(WATCH)
    old = {"survey-key": "0" * 32, "survey-saved": "0" * 32, "survey-next": "/r/x/q/2"}
    await page.route("**/q/1", lambda route: route.fulfill(status=200, headers=old, body=""))
    await page.get_by_role("button", name="Continue", exact=True).click()
    await page.locator("#status[data-now=again]").wait_for()
    assert "saved" not in await page.evaluate("window.heard")
    assert await live.count("draft") == before
    await page.unroute("**/q/1")
    await page.wait_for_url("**/q/2")


async def test_an_outage_of_the_server_is_waited_for(live: Live, window: Window) -> None:
    page = await window(PHONE)
    await begin(page, live.link())
    await fill(page)
    await page.evaluate(WATCH)
    with live.outage():
        await page.get_by_role("button", name="Continue", exact=True).click()
        await page.locator("#status[data-now=again]").wait_for()
    await page.wait_for_url("**/q/2")


async def test_a_page_that_was_reloaded_goes_on_trying_with_what_was_entered(live: Live, window: Window) -> None:
    async with bad_line(live.base) as line:
        page = await window(PHONE, base=line.base)
        await begin(page, line.base + live.stage.link())
        await page.locator("input[type=radio]").nth(3).check()
        line.fault = "before"
        await page.evaluate(WATCH)
        await page.get_by_role("button", name="Continue", exact=True).click()
        await page.locator("#status[data-now=again]").wait_for()
        await page.goto(page.url)
        assert await page.locator("input[type=radio]").nth(3).is_checked()
        line.fault = ""
        await page.wait_for_url("**/q/2")
        await page.goto(page.url.replace("/q/2", "/q/1"))
        assert await page.locator("input[type=radio]").nth(3).is_checked()


async def test_a_page_that_comes_late_gives_way_to_what_another_device_answered(live: Live, window: Window) -> None:
    link = live.stage.link()
    async with bad_line(live.base) as line:
        page, other = await window(PHONE, base=line.base), await window(PHONE)
        for device, base in ((page, line.base), (other, live.base)):
            await begin(device, base + link)
        await page.locator("input[type=radio]").nth(1).check()
        await page.evaluate(WATCH)
        line.fault = "before"
        await page.get_by_role("button", name="Continue", exact=True).click()
        await page.locator("#status[data-now=again]").wait_for()
        await other.locator("input[type=radio]").nth(3).check()
        await press(other, "Continue")
        line.fault = ""
        await page.wait_for_url("**/q/1?overtaken=1")
        assert await page.locator("input[type=radio]").nth(3).is_checked()
        assert "newer answer is kept" in await page.locator(".nhsuk-error-summary").inner_text()
        await press(page, "Continue")
        assert page.url.endswith("/q/2")


async def test_what_somebody_left_unsent_is_neither_shown_nor_sent_for_the_next(live: Live, window: Window) -> None:
    async with bad_line(live.base) as line:
        page = await window(PHONE, base=line.base)
        await begin(page, line.base + live.stage.link())
        await page.locator("input[type=radio]").nth(3).check()
        line.fault = "before"
        await page.evaluate(WATCH)
        await page.get_by_role("button", name="Continue", exact=True).click()
        await page.locator("#status[data-now=again]").wait_for()
        line.fault, drafts = "", await live.count("draft")
        await page.evaluate("sessionStorage.setItem('kept', sessionStorage.unsent)")
        await page.goto(line.base + live.stage.link())
        await press(page, "Start")
        assert await page.evaluate("sessionStorage.unsent") is None
        await page.evaluate("sessionStorage.setItem('unsent', sessionStorage.kept); sessionStorage.removeItem('kept')")
        await page.goto(page.url.replace("/unit", "/q/1"))
        assert await page.locator("input:checked").count() == 0
        assert await page.evaluate(STORED) == "[[],[]]"
        assert await live.count("draft") == drafts


async def test_a_mistake_is_shown_as_without_scripts(live: Live, window: Window) -> None:
    page = await window(PHONE)
    await begin(page, live.link())
    await page.goto(page.url.replace("/q/1", "/q/7"))
    await page.locator("input[type=text]").fill("many")
    await page.get_by_role("button", name="Continue", exact=True).click()
    await page.locator(".nhsuk-error-summary").wait_for()
    assert await page.locator("input[type=text]").input_value() == "many"
    assert await page.evaluate(STORED) == "[[],[]]"


async def test_clearing_an_answer_is_sent_by_its_button(live: Live, window: Window) -> None:
    page = await window(PHONE)
    await begin(page, live.link())
    await fill(page)
    await press(page, "Continue")
    await page.go_back()
    await press(page, "Clear my answer")
    assert await page.locator("input:checked").count() == 0


async def test_the_worker_keeps_the_offline_page_and_nothing_of_anybodys(live: Live, window: Window) -> None:
    page = await window(PHONE)
    await begin(page, live.link())
    await page.evaluate("navigator.serviceWorker.ready")
    await answer_all(page)
    cached = await page.evaluate(CACHED)
    assert "/offline" in cached
    assert all(re.fullmatch(r"/offline|/assets/[0-9a-f]{12}/[a-z.-]+", one) for one in cached), cached
    await page.context.set_offline(True)
    await page.goto(page.url.replace("/check", "/q/2"))
    assert await page.locator("h1").inner_text() == "You are offline"
    assert await page.locator('[lang="cy"] h2').inner_text() == "Rydych chi all-lein"
    await page.context.set_offline(False)
    await page.get_by_role("link", name="Try again").click()
    await page.wait_for_selector("form#answers")


async def test_finishing_leaves_nothing_in_the_browsers_stores(live: Live, window: Window) -> None:
    """U12, with scripts."""
    page = await window(PHONE)
    await begin(page, live.link())
    await page.evaluate("navigator.serviceWorker.ready")
    await answer_all(page)
    await press(page, "Send my answers")
    await page.evaluate("sessionStorage.setItem('unsent', '{}')")
    await press(page, "Finish on this device")
    assert await page.evaluate(STORED) == "[[],[]]"
    assert await page.context.cookies() == []
    assert all(re.fullmatch(r"/offline|/assets/.*", one) for one in await page.evaluate(CACHED))
    for _ in range(3):
        await page.go_back()
        assert await page.locator("dl, input:checked").count() == 0
