"""How an open round goes, on its page: rates as they were stored, by division, and folded where there are many."""

from typing import Any

import msgspec
import pytest

from survey.db import Db
from survey.operations.following import Rate
from survey.pages.console import divisions
from survey.store import response_snapshots
from tests.pages.person import Page
from tests.pages.test_launching import Console, console

__all__ = ["console"]
DIVISIONS = [Rate("Trust", 300, "45%"), Rate("Surgery", 200, "90% or more"), Rate("Medicine", 100, "under 10%")]
UNITS = [
    Rate("Ward 1", 120, "55%", "Surgery"),
    Rate("Ward 2", 12, None, "Surgery"),
    Rate("Ward 3", 100, "under 10%", "Medicine"),
    Rate("Porters", 30, "60%"),
]


async def _counted(console: Console) -> str:
    """An open round that has been counted once; the address of its response."""
    here = await console.opened()
    async with console.database.connection() as db:
        for scope, rates in (("division", DIVISIONS), ("unit", UNITS)):
            await stored(db, console, here.rpartition("/")[2], scope, rates)
    return f"{here}/response"


async def stored(db: Db, console: Console, round_id: str, scope: Any, rates: list[Rate], shifted: str = "") -> None:
    at = await db.fetchval(f"select survey_now() {shifted}")
    document = msgspec.json.encode(rates).decode()
    await response_snapshots.add(db, console.organisation.organisation_id, round_id, scope, at, document)


def _rows(page: Page, caption: str) -> list[list[str]]:
    (table,) = (t for t in page.all("//table") if t.findtext("caption") == caption)
    return [[" ".join(cell.text_content().split()) for cell in row] for row in table.xpath(".//tbody/tr")]


async def test_rates_stand_under_their_division_and_a_hidden_one_says_so(console: Console) -> None:
    page = await console.manager.get(await _counted(console))
    assert [h.text_content() for h in page.all("//h3")] == ["Surgery", "Medicine", "Across divisions"]
    assert _rows(page, "Response of reporting units: Surgery") == [
        ["Ward 1", "120", "55%"], ["Ward 2", "12", "Too few people to tell"],
    ]  # fmt: skip
    assert _rows(page, "Response of reporting units: across divisions") == [["Porters", "30", "60%"]]
    bars = page.all("//tbody/tr[th='Surgery' or th='Medicine' or th='Ward 2']//rect[@class='rounds-rate__bar']")
    assert [bar.get("width") for bar in bars] == ["100", "10"], "open ranges end at their end; what is hidden has none"
    assert not page.all("//main//details")


async def test_many_units_are_folded_by_division(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(divisions, "MOST_OPEN", 3)
    page = await console.manager.get(await _counted(console))
    said = [" ".join(s.text_content().split()) for s in page.all("//main//details/summary")]
    assert said == ["Surgery, 2 units", "Medicine, 1 unit", "Across divisions, 1 unit"]
    assert _rows(page, "Response of reporting units: Medicine") == [["Ward 3", "100", "under 10%"]]
