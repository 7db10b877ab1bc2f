"""The respondent's whole journey in a real browser, on a phone, without JavaScript (bars U1, U2, U8 to U10, U12)."""

import asyncio
import re
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from survey.operations import rehearsing
from tests.browser.conftest import Window
from tests.browser.live import Live
from tests.browser.looks import must_fit
from tests.browser.respondent import TEXT, answer_all, begin, fill, follow, press, send_all
from tests.browser.windows import PHONE, QUIET, SMALL

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [SMALL, PHONE])
async def test_whole_journey_without_javascript(live: Live, window: Window, size: tuple[int, int]) -> None:
    """U1, U6, U7."""
    page, before = await window(size, java_script_enabled=False), await live.count("sealed")
    await page.goto(live.link())
    await must_fit(page)
    await press(page, "Start")
    await must_fit(page)
    await follow(page, "Continue")
    assert await answer_all(page, must_fit) == 8
    await must_fit(page)
    await press(page, "Send my answers")
    assert page.url.endswith("/sent")
    assert (await page.title()).startswith("Your answers have been sent")
    await must_fit(page)
    assert await live.count("sealed") == before + 1


async def test_an_answer_may_open_a_page(live: Live, window: Window) -> None:
    page = await window(PHONE, java_script_enabled=False)
    await begin(page, live.link())
    while not page.url.endswith("/q/5"):
        await press(page, "Continue")
    await page.get_by_label("At home").check()
    await press(page, "Continue")
    assert page.url.endswith("/q/6")
    assert await answer_all(page) == 4


async def test_changing_and_withdrawing(live: Live, window: Window) -> None:
    page, link = await window(PHONE, java_script_enabled=False), live.link()
    await send_all(page, link)
    await page.goto(link)
    await press(page, "Start")
    assert page.url.endswith("/sent")
    await follow(page, "See or change my answers")
    await follow(page, "Change My devices are good enough.")
    await page.get_by_role("radio").nth(2).check()
    await press(page, "Continue")
    assert "changed your answers since you sent them" in await page.locator("main").inner_text()
    await press(page, "Send my answers again")
    assert page.url.endswith("/sent")
    await page.locator("summary").click()
    await press(page, "Withdraw my answers")
    assert page.url.endswith("/withdrawn")
    await page.goto(link)
    await press(page, "Start")
    assert page.url.endswith("/unit")
    await follow(page, "Continue")
    assert await page.locator("input:checked").count() == 0


async def test_first_page_is_small_and_later_pages_smaller(live: Live, window: Window) -> None:
    """U2: at most 40 kB and 5 requests cold, 6 kB for each later page. Without the worker, behind which nothing is
    counted; what that adds once is looked at by itself."""
    page = await window(PHONE, service_workers="block")
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    await page.goto(live.link(), wait_until="networkidle")
    assert 0 < sum(received) <= 40_000, received
    assert len(received) <= 5
    await press(page, "Start")
    await follow(page, "Continue")
    while "/q/" in page.url:
        await fill(page)
        received.clear()
        await press(page, "Continue")
        async with asyncio.timeout(10):
            while not sum(received):  # noqa: ASYNC110 - the browser tells of it a moment after the page is there
                await asyncio.sleep(0.01)
        assert 0 < sum(received) <= 6_000, (page.url, received)


async def test_a_mistake_is_told_twice_and_nothing_is_lost(live: Live, window: Window) -> None:
    """U8: status 422, "Error:" in the title, values kept, the summary's link leads to the field with the message."""
    page = await window(SMALL, java_script_enabled=False)
    await begin(page, live.link())
    while not await page.locator("input[type=text]").count():
        await press(page, "Continue")
    await page.locator("input[type=text]").fill("many")
    async with page.expect_response(lambda response: response.request.method == "POST") as answered:
        await press(page, "Continue")
    assert (await answered.value).status == 422
    assert (await page.title()).startswith("Error: ")
    assert await page.locator("input[type=text]").input_value() == "many"
    link = page.locator(".nhsuk-error-summary a")
    assert await page.locator(str(await link.get_attribute("href"))).count() == 1
    inline = await page.locator(".nhsuk-error-message").text_content()
    assert f"Error: {await link.text_content()}" == inline
    await must_fit(page)
    await link.click()
    assert await page.evaluate("document.activeElement.name") == "N1"


