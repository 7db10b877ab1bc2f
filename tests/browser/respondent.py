"""What a respondent does in the browser."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

TEXT = "Fewer systems, please."
Each = Callable[[Any], Awaitable[None]]


async def press(page: Any, name: str) -> None:
    async with page.expect_navigation():
        await page.get_by_role("button", name=name, exact=True).click()


async def follow(page: Any, name: str) -> None:
    async with page.expect_navigation():
        await page.get_by_role("link", name=name, exact=True).click()


async def begin(page: Any, link: str) -> None:
    """From the link to the first question."""
    await page.goto(link)
    await press(page, "Start")
    await follow(page, "Continue")


async def fill(page: Any, text: str = TEXT) -> None:
    """Answer every item of a question page, the second choice where there is one."""
    for group in await page.locator("form > .nhsuk-form-group").all():
        field = group.locator("input, select, textarea").first
        kind = await field.evaluate("field => field.type")
        await _FILL[kind](group, text)


async def _choose(group: Any, _: str) -> None:
    await group.locator("input").nth(1).check()


async def _number(group: Any, _: str) -> None:
    lowest = re.search(r"from (\d+) to", await group.locator(".nhsuk-hint").inner_text())
    assert lowest is not None
    await group.locator("input[type=text]").fill(lowest[1])


async def _rank(group: Any, _: str) -> None:
    for place, select in enumerate(await group.locator("select").all(), 1):
        await select.select_option(index=place)


async def _write(group: Any, text: str) -> None:
    await group.locator("textarea").fill(text)


_FILL = {"radio": _choose, "checkbox": _choose, "text": _number, "select-one": _rank, "textarea": _write}


async def answer_all(page: Any, each: Each | None = None) -> int:
    """Fill in and go on until all answers are shown to be checked; how many pages that took. `each` sees every page,
    filled in."""
    pages = 0
    while "/q/" in page.url:
        here = page.url
        await fill(page)
        if each is not None:
            await each(page)
        await press(page, "Continue")
        assert page.url != here, f"stuck: {await page.locator('main').inner_text()}"
        pages += 1
    assert page.url.endswith("/check")
    return pages


async def send_all(page: Any, link: str) -> None:
    """The whole journey at once."""
    await begin(page, link)
    await answer_all(page)
    await press(page, "Send my answers")
    assert page.url.endswith("/sent")
