"""The tables of a round in the order of a column: in both directions, what is withheld last, and never an error."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from survey.core.reaching.plan import Reach
from survey.db import Database
from survey.operations.following import Rate
from survey.pages.following import handlers
from survey.store import organisations
from tests import cast
from tests.conftest import STANDING, Cluster
from tests.pages.person import Page
from tests.pages.test_following import stored
from tests.pages.test_launching import Console, staged

DIVISIONS = [Rate("Trust", 300, "45%"), Rate("surgery", 200, "90% or more"), Rate("Medicine 10", 90, "under 10%")]
DIVISIONS += [Rate("Medicine 2", 10, None)]
UNITS = [
    Rate("Ward 10", 120, "55%", "surgery"),
    Rate("ward 2", 12, None, "surgery"),
    Rate("Ward 1", 100, "under 10%", "surgery"),
    Rate("Porters", 30, "60%"),
]
BY_EMAIL = Reach(channels=("email",))
UNKNOWN = ("nonsense", "-", "%00", "name'--", "-" * 500)


@pytest_asyncio.fixture(scope="module")
async def console(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Console]:
    """Twelve wards of five. In each the first has no address, the second only a mobile number."""
    name = await cluster.create(template)
    database = Database(cluster.url_of(name))
    async with database.connection() as db:
        await organisations.add(db, STANDING.organisation_id, STANDING.ods_code, STANDING.name)
        await cast.trust(db, STANDING, teams=12)
        await db.execute("update person set email = null where employee_number::int % 5 < 2")
        await db.execute("update person set mobile = '+447700900' || right(employee_number, 3)"
                         " where employee_number::int % 5 = 1")  # fmt: skip
    async with staged(database, tmp_path_factory.mktemp("sorting")) as made:
        yield made
    await database.close()
    await cluster.drop(name)


def column(page: Page, caption: str, place: int = 1) -> list[str]:
    """What stands in a column of a table, from the top."""
    (table,) = (one for one in page.all("//table") if one.findtext("caption").startswith(caption))
    return [_said(row[place - 1]) for row in table.xpath(".//tbody/tr")]


def _said(cell: object) -> str:
    """Without what only a phone shows."""
    return " ".join(" ".join(cell.xpath(".//text()[not(parent::*[contains(@class, '__label')])]")).split())  # type: ignore[attr-defined]


def sorts(page: Page) -> dict[str, str]:
    """By heads that say so, how their tables are sorted."""
    return {_said(head).rstrip(" ▲▼"): head.get("aria-sort") for head in page.all("//thead//th[@aria-sort]")}


async def _counted(console: Console) -> str:
    here = await console.opened()
    async with console.database.connection() as db:
        for scope, rates in (("division", DIVISIONS), ("unit", UNITS)):
            await stored(db, console, here.rpartition("/")[2], scope, rates)
    return f"{here}/response"


@pytest.mark.parametrize(
    "order, divisions, units",
    [
        ("name", ["Medicine 2", "Medicine 10", "surgery"], ["Ward 1", "ward 2", "Ward 10"]),
        ("-name", ["surgery", "Medicine 10", "Medicine 2"], ["Ward 10", "ward 2", "Ward 1"]),
        ("people", ["Medicine 2", "Medicine 10", "surgery"], ["ward 2", "Ward 1", "Ward 10"]),
        ("-people", ["surgery", "Medicine 10", "Medicine 2"], ["Ward 10", "Ward 1", "ward 2"]),
        ("response", ["Medicine 10", "surgery", "Medicine 2"], ["Ward 1", "Ward 10", "ward 2"]),
        ("-response", ["surgery", "Medicine 10", "Medicine 2"], ["Ward 10", "Ward 1", "ward 2"]),
        *[(order, ["surgery", "Medicine 10", "Medicine 2"], ["Ward 10", "ward 2", "Ward 1"]) for order in UNKNOWN],
    ],
)
async def test_the_response_sorts_within_divisions_and_below_the_organisation(
    console: Console, order: str, divisions: list[str], units: list[str]
) -> None:
    page = await console.manager.get(f"{await _counted(console)}?order={order}")
    assert page.status == 200
    assert column(page, "Response of the organisation and its divisions") == ["Trust", *divisions]
    assert column(page, "Response of reporting units: surgery") == units
    told = {"name": "Who", "people": "People asked", "response": "Response"}.get(order.lstrip("-"))
    assert sorts(page) == ({told: "descending" if order.startswith("-") else "ascending"} if told else {})


async def test_the_days_of_a_response_sort_by_themselves(console: Console) -> None:
    here = await _counted(console)
    async with console.database.connection() as db:
        later = [Rate("Trust", 300, "under 10%"), *DIVISIONS[1:]]
        await stored(db, console, here.split("/")[2], "division", later, "- interval '1 day'")
    plain = await console.manager.get(here)
    assert sorts(plain) == {"Day": "ascending"}
    for order, told in {
        "day": ["45%", "under 10%"], "-day": ["under 10%", "45%"], "response": ["under 10%", "45%"],
        "-response": ["45%", "under 10%"], "who": ["45%", "under 10%"],
    }.items():  # fmt: skip
        page = await console.manager.get(f"{here}?days={order}")
        assert column(page, "Response of the organisation by day", 2) == told
    page = await console.manager.get(f"{here}?order=-name&days=-day")
    (who,) = page.all("//div[@id='divisions']//th[1]/a")
    assert who.get("href") == f"{here}?days=-day&open=divisions&order=name#divisions"
    (day,) = page.all("//div[@id='days']//th[1]/a")
    assert day.get("href") == f"{here}?order=-name&days=day#days"


async def test_a_press_in_a_fold_leaves_it_open(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "MOST_OPEN", 3)
    page = await console.manager.get(await _counted(console))
    assert not page.all("//main//details[@open]")
    (press,) = page.all("//details[summary[contains(., 'surgery')]]//th[1]/a")
    page = await console.manager.get(press.get("href").partition("#")[0])
    (open_,) = page.all("//main//details[@open]")
    assert "surgery" in open_.findtext("summary/span")


@pytest.mark.parametrize(
    "order, firsts, whys",
    [
        ("team", ["Ward 1", "Ward 1", "Ward 2"], None),
        ("-team", ["Ward 12", "Ward 12", "Ward 11"], None),
        ("number", ["10000", "10001", "10005"], None),
        ("-number", ["10056", "10055", "10051"], None),
        ("why", ["Ward 1", "Ward 2", "Ward 3"], "a mobile number"),
        ("-why", ["Ward 1", "Ward 2", "Ward 3"], "neither"),
        *[(order, ["Ward 1", "Ward 1", "Ward 2"], None) for order in UNKNOWN],
    ],
)
@pytest.mark.parametrize("launched", [False, True])
async def test_whom_nothing_reaches_by_number_team_or_reason(
    console: Console, order: str, firsts: list[str], whys: str | None, launched: bool
) -> None:
    here = (
        await console.opened(reach=BY_EMAIL)
        if launched
        else f"/rounds/{(await console.drafted(reach=BY_EMAIL)).round_id}"
    )
    page = await console.manager.get(f"{here}/unreached?order={order}")
    assert page.status == 200
    told = column(page, "People who cannot be reached", 1 if "number" in order else 2)
    assert told[:3] == firsts
    assert len(told) == 24
    known = order.strip("-") in {"team", "number", "why"}
    title = {"number": "Employee number", "why": "Why"}.get(order.strip("-"), "Team")
    assert sorts(page) == {title: "descending" if known and order.startswith("-") else "ascending"}
    if whys:
        assert whys in column(page, "People who cannot be reached", 3)[0]


async def test_of_too_many_those_are_named_who_are_first(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "MOST", 3)
    page = await console.manager.get(
        f"/rounds/{(await console.drafted(reach=BY_EMAIL)).round_id}/unreached?order=-number"
    )
    assert column(page, "People who cannot be reached") == ["10056", "10055", "10051"]
    assert "And 21 more." in page.words


async def test_where_a_phone_hides_the_heads_the_orders_stand_in_a_line(console: Console) -> None:
    page = await console.manager.get(f"/rounds/{(await console.drafted(reach=BY_EMAIL)).round_id}/unreached?order=-why")
    line = [(_said(one), one.get("href")) for one in page.all("//ul[contains(@class,'console-order__list')]//a")]
    heads = [one.get("href") for one in page.all("//thead//a")]
    assert [said for said, _ in line] == ["Employee number", "Team", "Why ▼ (descending now)"]
    assert [href for _, href in line] == heads
