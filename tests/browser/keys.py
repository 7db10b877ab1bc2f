"""Going about a page by keyboard alone."""

from pathlib import Path
from typing import Any

WHERE = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== 'none';
  return { says: (e.textContent || '').trim().replace(/\\s+/g, ' '), id: e.id, kind: e.type || e.localName, outlined };
}"""
_ELSEWHERE = {"body", "radio", "checkbox", "iframe"}
"""What shows where one is by other means than an outline of its own."""


async def tab_to(page: Any, wanted: str) -> None:
    """By the Tab key to what says so, has that id or is of that kind; wherever we are on the way must be seen."""
    for _ in range(150):
        await page.keyboard.press("Tab")
        at = await page.evaluate(WHERE)
        if at["kind"] not in _ELSEWHERE:
            assert at["outlined"], f"no outline on {at} of {page.url}"
        if wanted in {at["says"], at["id"], at["kind"]}:
            return
    raise AssertionError(f"no “{wanted}” by keyboard on {page.url}")


async def enter(page: Any, wanted: str) -> None:
    await tab_to(page, wanted)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def choose(page: Any, name: str, file: Path) -> None:
    """A file for the field of this name, pressed by keyboard. What the press opens is the device's own window, which no
    page holds and not every chromium shows to its driver: the press must arrive, the file is put in its place."""
    field = page.locator(f"input[name='{name}']")
    await tab_to(page, name)
    await field.evaluate("e => e.addEventListener('click', c => { c.preventDefault(); e.dataset.pressed = 'yes' })")
    await page.keyboard.press("Enter")
    assert await field.get_attribute("data-pressed") == "yes", f"“{name}” does not heed the keyboard on {page.url}"
    await field.set_input_files(str(file))