async def test_back_shows_the_earlier_answer_and_never_sends_again(live: Live, window: Window) -> None:
    """U9."""
    page, before = await window(PHONE, java_script_enabled=False), await live.count("sealed")
    await begin(page, live.link())
    visited = []
    while "/q/" in page.url:
        await fill(page)
        visited.append((page.url, await _entered(page)))
        await press(page, "Continue")
    for url, entered in reversed(visited):
        await page.go_back()
        assert (page.url, await _entered(page)) == (url, entered)
    await answer_all(page)
    await press(page, "Send my answers")
    response = await page.go_back()
    assert response is not None
    assert (response.status, response.request.method) == (200, "GET")
    assert await page.locator("h1").inner_text() == "Your answers have been sent"
    assert await page.get_by_role("link", name=re.compile("^Change ")).count() > 5
    assert await live.count("sealed") == before + 1


async def _entered(page: Any) -> list[str]:
    return [
        await field.input_value()
        for field in await page.locator("input:checked, input[type=text], select, textarea").all()
    ]


async def test_another_device_goes_on_a_day_later(live: Live, window: Window) -> None:
    """U10: with the same link, 20 hours on, at the first question without an answer, and all others are there."""
    link, laptop, phone = live.link(), await window((1280, 900)), await window(PHONE, java_script_enabled=False)
    await begin(laptop, link)
    for _ in range(3):
        await fill(laptop)
        await press(laptop, "Continue")
    async with live.database.connection() as db:
        await rehearsing.set_clock(db, datetime.now(UTC) + timedelta(hours=20))
        try:
            await _go_on(phone, link)
        finally:
            await rehearsing.reset_clock(db)


async def _go_on(page: Any, link: str) -> None:
    await page.goto(link)
    await press(page, "Start")
    assert page.url.endswith("/q/4")
    for _ in range(3):
        await follow(page, "Back")
        assert await page.locator("input:checked").count() == 1
    await answer_all(page)
    await press(page, "Send my answers")
    assert page.url.endswith("/sent")


async def test_finishing_leaves_nothing_on_the_device(live: Live, window: Window) -> None:
    """U12: the cookie is gone, and no entry of the history shows an answer."""
    page = await window(PHONE, java_script_enabled=False)
    await send_all(page, live.link())
    await press(page, "Finish on this device")
    assert page.url.endswith("/finished")
    assert await page.context.cookies() == []
    while page.url != "about:blank":
        words = await page.locator("body").inner_text()
        assert TEXT not in words
        assert await page.locator("dl, input:checked").count() == 0
        await page.go_back()


async def test_nothing_that_was_entered_stays_on_the_disk(live: Live, chromium: str, tmp_path: Path) -> None:
    """U12: the browser's own folder, as whoever takes the device finds it. Titles of pages are in its history."""
    written = "Seventeen zebras in the corridor"
    async with async_playwright() as playwright:
        options: dict[str, Any] = {"executable_path": chromium, "args": QUIET, "java_script_enabled": False}
        device = await playwright.chromium.launch_persistent_context(str(tmp_path), **options)
        page = device.pages[0]
        await begin(page, live.link())
        while "/q/" in page.url:
            await fill(page, written)
            await press(page, "Continue")
        await press(page, "Send my answers")
        await press(page, "Finish on this device")
        await device.close()
    kept = _all_of(tmp_path)
    assert b"Which one change would help most?" in kept
    assert written.encode() not in kept
    assert written.encode("utf-16-le") not in kept


def _all_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.long
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
async def test_on_a_slow_line_nobody_waits_long(
    live: Live, window: Window, scripts: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """U3: with 400 ms there and back and 400 kbit/s, 3 s to the first page and 1.5 s for each Continue. Figures are
    printed: on a busy machine they tell of the machine."""
    page = await window(PHONE, java_script_enabled=scripts)
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    line = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
    await session.send("Network.emulateNetworkConditions", line)
    started, took = time.perf_counter(), []
    await page.goto(live.link())
    first = time.perf_counter() - started
    await press(page, "Start")
    await follow(page, "Continue")
    while "/q/" in page.url:
        await fill(page)
        started = time.perf_counter()
        await press(page, "Continue")
        took.append(time.perf_counter() - started)
    slowest = max(took)
    with capsys.disabled():
        sys.stdout.write(
            f"\nfirst page {first:.2f} s; Continue {statistics.median(took):.2f} s, slowest {slowest:.2f} s\n"
        )
    assert first < 3
    assert slowest < 1.5
