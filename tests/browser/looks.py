"""What any page must be like, whoever looks at it and however: what is wrong with it, as a list of complaints."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import Error

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
RUN_AXE = """async options => {
  const found = await axe.run(document, options);
  return found.violations.flatMap(
    one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)} (${node.failureSummary})`));
}"""
SPACING = """on => {
  window.spaced ??= new CSSStyleSheet();
  window.spaced.replaceSync(on ? `* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }` : '');
  document.adoptedStyleSheets = [window.spaced];
}"""
"""WCAG 1.4.12's text spacing. A constructed style sheet is the reader's own: our policy does not reach it."""
MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")


async def misfits(page: Any) -> list[str]:
    """U6, U7: what scrolls sideways, what is clipped or covered, what is too small to be pressed."""
    return [f"{complaint} on {page.url}" for complaint in await page.evaluate(MEASURE)]


async def misfits_when_spaced(page: Any) -> list[str]:
    """U6: what the text spacing that somebody may need clips or pushes away. Sizes are as they are without it, and
    what a drawing says stands in a table beside it."""
    await page.evaluate(SPACING, True)
    found = await misfits(page)
    await page.evaluate(SPACING, False)
    passed = ("too small", "cut off by its drawing")
    return [f"with text spacing: {complaint}" for complaint in found if not any(one in complaint for one in passed)]


async def barriers(page: Any) -> list[str]:
    """U4: what axe finds, with target sizes and best practice on."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    found: list[str] = await page.evaluate(RUN_AXE, RULES)
    return found


async def must_fit(page: Any) -> None:
    assert await misfits(page) == []


TRIES = 5
"""A page that tells of work under way comes anew by itself, now and then in the middle of a look."""


async def look(page: Any, state: str) -> None:
    """Nothing stands in anybody's way in this state, and everything fits."""
    for again in range(TRIES):
        try:
            found = [*await barriers(page), *await misfits(page)]
        except Error as cut_off:
            if "context was destroyed" not in cut_off.message or again == TRIES - 1:
                raise
            await page.wait_for_load_state()
        else:
            assert found == [], f"{state}: {found}"
            return
