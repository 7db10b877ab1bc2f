"""The staff list in a real browser, on a phone, at a desk and by keyboard: from the file to the tree, to one person, to
their erasure; every state looked at for barriers and for what does not fit."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from survey.core.staff.groups import CLINICAL
from tests.browser.conftest import Window
from tests.browser.keys import choose, enter, tab_to
from tests.browser.looks import look
from tests.browser.respondent import follow, press
from tests.browser.trusts import Trust
from tests.browser.windows import DESK, PHONE

pytestmark = pytest.mark.browser
HEADER = "Employee Number,NI Number,Division,Team,Staff Group,Work Base,Work Email,Basic Pay\n"
ATTACK = "Ward <script>alert(1)</script> {{7*7}}"
GROUPS = list(CLINICAL)


def _list(people: int = 60, bad: int = 3) -> str:
    rows = [
        f"{20_000 + n},QQ{n:06}C,{'Surgery' if n % 2 else 'Medicine'},{ATTACK if n % 5 == 0 else f'Team {n % 7}'},"
        f"{GROUPS[n % 9] if n >= bad else 'Nurses'},Main,person{n}@trust.example,{30_000 + n}"
        for n in range(people)
    ]
    return HEADER + "\n".join(rows)


async def _menu(page: Any) -> None:
    async with page.expect_navigation():
        await page.get_by_role("navigation", name="Menu").get_by_role("link", name="Staff list").click()


async def _upload(page: Any, file: Path) -> None:
    await page.set_input_files("#file", str(file))
    await press(page, "Upload")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_from_a_file_to_one_persons_erasure(
    trust: Trust, window: Window, size: tuple[int, int], tmp_path: Path
) -> None:
    page = await window(size)
    file = tmp_path / "staff list.csv"
    file.write_text(_list())
    await trust.sign_in(page)
    await _menu(page)
    await look(page, "empty")
    await follow(page, "Import a staff list")
    await look(page, "nothing imported")
    await press(page, "Upload")
    await look(page, "no file chosen")
    await _upload(page, file)
    await look(page, "being read")
    await trust.work()
    await follow(page, "Look again now")
    await look(page, "columns")
    assert await page.locator("#column-0").input_value() == "employee_number"
    await page.locator("#column-4").select_option("")
    await press(page, "See what would change")
    assert (await page.title()).startswith("Error: ")
    await look(page, "columns with a mistake")
    await page.locator("#column-4").select_option("staff_group")
    await page.locator("#column-5").select_option("site")
    await press(page, "See what would change")
    await look(page, "being checked")
    await trust.work()
    await follow(page, "Look again now")
    for folded in await page.locator("summary").all():
        await folded.click()
    await look(page, "checked")
    assert "3 rows cannot be used" in await page.locator("main").inner_text()
    await press(page, "Apply the rest")
    await trust.work()
    await follow(page, "Look again now")
    await look(page, "applied")
    await follow(page, "See the staff list")
    await look(page, "tree")
    assert "57 people" in await page.locator("main").inner_text()
    await follow(page, "Medicine")
    await look(page, "unit")
    await follow(page, "Rename")
    await look(page, "renaming")
    await page.fill("#name", " ")
    await press(page, "Rename it")
    await look(page, "renaming to nothing")
    await page.fill("#name", "Medicine and Elderly Care")
    await page.fill("#day", f"{datetime.now(UTC) + timedelta(days=30):%d/%m/%Y}")
    await press(page, "Rename it")
    await look(page, "unit with something planned")
    assert "Planned" in await page.locator("main").inner_text()
    await page.get_by_role("button", name="Undo").click()
    await _menu(page)
    await page.get_by_label("Find a unit").fill("script")
    await page.get_by_role("button", name="Find a unit").click()
    await look(page, "units found")
    assert await page.locator(".staffing-found a").count() == 2
    await _menu(page)
    await page.get_by_label("Find a person").fill("person9@")
    await page.get_by_role("button", name="Find a person").click()
    await look(page, "people found")
    await follow(page, "20009")
    await look(page, "person")
    await follow(page, "Change details")
    await look(page, "changing details")
    await page.fill("#email", "nobody")
    await press(page, "Save")
    await look(page, "details with a mistake")
    await page.fill("#email", "somebody@trust.example")
    await press(page, "Save")
    assert "somebody@trust.example" in await page.locator("main").inner_text()
    await press(page, "They have left")
    await look(page, "somebody who left")
    await follow(page, "Erase this person’s details")
    await look(page, "erasing")
    await press(page, "Erase these details")
    await look(page, "erased")
    await page.goto(f"{trust.live.base}/staff/people?q=20009&leavers=yes")
    await look(page, "nobody found")
    assert "Nobody was found" in await page.locator("main").inner_text()
    await page.goto(f"{trust.live.base}/staff/changes")
    await look(page, "changes")
    await page.goto(f"{trust.live.base}/staff/imports")
    await look(page, "history")


async def test_a_file_of_a_hundred_megabytes_is_refused_on_a_page(trust: Trust, window: Window, tmp_path: Path) -> None:
    page, file = await window(DESK), tmp_path / "large.csv"
    with file.open("wb") as large:
        large.truncate(100_000_000)
    await trust.sign_in(page)
    await page.goto(f"{trust.live.base}/staff/imports")
    await _upload(page, file)
    assert "larger than 30 MB" in await page.locator("main").inner_text()
    await look(page, "too large")


async def test_the_page_renews_itself_until_there_is_something_to_see(
    trust: Trust, window: Window, tmp_path: Path
) -> None:
    page, file = await window(PHONE, java_script_enabled=False), tmp_path / "staff.csv"
    file.write_text(_list())
    await trust.sign_in(page)
    await page.goto(f"{trust.live.base}/staff/imports")
    await _upload(page, file)
    await trust.work()
    await page.get_by_role("button", name="See what would change").wait_for(timeout=15_000)


async def test_by_keyboard_alone(trust: Trust, window: Window, tmp_path: Path) -> None:
    page, file = await window(DESK), tmp_path / "staff.csv"
    file.write_text(_list(30, 0))
    await trust.sign_in(page)
    await enter(page, "Staff list")
    await enter(page, "Import a staff list")
    await choose(page, "file", file)
    await enter(page, "Upload")
    await trust.work()
    await enter(page, "Look again now")
    await tab_to(page, "column-5")
    await page.keyboard.type("Site")
    await enter(page, "See what would change")
    await trust.work()
    await enter(page, "Look again now")
    await enter(page, "Apply these changes")
    await trust.work()
    await enter(page, "Look again now")
    await enter(page, "See the staff list")
    await enter(page, "Surgery")
    await enter(page, "Team 1")
    await enter(page, "Move")
    await tab_to(page, "target")
    await page.keyboard.type("Medicine")
    await tab_to(page, "Move it")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    assert "two units of this name" in await page.locator("main").inner_text()
    await page.goto(f"{trust.live.base}/staff")
    await tab_to(page, "q")
    await page.keyboard.type("20007")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await enter(page, "20007")
    await enter(page, "Erase this person’s details")
    await enter(page, "Erase these details")
    assert await page.locator("h1").inner_text() == "The details have been erased"


async def test_on_paper_no_link_spells_out_its_address(trust: Trust, window: Window) -> None:
    page = await window(DESK)
    await trust.sign_in(page)
    await page.emulate_media(media="print")
    told = "links => links.map(link => getComputedStyle(link, '::after').content)"
    assert set(await page.eval_on_selector_all("main a", told)) <= {"none", '""'}
