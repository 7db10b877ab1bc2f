"""Going about a page by keyboard alone."""

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
