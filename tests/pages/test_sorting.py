"""The tables of a round in the order of a column: in both directions, what is withheld last, and never an error."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from survey.core.reaching.plan import Reach
from survey.core.rounds import Plan
from survey.db import Database
from survey.operations import authoring, correcting, staffing
from survey.operations.following import Rate
from survey.pages.console import divisions, ordering
from survey.pages.following import handlers
from survey.store import organisations
from tests import cast
from tests.conftest import STANDING, Cluster
from tests.pages.person import Page
from tests.pages.test_following import stored
from tests.pages.test_launching import Console, staged
from tests.recorder import MOST_QUERIES, recorded

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


@pytest_asyncio.fixture(scope="module")
async def wide(cluster: Cluster, template: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Console]:
    """Two teams, each large enough to be counted by itself."""
    name = await cluster.create(template)
    database = Database(cluster.url_of(name))
    rows = ["Employee Number,Division,Team,Site,Staff Group,Email Address"]
    for team, people in (("Apart 10", 30), ("Apart 2", 80)):
        rows += [f"{team[6:]}{n:03},Care,{team},Main,{cast.NURSES},{team[6:]}.{n}@trust.example" for n in range(people)]
    async with database.connection() as db:
        await organisations.add(db, STANDING.organisation_id, STANDING.ods_code, STANDING.name)
        await authoring.add(db, STANDING.organisation_id, cast.QUESTIONNAIRE)
        await staffing.apply(db, STANDING.organisation_id, "\n".join(rows).encode(), staffing.Wishes())
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
    monkeypatch.setattr(divisions, "MOST_OPEN", 3)
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


@pytest.mark.parametrize("narrowed", ["", "&q=1000", "&leavers=yes"])
@pytest.mark.parametrize("order", ["", "number", "-number", "unit", "-unit", "group", "-group", *UNKNOWN])
async def test_the_people_of_the_staff_list_page_by_page(
    console: Console, monkeypatch: pytest.MonkeyPatch, order: str, narrowed: str
) -> None:
    monkeypatch.setattr(correcting, "PAGE", 7)
    here, told, pages = f"/staff/people?order={order}{narrowed}", [], 0
    while here:
        with recorded(console.database) as asked:
            page = await console.manager.get(here)
        assert len(asked) <= MOST_QUERIES
        told += list(zip(*(column(page, "People", place) for place in (1, 2, 3)), strict=True))
        here = "".join(link.get("href") for link in page.all("//nav[@aria-label='More people']/a[.='More people']"))
        pages += 1
    assert pages == (2 if "q=" in narrowed else 9)
    assert len(set(told)) == (10 if "q=" in narrowed else 60), "nobody twice, nobody left out"
    by_number = sorted(told)
    rank = {
        "unit": lambda one: ordering.natural(one[1]), "group": lambda one: ordering.natural(one[2]),
        "number": lambda one: one[0],
    }  # fmt: skip
    key, down = order.removeprefix("-"), order.startswith("-")
    assert told == sorted(by_number, key=rank.get(key, rank["number"]), reverse=down and key in rank)


async def test_a_search_and_the_pages_of_people_keep_their_order(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correcting, "PAGE", 7)
    page = await console.manager.get("/staff/people?q=1000&order=-unit&leavers=yes")
    assert page.one("//form[@role='search']/input[@name='order']").get("value") == "-unit"
    (head, *_) = page.all("//thead//a")
    assert head.get("href") == "/staff/people?q=1000&leavers=yes&order=number#people"
    page = await console.manager.get(page.one("//a[.='More people']").get("href"))
    assert page.one("//a[.='Back to the beginning']").get("href") == "/staff/people?q=1000&leavers=yes&order=-unit"


async def test_people_go_on_from_the_beginning_where_the_unit_they_went_on_in_is_no_more(console: Console) -> None:
    page = await console.manager.get("/staff/people?order=unit&in=gone&after=10030")
    assert column(page, "People")[0] == "10000"


@pytest.mark.parametrize(
    "order, first, last",
    [
        ("name", "Apart 2", "Apart 10"),
        ("-name", "Apart 10", "Apart 2"),
        ("people", "Apart 10", "Apart 2"),
        ("-people", "Apart 2", "Apart 10"),
        ("answers", "Apart 10", "Apart 2"),
        ("-answers", "Apart 2", "Apart 10"),
        ("chance", "Apart 10", "Apart 2"),
        ("-chance", "Apart 2", "Apart 10"),
    ],
)
async def test_the_units_of_a_draft_sort_and_nothing_typed_is_lost(
    wide: Console, order: str, first: str, last: str
) -> None:
    draft = await wide.drafted(plan=Plan(k=5))
    here = f"/rounds/{draft.round_id}/draft/groups"
    page = await wide.manager.send(await wide.manager.get(here), here, {"reorder-alone": order}, k="17", response="4x")
    assert page.status == 200
    assert page.one("//input[@name='k']").get("value") == "17"
    assert page.one("//input[@name='response']").get("value") == "4x"
    assert page.all("//main//details[@open]")
    names = column(page, "Reporting units of one team")
    assert (names[0], names[-1]) == (first, last)
    assert (await wide.found(draft.round_id)).settings.k == 5, "nothing is stored"
    saved = await wide.manager.send(page, here, {"then": "look"}, k="6", response="50")
    assert saved.location == f"{here}?order={order}"
    again = await wide.manager.get(saved.location)
    names = column(again, "Reporting units of one team")
    assert (names[0], names[-1]) == (first, last)
    told = {"name": "Counted as", "people": "People", "answers": "Answers to expect", "chance": "A result of its own"}
    assert sorts(again) == {told[order.strip("-")]: "descending" if "-" in order else "ascending"}


async def test_an_order_that_a_draft_does_not_know_is_its_own(wide: Console) -> None:
    here = f"/rounds/{(await wide.drafted(plan=Plan(k=5))).round_id}/draft/groups"
    plain = await wide.manager.get(here)
    for order in UNKNOWN:
        page = await wide.manager.get(f"{here}?order={order}")
        assert column(page, "Reporting units of one team") == column(plain, "Reporting units of one team")
    page = await wide.manager.send(plain, here, {"reorder": "nonsense"})
    assert column(page, "Reporting units of one team") == column(plain, "Reporting units of one team")
