"""Reading results in a real browser: signing in, the heat map, a unit, on a phone, at a desk and on paper."""

from typing import Any

import pytest

from tests import published
from tests.browser import looks
from tests.browser.conftest import Window
from tests.browser.live import Live
from tests.browser.respondent import follow, press
from tests.browser.windows import DESK, PHONE, SMALL

pytestmark = pytest.mark.browser
PAPER = (718, 1000)
"""What A4 leaves between usual margins, in CSS pixels."""


async def _sign_in(live: Live, page: Any) -> None:
    await page.goto(await live.sign_in())
    await press(page, "Sign in")
    assert page.url == f"{live.base}/results"


@pytest.mark.parametrize("size", [SMALL, PHONE, DESK])
async def test_from_the_link_to_a_unit(live: Live, window: Window, size: tuple[int, int]) -> None:
    page = await window(size, java_script_enabled=False)
    await _sign_in(live, page)
    await follow(page, "Autumn 2025")
    folds = await page.locator("summary:visible").all()
    assert bool(folds) == (size != DESK), "a phone folds units and how to read them, a wide screen shows them"
    for fold in folds:
        await fold.click()
    shown = await page.locator("main").inner_text()
    assert "Test Hospital Trust" in shown
    assert "[c]" in shown
    await looks.must_fit(page)
    await follow(page, "Alpha")
    assert (await page.locator("h1").inner_text()).split() == ["Autumn", "2025", "Alpha"]
    assert await page.locator("svg:visible title").first.text_content()
    await looks.must_fit(page)
    await follow(page, "Autumn 2025")
    assert page.url == f"{live.base}/results/{published.ROUND}"


async def test_a_link_signs_in_once_and_looking_at_it_does_not_use_it_up(live: Live, window: Window) -> None:
    link, scanner, reader, late = await live.sign_in(), await window(DESK), await window(PHONE), await window(PHONE)
    for _ in range(3):
        await scanner.goto(link)
        assert await scanner.get_by_role("button", name="Sign in").count() == 1
    assert await scanner.context.cookies() == []
    await reader.goto(link)
    await late.goto(link)
    await press(reader, "Sign in")
    assert reader.url.endswith("/results")
    await press(late, "Sign in")
    assert "no longer works" in await late.locator("h1").inner_text()
    (cookie,) = await reader.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"


async def test_signing_out_leaves_nothing_to_go_back_to(live: Live, window: Window) -> None:
    page = await window(DESK)
    await _sign_in(live, page)
    await follow(page, "Autumn 2025")
    await press(page, "Sign out")
    assert await page.context.cookies() == []
    await page.go_back()
    assert await page.locator("h1").inner_text() == "Sign in"


async def test_on_paper_nothing_is_cut_off_and_nothing_asks_to_be_pressed(live: Live, window: Window) -> None:
    page = await window(PAPER)
    await _sign_in(live, page)
    await page.emulate_media(media="print")
    for place in ("", "/visions/services", "/units/north"):
        await page.goto(f"{live.base}/results/{published.ROUND}{place}")
        found = [said for said in await looks.misfits(page) if "too small" not in said]
        assert not found, "\n".join(found)
        assert await page.get_by_role("button", name="Sign out").count() == 0
        colours = await page.locator("td.heat__cell").first.evaluate("cell => getComputedStyle(cell).printColorAdjust")
        assert colours == "exact"
    paper = await page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
