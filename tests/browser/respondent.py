"""What a person does in the browser, and what a page must be like wherever they stand."""

from typing import Any

from axe_playwright_python.async_playwright import Axe

AXE = Axe()
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
MEASURE = """() => {
  const bare = e => e.matches('.nhsuk-skip-link') || e.type === 'hidden';
  const shown = e => { const b = e.getBoundingClientRect(); return b.width > 0 && b.height > 0; };
  const inline = e => e.matches('a') && getComputedStyle(e).display === 'inline';
  return {
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    small: [...document.querySelectorAll('a, button, input, select, textarea, summary')]
      .filter(e => shown(e) && !bare(e) && !inline(e))
      .filter(e => { const b = e.getBoundingClientRect(); return Math.round(b.height) < (e.matches('input, button') ? 44 : 24); })
      .map(e => e.outerHTML.slice(0, 120)),
  };
}"""


async def must_fit(page: Any) -> None:
    """U6, U7: nothing scrolls sideways; whatever can be pressed is large enough to be."""
    measured = await page.evaluate(MEASURE)
    assert measured["overflow"] <= 0, f"{page.url} scrolls sideways by {measured['overflow']} px"
    assert measured["small"] == [], f"{page.url}: {measured['small']}"


async def must_be_accessible(page: Any) -> None:
    """U4: axe finds nothing, with target sizes on."""
    results = await AXE.run(page, options=RULES)
    found = results.response["violations"]
    told = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]
    assert told == [], f"{page.url} ({await page.title()}): {told}"


async def press(page: Any, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def fill(page: Any, text: str = "Fewer systems, please.") -> None:
    """Answer everything on a question page, whatever its kind: the second choice where there is one."""
    for group in await page.locator("fieldset, .nhsuk-form-group").all():
        for kind in ("radio", "checkbox"):
            boxes = group.locator(f"input[type={kind}]")
            if await boxes.count():
                await boxes.nth(min(1, await boxes.count() - 1)).check()
    for place, select in enumerate(await page.locator("select").all()):
        await select.select_option(index=place + 1)
    for area in await page.locator("textarea").all():
        await area.fill(text)
    for field in await page.locator("input[type=text]").all():
        await field.fill("7")


async def begin(page: Any, link: str) -> None:
    """From the link to the first question."""
    await page.goto(link)
    await press(page, "Start")
    await page.get_by_role("link", name="Continue").or_(page.get_by_role("button", name="Continue")).first.click()


async def answer_all(page: Any, each: Any = None) -> int:
    """Fill in and go on until all answers are shown to be checked; how many pages that took."""
    pages = 0
    while "/q/" in page.url:
        await fill(page)
        if each is not None:
            await each(page)
        await press(page, "Continue")
        pages += 1
        assert pages < 100
    assert page.url.endswith("/check")
    return pages
