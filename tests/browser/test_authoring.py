"""Questionnaires in a real browser: from an empty library to a version compared and tried out, on a phone, at a desk
and by keyboard; every state looked at for barriers and for what does not fit."""

from pathlib import Path
from typing import Any

import pytest

from survey.operations import authoring
from tests import cast
from tests.browser.conftest import Window
from tests.browser.keys import enter, tab_to
from tests.browser.looks import look
from tests.browser.respondent import answer_all, follow, press
from tests.browser.trusts import Trust
from tests.browser.windows import DESK, PHONE, SMALL

pytestmark = pytest.mark.browser
OURS = "Digital maturity survey"
MENDED = cast.QUESTIONNAIRE.replace("How digital is work?", OURS).replace(
    'text = "What else?"', 'text = "What else? <script>alert(1)</script>"'
)
BROKEN = MENDED.replace('vision = "care"', 'vision = "core"', 1).replace("cuts = [33, 66]", "cuts = [66, 33]")


async def _add(trust: Trust, text: str) -> str:
    async with trust.live.database.connection() as db:
        return (await authoring.add(db, trust.whose, text)).questionnaire_hash


async def _menu(page: Any) -> None:
    async with page.expect_navigation():
        await page.get_by_role("navigation", name="Menu").get_by_role("link", name="Questionnaires").click()


@pytest.mark.parametrize("size", [SMALL, PHONE, DESK], ids=["small", "phone", "desk"])
async def test_from_nothing_to_a_version_that_was_compared(
    trust: Trust, window: Window, size: tuple[int, int], tmp_path: Path
) -> None:
    page, file = await window(size), tmp_path / "ours.toml"
    await trust.sign_in(page)
    await _menu(page)
    await look(page, "empty")
    await press(page, f"Add this questionnaire {OURS}")
    await look(page, "added")
    await _menu(page)
    await look(page, "library of one")
    await follow(page, "Add a questionnaire")
    await look(page, "adding")
    await press(page, "Check and add the file")
    await look(page, "no file chosen")
    file.write_text(BROKEN)
    await page.set_input_files("#file", str(file))
    await press(page, "Check and add the file")
    await look(page, "mistakes")
    assert await page.locator(".authoring-line--mistaken").count() == 2
    await page.locator(".nhsuk-error-summary a").first.click()
    assert await page.evaluate("document.activeElement.id") == "line-11"
    assert await page.locator("textarea").input_value() == BROKEN
    await page.fill("textarea", MENDED)
    await press(page, "Check and add the text")
    await look(page, "mended and added")
    assert "<script>alert(1)</script>" in await page.locator("main").inner_text()
    await press(page, "Compare")
    await look(page, "differences")
    await follow(page, "The other way round")
    await look(page, "differences, the other way round")
    await _menu(page)
    await look(page, "library of two")
    assert await trust.live.count(f"questionnaire where organisation_id = '{trust.whose}'") == 2


async def _frame(page: Any) -> Any:
    handle = await page.locator("iframe").element_handle()
    frame = await handle.content_frame()
    await frame.wait_for_load_state()
    return frame


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_the_whole_journey_in_a_frame_as_either_audience(
    trust: Trust, window: Window, size: tuple[int, int]
) -> None:
    page = await window(size)
    version = await _add(trust, authoring.shipped()["pulse"][1])
    await trust.sign_in(page)
    await page.goto(f"{trust.live.base}/questionnaires/{version}/preview")
    await look(page, "preview")
    for audience in ("Clinical staff", "Non-clinical staff"):
        await follow(page, audience)
        frame = await _frame(page)
        async with frame.expect_navigation():
            await frame.get_by_role("button", name="Start").click()
        async with frame.expect_navigation():
            await frame.get_by_role("link", name="Continue").click()
        for _ in range(8):
            assert "/q/" in frame.url
            await frame.locator("[type=radio]").nth(3).check()
            async with frame.expect_navigation():
                await frame.get_by_role("button", name="Continue").click()
        async with frame.expect_navigation():
            await frame.get_by_role("button", name="Send my answers").click()
        assert "Your answers have been sent" in await frame.locator("main").inner_text()
    await follow(page, "Cymraeg")
    assert "Dechrau" in await (await _frame(page)).locator("main").inner_text()
    await look(page, "preview in Welsh")


async def test_a_trial_fills_a_window_as_the_real_pages_do(trust: Trust, window: Window) -> None:
    """Every kind of item, with skip rules, on a phone without a script."""
    page = await window(PHONE, java_script_enabled=True)
    version = await _add(trust, cast.QUESTIONNAIRE)
    await trust.sign_in(page)
    await page.goto(f"{trust.live.base}/questionnaires/{version}/preview")
    await follow(page, "Open it in the whole window")
    await look(page, "landing")
    await press(page, "Start")
    await look(page, "unit")
    await follow(page, "Continue")
    assert await answer_all(page, lambda shown: look(shown, shown.url.rsplit("/", 1)[1])) == 8
    await look(page, "check")
    await press(page, "Send my answers")
    await look(page, "sent")


async def test_by_keyboard_alone(trust: Trust, window: Window) -> None:
    page = await window(DESK)
    await trust.sign_in(page)
    await enter(page, "Questionnaires")
    await enter(page, f"Add this questionnaire {OURS}")
    await enter(page, "All questionnaires")
    await enter(page, "Add a questionnaire")
    await tab_to(page, "text")
    await page.keyboard.insert_text(MENDED)
    await enter(page, "Check and add the text")
    await tab_to(page, "since")
    await enter(page, "Compare")
    assert "Which results can be compared" in await page.locator("main").inner_text()
    await enter(page, OURS)
    await enter(page, "Preview it as staff see it")
    await enter(page, "Non-clinical staff")
    frame = await _frame(page)
    await frame.get_by_role("button", name="Start").wait_for()
    await tab_to(page, "iframe")
    for _ in range(10):
        if await frame.evaluate("document.activeElement.textContent.trim()") == "Start":
            break
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await frame.wait_for_url("**/unit")
