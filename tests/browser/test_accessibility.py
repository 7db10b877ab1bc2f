"""Every state of every page, looked at by a program: axe, sizes, and what text spacing does (bars U4, U6, U7)."""

from typing import Any

import pytest

from tests.browser import looks
from tests.browser.conftest import Window
from tests.browser.live import Live
from tests.browser.tours import TOURS, Tour
from tests.browser.windows import DESK, PHONE, SMALL, TABLET

pytestmark = pytest.mark.browser
EYES: dict[str, dict[str, Any]] = {
    "plain": {},
    "forced-colors": {"forced_colors": "active"},
    "reduced-motion": {"reduced_motion": "reduce"},
    "dark": {"color_scheme": "dark"},
}
tours = pytest.mark.parametrize("tour", TOURS, ids=lambda tour: tour.__name__)


async def _inspect(page: Any, tour: Tour, sizes: list[tuple[int, int]]) -> None:
    """By every measure at `sizes`; that everything fits, at every size."""
    found, seen = [], set()
    async for state in tour:
        assert state not in seen
        seen.add(state)
        for width, height in (SMALL, PHONE, TABLET, DESK):
            await page.set_viewport_size({"width": width, "height": height})
            complaints = await looks.misfits(page)
            if (width, height) in sizes:
                complaints += await looks.barriers(page)
            if width == SMALL[0]:
                complaints += await looks.misfits_when_spaced(page)
            found += [f"{state} at {width}: {complaint}" for complaint in complaints]
    assert not found, "\n".join(found)
    assert len(seen) >= 6


@tours
async def test_every_state(live: Live, window: Window, tour: Any) -> None:
    page = await window(DESK)
    await _inspect(page, tour(live, page), [DESK, SMALL])


@pytest.mark.long
@pytest.mark.parametrize("eyes", EYES.values(), ids=EYES.keys())
@tours
async def test_every_state_at_every_width_to_all_eyes(
    live: Live, window: Window, tour: Any, eyes: dict[str, Any]
) -> None:
    page = await window(DESK, **eyes)
    await _inspect(page, tour(live, page), [SMALL, PHONE, TABLET, DESK])


@pytest.mark.parametrize("tour", TOURS[:1], ids=["questions"])
async def test_zoomed_to_four_hundred_per_cent(live: Live, window: Window, tour: Any) -> None:
    """U6: a window of 1280 pixels at 400 % is one of 320 with four times the pixels."""
    page = await window((320, 256), device_scale_factor=4)
    found = []
    async for state in tour(live, page):
        found += [f"{state}: {complaint}" for complaint in await looks.misfits(page)]
    assert not found, "\n".join(found)


async def test_what_the_looks_are_for_is_seen(live: Live, window: Window) -> None:
    """The measures can fail: a page with a fault of each kind is complained about for each."""
    page = await window(SMALL, bypass_csp=True)
    await page.goto(live.link())
    assert await looks.misfits(page) == []
    await page.set_content(FAULTY)
    complaints = " ".join(await looks.misfits(page))
    for fault in FAULTS:
        assert fault in complaints
    assert "color-contrast" in " ".join(await looks.barriers(page))


FAULTY = """<main><h1 style="color: #ddd">Pale</h1>
<p style="width: 400px">Broad</p><p style="position: relative; left: 310px; white-space: nowrap">Off to the right</p>
<div style="height: 10px; overflow: hidden"><p>Cut</p></div>
<p style="margin-bottom: -1em; line-height: 1em">Under</p><p style="line-height: 1em; margin-top: 0">Over</p>
<button style="height: 20px">Small</button></main>"""
FAULTS = ("scrolls sideways", "leaves the screen", "is clipped", "lies over", "too small")
