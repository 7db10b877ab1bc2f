"""The journey with a keyboard and nothing else (bar U5), and what somebody at one sees."""

from typing import Any

import pytest

from tests.browser.conftest import Window
from tests.browser.live import Live
from tests.browser.windows import PHONE

pytestmark = pytest.mark.browser
FOCUSED = """() => {
  const e = document.activeElement;
  return { says: e.textContent.trim(), name: e.name || '', value: e.value || '', kind: e.type || e.localName };
}"""
OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none';
}"""


async def _tab(page: Any, back: bool = False) -> dict[str, Any]:
    """One step, after which it must be seen where we are."""
    await page.keyboard.press("Shift+Tab" if back else "Tab")
    focused: dict[str, Any] = await page.evaluate(FOCUSED)
    if focused["kind"] != "body":
        seen = await page.evaluate(OUTLINE) or focused["kind"] in {"radio", "checkbox"}
        assert seen, f"no outline on {focused} of {page.url}"
    return focused


async def _tab_to(page: Any, says: str) -> None:
    for _ in range(60):
        if (await _tab(page))["says"] == says:
            return
    raise AssertionError(f"no “{says}” by keyboard on {page.url}")


async def _enter(page: Any) -> None:
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def _fill(page: Any) -> None:
    """Tab from field to field up to Continue, and answer each in its way."""
    while (focused := await _tab(page))["says"] != "Continue":
        match focused["kind"]:
            case "radio":
                await page.keyboard.press("Space")
                await page.keyboard.press("ArrowDown")
            case "checkbox" if focused["value"] == "2":
                await page.keyboard.press("Space")
            case "text":
                await page.keyboard.type("many")
            case "select-one":
                await _choose_another(page, focused["name"])
            case "textarea":
                await page.keyboard.type("Two lines,")
                await page.keyboard.press("Enter")
                await page.keyboard.type("by keyboard.")


async def _choose_another(page: Any, name: str) -> None:
    for _ in range(int(name.rpartition(".")[2])):
        await page.keyboard.press("ArrowDown")


async def _mend(page: Any) -> None:
    """After a mistake the summary has the focus; its link leads to the field."""
    assert "nhsuk-error-summary" in await page.evaluate("document.activeElement.className")
    await _tab(page)
    await page.keyboard.press("Enter")
    assert (await page.evaluate(FOCUSED))["name"] == "N1"
    await page.keyboard.press("Control+a")
    await page.keyboard.type("7")
    await _tab_to(page, "Continue")
    await _enter(page)


async def test_keyboard_alone_is_enough(live: Live, window: Window) -> None:
    page = await window(PHONE, java_script_enabled=False)
    await page.goto(live.link())
    for name in ("Start", "Continue"):
        await _tab_to(page, name)
        await _enter(page)
    mended = 0
    while "/q/" in page.url:
        await _fill(page)
        await _enter(page)
        if (await page.title()).startswith("Error"):
            await _mend(page)
            mended += 1
    assert mended == 1
    await _must_be_answered(page)
    await _tab_to(page, "Send my answers")
    await _enter(page)
    assert page.url.endswith("/sent")


async def _must_be_answered(page: Any) -> None:
    assert page.url.endswith("/check")
    words = await page.locator("main").inner_text()
    assert "Not answered" not in words
    assert "Two lines,\nby keyboard." in words


async def test_the_first_stop_is_the_way_to_the_content(live: Live, window: Window) -> None:
    page = await window(PHONE)
    await page.goto(live.link())
    assert (await _tab(page))["says"] == "Skip to main content"
    await page.keyboard.press("Enter")
    assert (await _tab(page))["says"] == "Start"
    assert (await _tab(page, back=True))["says"] != "Start"


async def test_enter_in_a_field_means_continue(live: Live, window: Window) -> None:
    """And not whatever button comes first in the form, such as the one that clears an answer."""
    page = await window(PHONE)
    await page.goto(live.link())
    await page.get_by_role("button", name="Start").click()
    await page.goto(page.url.replace("/unit", "/q/7"))
    await page.locator("input[type=text]").fill("7")
    await page.locator("input[type=text]").press("Enter")
    await page.wait_for_url("**/q/8")
