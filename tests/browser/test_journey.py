"""The respondent's whole journey in a real browser, on a phone, mostly without JavaScript (bars U1 to U9, S2, S8)."""

from typing import Any

import pytest

from tests.browser.conftest import DESK, PHONES, Live
from tests.browser.respondent import answer_all, begin, fill, must_fit, press

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", PHONES)
async def test_whole_journey_without_javascript(live: Live, window: Any, size: tuple[int, int]) -> None:
    page = await window(size, java_script_enabled=False)
    await page.goto(live.link())
    await must_fit(page)
    await press(page, "Start")
    await must_fit(page)
    await page.get_by_role("link", name="Continue").or_(page.get_by_role("button", name="Continue")).first.click()
    assert await answer_all(page, must_fit) > 5
    await must_fit(page)
    await press(page, "Send answers")
    assert page.url.endswith("/sent")
    assert "Sent" in await page.title()
    await must_fit(page)
    page.watch.must_be_clean()


async def test_change_withdraw_and_finish(live: Live, window: Any) -> None:
    page = await window(PHONES[1], java_script_enabled=False)
    link = live.link()
    await begin(page, link)
    await answer_all(page)
    await press(page, "Send answers")
    await page.goto(link)
    await press(page, "Start")
    assert page.url.endswith("/sent")
    await page.get_by_role("link", name="Change").or_(page.get_by_role("button", name="Change")).first.click()
    assert page.url.endswith("/check")
    await page.goto(page.url.replace("/check", "/sent"))
    await press(page, "Withdraw my answers")
    assert page.url.endswith("/withdrawn")
    await page.goto(link)
    await press(page, "Start")
    assert page.url.endswith("/unit")
    await page.get_by_role("link", name="Continue").first.click()
    assert await page.locator("input:checked").count() == 0


async def test_first_page_is_small_and_later_pages_smaller(live: Live, window: Any) -> None:
    """U2: at most 40 kB and 5 requests cold, nobody else's host, 6 kB for each later page."""
    page = await window(PHONES[1])
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    received: list[float] = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    await page.goto(live.link(), wait_until="networkidle")
    assert sum(received) <= 40_000 and len(received) <= 5, received
    await press(page, "Start")
    await page.get_by_role("link", name="Continue").first.click()
    received.clear()
    await fill(page)
    await press(page, "Continue")
    await page.wait_for_load_state("networkidle")
    assert sum(received) <= 6_000, received
    page.watch.must_be_clean()


async def test_keyboard_alone_is_enough(live: Live, window: Any) -> None:
    """U5: Tab, arrows, Space and Enter; after a mistake focus is in the summary, and its link leads to the field."""
    page = await window(PHONES[1])
    await page.goto(live.link())
    for name in ("Start", "Continue"):
        await _tab_to(page, name)
        await page.keyboard.press("Enter")
        await page.wait_for_load_state()
    first = page.url
    await _tab_to_field(page)
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowDown")
    assert await page.locator("input:checked").get_attribute("value") == "2"
    await _tab_to(page, "Continue")
    await page.keyboard.press("Enter")
    await page.wait_for_load_state()
    assert page.url != first


async def _focused(page: Any) -> str:
    return str(await page.evaluate("document.activeElement.textContent.trim()"))


async def _tab_to(page: Any, name: str) -> None:
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await _focused(page) == name:
            return
    raise AssertionError(f"no {name} by keyboard on {page.url}")


async def _tab_to_field(page: Any) -> None:
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.matches('input[type=radio]')"):
            return
    raise AssertionError("no radio by keyboard")


async def test_a_mistake_is_told_twice_and_nothing_is_lost(live: Live, window: Any) -> None:
    """U8: status 422, "Error:" in the title, values kept, the summary's link leads to the field with the message."""
    page = await window(PHONES[0], java_script_enabled=False)
    await begin(page, live.link())
    while not await page.locator("input[type=text]").count():
        await press(page, "Continue")
    await page.locator("input[type=text]").fill("many")
    async with page.expect_response(lambda response: response.request.method == "POST") as answered:
        await press(page, "Continue")
    assert (await answered.value).status == 422
    assert (await page.title()).startswith("Error: ")
    assert await page.locator("input[type=text]").input_value() == "many"
    summary = page.locator(".nhsuk-error-summary")
    link = summary.locator("a").first
    target = page.locator(str(await link.get_attribute("href")))
    assert await target.count() == 1
    inline = await page.locator(".nhsuk-error-message").first.inner_text()
    assert (await link.inner_text()).strip() in inline
    await must_fit(page)
    await link.click()
    assert await page.evaluate("document.activeElement.matches('input')")


async def test_back_shows_the_earlier_answer_and_never_sends_again(live: Live, window: Any) -> None:
    """U9."""
    page = await window(PHONES[1], java_script_enabled=False)
    await begin(page, live.link())
    first = page.url
    await fill(page)
    chosen = await page.locator("input:checked").first.get_attribute("value")
    await press(page, "Continue")
    await page.go_back()
    assert page.url == first
    assert await page.locator("input:checked").first.get_attribute("value") == chosen
    await answer_all(page)
    await press(page, "Send answers")
    response = await page.go_back()
    assert response is not None and response.status == 200
    assert response.request.method == "GET"


async def test_finishing_leaves_nothing_on_the_device(live: Live, window: Any) -> None:
    """U12: the cookie is gone and Back shows no answer."""
    page = await window(PHONES[1], java_script_enabled=False)
    await begin(page, live.link())
    await answer_all(page)
    await press(page, "Send answers")
    await press(page, "Finish on this device")
    assert page.url.endswith("/finished")
    assert [cookie for cookie in await page.context.cookies() if cookie["value"]] == []
    await page.go_back()
    assert await page.locator("dl").count() == 0


async def test_a_scanner_that_submits_empty_forms_leaves_the_link_usable(live: Live, window: Any) -> None:
    """S2: what a mail scanner with a browser does: load the page, press every button it finds."""
    link = live.link()
    scanner = await window(DESK)
    await scanner.goto(link)
    for form in range(await scanner.locator("form").count()):
        await scanner.locator("form").nth(form).evaluate("form => form.submit()")
        await scanner.wait_for_load_state()
        for inner in range(await scanner.locator("form").count()):
            await scanner.locator("form").nth(inner).evaluate("form => form.submit()")
            await scanner.wait_for_load_state()
        await scanner.goto(link)
    page = await window(PHONES[1])
    await page.goto(link)
    await press(page, "Start")
    assert "/sent" not in page.url
    await page.goto(page.url.rsplit("/", 1)[0] + "/unit" if "/q/" not in page.url else page.url)
    assert await page.locator("input:checked").count() == 0
