"""Who has no mailbox, in a real browser: a slip's code on a phone, asking for a link, a shared tablet, and paper."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_asyncio

from survey.operations import lending, printing, viewing
from survey.operations.printing import Sheet, Slip, Unit
from survey.pages.printing import sheets
from survey.sealing import KeyRing
from tests.browser import looks
from tests.browser.conftest import Window
from tests.browser.live import Live
from tests.browser.respondent import answer_all, follow, press
from tests.browser.windows import DESK, PHONE, SMALL, TABLET
from tests.conftest import STANDING

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(scope="module")
async def codes(live: Live) -> Iterator[str]:
    """Codes that nobody has entered."""
    stage, whose = live.stage, STANDING.organisation_id
    keys = KeyRing(stage.config.key_directory(), stage.config.secret_bytes())
    async with live.database.connection() as db:
        _, units = await printing.units(db, whose, stage.round_id)
        number = next(unit.number for unit in units if unit.slips)
        return iter([slip.code for slip in (await printing.sheet(db, keys, whose, stage.round_id, number)).slips])


async def _looked_at(page: Any, *sizes: tuple[int, int]) -> None:
    """By axe and by measure."""
    for width, height in sizes or (SMALL, PHONE, DESK):
        await page.set_viewport_size({"width": width, "height": height})
        assert await looks.misfits(page) + await looks.barriers(page) == []


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
async def test_from_the_code_to_sent_answers(live: Live, window: Window, codes: Iterator[str], scripts: bool) -> None:
    page, before = await window(PHONE, java_script_enabled=scripts), await live.count("sealed")
    await page.goto(f"{live.base}/code")
    await looks.must_fit(page)
    await page.get_by_label("Enter the code").fill("ABCD-EFGH-JKMNP")
    await press(page, "Continue")
    assert "Error:" in await page.title()
    await looks.must_fit(page)
    await page.get_by_label("Enter the code").fill(next(codes).lower().replace(" ", ""))
    await press(page, "Continue")
    assert page.url.partition("?")[0].endswith(f"/r/{live.stage.round_id}/begin")
    await press(page, "Start")
    await follow(page, "Continue")
    await answer_all(page)
    await press(page, "Send my answers")
    assert page.url.endswith("/sent")
    assert await live.count("sealed") == before + 1


async def test_pages_without_a_mailbox_have_no_barriers(live: Live, window: Window, codes: Iterator[str]) -> None:
    page, round_id = await window(DESK), live.stage.round_id
    await page.goto(f"{live.base}/code")
    await _looked_at(page)
    await press(page, "Continue")
    await _looked_at(page)
    await page.goto(f"{live.base}/link/{round_id}")
    await _looked_at(page)
    await press(page, "Send me my link")
    await _looked_at(page)
    await page.get_by_label("Your work e-mail").fill("stranger@elsewhere.example")
    await press(page, "Send me my link")
    assert page.url.partition("?")[0].endswith("/asked")
    await _looked_at(page)


async def test_a_shared_tablet_asks_and_then_forgets(live: Live, window: Window, codes: Iterator[str]) -> None:
    page, round_id, whose = await window(TABLET), live.stage.round_id, STANDING.organisation_id
    async with live.database.connection() as db:
        _, token = await lending.lend(db, whose, round_id, 0)
    await page.clock.install()
    await page.goto(f"{live.base}/kiosk/{round_id}/{token}")
    await _looked_at(page, PHONE, TABLET)
    await press(page, "Share this device")
    await _looked_at(page, PHONE, TABLET)
    await page.get_by_label("Enter the code").fill(next(codes))
    await press(page, "Continue")
    await press(page, "Start")
    theirs = page.url
    await page.clock.run_for(185_000)
    dialog = page.get_by_role("dialog")
    assert await dialog.is_visible()
    assert await looks.barriers(page) == []
    await page.get_by_role("button", name="More time").click()
    assert not await dialog.is_visible()
    await page.clock.run_for(170_000)
    assert page.url == theirs
    async with page.expect_navigation():
        await page.clock.run_for(80_000)
    assert page.url == f"{live.base}/kiosk/{round_id}"
    await page.go_back()
    assert "team" not in (await page.locator("main").inner_text()).lower()
    assert not [one for one in await page.context.cookies() if one["name"] == f"r-{round_id}"]
    await page.goto(f"{live.base}/kiosk/{round_id}/idle")
    await _looked_at(page, PHONE, TABLET)


async def test_paper_fits_its_sheets(live: Live, window: Window) -> None:
    """One sheet a page, nothing cut off, and no barrier on the screen."""
    page, here = await window(DESK), f"{live.base}/rounds/{live.stage.round_id}"
    await page.goto(await live.sign_in(role="manager"))
    await press(page, "Sign in")
    for address in (f"{here}/paper", f"{here}/devices"):
        await page.goto(address)
        await _looked_at(page, PHONE, DESK)
    await press(page, "Make a link for a device")
    await _looked_at(page, PHONE, DESK)
    await page.goto(f"{here}/paper")
    await page.get_by_role("link", name=re.compile("^Poster for")).first.click()
    await _printed(page, 1)
    await page.goto(f"{here}/paper")
    async with page.expect_navigation():
        await page.get_by_role("button", name=re.compile("^Show 30 slips")).click()
    await _printed(page, 4)


async def test_slips_in_two_languages_fit_whatever_the_names(live: Live, window: Window) -> None:
    page = await window(DESK)
    async with live.database.connection() as db:
        view = await viewing.view(db, live.merged.path.split("/")[2])
        round_, _ = await printing.units(db, live.neighbour, view.round_id)
    slip = Slip("WWWW MMMM WWWWW", "Additional Professional Scientific and Technical")
    unit = Unit(0, "Radiotherapy Physics and Engineering, Wirral, Liverpool and Aintree", "", 40, 7)
    paper = sheets.slips(
        view, Sheet(round_, unit, (slip,) * 7), "https://survey.hospitals.nhs.uk", "Europe/London", None
    )
    await page.goto("about:blank")
    await page.set_content(paper.decode())
    assert await page.locator("[lang=cy]").count() == 7
    await _printed(page, 2)


async def _printed(page: Any, sheets: int) -> None:
    assert await looks.barriers(page) == []
    over = """() => [...document.querySelectorAll('.paper-slip, .paper-sheet')].filter(
        one => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1).length"""
    assert await page.evaluate(over) == 0
    printed = await page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == sheets
