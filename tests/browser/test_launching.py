"""From an organisation with nothing to an open round, only through pages: on a phone, at a desk, and by keyboard; every
state looked at for barriers and for what does not fit."""

from pathlib import Path
from typing import Any

import pytest

from survey.operations import authoring, signing_in
from tests import cast
from tests.browser.conftest import Window
from tests.browser.keys import choose, enter, tab_to
from tests.browser.looks import look
from tests.browser.respondent import follow, press
from tests.browser.trusts import Trust
from tests.browser.windows import DESK, PHONE

pytestmark = pytest.mark.browser


async def _menu(page: Any, place: str) -> None:
    async with page.expect_navigation():
        await page.get_by_role("navigation", name="Menu").get_by_role("link", name=place).click()


async def _comes(page: Any, what: str) -> None:
    """Looks again until the page says that it is being done."""
    for _ in range(100):
        await page.reload()
        if what in await page.locator("main").inner_text():
            return
    raise AssertionError(f"“{what}” was not told.")


async def _load_staff(trust: Trust, page: Any, folder: Path) -> None:
    file = folder / "staff.csv"
    file.write_text(cast.staff_list(100, 9))
    await _menu(page, "Staff list")
    await follow(page, "Import a staff list")
    await page.set_input_files("#file", str(file))
    await press(page, "Upload")
    await trust.work()
    await follow(page, "Look again now")
    await press(page, "See what would change")
    await trust.work()
    await follow(page, "Look again now")
    await page.locator("main form button").first.click()
    await trust.work()


async def _add_questionnaire(page: Any) -> None:
    await _menu(page, "Questionnaires")
    await follow(page, "Add a questionnaire from a file")
    await page.locator("textarea").fill(cast.QUESTIONNAIRE)
    await press(page, "Check and add the text")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_from_nothing_to_an_open_round(
    trust: Trust, window: Window, size: tuple[int, int], tmp_path: Path
) -> None:
    page = await window(size)
    await trust.sign_in(page)
    await _menu(page, "Rounds")
    await look(page, "no rounds")
    await follow(page, "Prepare the first round")
    await look(page, "no questionnaire")
    await _add_questionnaire(page)
    await _load_staff(trust, page, tmp_path)
    await _menu(page, "Rounds")
    await follow(page, "Prepare the first round")
    await press(page, "Save and continue")
    await look(page, "no name")
    await page.get_by_label("Name of the round").fill("Autumn 2026")
    for state in ("name", "who", "when", "groups", "reach"):
        await look(page, state)
        for folded in await page.locator("summary").all():
            await folded.click()
        await look(page, f"{state}, unfolded")
        await press(page, "Save and continue")
    await look(page, "key")
    await page.get_by_label("Three people, of whom two must be present").check()
    await press(page, "Save and continue")
    await look(page, "shares")
    await press(page, "Begin with the first holder")
    for _ in range(3):
        await look(page, "next holder")
        await press(page, "Show my words")
        await look(page, "words")
        await press(page, "I have written all 33 words down")
    await look(page, "handed out")
    await follow(page, "Go on to the review")
    await look(page, "review")
    await page.get_by_role("link", name="Change When").click()
    today = await page.evaluate("() => new Date().getFullYear()")
    for part, value in (("", "1"), ("-month", "1"), ("-year", str(today))):
        await page.fill(f"#opens{part}", value)
    await page.fill("#closes-year", str(today + 1))
    await press(page, "Save and go back to the review")
    await press(page, "Launch this round")
    await look(page, "to be launched")
    for told in (("Forming reporting units", 0, 0), ("Making everybody’s link", 12_000, 25_000)):
        async with trust.telling(page.url) as step:
            step(*told)
            await _comes(page, told[0])
            await look(page, f"being launched, {told[0]}")
    await trust.work()
    await page.get_by_text("Staff can answer until").wait_for(timeout=15_000)  # the page looks again by itself
    await look(page, "open")
    home = page.url
    for where in ("response", "unreached", "dates", "close"):
        await page.goto(f"{home}/{where}")
        await look(page, where)
    await page.goto(home)
    await press(page, "Pause the round")
    await look(page, "paused")
    await press(page, "Let it go on")


async def _load_staff_by_keyboard(trust: Trust, page: Any, folder: Path) -> None:
    file = folder / "staff.csv"
    file.write_text(cast.staff_list(100, 9))
    for link in ("Staff list", "Import a staff list"):
        await enter(page, link)
    await choose(page, "file", file)
    await enter(page, "Upload")
    for button in ("See what would change", "Apply these changes"):
        await trust.work()
        await enter(page, "Look again now")
        await enter(page, button)
    await trust.work()


async def test_by_keyboard_alone(trust: Trust, window: Window, tmp_path: Path) -> None:
    """On a phone's width, from the link that signs in to a round that is launched, without a mouse."""
    page = await window(PHONE)
    async with trust.live.database.connection() as db:
        await authoring.add(db, trust.whose, cast.QUESTIONNAIRE)
        token = await signing_in.invite(db, trust.whose, "manager")
    await page.goto(f"{trust.live.base}/sign-in/{token}")
    await enter(page, "Sign in")
    await _load_staff_by_keyboard(trust, page, tmp_path)
    for link in ("Rounds", "Prepare the first round"):
        await enter(page, link)
    await tab_to(page, "name")
    await page.keyboard.type("By keyboard")
    for _ in range(6):
        await enter(page, "Save and continue")
    await enter(page, "Launch this round")
    await trust.work()
    await page.get_by_text("Opens by itself on").wait_for(timeout=15_000)
