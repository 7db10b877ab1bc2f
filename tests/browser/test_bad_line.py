"""The network fails around Continue and Send: trying again is always right, and leaves one answer (bar U11)."""

from typing import Any

import pytest
from playwright.async_api import Error

from tests.browser.conftest import Window
from tests.browser.line import Fault, Line, bad_line
from tests.browser.live import Live
from tests.browser.respondent import begin, fill, press
from tests.browser.windows import PHONE

pytestmark = pytest.mark.browser
FAULTS: list[Fault] = ["before", "after", "midway"]


async def _lose(page: Any, line: Line, fault: Fault, button: str) -> None:
    """Press while the line is bad: the browser says so, and nothing else is said."""
    line.fault, line.cut = fault, 0
    with pytest.raises(Error, match=r"net::ERR_(CONNECTION|EMPTY)"):
        await press(page, button)
    await page.wait_for_url("chrome-error:**")
    assert line.cut > 0
    line.fault = ""


@pytest.mark.parametrize("fault", FAULTS)
async def test_continue_and_send_again_after_the_line_broke(live: Live, window: Window, fault: Fault) -> None:
    async with bad_line(live.base) as line:
        page = await window(PHONE, base=line.base, java_script_enabled=False)
        sealed, drafts = await live.count("sealed"), await live.count("draft")
        link = line.base + live.stage.link()
        await begin(page, link)
        await fill(page)
        await _lose(page, line, fault, "Continue")
        await page.reload()
        assert page.url.endswith("/q/2")
        await page.goto(page.url.replace("/q/2", "/check"))
        await _lose(page, line, fault, "Send my answers")
        await page.reload()
        assert page.url.endswith("/sent")
        assert await live.count("sealed") == sealed + 1
        assert await live.count("draft") == drafts + 1
        await page.goto(link)
        await press(page, "Start")
        assert page.url.endswith("/sent")
